"""The hearing: a vendor's webhook leads to a look at its platform, once, and is never taken as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.hearing import KEPT, hear, look_after
from flows.scanning import fetch_orders
from recall.domain.scan import LOOK_BACK
from recall.errors import GiveUp, NotAllowed, NotFound
from recall.ports import Capabilities, Event, Listing, OrderFilter, StopSaleLevel
from recall.store import audit, hints, scans
from tests.builders import NOW, make_line
from tests.fakes import FakeHouse, FakePlatform, house_over
from tests.world import GTIN as LAMP
from tests.world import HARBOUR, World

SIGNED = {"x-signature": "right"}
OFFER = Listing(ref="O-S-07", gtin=LAMP, seller_ref="S-07", title="Lamp", on_sale=True)
LINE = make_line(platform_id=HARBOUR, gtin=LAMP, line_ref="P-1")


@dataclass(slots=True, kw_only=True)
class Hooked(FakePlatform):
    """A shop that signs its webhooks."""

    async def capabilities(self) -> Capabilities:
        self.asked.append("capabilities")
        return Capabilities(
            order_filter=OrderFilter.GTIN, order_window=True, tells_gtin=True, exact_total=True,
            immutable_sort_key=True, stop_sale_level=StopSaleLevel.SELLER,
        )  # fmt: skip

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        if headers.get("x-signature") != "right":
            raise GiveUp("The signature is wrong")
        told = json.loads(raw)
        if told["kind"] == "ping":
            return None
        return Event(id=told["id"], kind=told["kind"], ref="7", at=datetime.fromisoformat(told["at"]))


def body(id: str = "1", *, kind: str = "order", at: datetime = NOW) -> bytes:
    return json.dumps({"id": id, "kind": kind, "at": at.isoformat()}).encode()


@pytest.fixture
def shop() -> Hooked:
    return Hooked(pages=[[LINE]], offers={ref: replace(OFFER, ref=ref) for ref in ("O-S-07", "O-S-08")})


@pytest.fixture
def house(world: World, tmp_path: Path, shop: Hooked) -> FakeHouse:
    return house_over(world, home=tmp_path, systems={HARBOUR: shop})


def waiting(house: FakeHouse) -> list[str]:
    with house.runtime.store.read() as tx:
        return [hint.event.id for hint in hints.waiting(tx)]


async def test_a_delivery_is_news_once(house: FakeHouse, shop: Hooked) -> None:
    assert [True, False, True] == [await hear(house, HARBOUR, SIGNED, body(id)) for id in ("1", "1", "2")]
    assert (["1", "2"], False) == (waiting(house), shop.open)


async def test_what_is_of_no_interest_is_no_news(house: FakeHouse) -> None:
    assert not await hear(house, HARBOUR, SIGNED, body(kind="ping"))
    assert [] == waiting(house)


async def test_a_stranger_is_not_heard(house: FakeHouse) -> None:
    with pytest.raises(NotAllowed, match="not of this platform"):
        await hear(house, HARBOUR, {}, body())
    with pytest.raises(NotFound):
        await hear(house, "party_nobody", SIGNED, body())
    assert [] == waiting(house)


async def test_as_many_wait_as_may_and_no_more(house: FakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "MOST", 2)
    heard = [await hear(house, HARBOUR, SIGNED, body(str(number))) for number in range(4)]
    assert [True, True, False, False] == heard
    await look_after(house)
    assert await hear(house, HARBOUR, SIGNED, body("9"))


async def test_an_order_lets_what_was_sold_since_be_read_again(
    world: World, house: FakeHouse, shop: Hooked
) -> None:
    await fetch_orders(house, recall_id=world.recall_id)
    before = sum(question.startswith(f"lines {LAMP}") for question in shop.asked)
    await hear(house, HARBOUR, SIGNED, body(at=NOW - timedelta(hours=1)))
    assert (1, 0) == (await look_after(house), await look_after(house))
    with house.runtime.store.read() as tx:
        found = scans.scan(tx, recall_id=world.recall_id, version=1, platform_id=HARBOUR, gtin=LAMP)
    assert found is not None
    told = (False, "a webhook told of an order", NOW - timedelta(hours=1) - LOOK_BACK)
    assert told == (found.complete, found.why, found.since)
    await fetch_orders(house, recall_id=world.recall_id)
    assert before < sum(question.startswith(f"lines {LAMP}") for question in shop.asked)


async def test_a_listing_that_is_back_on_sale_is_stopped_at_once(
    world: World, house: FakeHouse, shop: Hooked
) -> None:
    await fetch_orders(house, recall_id=world.recall_id)
    assert not shop.offers["O-S-07"].on_sale
    shop.offers["O-S-07"] = replace(OFFER, on_sale=True)
    await hear(house, HARBOUR, SIGNED, body(kind="listing"))
    await look_after(house)
    assert not shop.offers["O-S-07"].on_sale
    with house.runtime.store.read() as tx:
        assert ["O-S-07"] == [e.subject for e in audit.entries(tx) if e.action == "listing.relisted"]


async def test_a_platform_that_cannot_be_looked_at_is_looked_at_later(house: FakeHouse) -> None:
    await hear(house, HARBOUR, SIGNED, body())
    silent = replace(house, systems={})
    assert (0, ["1"]) == (await look_after(silent), waiting(house))


async def test_a_delivery_is_forgotten_long_after_it_was_looked_after(world: World, house: FakeHouse) -> None:
    await hear(house, HARBOUR, SIGNED, body())
    await look_after(house)
    assert not await hear(house, HARBOUR, SIGNED, body())
    world.clock.forward(days=KEPT.days + 1)
    await hear(house, HARBOUR, SIGNED, body("2"))
    await look_after(house)
    assert await hear(house, HARBOUR, SIGNED, body())
