"""The reference participant: a small market's platform on a port of this machine, whole or with a fault."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from connectors.sandbox.engine import Engine
from connectors.sandbox.faults import Fault
from connectors.sandbox.market import make_market
from connectors.sandbox.planting import App, Planted
from connectors.sandbox.platform import application
from connectors.sandbox.platform_life import PlatformLife
from connectors.sandbox.relay import Mailer

LINES = 400
"""Order lines of its market, on two platforms: some pages of each trade item."""
_UNTIL = datetime(2025, 6, 16, tzinfo=UTC)
_NOWHERE = "127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where the participant serves, and the token that it wants to see."""

    url: str
    token: str


@contextmanager
def reference(*, public: str, fault: Fault | None) -> Iterator[Reference]:
    """Serves the participant until the block ends; it believes what the key `public` (`whpk_…`) signed."""
    token = secrets.token_urlsafe(16)
    with TemporaryDirectory() as folder:
        make_market(seed=5, lines=LINES, until=_UNTIL, into=Path(folder))
        life = PlatformLife(
            db=Path(folder) / "harbour.db", engine=_Pinned(public), logistics=None, logistics_key=""
        )
        mailer = Mailer(db=life.db, smtp=_NOWHERE, platform=life.key, clock=lambda: life.now)
        app: App = application(life, token=token, mailer=mailer)
        with _served(Planted(app=app, plant=fault.planter()) if fault else app) as url:
            yield Reference(url=url, token=token)


class _Pinned(Engine):
    """An engine of which only its key is known."""

    def __init__(self, public: str) -> None:
        super().__init__(base=f"http://{_NOWHERE}", key="")
        self._public = public

    def issuer(self) -> object:
        """The issuer's document, as it was pinned."""
        return {"keys": [{"public": self._public}]}


@contextmanager
def _served(app: App) -> Iterator[str]:
    """The application on a free port of loopback, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
