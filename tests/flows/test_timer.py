"""The timer: one pass at a time whoever ticks, failures that stop nothing, one run a minute where served.

The flows themselves and Prefect's answer are replaced here: what is tested is who starts what and how often,
and a run of Prefect's has tests of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows import embedded
from flows.embedded import IN_ORDER, LEASE_SECONDS, listen, tick
from recall.settings import Settings
from recall.steps.end_recall import withdraw
from recall.steps.keep_published import begin_watch
from recall.store import leases, recalls, watched
from tests.dumps import dump
from tests.fakes import house_over
from tests.world import FIRST, SECOND, World


def nowhere() -> str:
    """The address of a Prefect server that nobody asks."""
    return "http://127.0.0.1:1/api"


class Passes:
    """Stands for the flows: counts how often each ran, waits a moment, fails where it is told to."""

    def __init__(self, patch: pytest.MonkeyPatch, *, failing: str = "") -> None:
        """Takes the place of every flow."""
        self.ran = Counter[str]()
        self.flows = {name: self._flow(name, fails=name == failing) for name in embedded.FLOWS}
        patch.setattr(embedded, "FLOWS", self.flows)

    def _flow(self, name: str, *, fails: bool) -> Any:
        async def flow(**_: str) -> None:
            self.ran[name] += 1
            await asyncio.sleep(0.05)
            if fails:
                raise RuntimeError("a stage failed")

        return flow


async def test_two_timers_alive_run_one_pass(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, house = Passes(monkeypatch), house_over(world, home=tmp_path)
    await asyncio.gather(tick(house, nowhere), tick(house, nowhere))
    assert dict.fromkeys(IN_ORDER, 1) == {name: passes.ran[name] for name in IN_ORDER}
    await tick(house, nowhere)
    assert dict.fromkeys(IN_ORDER, 2) == {name: passes.ran[name] for name in IN_ORDER}


async def test_a_recall_that_ended_says_farewell_and_is_then_left_alone(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, house = Passes(monkeypatch), house_over(world, home=tmp_path)
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    await tick(house, nowhere)
    assert (1, 0, 0) == tuple(passes.ran[name] for name in IN_ORDER)
    now = world.clock()
    with world.runtime.store.begin() as tx:
        recalls.save_stage(
            tx, recall_id=world.recall_id, version=1, name="release", began_at=now, ended_at=now,
            seconds=0.0, result={"said": True},
        )  # fmt: skip
    await tick(house, nowhere)
    assert 1 == passes.ran["coordinate"]


async def test_a_lease_of_a_timer_that_died_runs_out(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, house = Passes(monkeypatch), house_over(world, home=tmp_path)
    with world.runtime.store.begin() as tx:
        name = f"recall/{world.recall_id}"
        assert leases.take(tx, name=name, holder="dead", now=world.clock(), seconds=LEASE_SECONDS)
    await tick(house, nowhere)
    assert {"deliver": 1} == dict(passes.ran)
    world.clock.forward(seconds=LEASE_SECONDS + 1)
    await tick(house, nowhere)
    assert 1 == passes.ran["coordinate"]


async def test_a_pass_that_takes_longer_than_its_lease_keeps_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, house = list[str](), house_over(world, home=tmp_path)

    async def long_pass(recall_id: str) -> None:
        ran.append(recall_id)
        for _ in range(3):
            held = dump(world.runtime.store)["lease"]
            world.clock.forward(seconds=LEASE_SECONDS - 1)
            while held == dump(world.runtime.store)["lease"]:
                await asyncio.sleep(0.01)
        await tick(house, nowhere)

    monkeypatch.setattr(leases, "BEATS", LEASE_SECONDS / 0.01)
    monkeypatch.setattr(embedded, "IN_ORDER", ("coordinate",))
    monkeypatch.setattr(embedded, "FLOWS", Passes(monkeypatch).flows | {"coordinate": long_pass})
    await tick(house, nowhere)
    assert [world.recall_id] == ran
    assert [] == dump(world.runtime.store)["lease"]


async def test_a_pass_that_fails_does_not_stop_the_tick_nor_keep_its_lease(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, house = Passes(monkeypatch, failing="coordinate"), house_over(world, home=tmp_path)
    await tick(house, nowhere)
    await tick(house, nowhere)
    assert {"coordinate": 2, "deliver": 2} == dict(passes.ran)


async def test_where_flows_are_served_prefect_is_asked_once_a_minute_under_one_key(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[tuple[str, object, object]]()

    async def run_deployment(name: str, *, parameters: object, idempotency_key: str, **_: object) -> None:
        asked.append((name, parameters, idempotency_key))

    monkeypatch.setattr(embedded, "run_deployment", run_deployment)
    passes, house = Passes(monkeypatch), house_over(world, home=tmp_path, flows="served")
    await tick(house, nowhere)
    await tick(house, nowhere)
    assert ({}, 4) == (dict(passes.ran), len(set(map(str, asked))))
    assert {"recall_id": world.recall_id} == asked[0][1]
    assert ["coordinate", "collect", "remind", "deliver"] == [n.split("/")[0] for n, _, _ in asked[:4]]
    world.clock.forward(minutes=1)
    await tick(house, nowhere)
    assert 8 == len({key for _, _, key in asked})


async def test_each_watched_feed_has_its_pass_when_its_time_has_come(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    async def gather(feed: str) -> None:
        asked.append(feed)
        begin_watch(world.runtime, feed=feed)

    monkeypatch.setattr(embedded, "FLOWS", {"gather": gather})
    house = replace(
        house_over(world, home=tmp_path), settings=Settings(home=tmp_path, feeds="cpsc safety_gate")
    )
    await listen(house, nowhere)
    await listen(house, nowhere)
    assert ["cpsc", "safety_gate"] == sorted(asked)
    world.clock.forward(hours=7)
    await listen(house, nowhere)
    assert 4 == len(asked)


async def test_no_feed_is_asked_where_the_settings_name_none(world: World, tmp_path: Path) -> None:
    await listen(house_over(world, home=tmp_path), nowhere)
    with world.runtime.store.read() as tx:
        assert {} == watched.freshness(tx)
