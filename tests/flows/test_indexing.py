"""The indexing: lines read before any recall, so that it is answered at once and beyond any window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.indexing import due, index_all, index_platform
from flows.scanning import fetch_orders
from recall.domain.match import OrderLine
from recall.domain.scan import EVERY, LOOK_BACK
from recall.errors import TryLater
from recall.ports import Blind, Capabilities, LinePage, LineQuery, OrderFilter
from recall.store import orders, parties, scans
from recall.store.scans import EVERY_ITEM, NO_RECALL, Scan, is_of_index
from tests.builders import NOW, make_line
from tests.fakes import FakeHouse, FakePlatform, house_over
from tests.world import GTIN as LAMP
from tests.world import HARBOUR, World

WINDOW = timedelta(days=60)
OLD = make_line(platform_id=HARBOUR, gtin=LAMP, line_ref="P-old", sold_at=NOW - timedelta(days=80))
NEW = make_line(platform_id=HARBOUR, gtin=LAMP, line_ref="P-new", sold_at=NOW - timedelta(days=5))


@dataclass(slots=True, kw_only=True)
class Shop(FakePlatform):
    """A shop that gives every order of its last sixty days, by time, one a page."""

    lines: Sequence[OrderLine] = (OLD, NEW)
    now: datetime = NOW - timedelta(days=30)
    later_at: int | None = None
    """The page before which it wants an hour's rest."""

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            order_filter=OrderFilter.NONE, order_window=True, tells_gtin=True, exact_total=True,
            immutable_sort_key=True, history_days=60,
        )  # fmt: skip

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        self.asked.append(f"lines {query.gtin} since {query.since} from {cursor}")
        number, end = int(cursor or 0), self.now - WINDOW
        if number == self.later_at:
            self.later_at = None
            raise TryLater("One call an hour", after=3600.0)
        since = max(end, query.since or end)
        there = [line for line in self.lines if since <= line.sold_at < self.now]
        following = str(number + 1) if number + 1 < len(there) else None
        return LinePage(
            lines=tuple(there[number : number + 1]), next=following, total=len(there), first=None, last=None,
            refused=(), blind=(Blind(why="sixty days", until=end),), digest=f"page {number}",
        )  # fmt: skip


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def house(world: World, tmp_path: Path, shop: Shop) -> FakeHouse:
    return house_over(world, home=tmp_path, systems={HARBOUR: shop})


async def index(house: FakeHouse) -> Scan:
    """Reads the shop's index as far as it goes now."""
    with house.runtime.store.read() as tx:
        harbour = parties.party(tx, party_id=HARBOUR)
    await index_platform(house, party=harbour)
    with house.runtime.store.read() as tx:
        (known,) = scans.indexes(tx, platform_id=HARBOUR)
    return known


def scan_of(world: World) -> Scan:
    with world.runtime.store.read() as tx:
        (found,) = [
            s for s in scans.scans(tx, recall_id=world.recall_id, version=1) if s.platform_id == HARBOUR
        ]
    return found


def refs(world: World) -> set[str]:
    with world.runtime.store.read() as tx:
        return {line.line_ref for line in orders.lines(tx, gtins=[LAMP]) if line.line_ref.startswith("P-")}


async def test_a_recall_is_answered_by_the_index_before_a_line_is_read(
    world: World, house: FakeHouse, shop: Shop
) -> None:
    known = await index(house)
    assert (EVERY_ITEM, NO_RECALL, True, 1) == (known.gtin, known.recall_id, known.complete, known.rows)
    shop.now = NOW + timedelta(days=30)
    shop.asked.clear()
    await fetch_orders(house, recall_id=world.recall_id)
    assert [] == [question for question in shop.asked if question.startswith("lines")]
    answered = scan_of(world)
    assert (False, known.sure) == (answered.complete, answered.indexed)
    assert is_of_index(answered, sold_at=NEW.sold_at)
    assert {"P-old"} == refs(world)


async def test_the_rest_is_read_next_and_what_lies_before_the_window_is_said_to_be_of_the_index(
    world: World, house: FakeHouse, shop: Shop
) -> None:
    known = await index(house)
    shop.now = NOW + timedelta(seconds=1)
    for _ in range(2):
        await fetch_orders(house, recall_id=world.recall_id)
    read = scan_of(world)
    assert (True, known.sure) == (read.complete, read.indexed)
    assert known.sure is not None
    assert f"lines None since {known.sure - LOOK_BACK} from None" in shop.asked
    assert (True, False) == tuple(is_of_index(read, sold_at=at) for at in (OLD.sold_at, NOW))
    assert known.sure - LOOK_BACK == read.indexed_alone


async def test_an_index_goes_on_where_it_was_cut_off(world: World, house: FakeHouse, shop: Shop) -> None:
    shop.lines = (OLD, replace(OLD, line_ref="P-2", digest="2"), replace(OLD, line_ref="P-3", digest="3"))
    shop.later_at = 1
    cut = await index(house)
    assert (False, "1", world.clock.at + EVERY) == (cut.complete, cut.cursor, cut.not_before)
    await index(house)
    assert (2, ()) == (len([q for q in shop.asked if q.startswith("lines")]), due(house))
    world.clock.forward(hours=1)
    assert [HARBOUR] == [party.id for party in due(house)]
    assert (True, 3) == ((whole := await index(house)).complete, whole.rows)
    assert "lines None since None from 1" == [q for q in shop.asked if q.startswith("lines")][2]
    assert {"P-old", "P-2", "P-3"} == refs(world)


async def test_an_index_is_kept_fresh_from_where_it_was_sure(
    world: World, house: FakeHouse, shop: Shop
) -> None:
    known = await index(house)
    assert () == due(house)
    world.clock.forward(hours=1)
    shop.now = NOW
    await index_all(house, asked=due(house))
    assert known.sure is not None
    assert f"lines None since {known.sure - LOOK_BACK} from None" == shop.asked[-1]
    assert () == due(house)


async def test_a_shop_that_is_asked_by_trade_item_is_indexed_item_by_item(
    world: World, tmp_path: Path
) -> None:
    shop = FakePlatform(pages=[[NEW]])
    house = house_over(world, home=tmp_path, systems={HARBOUR: shop})
    with world.runtime.store.read() as tx:
        harbour = parties.party(tx, party_id=HARBOUR)
    await index_platform(house, party=harbour, gtins=["09521234599995"])
    with world.runtime.store.read() as tx:
        known = {one.gtin: one.rows for one in scans.indexes(tx, platform_id=HARBOUR)}
    assert {LAMP: 1, "09521234599995": 0}.items() <= known.items()


async def test_a_shop_that_fails_says_so_and_is_read_next_time(world: World, tmp_path: Path) -> None:
    house = house_over(world, home=tmp_path, systems={HARBOUR: FakePlatform(down_at=lambda _: True)})
    with world.runtime.store.read() as tx:
        harbour = parties.party(tx, party_id=HARBOUR)
    assert "The system is down" in (await index_platform(house, party=harbour)).failure
