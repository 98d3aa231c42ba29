"""The one client: bounded, patient with the busy, plain about refusals; on a real hostile server."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors import client
from connectors.client import Client, retry_after
from recall.errors import GiveUp, TryLater

NOW = datetime(2025, 6, 17, tzinfo=UTC)


class Hostile(BaseHTTPRequestHandler):
    """Answers by its path: `/status/503`, `/large`, `/deep`, `/flaky`..."""

    calls: list[str]

    def do_GET(self) -> None:
        self.calls.append(self.path)
        name, _, value = self.path.strip("/").partition("/")
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


def client_of(hostile: tuple[str, list[str]]) -> Client:
    return Client(base_url=hostile[0], token="t", timeout=5)


async def test_an_answer_comes_with_the_digest_of_its_bytes(hostile: tuple[str, list[str]]) -> None:
    answer = await client_of(hostile).get("/ok")
    assert answer.document == {"ok": True}
    assert answer.digest == sha256(b'{"ok": true}').hexdigest()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 501])
async def test_a_refusal_is_given_up_at_once(hostile: tuple[str, list[str]], status: int) -> None:
    with pytest.raises(GiveUp, match=str(status)):
        await client_of(hostile).get(f"/status/{status}")
    assert len(hostile[1]) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_the_busy_are_asked_again_later(hostile: tuple[str, list[str]], status: int) -> None:
    with pytest.raises(TryLater) as later:
        await client_of(hostile).get(f"/status/{status}")
    assert later.value.after == 30


async def test_the_partners_own_word_says_when(hostile: tuple[str, list[str]]) -> None:
    with pytest.raises(TryLater) as later:
        await client_of(hostile).get("/busy/120")
    assert later.value.after == 120


async def test_a_short_pause_is_waited_for_in_place(hostile: tuple[str, list[str]]) -> None:
    assert (await client_of(hostile).get("/flaky")).document == {"ok": True}
    assert len(hostile[1]) == 2


async def test_a_call_without_a_key_is_never_made_twice(hostile: tuple[str, list[str]]) -> None:
    with pytest.raises(TryLater):
        await client_of(hostile).post("/flaky", document={})
    assert len(hostile[1]) == 1


async def test_a_call_with_a_key_may_be_made_twice(hostile: tuple[str, list[str]]) -> None:
    assert (await client_of(hostile).post("/flaky", document={}, key="k")).status == 200
    assert len(hostile[1]) == 2


async def test_a_broken_line_is_tried_three_times(hostile: tuple[str, list[str]]) -> None:
    with pytest.raises(TryLater, match="No answer"):
        await client_of(hostile).get("/drops")
    assert len(hostile[1]) == 3


@pytest.mark.parametrize("path", ["/large", "/deep", "/moved", "/text/[1]", "/text/no", '/text/{"a":NaN}'])
async def test_what_cannot_be_understood_is_given_up(hostile: tuple[str, list[str]], path: str) -> None:
    with pytest.raises(GiveUp):
        await client_of(hostile).get(path)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 30), ("", 30), ("7", 7), ("soon", 30), ("-5", 30), ("99999999999", 86_400),
        ("Tue, 17 Jun 2025 00:01:00 GMT", 60), ("Mon, 16 Jun 2025 00:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float) -> None:
    assert retry_after(header, now=NOW) == seconds
