"""The scanning: every line is found and none twice, whatever a shop does while it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.reading import read_on
from flows.scanning import fetch_orders
from flows.stopping import refresh_listings
from recall.domain.scan import GRACE, Next, Pass, Way, after, reread
from recall.errors import PartnerFailed, TryLater
from recall.ports import (
    Blind,
    Capabilities,
    LinePage,
    LineQuery,
    Listing,
    OrderFilter,
    StopSale,
    StopSaleLevel,
    Verification,
)
from recall.store import audit, orders, scans
from recall.store.scans import EVERY_ITEM, Scan, next_pass
from tests.builders import GTIN, NOW, make_line
from tests.fakes import FakePlatform, house_over
from tests.flows.drifting import ByState, Keyset, Offset, Remembered, Shop
from tests.world import GTIN as LAMP
from tests.world import HARBOUR, World

SEEDS = [100, pytest.param(1000, marks=pytest.mark.campaign)]
STEADY, LOOSE = Way(steady=True, counted=True), Way(steady=False, counted=True)
UNCOUNTED = Way(steady=True, counted=False)


async def scanned(platform: Keyset | Offset | ByState, way: Way) -> Remembered:
    """The book of a scan that is read until it is complete, run after run."""
    book = Remembered(way=way, shop=platform.shop)
    scan = Scan(recall_id="rcl_1", version=1, platform_id="party_1", gtin=GTIN, at=NOW)
    for _ in range(50):
        try:
            scan = await read_on(platform, scan=scan, listings=(), book=book, now=book.now)
        except PartnerFailed:
            scan = next_pass(replace(scan, passes=max(book.passes)), at=book.now())
        if scan.complete:
            return book
    raise AssertionError("the scan never ended")


@pytest.mark.parametrize(
    ("kind", "way"), [(Keyset, STEADY), (Keyset, UNCOUNTED), (Offset, LOOSE), (ByState, LOOSE)],
    ids=["by key", "by key, no total", "offset on a key that changes", "filter on a state that changes"],
)  # fmt: skip
@pytest.mark.parametrize("seeds", SEEDS)
async def test_every_line_is_found_and_none_twice_while_the_shop_lives_on(
    kind: type[Keyset] | type[Offset] | type[ByState], way: Way, seeds: int
) -> None:
    lost = 0
    for seed in range(seeds):
        shop = Shop(seed)
        book = await scanned(kind(shop=shop), way)
        there = {f"L{number}" for number, order in shop.orders.items() if order.placed <= book.begun}
        lost += bool(there - book.lines.keys())  # later ones are for the scan after the stop
    assert 0 == lost


async def test_one_pass_by_offset_loses_lines_where_two_that_agree_do_not() -> None:
    lost = 0
    for seed in range(200):
        shop = Shop(seed)
        platform, cursor, found = Offset(shop=shop), None, set[str]()
        while True:
            page = await platform.order_lines(query=LineQuery(gtin=GTIN), cursor=cursor)
            found |= {line.line_ref for line in page.lines}
            cursor = page.next
            if cursor is None:
                break
        lost += bool({f"L{number}" for number in shop.orders} - found)
    assert lost > 50


@pytest.mark.parametrize(
    ("way", "done", "following"),
    [
        (STEADY, Pass(number=1, read=3, total=9, ended=False), Next.PAGE),
        (STEADY, Pass(number=1, read=9, total=9, ended=True), Next.DONE),
        (STEADY, Pass(number=1, read=8, total=9, ended=True), Next.LATER),
        (LOOSE, Pass(number=1, read=9, total=9, ended=True), Next.PASS),
        (LOOSE, Pass(number=2, read=9, total=9, ended=True, same=True), Next.DONE),
        (LOOSE, Pass(number=2, read=8, total=9, ended=True, same=True), Next.PASS),
        (LOOSE, Pass(number=2, read=9, total=9, ended=True, same=False), Next.PASS),
        (LOOSE, Pass(number=8, read=9, total=9, ended=True, same=False), Next.LATER),
        (UNCOUNTED, Pass(number=1, read=9, total=None, ended=True), Next.PASS),
        (UNCOUNTED, Pass(number=2, read=9, total=None, ended=True, same=True), Next.DONE),
    ],
)  # fmt: skip
def test_what_follows_a_page(way: Way, done: Pass, following: Next) -> None:
    assert following == after(done, way=way)


def test_the_gap_is_read_again_a_grace_after_the_stop_and_never_more() -> None:
    asked = {"way": replace(LOOSE, windowed=True), "began": NOW, "sure": NOW, "stopped_at": NOW}
    assert None is reread(**asked, now=NOW + GRACE - timedelta(seconds=1))
    due = reread(**asked, now=NOW + GRACE)
    assert due is not None
    assert NOW - timedelta(days=1) == due.since
    assert None is reread(**asked | {"sure": NOW + GRACE}, now=NOW + timedelta(days=9))
    assert None is reread(**asked | {"stopped_at": None}, now=NOW + timedelta(minutes=59))
    assert reread(**asked | {"stopped_at": None}, now=NOW + timedelta(minutes=60)) is not None


LINES = [make_line(platform_id=HARBOUR, gtin=LAMP, line_ref=f"P-{n}", lot="A1") for n in range(6)]
OFFER = Listing(ref="O-1", gtin=LAMP, seller_ref="S-07", title="Lamp", on_sale=True)


class Loose(FakePlatform):
    """A shop without a steady key, whose history has an end."""

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            order_filter=OrderFilter.GTIN, stop_sale_level=StopSaleLevel.SELLER, exact_total=True,
            history_days=60,
        )  # fmt: skip

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        page = await FakePlatform.order_lines(self, query=query, cursor=cursor)
        return replace(page, blind=(Blind(why="orders of the last 60 days only", until=NOW),))


def scan_of(world: World) -> Scan:
    with world.runtime.store.read() as tx:
        found = scans.scan(tx, recall_id=world.recall_id, version=1, platform_id=HARBOUR, gtin=LAMP)
    assert found is not None
    return found


def noted(world: World, action: str) -> list[dict[str, object]]:
    with world.runtime.store.read() as tx:
        return [dict(entry.detail) for entry in audit.entries(tx) if entry.action == action]


async def test_a_loose_shop_is_read_twice_and_its_blind_window_is_said(world: World, tmp_path: Path) -> None:
    shop = Loose(pages=[LINES[:3], LINES[3:]], offers={"O-1": OFFER})
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    await fetch_orders(house, recall_id=world.recall_id)
    found = scan_of(world)
    assert (True, 2, 6, 6) == (found.complete, found.passes, found.rows, found.total)
    assert (Blind(why="orders of the last 60 days only", until=NOW),) == found.blind
    assert 4 == sum(question.startswith(f"lines {LAMP}") for question in shop.asked)
    asked = [question.split()[0] for question in shop.asked]
    assert asked.index("stop") < asked.index("look") < asked.index("lines")
    assert [{"ref": "O-1", "by": "gtin", "product": "", "sku": ""}] == noted(world, "listings.resolved")[0][
        "listings"
    ]
    world.clock.forward(hours=1)
    await fetch_orders(house, recall_id=world.recall_id)
    assert 4 == scan_of(world).passes


async def test_an_answer_that_says_still_on_sale_is_no_stop(world: World, tmp_path: Path) -> None:
    class Stubborn(FakePlatform):
        async def stop_sale(self, *, listing_ref: str, recall_id: str, stopped_before: object) -> StopSale:
            del recall_id, stopped_before
            return StopSale(listing_ref=listing_ref, before="on_sale", after="on_sale", at=NOW, stopped=False)

    shop = Stubborn(pages=[LINES], offers={"O-1": OFFER})
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    (harbour, _) = await fetch_orders(house, recall_id=world.recall_id)
    assert "could not be stopped" in harbour.failure
    assert scan_of(world).complete
    with world.runtime.store.read() as tx:
        (row,) = [row for row in orders.listings(tx, platform_id=HARBOUR) if row.listing.ref == "O-1"]
    assert (True, None, "on_sale") == (row.listing.on_sale, row.stopped_at, row.after)
    assert 1 == len(noted(world, "stop.not_held"))


async def test_what_a_buyer_still_finds_is_on_sale_and_stopped_again(world: World, tmp_path: Path) -> None:
    class Cached(FakePlatform):
        async def is_stopped(self, *, listing_ref: str) -> Verification:
            return Verification(listing_ref=listing_ref, stopped=False, how="GET /p: add to basket", at=NOW)

    shop = Cached(offers={"O-1": OFFER})
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    (harbour, _) = await fetch_orders(house, recall_id=world.recall_id)
    assert "A buyer still finds" in harbour.failure
    with world.runtime.store.read() as tx:
        (row,) = [row for row in orders.listings(tx, platform_id=HARBOUR) if row.listing.ref == "O-1"]
    assert (True, False, "GET /p: add to basket") == (row.listing.on_sale, row.seen_stopped, row.seen_how)
    await refresh_listings(house, recall_id=world.recall_id)


async def test_a_long_wait_is_kept_and_nothing_is_asked_before_its_end(world: World, tmp_path: Path) -> None:
    class Slow(FakePlatform):
        async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
            del query, cursor
            self.asked.append("lines")
            raise TryLater("The partner allows no more calls", after=40 * 3600)

    shop = Slow()
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    for _ in range(3):
        await fetch_orders(house, recall_id=world.recall_id)
        world.clock.forward(hours=13)
    assert 1 == shop.asked.count("lines")
    world.clock.forward(hours=2)
    await fetch_orders(house, recall_id=world.recall_id)
    assert 2 == shop.asked.count("lines")


class Unfiltered(FakePlatform):
    """A shop that cannot find orders by what was sold."""

    async def capabilities(self) -> Capabilities:
        return Capabilities(exact_total=True, immutable_sort_key=True)

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        self.asked.append(f"lines {query.gtin} of {len(query.listings)} listings")
        del cursor
        return LinePage(lines=tuple(LINES), next=None, total=9, counted=9, first=None, last=None, refused=(),
                        digest="all")  # fmt: skip


async def test_a_shop_without_a_filter_is_read_once_for_all_trade_items(world: World, tmp_path: Path) -> None:
    shop = Unfiltered(offers={"O-1": OFFER})
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    await fetch_orders(house, recall_id=world.recall_id)
    asked = [question for question in shop.asked if question.startswith("lines")]
    assert ["lines None of 1 listings"] == asked
    with world.runtime.store.read() as tx:
        (whole,) = [s for s in scans.scans(tx, recall_id=world.recall_id, version=1) if s.rows]
    assert (EVERY_ITEM, HARBOUR, True, 9) == (whole.gtin, whole.platform_id, whole.complete, whole.rows)


async def test_a_new_listing_lets_a_shop_without_a_filter_be_read_again(world: World, tmp_path: Path) -> None:
    shop = Unfiltered(offers={"O-1": OFFER})
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    await fetch_orders(house, recall_id=world.recall_id)
    shop.offers["O-2"] = replace(OFFER, ref="O-2")
    await fetch_orders(house, recall_id=world.recall_id)
    assert "lines None of 2 listings" == [q for q in shop.asked if q.startswith("lines")][-1]
