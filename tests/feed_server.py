"""A regulator's web server on this machine: it speaks HTTP with validators, and its pages can be edited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

GTIN = "885911843430"
CANADIAN: dict[str, Any] = {
    "NID": "70001", "Title": "Brew kettles recalled", "Product": "Kettles", "Issue": "Burn hazard",
    "URL": "https://recalls-rappels.canada.ca/en/alert-recall/brew-kettles", "Last updated": "2026-07-10",
    "What you should do": "Return them.", "Recall class": "Class 1", "Archived": "0",
}  # fmt: skip
AMERICAN: dict[str, Any] = {
    "RecallNumber": "26999", "RecallDate": "2026-07-09T00:00:00", "Title": "Brew recalls kettles",
    "Description": "This recall involves kettles with model number K-100 and lot number B-12.",
    "URL": "https://www.cpsc.gov/Recalls/2026/Brew", "Products": [{"Name": "Kettles"}],
    "ProductUPCs": [{"UPC": GTIN}], "RemedyOptions": [{"Option": "Refund"}],
    "Inconjunctions": [{"URL": "https://recalls-rappels.canada.ca/en/alert-recall/brew-kettles/"}],
}  # fmt: skip


@dataclass(slots=True)
class FeedServer:
    """Its pages by their paths, and what was asked of it."""

    address: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    """Answers instead of a page: 500 is a server that is down, 302 leads to `/elsewhere`."""
    asked: list[tuple[str, int]] = field(default_factory=list)
    """Each request's path with the status that it got."""
    by_date: bool = False
    """Whether it has only dates for validators."""

    def say(self, path: str, document: Any) -> None:
        """Publish, or edit, a page."""
        self.pages[path] = document if isinstance(document, bytes) else json.dumps(document).encode()

    def answers(self) -> list[int]:
        """The statuses of what was asked since the last look."""
        told = [status for _, status in self.asked]
        self.asked.clear()
        return told


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """The server, while the context lasts."""
    state = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            body = state.pages.get(path)
            status = state.statuses.get(path, 404 if body is None else 200)
            validators = _validators(body or b"", by_date=state.by_date)
            if status == 200 and any(
                self.headers.get(_ASKED[name]) == value for name, value in validators.items()
            ):
                status = 304
            state.asked.append((self.path, status))
            sent = body if status == 200 and body else b""
            self.send_response(status)
            for name, value in validators.items():
                self.send_header(name, value)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_ASKED = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


def _validators(body: bytes, *, by_date: bool) -> dict[str, str]:
    digest = sha256(body).hexdigest()
    if by_date:
        return {"Last-Modified": formatdate(int(digest[:8], 16) // 4, usegmt=True)}
    return {"ETag": f'"{digest[:16]}"'}
