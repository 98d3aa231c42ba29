"""The one client: bounded, patient with the busy, plain about refusals; on a real hostile server."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors import client
from connectors.answers import retry_after
from connectors.client import Client
from connectors.signing import Granted, Signed, Token, Unsigned, basic, bearer, with_headers
from recall.errors import GiveUp, PartnerFailed, TryLater
from recall.ports import Limit

NOW = datetime(2025, 6, 17, tzinfo=UTC)


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


def client_of(hostile: tuple[str, list[str]]) -> Client:
    return Client(base_url=hostile[0], timeout=5, hosts=frozenset({"127.0.0.1"}))


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
        _ = (await client_of(hostile).get(path)).document


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 30), ("", 30), ("7", 7), ("soon", 30), ("-5", 30), ("99999999999", 604_800),
        ("Tue, 17 Jun 2025 00:01:00 GMT", 60), ("Mon, 16 Jun 2025 00:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float) -> None:
    assert retry_after(header, now=NOW) == seconds


async def test_a_partner_that_never_ends_its_answer_is_left(hostile: tuple[str, list[str]]) -> None:
    asking = Client(base_url=hostile[0], timeout=0.1, hosts=frozenset({"127.0.0.1"}))
    begun = time.perf_counter()
    with pytest.raises(TryLater, match="No answer"):
        await asking.ask("POST", "/drips", document={})
    assert time.perf_counter() - begun < 3


async def test_an_answer_may_be_a_hundred_levels_deep_and_no_deeper(hostile: tuple[str, list[str]]) -> None:
    assert (await client_of(hostile).get("/levels/99")).status == 200
    for depth in (100, 900):
        with pytest.raises(GiveUp, match=r"too deep|not JSON"):
            await client_of(hostile).get(f"/levels/{depth}")


async def test_what_unpacks_to_more_than_is_taken_never_fills_the_memory(
    hostile: tuple[str, list[str]],
) -> None:
    tracemalloc.start()
    with pytest.raises(GiveUp, match="too large"):
        await client_of(hostile).get("/bomb")
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert grown < 64 * 1024 * 1024


@pytest.mark.parametrize("path", ["/brotli", "/cut"])
async def test_what_cannot_be_unpacked_is_given_up(hostile: tuple[str, list[str]], path: str) -> None:
    with pytest.raises(GiveUp):
        await client_of(hostile).get(path)


async def test_no_secret_stands_in_an_error_or_a_log(
    hostile: tuple[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "s3cret/+= &key"
    signed = Signed(headers={"x-key": secret}, query={"sign": secret})
    own = {"timeout": 5, "hosts": frozenset({"127.0.0.1"}), "secrets": (secret,)}
    asking = Client(base_url=hostile[0], signer=lambda _: signed, **own)
    with pytest.raises(GiveUp) as refused:
        await asking.get("/echo", params={"access_token": secret})
    said = str(refused.value) + repr(refused.value.args) + str(vars(refused.value)) + caplog.text
    assert "[secret]" in said
    for form in (secret, "s3cret", "s3cret%2F"):
        assert form not in said
    with pytest.raises(PartnerFailed) as gone:
        await Client(base_url="http://127.0.0.1:9", **own).get(f"/{secret}")
    assert "s3cret" not in str(gone.value)


UNSIGNED = Unsigned(method="GET", url="https://a.example/x?b=1", headers={}, body=b"", at=NOW)


async def test_what_is_signed_is_what_is_sent(hostile: tuple[str, list[str]]) -> None:
    seen = list[Unsigned]()

    def sign(unsigned: Unsigned) -> Signed:
        seen.append(unsigned)
        return Signed(headers={"x-sign": sha256(unsigned.url.encode()).hexdigest()}, query={"sign": "a b"})

    asking = Client(base_url=hostile[0], timeout=5, hosts=frozenset({"127.0.0.1"}), signer=sign)
    got = (await asking.get("/shown", params={"z": "ü /", "a": "1"})).document
    assert f"{hostile[0]}/shown?z=%C3%BC+%2F&a=1" == seen[0].url
    assert got["path"] == seen[0].url.removeprefix(hostile[0]) + "&sign=a+b"
    assert got["x-sign"] == sha256(seen[0].url.encode()).hexdigest()
    await asking.ask("POST", "/shown", document={"b": 1})
    assert seen[1].body == b'{"b":1}'


async def test_a_repeated_call_is_signed_anew(hostile: tuple[str, list[str]]) -> None:
    times = iter(range(9))
    signer = lambda _: Signed(query={"n": str(next(times))})  # noqa: E731 - one line of a signer
    asking = Client(base_url=hostile[0], timeout=5, hosts=frozenset({"127.0.0.1"}), signer=signer)
    await asking.get("/flaky")
    assert hostile[1] == ["/flaky?n=0", "/flaky?n=1"]


async def test_what_is_signed_never_goes_to_another_host(hostile: tuple[str, list[str]]) -> None:
    own = {"timeout": 5, "hosts": frozenset({"127.0.0.1"}), "signer": bearer("t")}
    asking = Client(base_url="http://127.0.0.1:1", **own)
    with pytest.raises(GiveUp, match="another host"):
        await asking.get(f"{hostile[0]}/ok")
    assert [] == hostile[1]
    fetched = await asking.fetch(f"{hostile[0]}/shown", accept="*/*", largest=9999, seconds=5)
    assert b"uthorization" not in fetched.body


async def test_a_token_is_fetched_once_and_anew_when_it_is_refused_or_runs_out(
    hostile: tuple[str, list[str]],
) -> None:
    given = iter(("first", "second", "third"))

    async def fetch() -> Token:
        return Token(text=next(given), seconds=3600)

    granted, clock = Granted(fetch=fetch), [NOW]
    asking = Client(
        base_url=hostile[0], timeout=5, hosts=frozenset({"127.0.0.1"}), signer=granted, now=lambda: clock[0]
    )
    shown = [(await asking.get("/shown")).document["authorization"] for _ in range(2)]
    with pytest.raises(GiveUp, match="401"):
        await asking.get("/status/401")
    assert hostile[1].count("/status/401") == 2
    clock[0] = NOW + timedelta(hours=2)
    shown.append((await asking.get("/shown")).document["authorization"])
    assert shown == ["Bearer first", "Bearer first", "Bearer third"]


async def test_the_usual_signers_add_their_headers() -> None:
    assert with_headers({"x-token": "t"})(UNSIGNED) == Signed(headers={"x-token": "t"})
    assert bearer("t")(UNSIGNED) == Signed(headers={"authorization": "Bearer t"})
    assert basic("Aladdin", "open sesame")(UNSIGNED) == Signed(
        headers={"authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}  # RFC 7617, section 2
    )


class Noted:
    """A pace that allows everything and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    async def take(self, operation: str = "", *, cost: float = 1.0) -> None:
        self.told.append(("take", operation, cost))

    def heard(
        self, operation: str = "", *, remaining: float | None = None, limit: Limit | None = None,
        after: float | None = None,
    ) -> None:  # fmt: skip
        self.told.append(("heard", operation, remaining, limit, after))

    def went(self, *, well: bool) -> None:
        self.told.append(("went", well))


async def test_what_a_partner_allows_is_taken_and_told(hostile: tuple[str, list[str]]) -> None:
    pace = Noted()
    asking = Client(base_url=hostile[0], timeout=5, hosts=frozenset({"127.0.0.1"}), pace=pace)
    await asking.ask("GET", "/few/3", operation="orders", cost=2)
    with pytest.raises(TryLater):
        await asking.ask("POST", "/status/429", operation="orders")
    with pytest.raises(TryLater):
        await asking.ask("POST", "/busy/144000", operation="orders")
    assert pace.told == [
        ("take", "orders", 2), ("went", True), ("heard", "orders", 3.0, None, None),
        ("take", "orders", 1.0), ("heard", "orders", None, None, 30.0),
        ("take", "orders", 1.0), ("went", False), ("heard", "orders", None, None, 144_000.0),
    ]  # fmt: skip
