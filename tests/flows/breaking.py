"""A participant that breaks its answers: each by the seed's dice, over a real connection."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.builders import GTIN

PAGE = 4
BROKEN = 0.4
"""The share of answers that are broken."""


@dataclass
class Market:
    """What is truly there, and the dice that decide what is broken."""

    seed: int
    broken: int = 0
    asked: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.rows = [row_of(number) for number in range(self.dice.randrange(1, 20))]

    def page(self, after: int) -> dict[str, Any]:
        """A true page."""
        found = self.rows[after : after + PAGE]
        following = str(after + PAGE) if after + PAGE < len(self.rows) else None
        return {"lines": found, "next": following, "total": len(self.rows), "window": {}}

    def answer(self, after: int) -> tuple[int, bytes]:
        """Status and body of an answer: true, or broken in one of the ways."""
        self.asked += 1
        if self.dice.random() >= BROKEN:
            return 200, json.dumps(self.page(after)).encode()
        self.broken += 1
        return self.dice.choice(WAYS)(self, after)


def row_of(number: int) -> dict[str, Any]:
    """A line as the protocol writes it."""
    return {
        "line": f"L-{number}", "listing": "O-1", "seller": "S-1", "gtin": GTIN, "units": 1,
        "sold_at": "2025-06-01T08:00:00+00:00",
    }  # fmt: skip


def _changed(
    **changes: Callable[[Market, dict[str, Any]], Any],
) -> Callable[[Market, int], tuple[int, bytes]]:
    def way(market: Market, after: int) -> tuple[int, bytes]:
        page = market.page(after)
        for name, change in changes.items():
            page[name] = change(market, page)
        return 200, json.dumps(page).encode()

    return way


def _cut(market: Market, after: int) -> tuple[int, bytes]:
    return 200, json.dumps(market.page(after)).encode()[:-9]


def _garbled(market: Market, page: dict[str, Any]) -> list[Any]:
    """One row of a page is no row."""
    rows = [dict(row) for row in page["lines"]]
    rows[market.dice.randrange(len(rows))] = market.dice.choice(({"line": None}, 7, None, {"units": -1}))
    return rows


WAYS: tuple[Callable[[Market, int], tuple[int, bytes]], ...] = (
    _cut,
    lambda _market, _after: (200, b"\xff\xfe not JSON"),
    lambda _market, _after: (500, b"<html>Fatal error</html>"),
    lambda _market, _after: (404, b'{"title": "no such door"}'),
    lambda _market, _after: (200, b"[]"),
    _changed(lines=lambda _market, page: page["lines"][1:]),
    _changed(lines=lambda _market, page: [*page["lines"][1:], *page["lines"][-1:]]),
    _changed(lines=lambda _market, _page: {}),
    _changed(next=lambda _market, _page: None),
    _changed(next=lambda _market, _page: "0"),
    _changed(next=lambda _market, _page: ["4"]),
    _changed(total=lambda _market, page: page["total"] + 1),
    _changed(total=lambda _market, _page: -1),
    _changed(total=lambda _market, _page: None),
    _changed(lines=_garbled),
)
"""Every way in which an answer is broken; one that tells fewer lines than there are of itself and agrees with
itself (a smaller total and fewer rows) is a lie that nobody can see, and is not among them."""


class _Door(BaseHTTPRequestHandler):
    market: Market

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        status, body = self.market.answer(int(asked.get("cursor", ["0"])[0]))
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def served(market: Market) -> Iterator[str]:
    """The address of a server for a market."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"market": market}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
