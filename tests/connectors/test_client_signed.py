"""The one client signs what it sends, keeps secrets out of every text, and keeps to the partner's pace."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from connectors.client import Client
from connectors.signing import Granted, Signed, Token, Unsigned, basic, bearer, with_headers
from recall.errors import GiveUp, PartnerFailed, TryLater
from recall.ports import Limit
from tests.connectors.hostile import hostile

__all__ = ["hostile"]
NOW = datetime(2025, 6, 17, tzinfo=UTC)


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
