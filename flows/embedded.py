"""The timer: starts what is due, in this process or by Prefect's workers; only this file knows apscheduler.

The timer's memory is nothing: what is due stands in the database, and a lease there lets one process at a
time work on a recall, so that two timers alive are harmless.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prefect.deployments import run_deployment
from prefect.settings import temporary_settings

from flows.assembly import House, in_house, new_id
from flows.collect import collect
from flows.coordinate import coordinate
from flows.deliver import deliver
from flows.remind import remind
from flows.watch import watch
from recall.domain.recall import RecallState
from recall.store import leases, recalls

log = logging.getLogger("recall.timer")

TICK_SECONDS = 20
WATCH_SECONDS = 3600
LEASE_SECONDS = 60

IN_ORDER = {"coordinate": coordinate, "collect": collect, "remind": remind}
"""The flows of one recall, in the order in which a tick runs them; `deliver` follows once for all."""


@asynccontextmanager
async def timer(house: House, *, prefect_api_url: str) -> AsyncIterator[None]:
    """Tick while the block runs; flows report to the Prefect server at that address."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    with in_house(house), prefect_settings(prefect_api_url):
        scheduler.add_job(tick, "interval", args=[house], seconds=TICK_SECONDS, **every)
        scheduler.add_job(look, "interval", args=[house], seconds=WATCH_SECONDS, **every)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)


@contextmanager
def prefect_settings(api_url: str) -> Iterator[None]:
    """Prefect's settings for passes in this process, while the block runs.

    Heartbeats are for runs of deployments; here their thread would only hold every run up by a second.
    """
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with temporary_settings(
        updates={
            "api.url": api_url,
            "flows.heartbeat_frequency": None,
            "logging.to_api.enabled": False,
            "results.default_serializer": "json",
        }
    ):
        yield


async def tick(house: House) -> None:
    """One tick: a pass over every open recall, then the outbox; what fails waits for the next."""
    for recall_id in _open_recalls(house):
        await _leased(
            house, name=f"recall/{recall_id}", work=lambda recall_id=recall_id: _pass(house, recall_id)
        )
    await _leased(house, name="outbox", work=lambda: _run(house, "deliver", deliver))


async def look(house: House) -> None:
    """One look for goods that are on sale again."""
    for recall_id in _open_recalls(house):
        await _leased(
            house, name=f"watch/{recall_id}", work=lambda r=recall_id: _run(house, "watch", watch, r)
        )


async def _pass(house: House, recall_id: str) -> None:
    for name, flow in IN_ORDER.items():
        await _run(house, name, flow, recall_id)


async def _run(
    house: House, name: str, flow: Callable[..., Awaitable[object]], recall_id: str | None = None
) -> None:
    if house.settings.flows == "embedded":
        await (flow(recall_id) if recall_id else flow())
        return
    minute = house.runtime.now().strftime("%Y%m%dT%H%M")
    await run_deployment(
        f"{name}/{name}",
        parameters={"recall_id": recall_id} if recall_id else {},
        timeout=0,
        as_subflow=False,
        idempotency_key=f"{name}/{recall_id}/{minute}",
    )


async def _leased(house: House, *, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do the work if no other process holds its lease; whatever goes wrong waits for the next tick."""
    holder, now = new_id("ls"), house.runtime.now()
    with house.runtime.store.begin() as tx:
        if not leases.take(tx, name=name, holder=holder, now=now, seconds=LEASE_SECONDS):
            return
    try:
        await work()
    except Exception:
        log.exception("The pass over %s failed; the next tick tries again", name)
    finally:
        with house.runtime.store.begin() as tx:
            leases.give_back(tx, name=name, holder=holder)


def _open_recalls(house: House) -> list[str]:
    with house.runtime.store.read() as tx:
        active = (RecallState.OPEN, RecallState.MONITORING)
        return [recall.id for recall in recalls.recalls(tx) if recall.state in active]
