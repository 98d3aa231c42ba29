"""The timer: starts what is due, in this process or by Prefect's workers; only this file knows apscheduler.

The timer's memory is nothing: what is due stands in the database, and a lease there lets one process at a
time work on a recall, so that two timers alive are harmless.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prefect.deployments import run_deployment
from prefect.settings import temporary_settings

from flows.assembly import House, in_house, new_id
from flows.collect import collect
from flows.coordinate import coordinate
from flows.deliver import deliver
from flows.gather import gather
from flows.heed import heed
from flows.index import index
from flows.indexing import due as due_indexes
from flows.polling import due
from flows.remind import remind
from flows.watch import watch
from recall.domain.recall import ACTIVE_STATES, ENDED_STATES
from recall.store import hints, leases, outbox, recalls
from recall.store.database import Tx

log = logging.getLogger("recall.timer")

TICK_SECONDS = 20
POST_SECONDS = 1
"""With the eight seconds of a hold, what a dead sender left is taken over within ten."""
WATCH_SECONDS = 3600
FEED_SECONDS = 60
INDEX_SECONDS = 300
LEASE_SECONDS = 60
"""A pass may take longer: its lease is renewed meanwhile."""

FLOWS: Mapping[str, Callable[..., Awaitable[object]]] = {
    "coordinate": coordinate,
    "collect": collect,
    "remind": remind,
    "watch": watch,
    "deliver": deliver,
    "gather": gather,
    "index": index,
    "heed": heed,
}
"""Every flow by the name of its deployment."""
IN_ORDER = ("coordinate", "collect", "remind")
"""The flows of one recall, in the order in which a tick runs them; `deliver` follows once for all."""


class Timer:
    """Ticks while it is entered; whoever changes a fact may wake it."""

    def __init__(self, house: House, *, prefect: Callable[[], str]) -> None:
        """`prefect` gives the address of Prefect's API, waiting for it if need be."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        every = {"args": [house, prefect], "coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(tick, "interval", id="tick", seconds=TICK_SECONDS, **every)
        self._scheduler.add_job(post, "interval", id="post", seconds=POST_SECONDS, **every)
        self._scheduler.add_job(look, "interval", id="look", seconds=WATCH_SECONDS, **every)
        self._scheduler.add_job(listen, "interval", id="listen", seconds=FEED_SECONDS, **every)
        self._scheduler.add_job(read, "interval", id="read", seconds=INDEX_SECONDS, **every)

    async def __aenter__(self) -> Timer:
        self._scheduler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._scheduler.shutdown(wait=False)

    def wake(self, recall_id: str) -> None:
        """A fact of this recall has changed: the next tick comes at once, and looks at every open recall."""
        log.debug("Facts of %s have changed", recall_id)
        if self._scheduler.running:
            self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))


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
            "api.tls_insecure_skip_verify": api_url.startswith("http://"),  # no TLS: read no certificates
            "flows.heartbeat_frequency": None,
            "logging.to_api.enabled": False,
            "results.default_serializer": "json",
        }
    ):
        yield


async def tick(house: House, prefect: Callable[[], str]) -> None:
    """One tick: a pass over every open recall, then the outbox; what fails waits for the next."""
    with in_house(house), prefect_settings(await asyncio.to_thread(prefect)):
        if _has_hints(house):
            await _leased(house, lease="hints", names=("heed",))
        for recall_id in _open_recalls(house):
            await _leased(house, lease=f"recall/{recall_id}", names=IN_ORDER, recall_id=recall_id)
        for recall_id in _ended_recalls(house):
            await _leased(house, lease=f"recall/{recall_id}", names=("coordinate",), recall_id=recall_id)
        await _empty_outbox(house)


async def post(house: House, prefect: Callable[[], str]) -> None:
    """One look at the outbox: a pass over it if anything is due."""
    if not await asyncio.to_thread(_has_letters, house):
        return
    with in_house(house), prefect_settings(await asyncio.to_thread(prefect)):
        await _empty_outbox(house)


async def look(house: House, prefect: Callable[[], str]) -> None:
    """One look for goods that are on sale again."""
    with in_house(house), prefect_settings(await asyncio.to_thread(prefect)):
        for recall_id in _open_recalls(house):
            await _leased(house, lease=f"watch/{recall_id}", names=("watch",), recall_id=recall_id)


async def listen(house: House, prefect: Callable[[], str]) -> None:
    """One pass over each watched feed whose time has come, side by side."""
    names = tuple(due(house))
    if not names:
        return
    with in_house(house), prefect_settings(await asyncio.to_thread(prefect)):
        await asyncio.gather(
            *(_leased(house, lease=f"feed/{name}", names=("gather",), feed=name) for name in names)
        )


async def read(house: House, prefect: Callable[[], str]) -> None:
    """One reading of each platform that is indexed and whose time has come, side by side."""
    late = due_indexes(house)
    if not late:
        return
    with in_house(house), prefect_settings(await asyncio.to_thread(prefect)):
        await asyncio.gather(
            *(_leased(house, lease=f"index/{p.id}", names=("index",), party_id=p.id) for p in late)
        )


async def _run(house: House, *, name: str, parameters: Mapping[str, str]) -> None:
    """Run a flow here, or ask Prefect for a run of its deployment, at most once a minute."""
    if house.settings.flows == "embedded":
        await FLOWS[name](**parameters)
        return
    about = "/".join(parameters.values()) or "all"
    key = f"{name}/{about}/{house.runtime.now():%Y%m%dT%H%M}"
    run = run_deployment(
        f"{name}/{name}", parameters=dict(parameters), timeout=0, as_subflow=False, idempotency_key=key
    )
    if inspect.isawaitable(run):
        await run


async def _empty_outbox(house: House) -> None:
    """Each message is claimed by itself, so any number of passes may run: no lease is needed."""
    try:
        await _run(house, name="deliver", parameters={})
    except Exception:
        log.exception("The pass over the outbox failed; the next look tries again")


async def _leased(house: House, *, lease: str, names: Sequence[str], **parameters: str) -> None:
    """Run the flows if no other process holds the lease; whatever goes wrong waits for the next tick."""
    holder, now = new_id("ls"), house.runtime.now()
    with house.runtime.store.begin() as tx:
        if not leases.take(tx, name=lease, holder=holder, now=now, seconds=LEASE_SECONDS):
            return
    try:
        kept = leases.renewed(
            house.runtime.store.begin, name=lease, holder=holder, now=house.runtime.now, seconds=LEASE_SECONDS
        )
        with kept:
            for name in names:
                await _run(house, name=name, parameters=parameters)
    except Exception:
        log.exception("The pass over %s failed; the next tick tries again", lease)
    finally:
        with house.runtime.store.begin() as tx:
            leases.give_back(tx, name=lease, holder=holder)


def _has_hints(house: House) -> bool:
    with house.runtime.store.read() as tx:
        return bool(hints.waiting(tx))


def _has_letters(house: House) -> bool:
    with house.runtime.store.read() as tx:
        due = outbox.next_due(tx)
    return due is not None and due <= house.runtime.now()


def _open_recalls(house: House) -> list[str]:
    with house.runtime.store.read() as tx:
        return [recall.id for recall in recalls.recalls(tx) if recall.state in ACTIVE_STATES]


def _ended_recalls(house: House) -> list[str]:
    """The recalls that were withdrawn or closed and have not said farewell to everybody yet."""
    with house.runtime.store.read() as tx:
        ended = [recall for recall in recalls.recalls(tx) if recall.state in ENDED_STATES]
        return [recall.id for recall in ended if not _has_said_all(tx, recall.id)]


def _has_said_all(tx: Tx, recall_id: str) -> bool:
    stages = recalls.stages(tx, recall_id=recall_id)
    return any(stage.name == "release" and stage.result.get("said") is True for stage in stages)
