"""The pages behind a real server, for a real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
import uvicorn
from playwright.sync_api import Page, Request

from recall.app import create_app
from recall.links import Links
from tests.world import FIRST, World

SECRET = "a secret of the tests, thirty-two long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running server over a world."""

    world: World
    base: str

    def open(self, page: Page, path: str, *, lang: str = "en") -> None:
        """Open a page of the site in a language."""
        page.goto(f"{self.base}{path}{'&' if '?' in path else '?'}lang={lang}")

    def sign_in(self, page: Page, officer: str = FIRST) -> None:
        """Sign in as an officer, the first unless it is another."""
        self.open(page, "/login")
        page.get_by_label("API key").fill(self.world.keys[officer].text)
        page.get_by_role("button", name="Sign in").click()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a browser complained of, and what it asked of others."""

    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    """The pages of a world of one's own, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        runtime = replace(world.runtime, links=Links(secret=SECRET, base_url=base))
        there = replace(world, runtime=runtime)
        config = uvicorn.Config(create_app(runtime, issuer_key="whpk_"), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Site(world=there, base=base)
        server.should_exit = True
        thread.join()


@pytest.fixture
def watched(page: Page, site: Site) -> Iterator[Watch]:
    """Looks over the browser's shoulder: no violation of the policy, and nothing asked of another host."""
    watch = Watch()

    def asked(request: Request) -> None:
        if not request.url.startswith(site.base):
            watch.elsewhere.append(request.url)

    page.on("request", asked)
    page.on("console", lambda message: watch.complaints.append(message.text))
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    yield watch
    assert [] == watch.complaints
    assert [] == watch.elsewhere
