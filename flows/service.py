"""The service: API and pages on one door, the timer beside it, Prefect's server kept beside both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import uvicorn

from connectors.gs1.messages import Gs1Messages
from flows.assembly import House, assemble
from flows.embedded import Timer
from flows.hearing import hear
from flows.opening import notices_in
from flows.polling import feeds_of
from flows.prefect_server import PrefectServer
from recall.app import create_app
from recall.settings import Settings
from recall.steps.sign_notices import sign_notices


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until stopped (Ctrl-C or SIGTERM); an unfinished pass is carried on by the next start."""
    house = assemble(settings)
    house.runtime.store.upgrade()
    sign_notices(house.runtime)
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
    stated = house.settings.prefect_api_url
    timer = Timer(house, prefect=prefect.ready if prefect is not None else lambda: stated)
    door = door_of(house, host=host, port=port, wake=timer.wake)
    async with timer:
        await door.serve()


def door_of(
    house: House, *, host: str, port: int, wake: Callable[[str], None] | None = None
) -> uvicorn.Server:
    """The one door: a server for the API and the pages; `wake` hears of every recall whose facts change."""
    app = create_app(
        house.runtime, issuer_key=house.key.public, wake=wake, sign=house.key.signed,
        read=partial(notices_in, settings=house.settings), feeds=feeds_of(house.settings),
        messages=Gs1Messages(gln=house.settings.gs1_gln, document_type=house.settings.gs1_document_type),
        hear=partial(hear, house),
    )  # fmt: skip
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False))
