"""The claims: the dead are replaced by what they wrote, and the slow are slowed alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from recall.domain.message import MessageKind, Via
from recall.domain.recall import Recall
from recall.ports import Receipt, Result
from recall.store import claims, lanes, outbox
from recall.store.claims import HOLD, Log
from recall.store.database import Store
from recall.store.lanes import FIRST_ALLOWANCE
from recall.store.outbox_table import MessageState, Tracked
from tests.builders import HOUR, NOW, make_message

LATER = NOW + HOLD + timedelta(seconds=1)


def queue(store: Store, recall: Recall, *recipients: str, via: Via = Via.EMAIL, **parts: object) -> list[str]:
    kept = [
        make_message(recall_id=recall.id, party_id="party_platform", recipient=to, via=via, **parts)
        for to in recipients
    ]
    with store.begin() as tx:
        outbox.put(tx, kept, at=NOW)
    return [message.id for message in kept]


def begun(
    store: Store, *, holder: str, via: Via = Via.EMAIL, now: datetime = NOW, limit: int = 100
) -> list[str]:
    with store.begin() as tx:
        ids = [c.message.id for c in claims.claim(tx, holder=holder, now=now, limit=limit, via=via)]
        claims.handing_over(tx, ids=ids, holder=holder, now=now)
    return ids


def over(store: Store, log: Log | None) -> int:
    with store.begin() as tx:
        return claims.take_over(tx, now=LATER, log_of=lambda _: log, backoff=lambda _: 60.0)


def settled(store: Store, holder: str, *receipts: Receipt, now: datetime = NOW) -> None:
    with store.begin() as tx:
        claims.settle(tx, receipts, holder=holder, now=now, backoff=lambda _: 60.0)


def fates(store: Store, recall: Recall) -> dict[str, Tracked]:
    with store.read() as tx:
        return {tracked.message.recipient: tracked for tracked in outbox.messages(tx, recall_id=recall.id)}


def test_what_a_dead_sender_left_is_told_apart_by_what_it_wrote(store: Store, recall: Recall) -> None:
    answered, refused, begun_only, _ = queue(
        store, recall, "a@x.example", "b@x.example", "c@x.example", "d@x.example"
    )
    begun(store, holder="dead")
    log: Log = {
        answered: Receipt(outgoing_id=answered, result=Result.DELIVERED, detail="250 taken"),
        refused: Receipt(outgoing_id=refused, result=Result.REFUSED, detail="550 nobody"),
        begun_only: None,
    }
    assert 4 == over(store, log)
    states = {to: (t.state, t.ambiguous, t.attempts) for to, t in fates(store, recall).items()}
    assert {
        "a@x.example": (MessageState.DELIVERED, 0, 1), "b@x.example": (MessageState.REFUSED, 0, 1),
        "c@x.example": (MessageState.WAITING, 1, 1), "d@x.example": (MessageState.WAITING, 0, 0),
    } == states  # fmt: skip
    assert 2 == len(begun(store, holder="alive", now=LATER))
    assert 0 == over(store, log)


def test_a_dead_sender_that_left_no_word_leaves_every_mail_in_doubt(store: Store, recall: Recall) -> None:
    queue(store, recall, "a@x.example", "b@x.example")
    begun(store, holder="dead")
    assert 2 == over(store, None)
    assert [1, 1] == [tracked.ambiguous for tracked in fates(store, recall).values()]


def test_a_mail_in_doubt_that_is_never_taken_again_stays_in_doubt(store: Store, recall: Recall) -> None:
    (id,) = queue(store, recall, "a@x.example")
    begun(store, holder="one")
    settled(store, "one", Receipt(outgoing_id=id, result=Result.AMBIGUOUS, after=0.0))
    begun(store, holder="two")
    with store.begin() as tx:
        later = Receipt(outgoing_id=id, result=Result.LATER)
        claims.settle(tx, [later], holder="two", now=NOW, backoff=lambda _: None)
    assert MessageState.AMBIGUOUS == fates(store, recall)["a@x.example"].state


def test_a_domain_that_throttles_is_slowed_alone(store: Store, recall: Recall) -> None:
    slow = queue(store, recall, *(f"d{n}@slow.example" for n in range(60)))
    begun(store, holder="one")
    said = [Receipt(outgoing_id=id, result=Result.LATER, slow=True) for id in slow]
    settled(store, "one", *said)
    quick = queue(store, recall, *(f"d{n}@quick.example" for n in range(60)))
    assert set(quick) == set(begun(store, holder="one", now=NOW + timedelta(seconds=1), limit=200))
    recovered = NOW + timedelta(minutes=2)
    portion = begun(store, holder="one", now=recovered, limit=200)
    assert FIRST_ALLOWANCE // 2 == len(portion)
    assert set(portion) < set(slow)
    done = [Receipt(outgoing_id=id, result=Result.DELIVERED) for id in portion]
    settled(store, "one", *done, now=recovered)
    with store.read() as tx:
        assert FIRST_ALLOWANCE == lanes.in_trouble(tx, via=Via.EMAIL)["slow.example"].allowance


def test_a_lane_that_recovered_is_in_trouble_no_more(store: Store) -> None:
    with store.begin() as tx:
        lanes.heard(tx, via=Via.WEBHOOK, slow={"h.example": 30.0}, well=(), now=NOW)
        (lane,) = lanes.in_trouble(tx, via=Via.WEBHOOK).values()
        assert (NOW + timedelta(seconds=30), 1) == (lane.rests_until, lane.pauses)
        for _ in range(7):
            lanes.heard(tx, via=Via.WEBHOOK, slow={}, well={"h.example", "other"}, now=NOW)
        assert {} == lanes.in_trouble(tx, via=Via.WEBHOOK)


def test_a_lane_rests_longer_each_time(store: Store) -> None:
    waits = []
    with store.begin() as tx:
        for _ in range(9):
            lanes.heard(tx, via=Via.RELAY, slow={"p": None}, well=(), now=NOW)
            waits.append((lanes.in_trouble(tx, via=Via.RELAY)["p"].rests_until - NOW).total_seconds())
    assert [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600] == waits


def test_the_serious_leave_before_the_others_of_their_kind_and_stop_sales_before_both(
    store: Store, recall: Recall
) -> None:
    mild = make_message(recall_id=recall.id, party_id="party_platform", kind=MessageKind.NOTIFY_BUYERS)
    with store.begin() as tx:
        outbox.put(tx, [mild], at=NOW, serious=False)
    (serious,) = queue(store, recall, "a@x.example", kind=MessageKind.NOTIFY_BUYERS)
    (stop,) = queue(store, recall, "a@x.example", kind=MessageKind.STOP_SALE)
    assert [stop, serious, mild.id] == [i for _ in range(3) for i in begun(store, holder="one", limit=1)]


@pytest.mark.parametrize("wait", [0, 3600])
def test_the_next_time_is_known(store: Store, recall: Recall, wait: int) -> None:
    message = make_message(recall_id=recall.id, party_id="party_platform")
    with store.begin() as tx:
        outbox.put(tx, [message], at=NOW, not_before=NOW + timedelta(seconds=wait))
        assert NOW + timedelta(seconds=wait) == outbox.next_due(tx)
    if begun(store, holder="one", now=NOW + HOUR):
        with store.read() as tx:
            assert NOW + HOUR + HOLD == outbox.next_due(tx)
