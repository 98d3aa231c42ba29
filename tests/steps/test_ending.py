"""The end of a recall: what hinders it, who asks for it, who agrees, and what the audit trail keeps of it."""

from __future__ import annotations

import pytest

from recall.domain.confirmation import Outcome
from recall.domain.ending import Ending
from recall.domain.policy import Duty
from recall.domain.recall import RecallAct, RecallState
from recall.errors import InputRefused, NotAllowed, NotNow
from recall.steps.assess_completion import assess_completion
from recall.steps.assign_tasks import assign_tasks
from recall.steps.end_recall import agree_to_end, ask_to_end, close, refuse_to_end, withdraw
from recall.store import recalls
from recall.views.ending import ending_view
from tests.dumps import dump
from tests.steps.acts import ONE_MODEL, amended, entries, finish, say, settled, tasks_of
from tests.world import FIRST, HARBOUR, MAKER, SECOND, World

FINAL = "final summary filed (cn-samr)"
WHY = "the authority ends it: the rest cannot be found"


def ending_of(world: World) -> Ending:
    return ending_view(world.runtime, recall_id=world.recall_id).ending


def state(world: World) -> RecallState:
    with world.runtime.store.read() as tx:
        return recalls.recall(tx, recall_id=world.recall_id).state


def asked(world: World, act: RecallAct, *, override: bool = False) -> None:
    ask_to_end(
        world.runtime, recall_id=world.recall_id, act=act, officer=FIRST, reason=WHY, override=override
    )


def test_a_recall_that_rests_is_not_closed_while_a_report_that_its_law_wants_is_open(world: World) -> None:
    finish(world)
    assess_completion(world.runtime, recall_id=world.recall_id)
    assert (True, (FINAL,)) == (ending_of(world).resting, ending_of(world).hindering)
    assign_tasks(world.runtime, recall_id=world.recall_id)
    (final,) = (task for task in tasks_of(world, MAKER) if task.clock == "cn-samr/final-summary")
    with pytest.raises(NotNow, match="final summary filed"):
        close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    say(world, MAKER, Outcome.REPORTED, 0, task_id=final.id)
    assert () == ending_of(world).hindering
    closed = close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    assert RecallState.CLOSED is closed.state


def test_a_periodic_report_does_not_hinder_the_end(world: World) -> None:
    settled(world)
    world.clock.forward(days=95)
    assign_tasks(world.runtime, recall_id=world.recall_id)
    assert any(task.done_at is None for task in tasks_of(world, MAKER) if task.duty is Duty.REPORT)
    assert () == ending_of(world).hindering


def test_in_two_steps_the_measures_end_before_the_recall_may(world: World) -> None:
    hindering = ending_of(world).hindering
    assert "the active measures have not ended" == hindering[0]
    assert {FINAL, "plan completed (cn-samr)"} < set(hindering)
    assert any("units stand at sites" in sentence for sentence in hindering)
    with pytest.raises(NotNow):
        close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    assert RecallState.OPEN is state(world)


def test_new_facts_since_it_came_to_rest_hinder_the_end(world: World) -> None:
    settled(world)
    say(world, HARBOUR, Outcome.RETURNED, 5, line_ref="L-1")
    assert RecallState.MONITORING is state(world)
    with pytest.raises(NotNow, match="in conflict"):
        close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)


def test_officers_override_with_a_reason_and_both_stand_in_the_audit_trail(world: World) -> None:
    hindering = ending_of(world).hindering
    with pytest.raises(NotNow):
        close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND, override="  ")
    close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND, override=WHY)
    last = entries(world.runtime)[-1]
    assert ("recall.closed", FIRST) == (last.action, last.actor)
    assert {"second": SECOND, "reason": WHY, "overridden": list(hindering)} == dict(last.detail)


def test_whether_officers_may_is_asked_before_whether_the_recall_may(world: World) -> None:
    for officer, second in ((FIRST, FIRST), (FIRST, HARBOUR), (MAKER, SECOND)):
        with pytest.raises(NotAllowed):
            close(world.runtime, recall_id=world.recall_id, officer=officer, second=second)
        with pytest.raises(NotAllowed):
            withdraw(world.runtime, recall_id=world.recall_id, officer=officer, second=second)


def test_what_one_officer_asks_for_happens_once_another_agrees(world: World) -> None:
    asked(world, RecallAct.WITHDRAW)
    assert RecallState.OPEN is state(world)
    with pytest.raises(NotNow):
        asked(world, RecallAct.WITHDRAW)
    for nobody in (FIRST, HARBOUR):
        with pytest.raises(NotAllowed):
            agree_to_end(world.runtime, recall_id=world.recall_id, officer=nobody)
    agree_to_end(world.runtime, recall_id=world.recall_id, officer=SECOND)
    assert RecallState.WITHDRAWN is state(world)
    last = entries(world.runtime)[-1]
    assert (FIRST, {"second": SECOND, "reason": WHY}) == (last.actor, dict(last.detail))
    assert None is ending_view(world.runtime, recall_id=world.recall_id).asked


def test_an_end_that_is_refused_is_forgotten_and_its_reason_is_not(world: World) -> None:
    asked(world, RecallAct.WITHDRAW)
    refuse_to_end(world.runtime, recall_id=world.recall_id, officer=SECOND, reason="it goes on")
    last = entries(world.runtime)[-1]
    assert ("recall.end_refused", "it goes on") == (last.action, last.detail["reason"])
    with pytest.raises(NotNow):
        agree_to_end(world.runtime, recall_id=world.recall_id, officer=SECOND)
    asked(world, RecallAct.WITHDRAW)


def test_closing_is_asked_for_with_its_criteria_met_or_overridden(world: World) -> None:
    with pytest.raises(NotNow):
        asked(world, RecallAct.CLOSE)
    asked(world, RecallAct.CLOSE, override=True)
    agree_to_end(world.runtime, recall_id=world.recall_id, officer=SECOND)
    assert (RecallState.CLOSED, WHY) == (state(world), entries(world.runtime)[-1].detail["reason"])


def test_a_closing_that_was_asked_for_is_held_against_the_criteria_again_when_it_is_agreed_to(
    world: World,
) -> None:
    settled(world)
    asked(world, RecallAct.CLOSE)
    say(world, HARBOUR, Outcome.RETURNED, 5, line_ref="L-1")
    with pytest.raises(NotNow, match="in conflict"):
        agree_to_end(world.runtime, recall_id=world.recall_id, officer=SECOND)


def test_an_end_that_was_asked_for_an_older_version_is_asked_for_again(world: World) -> None:
    asked(world, RecallAct.WITHDRAW)
    amended(world, ONE_MODEL)
    with pytest.raises(NotNow, match="amended since"):
        agree_to_end(world.runtime, recall_id=world.recall_id, officer=SECOND)


def test_what_is_no_end_or_has_no_reason_changes_nothing(world: World) -> None:
    before = dump(world.runtime.store)
    with pytest.raises(InputRefused):
        ask_to_end(
            world.runtime, recall_id=world.recall_id, act=RecallAct.WITHDRAW, officer=FIRST, reason=" \n"
        )
    with pytest.raises(InputRefused):
        ask_to_end(world.runtime, recall_id=world.recall_id, act=RecallAct.REST, officer=FIRST, reason=WHY)
    with pytest.raises(NotAllowed):
        ask_to_end(
            world.runtime, recall_id=world.recall_id, act=RecallAct.WITHDRAW, officer=HARBOUR, reason=WHY
        )
    assert before == dump(world.runtime.store)
