"""The logistics partner counts, fetches and disposes; one of its counts is false, and the truth knows it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.market import MarketSummary
from connectors.sandbox.places import HUB
from tests.connectors import processes
from tests.connectors.processes import Caller, SmallEngine

from .market_reading import read_lines
from .test_platform import DAY_0, task

Market = tuple[Path, MarketSummary]


@pytest.fixture
def partner(market: Market, tmp_path: Path) -> Iterator[tuple[SmallEngine, Caller]]:
    shutil.copy(market[0] / "northgate.db", tmp_path)
    with (
        processes.small_engine() as engine,
        processes.logistics(tmp_path / "northgate.db", issuer=engine.url) as served,
    ):
        yield engine, Caller(served.url)


def affected_lots(folder: Path) -> list[dict[str, Any]]:
    lots = {(row["gtin"], row["lot"]) for row in read_lines(folder / "truth.jsonl") if row["affected"]}
    return [{"gtin": gtin, "lots": [lot]} for gtin, lot in sorted(lots)]


def live(caller: Caller, *, days: int) -> list[dict[str, Any]]:
    for day in range(days):
        caller.clock(DAY_0 + timedelta(days=day))
    return caller.everything("confirmations", recall="rcl_1")


def test_it_counts_then_fetches_then_disposes_of_all_but_the_false_count(
    market: Market, partner: tuple[SmallEngine, Caller]
) -> None:
    folder, summary = market
    engine, caller = partner
    lots = affected_lots(folder)
    engine.tasks = [
        task("tsk_q", "quarantine", place=HUB, affected=lots),
        task("tsk_r", "retrieve", affected=lots), task("tsk_d", "dispose", affected=lots),
    ]  # fmt: skip
    said = live(caller, days=40)
    by_outcome = {
        name: [one for one in said if one["outcome"] == name] for name in ("quarantined", "collected")
    }
    assert {one["place"] for one in by_outcome["quarantined"]} == {HUB}
    collected = {(c["place"], c["gtin"], c["lot"]): c["units"] for c in by_outcome["collected"]}
    false = summary.overcount
    assert false is not None
    place = (false["site"], false["gtin"], false["lot"])
    assert collected[place] == false["says"]
    assert sum(collected.values()) - collected[place] + int(str(false["units"])) == summary.affected_stock
    disposed = [one for one in said if one["outcome"] == "disposed"]
    assert sum(one["units"] for one in disposed) == summary.affected_stock
    assert place in {(d["place"], d["gtin"], d["lot"]) for d in disposed[-2:]}, "what was in doubt goes last"
    assert [one["final"] for one in disposed] == [False] * (len(disposed) - 1) + [True]
    times = [max(one["at"] for one in by_outcome[name]) for name in ("quarantined", "collected")]
    assert times[0] < times[1] < min(one["at"] for one in disposed)
    assert engine.acknowledged == {"tsk_q", "tsk_r", "tsk_d"}


def test_a_parcel_handed_over_twice_is_disposed_of_once(partner: tuple[SmallEngine, Caller]) -> None:
    engine, caller = partner
    engine.tasks = [task("tsk_d", "dispose")]
    caller.clock(DAY_0)
    parcel = {"line": "HM-00000001", "recall": "rcl_1", "platform": "harbour", "units": 2, "code": "x"}
    assert [caller.post("/sandbox/parcels", parcel)[0] for _ in range(2)] == [202, 202]
    assert caller.post("/sandbox/parcels", {"line": "HM-1"})[0] == 422
    said = [one for one in live(caller, days=8) if "parcels" in one["evidence"]]
    assert [(one["units"], one["task"], one["evidence"]["parcels"]) for one in said] == [(2, "tsk_d", "1")]


def test_a_superseded_task_is_left_alone(market: Market, partner: tuple[SmallEngine, Caller]) -> None:
    engine, caller = partner
    engine.tasks = [task("tsk_q", "quarantine", place=HUB, affected=affected_lots(market[0]))]
    caller.clock(DAY_0)
    engine.tasks[0]["state"] = "superseded"
    assert live(caller, days=3) == []


def test_its_clock_never_runs_back(partner: tuple[SmallEngine, Caller]) -> None:
    _, caller = partner
    caller.clock(DAY_0)
    earlier = caller.clock(datetime(2020, 1, 1, tzinfo=UTC))
    assert datetime.fromisoformat(earlier["now"]) == DAY_0
