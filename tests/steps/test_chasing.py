"""Clocks that run: each mark is told once, lateness is told above, silent buyers are asked again."""

from __future__ import annotations

from dataclasses import replace

from recall.domain.confirmation import Outcome
from recall.domain.policy import Duty
from recall.domain.task import TaskState
from recall.steps.admit_party import admit_party
from recall.steps.chase_late import Chased, chase_late
from recall.store import party_events
from tests.steps.acts import audited, say, task_of
from tests.world import FIRST, HARBOUR, LANTERN, PARTIES, SELLER, World, deliver_all


def chased(world: World, **span: float) -> Chased:
    world.clock.forward(**span)
    return chase_late(world.runtime, recall_id=world.recall_id)


def told(world: World, kind: str) -> set[tuple[str, str]]:
    """(party, whose task) of the messages of a kind that leave now."""
    whose = {task_of(world, party, Duty.STOP_SALE).id: party for party in (HARBOUR, LANTERN, SELLER)}
    messages = [m for m in deliver_all(world.runtime) if m.kind.value == kind]
    return {(m.party_id, whose.get(m.subject, "")) for m in messages}


def test_each_mark_of_a_clock_is_told_once(queued: World) -> None:
    deliver_all(queued.runtime)
    assert Chased() == chased(queued, hours=11)
    assert Chased(reminded=3) == chased(queued, hours=1)
    assert Chased() == chased(queued, hours=5)
    assert Chased(reminded=3) == chased(queued, hours=1)
    assert {(HARBOUR, HARBOUR), (LANTERN, LANTERN), (SELLER, SELLER)} == told(queued, "reminder")
    assert Chased(escalated=3, reminded=1) == chased(queued, hours=6)
    assert Chased() == chased(queued, hours=1)


def test_marks_that_passed_while_nobody_looked_are_told_as_the_last_of_them(world: World) -> None:
    assert Chased(escalated=3, reminded=1) == chased(world, hours=24)
    task = task_of(world, SELLER, Duty.STOP_SALE)
    assert (TaskState.OVERDUE, 100) == (task.state, task.escalation)


def test_that_a_seller_is_late_is_told_to_its_platform_and_the_regulator(world: World) -> None:
    officer = next(party for party in PARTIES if party.id == FIRST)
    admit_party(world.runtime, party=replace(officer, email="desk@authority.example"))
    chased(world, hours=24)
    late = told(world, "escalation")
    assert {SELLER, HARBOUR, FIRST} == {party for party, whose in late if whose == SELLER}
    assert {HARBOUR, FIRST} == {party for party, whose in late if whose == HARBOUR}


def test_each_mark_stands_in_the_trail_and_in_what_the_party_may_read(world: World) -> None:
    say(world, HARBOUR, Outcome.DELISTED, 0)
    say(world, LANTERN, Outcome.DELISTED, 0)
    assert ["task.reminded"] == audited(world, lambda: chased(world, hours=12))
    assert ["task.reminded", "task.overdue"] == sorted(
        audited(world, lambda: chased(world, hours=12)), reverse=True
    )
    with world.runtime.store.read() as tx:
        published = party_events.since(tx, party_id=SELLER, after=0)
    assert ["task.issued", "reminder", "escalation"] == [event.type for event in published]


def test_a_party_that_is_late_may_still_be_done_and_is_chased_no_more(world: World) -> None:
    chased(world, hours=24)
    task = task_of(world, SELLER, Duty.STOP_SALE)
    say(world, SELLER, Outcome.DELISTED, 0, task_id=task.id)
    done = task_of(world, SELLER, Duty.STOP_SALE)
    assert (TaskState.DONE, world.clock()) == (done.state, done.done_at)
    assert Chased() == chased(world, hours=1)


def test_silent_buyers_are_asked_again_once_and_those_who_answered_are_not(queued: World) -> None:
    deliver_all(queued.runtime)
    say(queued, HARBOUR, Outcome.RETURNED, 2, line_ref="L-1")
    assert 0 == chased(queued, days=5).buyers
    assert 3 == chased(queued, hours=1).buyers
    assert ["L-3", "L-4", "M-1"] == sorted(
        m.recipient for m in deliver_all(queued.runtime) if m.kind.value == "notify_buyer"
    )
    assert 0 == chased(queued, days=30).buyers
