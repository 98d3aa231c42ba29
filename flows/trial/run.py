"""The run: one market captured, settled, traced, matched and scored, with the seconds of each stage."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.sandbox.trial.market import EVENTS, LATE
from flows.assembly import House, assemble
from flows.demo.intake import open_the_recall
from flows.trial.loading import load_events, load_orders, load_parties, market_of
from flows.trial.score import score
from recall.errors import NotNow
from recall.settings import Settings
from recall.steps.match_orders import match_orders
from recall.steps.settle_scope import settle_scope
from recall.steps.trace_goods import trace_goods


@dataclass(slots=True, kw_only=True)
class Stages:
    """Seconds by stage; `said` hears of each as it ends."""

    said: Callable[[str, float], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)
        self.said(name, self.seconds[name])


@contextmanager
def fresh_house(settings: Settings, folder: Path, *, database: str | None, keep: bool) -> Iterator[House]:
    """A house with an empty database, by default a file in `folder`; what it wrote is kept or removed.

    Raises NotFound where the folder holds no market, NotNow where the database is not empty.
    """
    market_of(folder)
    home = folder / "engine"
    shutil.rmtree(home, ignore_errors=True)
    house = assemble(settings.model_copy(update={"home": home, "database_url": database or ""}))
    try:
        if house.runtime.store.revisions()[0] is not None:
            raise NotNow("The database is not empty", value=database, advice="Name an empty one.")
        house.runtime.store.upgrade()
        yield house
    finally:
        house.runtime.store.close()
        if not keep:
            shutil.rmtree(home, ignore_errors=True)


def run_trial(house: House, folder: Path, *, said: Callable[[str, float], None]) -> dict[str, Any]:
    """Carry a market through the real steps of an empty house, and score it twice.

    `at_opening` scores what was known when the recall was opened; the rest of the document what is known
    after the late events. Raises NotFound where the folder holds no market.
    """
    market, runtime, stages = market_of(folder), house.runtime, Stages(said=said)
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    with stages.stage("parties"):
        load_parties(runtime, folder)
    with stages.stage("capture"):
        load_events(runtime, folder, file=EVENTS)
    with stages.stage("orders"):
        for platform in market["platforms"]:
            load_orders(runtime, folder, platform=platform)
    with stages.stage("scope"):
        recall_id = open_the_recall(house, notice=folder / "notice.json").id
        settle_scope(runtime, recall_id=recall_id)
    first = _answered(house, folder, recall_id, stages, platforms=market["platforms"], when="")
    with stages.stage("late events"):
        load_events(runtime, folder, file=LATE)
    second = _answered(house, folder, recall_id, stages, platforms=market["platforms"], when=" again")
    blanket = truth["blanket_units"]
    return {
        "seed": market["seed"],
        **second.document(blanket_units=blanket),
        "at_opening": first.document(blanket_units=blanket),
        "seconds": stages.seconds,
    }


def _answered(
    house: House, folder: Path, recall_id: str, stages: Stages, *, platforms: list[str], when: str
) -> Any:
    """Trace, match, compare."""
    with stages.stage(f"trace{when}"):
        trace_goods(house.runtime, recall_id=recall_id)
    with stages.stage(f"match{when}"):
        match_orders(house.runtime, recall_id=recall_id)
    with stages.stage(f"compare{when}"):
        return score(house.runtime, folder, recall_id=recall_id, platforms=platforms)
