"""Who is told: everybody of everything that is asked, once; and told is who was reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from recall.domain.confirmation import RelayReceipt
from recall.domain.message import Via
from recall.domain.policy import Duty
from recall.ports import Receipt, Result
from recall.steps.deliver_messages import claim_letters, settle_letters
from recall.steps.notify_parties import notify_parties
from recall.steps.record_confirmation import record_receipts
from recall.store import silence, tasks
from tests.builders import NOW, new_id
from tests.steps.acts import task_of
from tests.world import HARBOUR, HAULIER, World


def test_a_place_that_comes_up_later_is_told_of_once(world: World) -> None:
    world.clock.forward(days=1)
    later = replace(
        task_of(world, HAULIER, Duty.QUARANTINE), id=new_id("tsk"), place="another site",
        issued_at=world.clock(), due_at=world.clock() + timedelta(days=1),
    )  # fmt: skip
    with world.runtime.store.begin() as tx:
        assert (later,) == tasks.add_tasks(tx, [later])
    assert [1, 0] == [notify_parties(world.runtime, recall_id=world.recall_id) for _ in "12"]
    letters = claim_letters(world.runtime, holder="tests", via=Via.EMAIL, limit=10)
    assert [(HAULIER, later.id, "another site")] == [
        (letter.party.id, letter.message.subject, letter.facts["place"]) for letter in letters
    ]


def test_a_line_whose_message_its_platform_refuses_is_not_told(queued: World) -> None:
    letters = claim_letters(queued.runtime, holder="tests", via=Via.RELAY, limit=10)
    refused = [Receipt(outgoing_id=letter.message.id, result=Result.REFUSED) for letter in letters]
    settle_letters(queued.runtime, holder="tests", receipts=refused)
    assert 0 == told(queued)


def test_a_line_whose_message_came_back_is_told_as_far_as_it_can_be(queued: World) -> None:
    letters = claim_letters(queued.runtime, holder="tests", via=Via.RELAY, limit=10)
    bounced = RelayReceipt(
        line_ref=letters[0].message.recipient, kind="notify_buyer", delivered=False, at=NOW
    )
    record_receipts(
        queued.runtime, recall_id=queued.recall_id, party_id=letters[0].party.id, page=[bounced],
        cursor=("receipts", "1"),
    )  # fmt: skip
    assert HARBOUR == letters[0].party.id
    assert 1 == told(queued)


def told(world: World) -> int:
    """How many lines were told."""
    with world.runtime.store.read() as tx:
        return silence.lines_told(tx, recall_id=world.recall_id)
