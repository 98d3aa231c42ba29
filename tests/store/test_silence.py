"""The silent: told, holding units, and without an answer; reminded once a round."""

from __future__ import annotations

from datetime import datetime

from recall.domain.confirmation import Outcome
from recall.domain.message import Message, MessageKind, Via
from recall.domain.recall import Recall
from recall.ports import Receipt, Result
from recall.store import claims, confirmations, ledger, outbox, silence
from recall.store.database import Store
from tests.builders import DAY, HOUR, NOW, make_confirmation, make_holding, make_message


def tell(store: Store, recall: Recall, *lines: str, at: datetime = NOW, round: int = 0) -> None:
    messages = [to_line(recall, line, round=round) for line in lines]
    with store.begin() as tx:
        outbox.put(tx, messages, at=at)
        claims.claim(tx, holder="one", now=at, limit=100, via=Via.RELAY)
        receipts = [Receipt(outgoing_id=message.id, result=Result.ACCEPTED) for message in messages]
        claims.settle(tx, receipts, holder="one", now=at, backoff=lambda _: None)


def to_line(recall: Recall, line: str, *, round: int = 0) -> Message:
    return make_message(
        recall_id=recall.id, party_id="party_platform", via=Via.RELAY, kind=MessageKind.NOTIFY_BUYER,
        recipient=line, round=round,
    )  # fmt: skip


def open_lines(store: Store, recall: Recall, *lines: str) -> None:
    with store.begin() as tx:
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[make_holding(ref=line) for line in lines])


def silent(store: Store, recall: Recall, *, told_before: datetime, round: int = 2) -> list[str]:
    with store.read() as tx:
        found = silence.silent_lines(tx, recall_id=recall.id, told_before=told_before, round=round)
        assert {"party_platform"} >= {platform for platform, _ in found}
        return [line for _, line in found]


def test_only_lines_that_were_told_long_enough_ago_are_silent(store: Store, recall: Recall) -> None:
    open_lines(store, recall, "L1", "L2", "L3")
    tell(store, recall, "L1")
    tell(store, recall, "L2", at=NOW + DAY)
    assert ["L1"] == silent(store, recall, told_before=NOW + DAY)
    assert ["L1", "L2"] == silent(store, recall, told_before=NOW + 2 * DAY)


def test_who_answered_or_holds_nothing_more_is_not_silent(store: Store, recall: Recall) -> None:
    open_lines(store, recall, "L1", "L2")
    with store.begin() as tx:
        empty = make_holding(ref="L3", units=0)
        ledger.open_holdings(tx, recall_id=recall.id, holdings=[empty])
    tell(store, recall, "L1", "L2", "L3")
    with store.begin() as tx:
        confirmations.add_confirmation(
            tx, id="cnf_1", recall_id=recall.id, party_id="party_platform",
            confirmation=make_confirmation(line_ref="L1"), body_digest="d", conflict="too many", at=NOW,
        )  # fmt: skip
    assert ["L2"] == silent(store, recall, told_before=NOW + HOUR)


def test_a_reminder_is_no_new_telling(store: Store, recall: Recall) -> None:
    open_lines(store, recall, "L1")
    tell(store, recall, "L1")
    tell(store, recall, "L1", at=NOW + DAY, round=1)
    assert ["L1"] == silent(store, recall, told_before=NOW + DAY)
    assert [] == silent(store, recall, told_before=NOW + DAY, round=1)


def test_the_silent_wait_until_their_last_reminder_went(store: Store, recall: Recall) -> None:
    open_lines(store, recall, "L1", "L2", "untold")
    tell(store, recall, "L1", "L2")
    tell(store, recall, "L1", at=NOW + DAY, round=1)
    for rounds, waiting in ((0, 0), (1, 1), (2, 2)):
        with store.read() as tx:
            assert waiting == silence.lines_awaiting_reminder(tx, recall_id=recall.id, rounds=rounds)


def test_lines_told_are_those_that_a_platform_took_over(store: Store, recall: Recall) -> None:
    tell(store, recall, "L1", "L2")
    tell(store, recall, "L1", round=1)
    with store.begin() as tx:
        outbox.put(tx, [to_line(recall, "L3")], at=NOW)
        told = outbox.lines_told(tx, recall_id=recall.id)
    assert [("party_platform", "L1"), ("party_platform", "L2")] == sorted(told)


def test_who_missed_several_rounds_is_reminded_in_the_last(store: Store, recall: Recall) -> None:
    open_lines(store, recall, "L1")
    tell(store, recall, "L1")
    tell(store, recall, "L1", at=NOW + DAY, round=2)
    found = [silent(store, recall, told_before=NOW + DAY, round=round) for round in (1, 2, 3)]
    assert [[], [], ["L1"]] == found


def test_a_platforms_word_that_it_told_a_buyer_is_no_answer(store: Store, recall: Recall) -> None:
    open_lines(store, recall, "L1")
    tell(store, recall, "L1")
    said = make_confirmation(line_ref="L1", outcome=Outcome.NOTIFIED)
    with store.begin() as tx:
        confirmations.add_confirmation(
            tx, id="cnf_1", recall_id=recall.id, party_id="party_platform", confirmation=said,
            body_digest="d", conflict=None, at=NOW,
        )  # fmt: skip
    assert ["L1"] == silent(store, recall, told_before=NOW + HOUR)
