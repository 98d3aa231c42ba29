"""A resolver of one's own on this machine: linksets, passports, DID documents and status lists, by path."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.resolver.connector import ResolverRegistry
from tests.passports import Maker

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Site:
    """What stands at each path: (status, media type, body, location)."""

    address: str = ""
    pages: dict[str, tuple[int, str, bytes, str | None]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc

    def maker(self, path: str = "maker", **changes: Any) -> Maker:
        """A maker whose DID document stands here."""
        maker = Maker(did=f"did:web:{self.host.replace(':', '%3A')}:{path}", **changes)
        self.put(f"/{path}/did.json", maker.document())
        return maker

    def put(self, path: str, body: object, *, kind: str = "application/json", status: int = 200) -> str:
        """Puts a document at a path, and gives its address."""
        raw = (
            body
            if isinstance(body, bytes)
            else body.encode()
            if isinstance(body, str)
            else json.dumps(body).encode()
        )
        self.pages[path] = (status, kind, raw, None)
        return self.address + path

    def lead(self, path: str, to: str) -> str:
        """A redirection."""
        self.pages[path] = (307, "text/plain", b"", to)
        return self.address + path

    def link(self, path: str, *links: tuple[str, str, str]) -> None:
        """A linkset at a path: (anchor, relation, address) each."""
        self.put(path, {"linkset": [{"anchor": a, r: [{"href": h}]} for a, r, h in links]},
                 kind="application/linkset+json")  # fmt: skip


class _Door(BaseHTTPRequestHandler):
    def __init__(self, *args: Any, site: Site) -> None:
        self.site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        self.site.calls.append(self.path)
        path = urlsplit(self.path).path
        if path == "/slow":
            time.sleep(3)
        status, kind, body, location = self.site.pages.get(path, (404, "text/plain", b"", None))
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if location is not None:
            self.send_header("location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def site() -> Iterator[Site]:
    """A real server, empty at first."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Door, site=site))
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def registry(site: Site) -> Callable[..., ResolverRegistry]:
    """`registry(*issuers)`: the connector, set to this site, believing these issuers."""

    def made(*issuers: str, **changes: Any) -> ResolverRegistry:
        settings: dict[str, Any] = {
            "resolver": site.address, "issuers": frozenset(issuers), "hosts": frozenset({site.host}),
            "timeout": 20.0, "now": lambda: NOW,
        }  # fmt: skip
        return ResolverRegistry(**(settings | changes))

    return made
