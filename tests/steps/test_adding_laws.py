"""A recall that spreads to another jurisdiction: its law comes with a version, and its clocks start then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recall.domain.confirmation import Outcome
from recall.domain.notice import Notice
from recall.domain.policy import Duty
from recall.domain.task import Task, TaskState
from recall.errors import NotFound
from recall.steps.assign_tasks import assign_tasks
from recall.steps.open_recall import amend, reject
from recall.store import added_laws, recalls
from recall.views.law_clocks import Standing
from tests.builders import NOW
from tests.dumps import dump
from tests.steps.acts import WIDER, amended, entries, say, tasks_of
from tests.steps.test_amending import BOTH_MODELS, a_pass
from tests.steps.test_laws import laws
from tests.world import FIRST, HARBOUR, LANTERN, MAKER, SECOND, World, notice


def of(world: World, party_id: str, duty: Duty) -> list[Task]:
    return [task for task in tasks_of(world, party_id) if task.duty is duty]


def policies(world: World) -> tuple[str, ...]:
    with world.runtime.store.read() as tx:
        return recalls.recall(tx, recall_id=world.recall_id).policies


def spread(world: World, *laws_added: str) -> list[tuple[str, str, str]]:
    """The same goods under further laws, and a pass; returns what was told by it."""
    amended(world, BOTH_MODELS, adding=laws_added)
    return a_pass(world)


def test_a_law_comes_with_a_version_and_none_is_taken_away(world: World) -> None:
    spread(world, "eu-gpsr", "cn-samr")
    assert ("cn-samr", "eu-gpsr") == policies(world)
    spread(world, "us-cpsc")
    amended(world, WIDER)
    assert ("cn-samr", "eu-gpsr", "us-cpsc") == policies(world)
    proposed = [entry.detail for entry in entries(world.runtime) if entry.action.endswith("ment_proposed")]
    assert ["eu-gpsr", "us-cpsc", None] == [detail.get("policy") for detail in proposed]


def test_a_law_that_is_only_proposed_or_rejected_asks_nothing(world: World) -> None:
    before = tasks_of(world)
    amend(
        world.runtime, recall_id=world.recall_id, notice=Notice.read(notice()), officer=FIRST,
        adding=["eu-gpsr"],
    )  # fmt: skip
    assert ([], before) == (a_pass(world), tasks_of(world))
    reject(world.runtime, recall_id=world.recall_id, officer=SECOND, reason="not sold there")
    spread(world)
    assert ("cn-samr",) == policies(world)


def test_an_unknown_law_changes_nothing(world: World) -> None:
    before = dump(world.runtime.store)
    with pytest.raises(NotFound):
        amend(
            world.runtime, recall_id=world.recall_id, notice=Notice.read(notice()), officer=FIRST,
            adding=["no-such"],
        )  # fmt: skip
    assert before == dump(world.runtime.store)


def test_the_clocks_that_run_go_on_and_those_of_the_new_law_start_with_it(world: World) -> None:
    (stop,) = of(world, HARBOUR, Duty.STOP_SALE)
    world.clock.forward(days=40)
    spread(world, "eu-gpsr")
    assert [stop] == of(world, HARBOUR, Duty.STOP_SALE)
    reports = {
        task.clock: task for task in (*of(world, HARBOUR, Duty.REPORT), *of(world, MAKER, Duty.REPORT))
    }
    effect, follow_up = reports["eu-gpsr/order-effect"], reports["eu-gpsr/gateway-follow-up#1"]
    assert NOW + timedelta(days=40) == effect.issued_at == follow_up.issued_at
    assert NOW + timedelta(days=40) < effect.due_at < follow_up.due_at
    assert NOW == reports["cn-samr/phase-summary#1"].issued_at
    with world.runtime.store.read() as tx:
        since = added_laws.laws_since(tx, recalls.recall(tx, recall_id=world.recall_id))
    assert {"cn-samr": NOW, "eu-gpsr": NOW + timedelta(days=40)} == since


def test_an_open_duty_that_the_new_law_ends_sooner_is_bound_by_it_and_its_party_is_told(
    world: World,
) -> None:
    (before,) = of(world, HARBOUR, Duty.NOTIFY_BUYERS)
    world.clock.forward(hours=1)
    told = spread(world, "us-cpsc")
    (after,) = of(world, HARBOUR, Duty.NOTIFY_BUYERS)
    assert ("cn-samr/platform-notify-buyers", "us-cpsc/platform-notify-buyers") == (before.clock, after.clock)
    assert after.due_at < before.due_at
    assert (before.id, before.issued_at, 2) == (after.id, after.issued_at, after.version)
    assert "notify_buyers" in {kind for party, kind, _ in told if party == HARBOUR}
    assert 0 == assign_tasks(world.runtime, recall_id=world.recall_id)
    assert [] == a_pass(world)


def test_what_is_done_is_not_asked_again_by_a_law_that_asks_the_same(world: World) -> None:
    for platform in (HARBOUR, LANTERN):
        say(world, platform, Outcome.DELISTED, 0)
    done = of(world, HARBOUR, Duty.STOP_SALE)
    assert TaskState.DONE is done[0].state
    spread(world, "eu-gpsr")
    assert done == of(world, HARBOUR, Duty.STOP_SALE)


def test_on_the_timeline_each_law_begins_when_it_came(world: World) -> None:
    world.clock.forward(days=40)
    spread(world, "eu-gpsr")
    seen = laws(world)
    assert Standing.LATE is seen["cn-samr/platform-stop-sale"].standing
    union = seen["eu-gpsr/platform-stop-sale"]
    assert (Standing.RUNNING, NOW + timedelta(days=40)) == (union.standing, union.since)
    filed = seen["eu-gpsr/authority-safety-gate"]
    assert filed.since in (None, NOW + timedelta(days=40))
