"""The end of active measures: a recall rests when nothing is left to do, and resumes when something is."""

from __future__ import annotations

from recall.domain.confirmation import Outcome
from recall.domain.recall import RecallState
from recall.steps.assess_completion import Assessment, assess_completion
from recall.steps.chase_late import chase_late
from recall.steps.record_confirmation import settle_conflict
from recall.steps.settle_scope import settle_scope
from recall.store import recalls
from tests.steps.acts import ONE_MODEL, amended, audited, books, conflicts, finish, say
from tests.world import HARBOUR, SECOND, STEPS, World, deliver_all


def assessed(world: World) -> Assessment:
    return assess_completion(world.runtime, recall_id=world.recall_id)


def test_what_is_left_to_do_is_said_in_sentences(queued: World) -> None:
    assert (
        "8 tasks are open", "121 units stand at sites and were not fetched",
        "4 order lines have not been told",
    ) == assessed(queued).unmet  # fmt: skip
    deliver_all(queued.runtime)
    assert (
        "8 tasks are open", "121 units stand at sites and were not fetched",
        "4 buyers have reminders to come",
    ) == assessed(queued).unmet  # fmt: skip
    say(queued, HARBOUR, Outcome.RETURNED, 11, line_ref="L-4")
    say(queued, HARBOUR, Outcome.RETURNED, 2, line_ref="L-1")
    assert (
        "8 tasks are open", "1 confirmations are in conflict and wait for a person",
        "121 units stand at sites and were not fetched", "2 buyers have reminders to come",
        "2 recovered units await disposal",
    ) == assessed(queued).unmet  # fmt: skip


def test_a_reminder_does_not_pass_for_a_line_that_was_never_told(queued: World) -> None:
    deliver_all(queued.runtime)
    queued.clock.forward(days=6)
    assert 4 == chase_late(queued.runtime, recall_id=queued.recall_id).buyers
    deliver_all(queued.runtime)
    amended(queued, [{"name": "Power bank", "model": "PAC20-272", "lots": ["A1", "B2"]}])
    for step in STEPS:
        step(queued.runtime, recall_id=queued.recall_id)
    assert "1 order lines have not been told" in assessed(queued).unmet


def test_a_recall_rests_when_nothing_is_left_and_never_ends_by_itself(queued: World) -> None:
    deliver_all(queued.runtime)
    finish(queued)
    assert ["recall.monitoring"] == audited(queued, lambda: assessed(queued))
    assert (RecallState.MONITORING, ()) == (assessed(queued).state, assessed(queued).unmet)
    ledger = books(queued)
    assert (140, 140, 0, 3, True) == (
        ledger.affected, ledger.disposed, ledger.outstanding, ledger.cleared, ledger.balances,
    )  # fmt: skip
    with queued.runtime.store.read() as tx:
        assert queued.clock() == recalls.recall(tx, recall_id=queued.recall_id).rested_at


def test_a_recall_resumes_on_new_facts_and_rests_again(world: World) -> None:
    finish(world)
    assert RecallState.MONITORING == assessed(world).state
    say(world, HARBOUR, Outcome.RETURNED, 5, line_ref="L-1")
    assert ["recall.open"] == audited(world, lambda: assessed(world))
    (waiting,) = conflicts(world)
    settle_conflict(
        world.runtime, confirmation_id=waiting.id, officer=SECOND, units=0, reason="another product"
    )
    assert ["recall.monitoring"] == audited(world, lambda: assessed(world))


def test_an_amendment_wakes_a_recall_that_rests(world: World) -> None:
    finish(world)
    assessed(world)
    amended(world, ONE_MODEL)
    with world.runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=world.recall_id)
    assert (RecallState.OPEN, None) == (recall.state, recall.rested_at)
    assert 1 == len(settle_scope(world.runtime, recall_id=world.recall_id).clauses)
