"""The service: API and pages on one door, the timer beside it, Prefect's server kept beside both."""

from __future__ import annotations

import asyncio

import uvicorn

from flows.assembly import House, assemble
from flows.embedded import timer
from flows.prefect_server import PrefectServer
from recall.app import create_app
from recall.settings import Settings


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until stopped (Ctrl-C or SIGTERM); an unfinished pass is carried on by the next start."""
    house = assemble(settings)
    house.runtime.store.upgrade()
    prefect = None if settings.prefect_api_url else PrefectServer(home=settings.home / "prefect")
    if prefect is not None:
        prefect.start()
    try:
        asyncio.run(_serve(house, host=host, port=port, prefect=prefect))
    finally:
        if prefect is not None:
            prefect.release()
        house.runtime.store.close()


async def _serve(house: House, *, host: str, port: int, prefect: PrefectServer | None) -> None:
    door = door_of(house, host=host, port=port)
    serving = asyncio.create_task(door.serve())
    api_url = house.settings.prefect_api_url
    if prefect is not None:
        api_url = await asyncio.to_thread(prefect.ready)
    async with timer(house, prefect_api_url=api_url):
        await serving


def door_of(house: House, *, host: str, port: int) -> uvicorn.Server:
    """The one door: a server for the API and the pages."""
    app = create_app(house.runtime, issuer_key=house.key.public)
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False))
