"""The task: its states are a table, its clock is the policy's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain import task as task_module
from recall.domain.party import Role
from recall.domain.policy import Duty, LegalClock, available_policies, load_policy
from recall.domain.recall import TRANSITIONS as RECALL_TRANSITIONS
from recall.domain.recall import RecallAct, RecallState, check_four_eyes, recall_after
from recall.domain.task import TRANSITIONS, Act, By, Share, TaskState, move, tasks_for
from recall.errors import NotAllowed, NotFound, NotNow
from tests.builders import DAY, HOUR, NOW, make_party, make_task, new_id


def never(_: date) -> bool:
    """A country without holidays."""
    return False


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


def clock(**parts: object) -> LegalClock:
    """A clock of the platform's stop of sale."""
    given_parts: dict[str, object] = {
        "duty": Duty.STOP_SALE, "role": Role.PLATFORM, "hours": None, "working_days": None,
        "escalate_at": (100,), "basis": "law", "citation": "art. 1", "confidence": "verified",
    }  # fmt: skip
    return LegalClock(**(given_parts | parts))  # type: ignore[arg-type] # a builder


def test_hours_run_through_the_weekend() -> None:
    policy, friday = load_policy("cn-samr"), datetime(2025, 6, 20, 12, tzinfo=UTC)
    assert datetime(2025, 6, 21, 12, tzinfo=UTC) == policy.due(
        clock(hours=24), since=friday, is_holiday=never
    )


@pytest.mark.parametrize(
    ("days", "holidays", "expected"),
    [
        (1, (), datetime(2025, 6, 23, 16, tzinfo=UTC)),  # Friday noon in China -> end of Monday there
        (3, (), datetime(2025, 6, 25, 16, tzinfo=UTC)),
        (1, (date(2025, 6, 23),), datetime(2025, 6, 24, 16, tzinfo=UTC)),
    ],
)
def test_working_days_end_with_the_last_hour_of_the_last_day_where_the_law_is(
    days: int, holidays: tuple[date, ...], expected: datetime
) -> None:
    friday = datetime(2025, 6, 20, 4, tzinfo=UTC)
    due = load_policy("cn-samr").due(
        clock(working_days=days), since=friday, is_holiday=lambda day: day in holidays
    )
    assert expected == due


def test_every_number_of_every_policy_says_what_it_rests_on() -> None:
    for name in available_policies():
        for each in load_policy(name).clocks:
            assert each.basis in {"law", "guidance", "pledge", "target"}
            assert each.confidence in {"verified", "unverified"}
            assert each.citation
            assert (each.hours is None) != (each.working_days is None)


def test_a_policy_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(NotFound, match="cn-samr"):
        load_policy("no-such")


def test_each_party_is_asked_for_what_it_holds() -> None:
    platform = make_party(role=Role.PLATFORM)
    seller = make_party(role=Role.SELLER, platform_id=platform.id)
    logistics, regulator = make_party(role=Role.LOGISTICS), make_party(role=Role.REGULATOR)
    tasks = tasks_for(
        [
            Share(party=platform, sold_units=9),
            Share(party=seller, sold_units=4, stock_units={"site-1": 3}),
            Share(party=logistics, retrieve_units=3),
            Share(party=regulator, sold_units=9),
        ],
        policy=load_policy("cn-samr"),
        recall_id="rcl",
        version=1,
        now=NOW,
        new_id=new_id,
        is_holiday=never,
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
    } == asked
    assert {NOW + 24 * HOUR} == {task.due_at for task in tasks if task.duty is Duty.STOP_SALE}


def test_the_percent_of_a_clock() -> None:
    task = make_task(recall_id="r", party_id="p", issued_at=NOW, due_at=NOW + DAY)
    assert (0, 50, 100, 150) == tuple(task.elapsed(now=NOW + hours * HOUR) for hours in (0, 12, 24, 36))
