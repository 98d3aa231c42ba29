"""No address leads inside: hostile ones are refused, and a name that turns leads where it was checked."""

from __future__ import annotations

import random
from pathlib import Path

import httpx
import pytest

from recall.errors import GiveUp, RecallError, TryLater
from recall.net.pinned import PinnedTransport
from recall.net.reach import is_public
from tests.net.servers import Names, Network, certified, door

PUBLIC = "93.184.215.14"
INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.9", "192.168.1.1", "169.254.169.254",  # noqa: S104 - refused
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "fd00::1", "fc00::9", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
)  # fmt: skip
FORMS = (
    "https://{}:{port}/", "https://{}:{port}/x?y=1", "http://{}:{port}/", "https://me:pw@{}:{port}/",
)  # fmt: skip
HOSTILE = [
    form.replace("{}", f"[{place}]" if ":" in place else place) for place in INSIDE for form in FORMS
] + [
    "https://localhost:{port}/", "https://2130706433:{port}/", "https://0x7f000001:{port}/",
    "https://0177.0.0.1:{port}/", "https://127.1:{port}/", "https://127.0.0.1.:{port}/", "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "https:///x", "",
    "https://[::ffff:7f00:1]:{port}/", "https://①②⑦.0.0.1:{port}/", "https://localhost%00.example:{port}/",
]  # fmt: skip


def client(transport: PinnedTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport, timeout=2)


async def test_a_hundred_hostile_addresses_lead_nowhere() -> None:
    assert 100 <= len(HOSTILE)
    async with door() as inside, client(PinnedTransport()) as asking:
        for address in HOSTILE:
            with pytest.raises((RecallError, httpx.InvalidURL, httpx.UnsupportedProtocol)):
                await asking.get(address.replace("{port}", str(inside.port)))
    assert 0 == inside.hits


async def test_a_thousand_names_that_turn_lead_to_what_was_checked() -> None:
    dice = random.Random(5)
    async with door() as inside:
        for flip in range(1000):
            turned = [[PUBLIC], [dice.choice(INSIDE)]]
            dice.shuffle(turned)
            if flip % 3 == 0:
                turned = [[PUBLIC, dice.choice(INSIDE)]]
            names, network = Names(turned), Network(inside.port, answers=False)
            transport = PinnedTransport(resolve=names, network=network)
            async with client(transport) as asking:
                with pytest.raises((RecallError, httpx.HTTPError)):
                    await asking.get("https://turning.example/")
            assert 1 == names.asked
            assert set(network.connected) <= {PUBLIC}
            assert all(map(is_public, network.connected))
        assert 0 == inside.hits


async def test_a_name_that_cannot_be_looked_up_may_be_later() -> None:
    async def nobody(host: str, port: int) -> tuple[str, ...]:
        raise OSError(f"{host}:{port} is not known")

    async with client(PinnedTransport(resolve=nobody)) as asking:
        with pytest.raises(TryLater, match="cannot be found"):
            await asking.get("https://nowhere.example/")


async def test_tls_asks_for_the_name_though_the_address_is_pinned(tmp_path: Path) -> None:
    serving, believing = certified("shop.example", tmp_path)
    async with door(tls=serving) as shop:
        transport = PinnedTransport(verify=believing, resolve=Names([[PUBLIC]]), network=Network(shop.port))
        async with client(transport) as asking:
            answer = await asking.get("https://shop.example/")
        assert (200, ["shop.example"]) == (answer.status_code, shop.names)
        other = PinnedTransport(verify=believing, resolve=Names([[PUBLIC]]), network=Network(shop.port))
        async with client(other) as asking:
            with pytest.raises(httpx.ConnectError, match=r"(?i)certificate"):
                await asking.get("https://another.example/")


async def test_a_host_that_the_settings_name_is_asked_though_private_and_plain() -> None:
    async with door() as inside:
        named = PinnedTransport(hosts=frozenset({f"127.0.0.1:{inside.port}"}))
        async with client(named) as asking:
            assert 200 == (await asking.get(f"http://127.0.0.1:{inside.port}/")).status_code
            with pytest.raises(GiveUp):
                await asking.get("http://127.0.0.1:1/")
    assert 1 == inside.hits


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async with door() as inside:
        transport = PinnedTransport(
            hosts=frozenset({"shop.example"}), resolve=Names([["127.0.0.9", "127.0.0.1"]])
        )
        async with client(transport) as asking:
            answer = await asking.get(f"http://shop.example:{inside.port}/")
    assert 200 == answer.status_code


async def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with door() as proxy, door() as inside:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with client(PinnedTransport(hosts=frozenset({"127.0.0.1"}))) as asking:
            await asking.get(f"http://127.0.0.1:{inside.port}/")
    assert (0, 1) == (proxy.hits, inside.hits)
