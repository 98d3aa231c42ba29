"""A real hostile server: what it does stands in the path that is asked for."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors import client

BOMB = gzip.compress(b" " * 50_000_000)  # fifty kilobytes that unpack to fifty megabytes


class Hostile(BaseHTTPRequestHandler):
    """Answers by its path: `/status/503`, `/large`, `/deep`, `/flaky`..."""

    calls: list[str]

    def do_GET(self) -> None:
        self.calls.append(self.path)
        name, _, value = self.path.partition("?")[0].strip("/").partition("/")
        getattr(self, f"_{name}")(value)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def _ok(self, _: str) -> None:
        self._answer(200, b'{"ok": true}')

    def _status(self, value: str) -> None:
        self._answer(int(value), b'{"title": "no"}')

    def _busy(self, value: str) -> None:
        self._answer(503, b"", **{"retry-after": value})

    def _moved(self, _: str) -> None:
        self._answer(302, b"", location="/ok")

    def _large(self, _: str) -> None:
        self._answer(200, gzip.compress(b" " * (client.LARGEST_ANSWER + 1)), **{"content-encoding": "gzip"})

    def _deep(self, _: str) -> None:
        self._answer(200, b'{"a": ' + b"[" * 200_000)

    def _text(self, value: str) -> None:
        self._answer(200, value.encode())

    def _drops(self, _: str) -> None:
        self.close_connection = True
        self.connection.close()

    def _drips(self, _: str) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1\r\n \r\n")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def _levels(self, value: str) -> None:
        self._answer(200, b'{"a": ' + b"[" * int(value) + b"]" * int(value) + b"}")

    def _bomb(self, _: str) -> None:
        self._answer(200, BOMB, **{"content-encoding": "gzip"})

    def _brotli(self, _: str) -> None:
        self._answer(200, b"{}", **{"content-encoding": "br"})

    def _cut(self, _: str) -> None:
        self._answer(200, gzip.compress(b'{"ok": true}')[:-9], **{"content-encoding": "gzip"})

    def _echo(self, _: str) -> None:
        self._answer(403, json.dumps(dict(self.headers.items())).encode() + self.path.encode())

    def _shown(self, _: str) -> None:
        self._answer(200, json.dumps({"path": self.path, **dict(self.headers.items())}).encode())

    def _few(self, value: str) -> None:
        self._answer(200, b"{}", **{"ratelimit-remaining": value})

    def _flaky(self, _: str) -> None:
        if len(self.calls) < 2:
            self._busy("0")
        else:
            self._ok("")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def hostile() -> Iterator[tuple[str, list[str]]]:
    calls: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (Hostile,), {"calls": calls}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", calls
    server.shutdown()
    server.server_close()
