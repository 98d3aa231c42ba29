"""WooCommerce's connector keeps the contract of all connectors, over real HTTP."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connectors.account import Account
from connectors.contract import CHECKS, Broken, Check, Known, is_well
from connectors.pages import lines_of, pages_of
from connectors.signing import Signed, Unsigned
from connectors.woocommerce.connector import WooCommercePlatform
from connectors.woocommerce.signing import signature, signer_for
from recall.domain.party import Party, Role
from recall.errors import GiveUp
from recall.ports import Event, Outgoing, Result
from tests.connectors.served import served

from .shop import KEY, SECRET, Shop, order_of, product_of

TOASTER, KETTLE, LAMP = "04006381333931", "09501101530003", "00012345678905"
HOOKS, START = "secret-of-the-hooks", datetime(2025, 6, 1, 8, tzinfo=UTC)


@dataclass
class Opened:
    """A shop that is open, and where."""

    shop: Shop
    url: str
    known: Known

    def platform(self, *, secret: str = SECRET) -> WooCommercePlatform:
        """A connector to it; to be made in the event loop that uses it."""
        secrets = {"consumer_key": KEY, "consumer_secret": secret, "webhook_secret": HOOKS}
        return WooCommercePlatform(
            Account(
                platform_id="party_harbour", endpoint=self.url, secrets=secrets, timeout=10,
                hosts=frozenset({"127.0.0.1"}),
            )
        )  # fmt: skip


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Two hundred orders, two in three with the toaster; the lamp is a variation of another product."""
    products = {
        93: product_of(93, "Toaster", global_unique_id=TOASTER[1:]),
        94: product_of(94, "Kettle", sku=KETTLE),
        22: product_of(22, "Lamps"),
        23: product_of(23, "Lamp, black", sku=LAMP[2:], parent_id=22),
    }
    orders = [
        order_of(700 + number, START + timedelta(hours=number), *((94, 93) if number % 3 else (94,)))
        for number in range(200)
    ]
    found = [row for order in orders for row in order["line_items"] if row["product_id"] == 93]
    refs = frozenset(f"{row['id'] // 10}/{row['id']}" for row in found)
    first = min(refs)
    known = Known(
        gtin=TOASTER, line_refs=refs, absent_gtin="09520000000004", recall_id="rcl_unknown",
        units={first: ("L93", None)}, messages=(message(first),),
    )  # fmt: skip
    shop = Shop(products=products, orders=orders)
    with served(shop.answer) as url:
        yield Opened(shop=shop, url=url, known=known)


def message(line: str) -> Outgoing:
    """A message to the buyer behind a line."""
    party = Party(id="party_harbour", role=Role.PLATFORM, name="Harbour Market")
    return Outgoing(
        id="out_1", recall_id="rcl_1", version=1, kind="recall", party=party, recipient=line, language="zh",
        subject="Recall", text="A slot for the link", html=None,
        document={
            "line": line,
            "link": "https://recall.example/b/1",
            "texts": {"en": {"subject": "Recall", "text": "Stop using it: {link}"}},
        },
        message_id="msg_1", created_at=START,
    )  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_contract_is_kept(opened: Opened, check: Check) -> None:
    platform = opened.platform()
    await check(platform, opened.known)
    await platform.aclose()


async def test_a_shop_that_ignores_the_product_is_noticed_and_its_lines_are_named(opened: Opened) -> None:
    opened.shop.known = frozenset({"sku"})
    platform = opened.platform()
    with pytest.raises(Broken, match="filter"):
        await is_well(platform, opened.known)
    pages = await pages_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert opened.known.line_refs == {line.line_ref for page in pages for line in page.lines}
    assert {200} == {page.total for page in pages}


async def test_an_older_shop_that_knows_no_gtin_has_its_whole_catalogue_read(opened: Opened) -> None:
    opened.shop.known = frozenset({"product", "sku"})
    opened.shop.products |= {ref: product_of(ref, "Cup") for ref in range(1_000, 1_150)}
    opened.shop.products[2_000] = product_of(2_000, "Toaster, red", global_unique_id=TOASTER)
    platform = opened.platform()
    assert {"93", "2000"} == {offer.ref for offer in await platform.listings(gtin=TOASTER)}
    await platform.aclose()


async def test_a_variation_is_stopped_alone(opened: Opened) -> None:
    platform = opened.platform()
    offer = (await platform.listings(gtin=LAMP))[0]
    stop = await platform.stop_sale(listing_ref=offer.ref, recall_id="rcl_1", stopped_before=None)
    await platform.aclose()
    assert ("22/23", "22") == (offer.ref, offer.product_ref)
    assert ("publish", "private", True) == (stop.before, stop.after, stop.stopped)
    assert "publish" == opened.shop.products[22]["status"]


async def test_the_same_note_is_given_to_a_buyer_once(opened: Opened) -> None:
    platform, line = opened.platform(), min(opened.known.line_refs)
    for _ in range(2):
        receipts = await platform.contact([message(line)])
        assert (Result.ACCEPTED,) == tuple(receipt.result for receipt in receipts)
    other = await platform.contact([message("1/1"), message("nobody")])
    await platform.aclose()
    assert [Result.REFUSED] * 2 == [receipt.result for receipt in other]
    notes = opened.shop.notes[int(line.partition("/")[0])]
    assert [{"note": "Stop using it: https://recall.example/b/1", "customer_note": True}] == notes


async def test_a_line_that_cannot_be_read_is_refused_alone(opened: Opened) -> None:
    opened.shop.orders[1]["line_items"][1]["quantity"] = 0
    platform = opened.platform()
    pages = await pages_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert ["/701/line_items/7011/quantity" in why for page in pages for why in page.refused] == [True]
    assert len(opened.known.line_refs) - 1 == sum(len(page.lines) for page in pages)


async def test_a_window_that_begins_within_a_second_keeps_to_it(opened: Opened) -> None:
    platform = opened.platform()
    since = START + timedelta(hours=1, seconds=-0.5)
    found = await lines_of(platform, gtin=TOASTER, since=since, until=START + timedelta(hours=2))
    await platform.aclose()
    assert [START + timedelta(hours=1)] == [line.sold_at for line in found]


async def test_a_wrong_secret_is_for_a_person_to_settle(opened: Opened) -> None:
    platform = opened.platform(secret="cs_of-another")
    with pytest.raises(GiveUp, match="401"):
        await platform.listings(gtin=TOASTER)
    await platform.aclose()


def test_a_ping_is_no_news_a_signed_hook_is_and_a_forged_one_is_refused(opened: Opened) -> None:
    platform = opened.platform()
    raw = b'{"id": 727}'
    signed = base64.b64encode(hmac.digest(HOOKS.encode(), raw, "sha256")).decode()
    headers = {"x-wc-webhook-topic": "order.updated", "x-wc-webhook-delivery-id": "d1"}
    event = platform.event(headers={**headers, "x-wc-webhook-signature": signed}, raw=raw)
    assert isinstance(event, Event)
    assert ("d1", "order", "727") == (event.id, event.kind, event.ref)
    assert platform.event(headers={}, raw=b"webhook_id=2") is None
    with pytest.raises(GiveUp, match="not signed"):
        platform.event(headers={**headers, "x-wc-webhook-signature": signed}, raw=raw + b" ")


def test_the_signature_that_rfc_5849_publishes_is_ours() -> None:
    params = {
        "file": "vacation.jpg", "size": "original", "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_token": "nnch734d00sl2jdk", "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202", "oauth_nonce": "chapoH",
    }  # fmt: skip
    ours = signature(
        method="GET", url="http://photos.example.net/photos?file=vacation.jpg&size=original",
        params=params.items(), key="kd94hf93k423kf44&pfkkdhi9sl3r4s00", digest="sha1",
    )  # fmt: skip
    assert "MdpQcU8iPSUjWoN/UDMsK2sui9I=" == ours


@pytest.mark.parametrize(("scheme", "sent"), [("https", {"authorization"}), ("http", set())])
def test_the_pair_itself_is_sent_over_tls_alone(scheme: str, sent: set[str]) -> None:
    signer = signer_for(f"{scheme}://shop.example", key=KEY, secret=SECRET, nonce=lambda: "n")
    signed = signer(
        Unsigned(method="GET", url=f"{scheme}://shop.example/x?a=1", headers={}, body=b"", at=START)
    )
    assert isinstance(signed, Signed)
    assert sent == set(signed.headers)
    assert SECRET not in signed.query.values()
