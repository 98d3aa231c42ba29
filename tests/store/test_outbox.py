"""The outbox: queued once, held by one, taken over from the dead, and never forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import IntegrityError

from recall.domain.confirmation import RelayReceipt
from recall.domain.message import Message, MessageKind, Via
from recall.domain.recall import Recall
from recall.ports import Receipt, Result
from recall.store import claims, outbox
from recall.store.claims import HOLD
from recall.store.database import Store, Tx
from recall.store.outbox_table import Claimed, MessageState
from tests.builders import HOUR, NOW, make_message

LATER = NOW + HOLD + timedelta(seconds=1)


def queue(store: Store, recall: Recall, *, n: int = 1, **parts: object) -> list[Message]:
    messages = [make_message(recall_id=recall.id, party_id="party_platform", **parts) for _ in range(n)]
    with store.begin() as tx:
        assert n == outbox.put(tx, messages, at=NOW)
    return messages


def claim(
    store: Store, holder: str, *, now: datetime = NOW, limit: int = 100, via: Via = Via.EMAIL
) -> tuple[Claimed, ...]:
    with store.begin() as tx:
        claims.take_over(tx, now=now, log_of=lambda _: None, backoff=lambda _: 60.0)
        return claims.claim(tx, holder=holder, now=now, limit=limit, via=via)


def begin(store: Store, holder: str, ids: Sequence[str], *, now: datetime = NOW) -> frozenset[str]:
    with store.begin() as tx:
        return claims.handing_over(tx, ids=ids, holder=holder, now=now)


def settle(
    store: Store, holder: str, id: str, result: Result, *, now: datetime = NOW, after: float | None = None
) -> int:
    receipt = Receipt(outgoing_id=id, result=result, detail=f"said {result}", after=after)
    with store.begin() as tx:
        return claims.settle(
            tx, [receipt], holder=holder, now=now, backoff=lambda n: 60.0 * n if n < 4 else None
        )


def told_by(tx: Tx, recall: Recall, party_id: str, receipts: Sequence[RelayReceipt]) -> int:
    return outbox.told(tx, recall_id=recall.id, party_id=party_id, receipts=receipts, now=LATER)


def state(store: Store, recall: Recall) -> list[str]:
    with store.read() as tx:
        return sorted(tracked.state for tracked in outbox.messages(tx, recall_id=recall.id))


def test_a_message_is_claimed_as_it_was_queued(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall, facts={"lots": "C14-P6"}, language="zh")
    (claimed,) = claim(store, "one")
    assert message == claimed.message
    assert (1, False, NOW, message.id) == (
        claimed.attempts,
        claimed.ambiguous,
        claimed.created_at,
        claimed.message_id,
    )
    assert () == claim(store, "two")


def test_the_same_message_is_queued_once(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall)
    with store.begin() as tx:
        again = make_message(recall_id=recall.id, party_id="party_platform", recipient=message.recipient)
        assert 0 == outbox.put(tx, [again, again], at=NOW)
        other = make_message(
            recall_id=recall.id, party_id="party_platform", recipient=message.recipient, round=1
        )
        assert 1 == outbox.put(tx, [again, other, other], at=NOW)
        assert 0 == outbox.put(tx, [], at=NOW)


def test_the_database_itself_refuses_a_second_row_for_the_same_message(
    store: Store, recall: Recall, database_url: str
) -> None:
    queue(store, recall)
    engine = create_engine(database_url)
    outbox_table = Table("outbox", MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        row = dict(connection.execute(select(outbox_table)).mappings().one())
        with pytest.raises(IntegrityError):
            connection.execute(insert(outbox_table).values(row | {"id": "msg_other"}))
    engine.dispose()


def test_goods_are_stopped_before_buyers_are_told(store: Store, recall: Recall) -> None:
    (late,) = queue(store, recall, kind=MessageKind.NOTIFY_BUYER)
    (first,) = queue(store, recall, kind=MessageKind.STOP_SALE)
    (second,) = queue(store, recall, kind=MessageKind.QUARANTINE)
    assert [first.id, second.id] == [c.message.id for c in claim(store, "one", limit=2)]
    assert [late.id] == [c.message.id for c in claim(store, "one", limit=2)]


def test_a_claim_takes_only_its_channel_and_only_what_is_due(store: Store, recall: Recall) -> None:
    queue(store, recall, via=Via.WEBHOOK)
    with store.begin() as tx:
        tomorrow = make_message(recall_id=recall.id, party_id="party_platform")
        outbox.put(tx, [tomorrow], at=NOW, not_before=NOW + HOUR)
    assert () == claim(store, "one")
    assert [tomorrow.id] == [c.message.id for c in claim(store, "one", now=NOW + HOUR)]


def test_two_claimers_never_get_the_same_message(store: Store, recall: Recall) -> None:
    queue(store, recall, n=120)

    def take_all(holder: str) -> list[str]:
        taken: list[str] = []
        while some := claim(store, holder, limit=7):
            taken += [claimed.message.id for claimed in some]
        return taken

    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(take_all, ["a", "b", "c", "d"]))
    every = [id for share in shares for id in share]
    assert 120 == len(every) == len(set(every))


def test_a_dead_claimers_messages_are_taken_over_when_the_hold_runs_out(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall)
    claim(store, "dead")
    assert () == claim(store, "alive", now=NOW + HOLD)
    (claimed,) = claim(store, "alive", now=LATER)
    assert (1, False) == (claimed.attempts, claimed.ambiguous)
    assert frozenset() == begin(store, "dead", [message.id], now=LATER)
    assert 0 == settle(store, "dead", message.id, Result.DELIVERED, now=LATER)
    assert {message.id} == begin(store, "alive", [message.id], now=LATER)
    assert 1 == settle(store, "alive", message.id, Result.DELIVERED, now=LATER)
    assert [MessageState.DELIVERED] == state(store, recall)


def test_a_hold_that_ran_out_begins_no_hand_over(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall)
    claim(store, "slow")
    assert frozenset() == begin(store, "slow", [message.id], now=LATER)


def test_a_mail_lost_in_the_hand_over_goes_once_more_and_then_waits_for_a_person(
    store: Store, recall: Recall
) -> None:
    (message,) = queue(store, recall)
    claim(store, "one")
    begin(store, "one", [message.id])
    (again,) = claim(store, "two", now=LATER)
    assert (message.id, True) == (again.message_id, again.ambiguous)
    begin(store, "two", [message.id], now=LATER)
    assert () == claim(store, "three", now=LATER + HOLD + HOLD)
    assert [MessageState.AMBIGUOUS] == state(store, recall)
    with store.read() as tx:
        assert [2] == [tracked.ambiguous for tracked in outbox.messages(tx, recall_id=recall.id)]


def test_a_mail_whose_connection_broke_goes_once_more(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall)
    for holder, now, expected in (
        ("one", NOW, MessageState.WAITING),
        ("two", NOW + HOUR, MessageState.AMBIGUOUS),
    ):
        claim(store, holder, now=now)
        begin(store, holder, [message.id], now=now)
        settle(store, holder, message.id, Result.AMBIGUOUS, now=now)
        assert [expected] == state(store, recall)


@pytest.mark.parametrize("via", [Via.WEBHOOK, Via.RELAY])
def test_a_hook_lost_in_the_hand_over_is_simply_tried_again(store: Store, recall: Recall, via: Via) -> None:
    (message,) = queue(store, recall, via=via)
    for minutes in range(3):
        now = NOW + timedelta(minutes=minutes)
        (claimed,) = claim(store, f"holder {minutes}", now=now, via=via)
        assert not claimed.ambiguous
        begin(store, f"holder {minutes}", [message.id], now=now)


def test_a_holder_that_says_it_lives_keeps_what_it_hands_over(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall)
    claim(store, "one")
    begin(store, "one", [message.id])
    for beat in range(1, 75):  # ten minutes
        with store.begin() as tx:
            assert 1 == claims.keep(tx, holder="one", now=NOW + beat * HOLD)
        assert () == claim(store, "two", now=NOW + beat * HOLD)
    assert 1 == settle(store, "one", message.id, Result.DELIVERED, now=LATER)


def test_a_holder_whose_time_ran_out_keeps_nothing(store: Store, recall: Recall) -> None:
    queue(store, recall)
    claim(store, "one")
    with store.begin() as tx:
        assert 0 == claims.keep(tx, holder="one", now=LATER)


@pytest.mark.parametrize(("after", "wait"), [(None, 60), (5.0, 5)])
def test_what_is_put_off_comes_again_when_it_is_due(
    store: Store, recall: Recall, after: float | None, wait: int
) -> None:
    (message,) = queue(store, recall)
    claim(store, "one")
    settle(store, "one", message.id, Result.LATER, after=after)
    with store.read() as tx:
        assert NOW + timedelta(seconds=wait) == outbox.next_due(tx)
    assert () == claim(store, "one", now=NOW + timedelta(seconds=wait - 1))
    assert 1 == len(claim(store, "one", now=NOW + timedelta(seconds=wait)))


def test_what_was_put_off_too_often_is_given_up(store: Store, recall: Recall) -> None:
    (message,) = queue(store, recall)
    for attempt in range(1, 5):
        (claimed,) = claim(store, "one", now=NOW + attempt * HOUR)
        assert attempt == claimed.attempts
        settle(store, "one", message.id, Result.LATER, now=NOW + attempt * HOUR)
    assert [MessageState.REFUSED] == state(store, recall)


def test_each_message_has_its_own_end(store: Store, recall: Recall) -> None:
    kept = queue(store, recall, n=3)
    claim(store, "one")
    results = (Result.DELIVERED, Result.ACCEPTED, Result.REFUSED)
    receipts = [
        Receipt(outgoing_id=m.id, result=result, detail="x") for m, result in zip(kept, results, strict=True)
    ]
    with store.begin() as tx:
        assert 3 == claims.settle(tx, receipts, holder="one", now=LATER, backoff=lambda _: 1.0)
        ends = {t.message.id: (t.state, t.sent_at) for t in outbox.messages(tx, recall_id=recall.id)}
        assert None is outbox.next_due(tx)
    assert [("delivered", LATER), ("accepted", LATER), ("refused", None)] == [ends[m.id] for m in kept]


def test_nothing_of_an_older_version_leaves_any_more(store: Store, recall: Recall) -> None:
    queue(store, recall, n=2)
    (going,) = queue(store, recall, kind=MessageKind.QUARANTINE)
    (new,) = queue(store, recall, version=2)
    ids = [claimed.message.id for claimed in claim(store, "one")]
    begin(store, "one", [going.id])
    with store.begin() as tx:
        assert 2 == outbox.supersede(tx, recall_id=recall.id, version=2)
    assert frozenset() == begin(store, "one", [id for id in ids if id not in (going.id, new.id)])
    assert ["claimed", "handing_over", "superseded", "superseded"] == state(store, recall)


def test_a_relays_receipts_end_what_it_took_over(store: Store, recall: Recall) -> None:
    relayed = queue(store, recall, n=2, via=Via.RELAY, kind=MessageKind.NOTIFY_BUYER)
    claim(store, "one", via=Via.RELAY)
    for message in relayed:
        settle(store, "one", message.id, Result.ACCEPTED)
    lines = ((relayed[0].recipient, True), (relayed[1].recipient, False), ("unknown", True))
    receipts = [
        RelayReceipt(line_ref=line, kind="notify_buyer", delivered=arrived, at=LATER)
        for line, arrived in lines
    ]
    with store.begin() as tx:
        assert 0 == told_by(tx, recall, "party_other", receipts)
        assert 2 == told_by(tx, recall, "party_platform", receipts)
        assert 0 == told_by(tx, recall, "party_platform", receipts)
        counts = {count.state: count.n for count in outbox.message_counts(tx, recall_id=recall.id)}
    assert {MessageState.DELIVERED: 1, MessageState.REFUSED: 1} == counts


def test_a_receipt_may_come_before_the_hand_over_is_settled(store: Store, recall: Recall) -> None:
    begun, later, untried = queue(store, recall, n=3, via=Via.RELAY, kind=MessageKind.NOTIFY_BUYER)
    with store.begin() as tx:
        claims.claim(tx, holder="one", now=NOW, limit=2, via=Via.RELAY)
    begin(store, "one", [begun.id])
    settle(store, "one", later.id, Result.LATER)
    receipts = [
        RelayReceipt(line_ref=message.recipient, kind="notify_buyer", delivered=True, at=LATER)
        for message in (begun, later, untried)
    ]
    with store.begin() as tx:
        assert 2 == told_by(tx, recall, "party_platform", receipts)
    settle(store, "one", begun.id, Result.ACCEPTED)
    assert ["delivered", "delivered", "waiting"] == state(store, recall)


def test_messages_are_counted_by_party_channel_kind_and_state(store: Store, recall: Recall) -> None:
    queue(store, recall, n=2)
    queue(store, recall, via=Via.WEBHOOK)
    with store.read() as tx:
        counts = outbox.message_counts(tx, recall_id=recall.id)
        assert [("email", 2), ("webhook", 1)] == [(count.via, count.n) for count in counts]
        assert () == outbox.messages(tx, recall_id=recall.id, party_id="party_seller")
        assert NOW == outbox.next_due(tx)
