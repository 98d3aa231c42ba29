"""Letters on their way: claimed by one holder, composed from the store, settled by that holder."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recall.domain.message import MessageKind, Via
from recall.ports import Receipt, Result
from recall.steps.deliver_messages import Letter, claim_letters, settle_letters
from recall.store.claims import HOLD
from recall.store.outbox_table import MessageState
from recall.views.genuine import code_of
from tests.steps.acts import in_state
from tests.world import HAULIER, HAZARD, MAKER, REFERENCE, SELLER, World

MAILS = sorted(
    [(HAULIER, kind, "desk@example.org") for kind in ("quarantine", "retrieve", "dispose")]
    + [(MAKER, "report", "maker@example.org"), (SELLER, "stop_sale", "seller07@example.org")]
)


def claimed(
    world: World, *, holder: str = "one", via: Via = Via.EMAIL, limit: int = 100
) -> tuple[Letter, ...]:
    return claim_letters(world.runtime, holder=holder, via=via, limit=limit)


def settled(
    world: World,
    letters: tuple[Letter, ...],
    result: Result,
    *,
    holder: str = "one",
    after: float | None = None,
) -> None:
    receipts = [Receipt(outgoing_id=letter.message.id, result=result, after=after) for letter in letters]
    settle_letters(world.runtime, holder=holder, receipts=receipts)


def test_a_letter_is_in_the_hands_of_one_holder(queued: World) -> None:
    assert 5 == len(claimed(queued))
    assert () == claimed(queued, holder="two")
    assert MAILS == in_state(queued, MessageState.HANDING_OVER)


def test_what_stops_goods_leaves_first(queued: World) -> None:
    first, second = claimed(queued, limit=1), claimed(queued, limit=1)
    assert [MessageKind.STOP_SALE, MessageKind.QUARANTINE] == [
        letter.message.kind for letter in (*first, *second)
    ]


def test_a_letter_says_what_its_reader_must_do_by_when_in_its_own_time(queued: World) -> None:
    (letter,) = (each for each in claimed(queued) if each.message.kind is MessageKind.QUARANTINE)
    assert "2025-06-18 09:00 (Asia/Shanghai)" == letter.facts["due"]
    assert ("81", "Northgate Logistics", HAZARD) == tuple(
        letter.facts[name] for name in ("units", "recipient", "hazard")
    )
    code = code_of(queued.runtime, recall_id=queued.recall_id, version=1)
    assert (code, REFERENCE) == (
        letter.facts["code"], letter.facts["reference"],
    )  # fmt: skip
    assert queued.tasks(HAULIER) == letter.link.removeprefix("http://testserver")


def test_a_buyers_letter_opens_its_own_line_and_says_who_sold_it(queued: World) -> None:
    letters = {letter.message.recipient: letter for letter in claimed(queued, via=Via.RELAY)}
    assert {"L-1", "L-3", "L-4", "M-1"} == set(letters)
    assert ("Harbour Market", "Lantern Mall") == tuple(
        letters[line].facts["sold_by"] for line in ("L-1", "M-1")
    )
    assert queued.buyer("L-1") == letters["L-1"].link.removeprefix("http://testserver")


def test_a_letter_that_is_sent_again_is_the_same_to_the_byte(queued: World) -> None:
    first = claimed(queued, via=Via.RELAY)
    settled(queued, first, Result.LATER)
    queued.clock.forward(hours=2)
    assert first == claimed(queued, via=Via.RELAY)


@pytest.mark.parametrize(
    ("result", "state", "again"),
    [(Result.DELIVERED, MessageState.DELIVERED, 0), (Result.REFUSED, MessageState.REFUSED, 0),
     (Result.LATER, MessageState.WAITING, 5), (Result.AMBIGUOUS, MessageState.WAITING, 5)],
)  # fmt: skip
def test_what_became_of_a_letter_is_written_down(
    queued: World, result: Result, state: MessageState, again: int
) -> None:
    settled(queued, claimed(queued), result)
    assert MAILS == [message for message in in_state(queued, state) if message in MAILS]
    queued.clock.forward(seconds=59)
    assert () == claimed(queued)
    queued.clock.forward(seconds=1)
    assert again == len(claimed(queued))


def test_a_receiver_that_says_when_to_come_again_is_believed(queued: World) -> None:
    settled(queued, claimed(queued), Result.LATER, after=3600.0)
    queued.clock.forward(seconds=3599)
    assert () == claimed(queued)
    queued.clock.forward(seconds=1)
    assert 5 == len(claimed(queued))


def test_another_holder_cannot_settle_what_it_does_not_hold(queued: World) -> None:
    letters = claimed(queued)
    settled(queued, letters, Result.DELIVERED, holder="two")
    assert [] == in_state(queued, MessageState.DELIVERED)


def test_a_holder_that_died_loses_its_letters_and_a_mail_in_doubt_is_sent_once_more(queued: World) -> None:
    letters = claimed(queued)
    for again in (letters, ()):
        queued.clock.forward(seconds=(HOLD + timedelta(seconds=1)).total_seconds())
        assert {each.message_id for each in again} == {
            each.message_id for each in claimed(queued, holder="two")
        }
    assert MAILS == in_state(queued, MessageState.AMBIGUOUS)
