"""The task: its states are a table, its clock is that of the strictest law."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain import task as task_module
from recall.domain.laws import laws_of
from recall.domain.party import Role
from recall.domain.policy import Duty, Trigger, load_policy
from recall.domain.recall import TRANSITIONS as RECALL_TRANSITIONS
from recall.domain.recall import RecallAct, RecallState, check_four_eyes, recall_after
from recall.domain.task import TRANSITIONS, Act, By, Share, TaskState, move, tasks_for
from recall.errors import NotAllowed, NotFound, NotNow
from tests.builders import DAY, HOUR, NOW, make_party, make_task, new_id, no_holidays


@given(st.sampled_from(TaskState), st.sampled_from(Act), st.sampled_from(By))
def test_a_task_moves_only_as_its_table_says(state: TaskState, act: Act, by: By) -> None:
    if (state, act, by) in TRANSITIONS:
        assert TRANSITIONS[state, act, by] is move(state, act=act, by=by)
    else:
        with pytest.raises(NotNow, match=f"is {state} cannot {act}"):
            move(state, act=act, by=by)


def test_the_clock_never_finishes_a_task_and_a_party_never_makes_it_late() -> None:
    by_clock = {after for (_, _, by), after in TRANSITIONS.items() if by is By.CLOCK}
    by_party = {
        after for (_, act, by), after in TRANSITIONS.items() if by is By.PARTY and act is not Act.ACKNOWLEDGE
    }
    assert {TaskState.OVERDUE} == by_clock
    assert {TaskState.DONE, TaskState.DECLINED} == by_party


def test_the_captions_table_names_every_state_that_a_task_can_leave() -> None:
    assert all(
        state.value in (task_module.__doc__ or "") or "any" in (task_module.__doc__ or "")
        for state in TaskState
    )


@given(st.sampled_from(RecallState), st.sampled_from(RecallAct))
def test_a_recall_moves_only_as_its_table_says(state: RecallState, act: RecallAct) -> None:
    if (state, act) in RECALL_TRANSITIONS:
        assert RECALL_TRANSITIONS[state, act] is recall_after(state, act=act)
    else:
        with pytest.raises(NotNow):
            recall_after(state, act=act)


def test_one_officer_is_not_enough() -> None:
    check_four_eyes(proposed_by="a", approved_by="b")
    with pytest.raises(NotAllowed, match="another officer"):
        check_four_eyes(proposed_by="a", approved_by="a")


def test_a_policy_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(NotFound, match="cn-samr"):
        load_policy("no-such")


def test_each_party_is_asked_for_what_it_holds() -> None:
    platform = make_party(role=Role.PLATFORM)
    seller = make_party(role=Role.SELLER, platform_id=platform.id)
    maker = make_party(role=Role.MANUFACTURER)
    logistics, regulator = make_party(role=Role.LOGISTICS), make_party(role=Role.REGULATOR)
    tasks = tasks_for(
        [
            Share(party=platform, sold_units=9),
            Share(party=seller, sold_units=4, stock_units={"site-1": 3}),
            Share(party=logistics, retrieve_units=3),
            Share(party=regulator, sold_units=9),
            Share(party=maker, sold_units=9, stock_units={"site-2": 5}),  # no clock bounds its own stock
        ],
        laws=laws_of(["cn-samr"]),
        began={"cn-samr": {Trigger.OPENED: NOW}},
        recall_id="rcl",
        version=1,
        now=NOW,
        new_id=new_id,
        calendar_of=no_holidays,
    )
    asked = {(task.party_id, task.duty, task.place, task.units) for task in tasks}
    assert {
        (platform.id, Duty.STOP_SALE, "", 9),
        (platform.id, Duty.NOTIFY_BUYERS, "", 9),
        (platform.id, Duty.REPORT, "", 9),
        (seller.id, Duty.STOP_SALE, "", 4),
        (seller.id, Duty.QUARANTINE, "site-1", 3),
        (logistics.id, Duty.RETRIEVE, "", 3),
        (logistics.id, Duty.DISPOSE, "", 3),
        (maker.id, Duty.REPORT, "", 9),
    } == asked
    assert {NOW + 24 * HOUR} == {task.due_at for task in tasks if task.duty is Duty.STOP_SALE}


def test_the_percent_of_a_clock() -> None:
    task = make_task(recall_id="r", party_id="p", issued_at=NOW, due_at=NOW + DAY)
    assert (0, 50, 100, 150) == tuple(task.elapsed(now=NOW + hours * HOUR) for hours in (0, 12, 24, 36))
