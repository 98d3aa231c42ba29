"""The ending: each way in which a law knows that a criterion of its end is met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.domain.completion import Ledger, Standing
from recall.domain.ending import Ending, ending
from recall.domain.laws import laws_of
from recall.domain.policy import Duty
from recall.domain.recall import RecallState
from recall.domain.task import Task, TaskState
from tests.builders import make_recall, make_task

DONE = Standing(
    ledger=Ledger(disposed=5, entered=5), open_tasks=0, conflicts=0, open_scans=0, stock_units=0,
    disposals_asked=0, lines_to_tell=2, lines_told=2, lines_waiting=0,
)  # fmt: skip


def held(policy: str, *, standing: Standing = DONE, tasks: tuple[Task, ...] = ()) -> Ending:
    recall = replace(make_recall(), state=RecallState.MONITORING, policies=(policy,))
    return ending(recall, laws=laws_of([policy]), standing=standing, tasks=tasks)


def reports(name: str, *states: TaskState, party: str = "party_maker") -> tuple[Task, ...]:
    return tuple(
        make_task(
            recall_id="rcl_1",
            id=f"tsk_{party}_{n}",
            party_id=party,
            duty=Duty.REPORT,
            clock=f"{name}#{n}",
            state=state,
        )
        for n, state in enumerate(states, start=1)
    )


@pytest.mark.parametrize(
    ("policy", "standing", "hindering"),
    [
        ("us-cpsc", DONE, ()),
        ("au-accc", DONE, ()),
        ("us-fda", DONE, ()),
        ("us-fda", replace(DONE, ledger=Ledger(outstanding=1, disposed=4, entered=5)),
         ("the product was removed, and properly disposed of or corrected (us-fda)",)),
        ("eu-gpsr", replace(DONE, lines_told=1),
         ("1 order lines have not been told", "all affected consumers who can be told were told (eu-gpsr)",
          "effect reported to the authority (eu-gpsr)")),
        ("cn-samr", DONE, ("final summary filed (cn-samr)",)),
        ("us-nhtsa", DONE, ("eight quarterly reports filed (us-nhtsa)",)),
    ],
)  # fmt: skip
def test_what_hinders_is_said_criterion_by_criterion(
    policy: str, standing: Standing, hindering: tuple[str, ...]
) -> None:
    assert hindering == held(policy, standing=standing).hindering


def test_a_report_is_filed_once_everybody_who_owes_it_has_filed_it() -> None:
    name, done, open_ = "eu-gpsr/order-effect", TaskState.DONE, TaskState.ISSUED
    first, other = reports(name, done, party="party_a"), reports(name, open_, party="party_b")
    assert ("effect reported to the authority (eu-gpsr)",) == held("eu-gpsr", tasks=first + other).hindering
    assert () == held("eu-gpsr", tasks=first + reports(name, done, party="party_b")).hindering
    gone = reports(name, TaskState.SUPERSEDED, party="party_b")
    assert () == held("eu-gpsr", tasks=first + gone).hindering


def test_a_report_of_so_many_periods_is_filed_so_often() -> None:
    name, done = "us-nhtsa/quarterly-completion", TaskState.DONE
    assert held("us-nhtsa", tasks=reports(name, *[done] * 7, TaskState.ISSUED)).hindering
    assert () == held("us-nhtsa", tasks=reports(name, *[done] * 8, TaskState.ISSUED)).hindering


def test_what_officers_judge_is_neither_met_nor_unmet() -> None:
    met = {each.criterion.what: each.met for each in held("au-accc").requirements}
    assert (True, None) == (met["the strategy was carried out"], met["further effort has no effect"])
    assert None is met["the remedy stays available after it"]
