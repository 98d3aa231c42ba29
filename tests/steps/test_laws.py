"""One recall under several laws: a duty once, by the strictest; reports law by law; one timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recall.domain.confirmation import Outcome
from recall.domain.ground import Confidence
from recall.domain.policy import Duty
from recall.domain.task import Task
from recall.steps.assess_completion import assess_completion
from recall.steps.assign_tasks import assign_tasks
from recall.steps.chase_late import chase_late
from recall.store import recalls, tasks
from recall.views.law_clocks import LawClock, Standing
from recall.views.overview import overview
from tests.builders import NOW
from tests.steps.acts import say
from tests.world import HARBOUR, LANTERN, MAKER, STEPS, World, scanned

LAWS = ("eu-gpsr", "cn-samr", "us-cpsc")


@pytest.fixture
def several(fresh: World) -> World:
    """The recall under three laws, every step of a pass taken."""
    scanned(fresh)
    with fresh.runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=fresh.recall_id)
        recalls.save_recall(tx, replace(recall, policies=LAWS))
    for step in STEPS:
        step(fresh.runtime, recall_id=fresh.recall_id)
    return fresh


def asked(world: World, party_id: str, duty: Duty) -> list[Task]:
    with world.runtime.store.read() as tx:
        of_party = tasks.tasks(tx, recall_id=world.recall_id, party_id=party_id)
    return [task for task in of_party if task.duty is duty]


def laws(world: World) -> dict[str, LawClock]:
    seen = overview(world.runtime, recall_id=world.recall_id)
    return {f"{law.policy}/{law.clock.id}": law for law in seen.laws}


def test_a_duty_is_asked_once_by_the_strictest_of_the_laws(several: World) -> None:
    (stop,) = asked(several, HARBOUR, Duty.STOP_SALE)
    assert ("cn-samr/platform-stop-sale", NOW + timedelta(hours=24)) == (stop.clock, stop.due_at)
    assert Confidence.VERIFIED is stop.confidence
    (tell,) = asked(several, HARBOUR, Duty.NOTIFY_BUYERS)
    assert "us-cpsc/platform-notify-buyers" == tell.clock
    assert datetime(2025, 6, 17, 4, tzinfo=UTC) == tell.due_at  # told on Sunday evening in Washington
    assert Confidence.UNVERIFIED is tell.confidence


def test_each_law_has_its_own_reports_from_those_it_asks(several: World) -> None:
    assert {"cn-samr/phase-summary#1", "eu-gpsr/gateway-follow-up#1", "us-cpsc/monthly-progress#1"} == {
        task.clock for task in asked(several, MAKER, Duty.REPORT)
    }
    assert {"cn-samr/platform-summary", "eu-gpsr/order-effect"} == {
        task.clock for task in asked(several, HARBOUR, Duty.REPORT)
    }


def test_a_report_is_asked_anew_when_the_time_of_the_one_before_has_passed(several: World) -> None:
    assert 0 == assign_tasks(several.runtime, recall_id=several.recall_id)
    several.clock.forward(days=20)
    assert 1 == assign_tasks(several.runtime, recall_id=several.recall_id)
    assert "us-cpsc/monthly-progress#2" in {task.clock for task in asked(several, MAKER, Duty.REPORT)}
    assert 0 == assign_tasks(several.runtime, recall_id=several.recall_id)


def test_every_clock_of_every_law_stands_on_one_timeline(several: World) -> None:
    seen = laws(several)
    assert set(LAWS) == {law.policy for law in seen.values()}
    chinese, union = (seen[f"{name}/platform-stop-sale"] for name in ("cn-samr", "eu-gpsr"))
    assert (True, False) == (chinese.binds, union.binds)
    assert (2, 2, Standing.RUNNING) == (chinese.tasks, union.open, union.standing)
    ends = [law.due.at for law in seen.values() if law.due]
    assert sorted(ends) == ends
    plan = seen["cn-samr/producer-plan"]
    assert (Standing.WAITS, None) == (plan.standing, plan.due)
    assert Standing.OUTSIDE is seen["eu-gpsr/authority-safety-gate"].standing


def test_the_clock_of_a_law_is_done_when_all_have_done_and_late_when_one_is(several: World) -> None:
    for platform in (HARBOUR, LANTERN):
        say(several, platform, Outcome.DELISTED, 0)
    several.clock.forward(days=3)
    seen = laws(several)
    assert Standing.DONE is seen["eu-gpsr/platform-stop-sale"].standing
    assert Standing.LATE is seen["eu-gpsr/seller-stop-sale"].standing


def test_the_strictest_law_is_the_one_that_chases(several: World) -> None:
    several.clock.forward(hours=12)
    chase_late(several.runtime, recall_id=several.recall_id)
    (stop,) = asked(several, HARBOUR, Duty.STOP_SALE)
    assert 50 == stop.escalation


def test_reports_do_not_keep_active_measures_from_their_end(several: World) -> None:
    left = assess_completion(several.runtime, recall_id=several.recall_id).unmet
    with several.runtime.store.read() as tx:
        duties = [task.duty for task in tasks.tasks(tx, recall_id=several.recall_id)]
    assert Duty.REPORT in duties
    assert f"{sum(duty is not Duty.REPORT for duty in duties)} tasks are open" in left
