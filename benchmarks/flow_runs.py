"""What one empty flow run costs on a kept Prefect server: sync and async, with heartbeats and without."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from pathlib import Path
from statistics import median

from prefect import flow
from prefect.settings import temporary_settings

from flows.prefect_server import PrefectServer

ROUNDS = 9


@flow(name="empty-sync")
def empty() -> None:
    """Does nothing."""


@flow(name="empty-async")
async def empty_async() -> None:
    """Does nothing, without a thread."""


def main() -> None:
    """Print the median seconds of a run, after one that warms up."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        server = PrefectServer(home=Path(home) / "prefect")
        server.start()
        url = server.ready()
        print(f"a new home's server is ready\t{time.monotonic() - server.began:.1f} s")
        try:
            with temporary_settings(updates={"api.url": url}):
                measure(heartbeats="on")
            with temporary_settings(updates={"api.url": url, "flows.heartbeat_frequency": None}):
                measure(heartbeats="off")
        finally:
            server.end()


def measure(*, heartbeats: str) -> None:
    """Both kinds of flow under the settings in use."""
    logging.disable(logging.WARNING)
    print(f"sync flow, heartbeats {heartbeats}\t{sync_seconds():.2f} s")
    print(f"async flow, heartbeats {heartbeats}\t{asyncio.run(async_seconds()):.2f} s", flush=True)


def sync_seconds() -> float:
    """The median of ROUNDS runs."""
    empty()
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        empty()
        spent.append(time.perf_counter() - began)
    return median(spent)


async def async_seconds() -> float:
    """The median of ROUNDS runs in one event loop, as the engine runs its flows."""
    await empty_async()
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await empty_async()
        spent.append(time.perf_counter() - began)
    return median(spent)


if __name__ == "__main__":
    main()
