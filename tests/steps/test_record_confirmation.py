"""What parties say was done: taken from whom it concerns, once, and never at the cost of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from recall.domain.completion import Ledger
from recall.domain.confirmation import Confirmation, Outcome, RelayReceipt
from recall.domain.policy import Duty
from recall.errors import ConfirmationRefused
from recall.steps.record_confirmation import Recorded, record_confirmation, record_receipts
from recall.store import cursors, ledger, recalls, tasks
from tests.builders import NOW
from tests.world import HARBOUR, HAULIER, HUB, LANTERN, SELLER, World


def say(world: World, party_id: str, outcome: Outcome, **given: Any) -> Recorded:
    """A party says something."""
    parts: dict[str, Any] = {"key": f"{party_id}-{outcome}", "units": 0, "at": NOW} | given
    said = Confirmation(outcome=outcome, **parts)
    return record_confirmation(world.runtime, recall_id=world.recall_id, party_id=party_id, confirmation=said)


def books(world: World) -> Ledger:
    """The units as they stand."""
    with world.runtime.store.read() as tx:
        return ledger.ledger(tx, recall_id=world.recall_id)


@pytest.mark.parametrize("party_id", [HARBOUR, LANTERN, SELLER])
@pytest.mark.parametrize("outcome", [Outcome.QUARANTINED, Outcome.COLLECTED])
def test_nobody_speaks_of_the_stock_of_another(world: World, party_id: str, outcome: Outcome) -> None:
    before = books(world)
    recorded = say(world, party_id, outcome, place=HUB, lot="A1", units=1)
    assert recorded.conflict is not None
    assert before == books(world)


def test_a_count_of_nothing_by_a_stranger_lets_nothing_off(world: World) -> None:
    before = books(world)
    say(world, SELLER, Outcome.QUARANTINED, place=HUB, lot="A1", units=0)
    assert before == books(world)


def test_only_who_was_asked_to_disposes(world: World) -> None:
    say(world, HAULIER, Outcome.COLLECTED, place=HUB, lot="A1", units=81)
    assert say(world, HARBOUR, Outcome.DISPOSED, units=81).conflict is not None
    assert say(world, HAULIER, Outcome.DISPOSED, units=81).conflict is None
    assert 81 == books(world).disposed


def test_the_owner_counts_its_own_stock(world: World) -> None:
    assert say(world, HAULIER, Outcome.QUARANTINED, place=HUB, lot="A1", units=80).conflict is None
    assert 1 == books(world).cleared


def counting(world: World) -> str:
    """How far the haulier's count of its stock is."""
    with world.runtime.store.read() as tx:
        known = tasks.tasks(tx, recall_id=world.recall_id, party_id=HAULIER)
    return next(task.state.value for task in known if task.duty is Duty.QUARANTINE and task.place == HUB)


def test_a_part_of_the_goods_ends_no_task_and_lets_nothing_off(world: World) -> None:
    say(world, HAULIER, Outcome.QUARANTINED, key="1", place=HUB, lot="A1", units=40, final=False)
    assert ("issued", 0) == (counting(world), books(world).cleared)
    say(world, HAULIER, Outcome.QUARANTINED, key="2", place=HUB, lot="A1", units=41, final=False)
    assert ("done", 0) == (counting(world), books(world).cleared)


def test_the_last_part_of_a_count_lets_off_what_none_of_them_found(world: World) -> None:
    say(world, HAULIER, Outcome.QUARANTINED, key="1", place=HUB, lot="A1", units=40, final=False)
    say(world, HAULIER, Outcome.QUARANTINED, key="2", place=HUB, lot="A1", units=38)
    assert ("done", 3) == (counting(world), books(world).cleared)


def test_a_count_after_a_whole_one_begins_anew(world: World) -> None:
    for key, units in (("1", 80), ("2", 78)):
        say(world, HAULIER, Outcome.QUARANTINED, key=key, place=HUB, lot="A1", units=units)
    assert 3 == books(world).cleared


def bounce(world: World, *, cursor: str) -> None:
    """The platform says that a message to the buyer of L-1 came back."""
    receipt = RelayReceipt(line_ref="L-1", kind="notify_buyer", delivered=False, at=NOW)
    record_receipts(
        world.runtime,
        recall_id=world.recall_id,
        party_id=HARBOUR,
        page=[receipt],
        cursor=("receipts", cursor),
    )


def test_a_platform_that_uses_our_key_does_not_hold_up_its_receipts(world: World) -> None:
    key = f"bounced/{world.recall_id}/L-1/{NOW.isoformat()}"
    say(world, HARBOUR, Outcome.NOTIFIED, key=key)
    bounce(world, cursor="1")
    with world.runtime.store.read() as tx:
        assert "1" == cursors.cursor(tx, name="receipts")


def test_the_same_words_in_another_recall_are_not_swallowed(world: World) -> None:
    say(world, HARBOUR, Outcome.REPORTED, key="one")
    with pytest.raises(ConfirmationRefused):
        record_in_another(world)


def record_in_another(world: World) -> None:
    """The same statement under the same key, about another recall."""
    with world.runtime.store.begin() as tx:
        first = recalls.recall(tx, recall_id=world.recall_id)
        recalls.add_recall(tx, replace(first, id="rcl_other", reference="another notice"))
    say(replace(world, recall_id="rcl_other"), HARBOUR, Outcome.REPORTED, key="one")
