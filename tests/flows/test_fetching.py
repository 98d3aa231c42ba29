"""The fetching: who fails, fails alone; a scan goes on where it was cut, and is complete only when proven."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.fetching import fetch_confirmations
from flows.scanning import fetch_orders
from flows.stopping import refresh_listings, stop_sales
from recall.domain.confirmation import Outcome
from recall.errors import OrderRefused
from recall.ports import Listing
from recall.store import audit, matches, orders, scans
from recall.store.scans import Scan
from tests.builders import DAY, NOW, make_line
from tests.fakes import FakeHouse, FakePlatform, house_over
from tests.steps.acts import books, conflicts, said
from tests.world import GTIN, HARBOUR, LANTERN, World

PAGES = [
    [make_line(platform_id=HARBOUR, gtin=GTIN, line_ref=f"P{page}-{n}", lot="A1") for n in range(2)]
    for page in range(3)
]


def offers(*sellers: str) -> dict[str, Listing]:
    return {
        f"O-{name}": Listing(ref=f"O-{name}", gtin=GTIN, seller_ref=name, title="PAC20-272", on_sale=True)
        for name in sellers
    }


def house_of(
    world: World, home: Path, *, harbour: FakePlatform, lantern: FakePlatform | None = None
) -> FakeHouse:
    return house_over(world, home=home, systems={HARBOUR: harbour, LANTERN: lantern or FakePlatform()})


def scan_of(world: World) -> Scan:
    with world.runtime.store.read() as tx:
        found = scans.scan(tx, recall_id=world.recall_id, version=1, platform_id=HARBOUR, gtin=GTIN)
    assert found is not None
    return found


def lines_of(world: World) -> set[str]:
    with world.runtime.store.read() as tx:
        return {line.line_ref for line in orders.lines(tx, gtins=[GTIN]) if line.line_ref.startswith("P")}


async def test_a_partner_that_fails_fails_alone(world: World, tmp_path: Path) -> None:
    harbour, lantern = FakePlatform(pages=PAGES), FakePlatform(down_at=lambda _: True)
    house = house_of(world, tmp_path, harbour=harbour, lantern=lantern)
    fetched = {each.party.id: each for each in await fetch_orders(house, recall_id=world.recall_id)}
    assert (6, "") == (fetched[HARBOUR].rows, fetched[HARBOUR].failure)
    assert "down" in fetched[LANTERN].failure
    assert 6 == len(lines_of(world))
    assert [False, False] == [harbour.open, lantern.open]


async def test_a_scan_that_was_cut_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    harbour = FakePlatform(pages=PAGES, down_at=lambda question: question == f"lines {GTIN} 1")
    house = house_of(world, tmp_path, harbour=harbour)
    await fetch_orders(house, recall_id=world.recall_id)
    assert ("1", 2, False) == (scan_of(world).cursor, scan_of(world).rows, scan_of(world).complete)
    harbour.down_at, harbour.asked = (lambda _: False), []
    (waiting, _) = await fetch_orders(house, recall_id=world.recall_id)
    assert "allows no reading yet" in waiting.failure
    assert [] == [question for question in harbour.asked if question.startswith("lines")]
    world.clock.forward(minutes=1)
    await fetch_orders(house, recall_id=world.recall_id)
    assert [f"lines {GTIN} 1", f"lines {GTIN} 2"] == [
        a for a in harbour.asked if a.startswith(f"lines {GTIN}")
    ]
    assert (6, True, 1) == (scan_of(world).rows, scan_of(world).complete, scan_of(world).passes)
    harbour.asked = []
    await fetch_orders(house, recall_id=world.recall_id)
    assert [f"lines {GTIN} None"] == [
        question for question in harbour.asked if question.startswith(f"lines {GTIN}")
    ]


async def test_lines_that_were_sold_after_a_complete_scan_are_read_too(world: World, tmp_path: Path) -> None:
    harbour = FakePlatform(pages=PAGES[:2])
    house = house_of(world, tmp_path, harbour=harbour)
    await fetch_orders(house, recall_id=world.recall_id)
    harbour.pages = PAGES
    await fetch_orders(house, recall_id=world.recall_id)
    assert 6 == len(lines_of(world))
    assert (6, True, 2) == (scan_of(world).rows, scan_of(world).complete, scan_of(world).passes)


async def test_a_partner_whose_answer_cannot_be_taken_fails_alone(world: World, tmp_path: Path) -> None:
    class Strange(FakePlatform):
        async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
            raise OrderRefused(f"A listing of {gtin} cannot be read")

    house = house_of(world, tmp_path, harbour=FakePlatform(pages=PAGES), lantern=Strange())
    fetched = {each.party.id: each for each in await fetch_orders(house, recall_id=world.recall_id)}
    assert "cannot be read" in fetched[LANTERN].failure
    assert 6 == len(lines_of(world))


async def test_a_scan_of_fewer_rows_than_the_platform_says_begins_again(world: World, tmp_path: Path) -> None:
    harbour = FakePlatform(pages=PAGES, total=7)
    house = house_of(world, tmp_path, harbour=harbour)
    (short, _) = await fetch_orders(house, recall_id=world.recall_id)
    assert "gave 6 of 7 order lines" in short.failure
    assert (None, 0, 2, False) == (
        scan_of(world).cursor, scan_of(world).rows, scan_of(world).passes, scan_of(world).complete,
    )  # fmt: skip
    harbour.total = 6
    await fetch_orders(house, recall_id=world.recall_id)
    assert (6, True) == (scan_of(world).rows, scan_of(world).complete)


async def test_rows_that_cannot_be_read_however_often_are_held_for_bad_and_said_once(
    world: World, tmp_path: Path
) -> None:
    harbour = FakePlatform(pages=PAGES, bad_rows={0: "/lines/2/units", 2: "/lines/0/gtin"})
    await fetch_orders(house_of(world, tmp_path, harbour=harbour), recall_id=world.recall_id)
    assert (8, 8, True) == (scan_of(world).rows, scan_of(world).total, scan_of(world).complete)
    with world.runtime.store.read() as tx:
        refused = [entry.detail["refused"] for entry in audit.entries(tx) if entry.action == "rows.refused"]
    assert [["/lines/2/units"], ["/lines/0/gtin"]] == refused
    assert [f"lines {GTIN} {at}" for at in (None, None, None)] == [
        q for q in harbour.asked if q.startswith(f"lines {GTIN}")
    ][:3]


async def test_pages_that_run_in_a_circle_end(world: World, tmp_path: Path) -> None:
    answer = [said(Outcome.REPORTED, 0, key="k-1").document()]
    harbour = FakePlatform(pages=PAGES, said=[answer], in_a_circle=True)
    house = house_of(world, tmp_path, harbour=harbour)
    for fetch in (fetch_orders, fetch_confirmations):
        failures = {each.party.id: each.failure for each in await fetch(house, recall_id=world.recall_id)}
        assert "run in a circle" in failures[HARBOUR]
    assert (None, False) == (scan_of(world).cursor, scan_of(world).complete)


async def test_goods_into_which_affected_lots_went_are_asked_for_too(world: World, tmp_path: Path) -> None:
    with world.runtime.store.begin() as tx:
        found = matches.trace(tx, recall_id=world.recall_id)
        made = replace(found.lots[0], key=found.lots[0].key._replace(gtin="09521234500032"))
        widened = replace(found, lots=(*found.lots, made))
        matches.save_trace(tx, recall_id=world.recall_id, version=1, trace=widened, at=NOW + DAY)
    harbour = FakePlatform()
    await fetch_orders(house_of(world, tmp_path, harbour=harbour), recall_id=world.recall_id)
    assert "lines 09521234500032 None" in harbour.asked


async def test_what_is_on_sale_again_is_noted_and_stopped_again(world: World, tmp_path: Path) -> None:
    harbour, lantern = FakePlatform(offers=offers("S-07", "S-08")), FakePlatform(offers=offers("T-01"))
    house = house_of(world, tmp_path, harbour=harbour, lantern=lantern)
    await fetch_orders(house, recall_id=world.recall_id)
    assert [False] * 3 == [each.on_sale for each in (*harbour.offers.values(), *lantern.offers.values())]
    assert [0, 0] == [each.rows for each in await refresh_listings(house, recall_id=world.recall_id)]
    harbour.put_on_sale("O-S-07")
    assert 1 == sum(each.rows for each in await refresh_listings(house, recall_id=world.recall_id))
    await stop_sales(house, recall_id=world.recall_id)
    assert not harbour.offers["O-S-07"].on_sale
    with world.runtime.store.read() as tx:
        noted = [entry.subject for entry in audit.entries(tx) if entry.action == "listing.relisted"]
    assert ["O-S-07"] == noted


async def test_what_partners_did_is_recorded_page_by_page_and_bad_rows_are_left(
    world: World, tmp_path: Path
) -> None:
    back = said(Outcome.RETURNED, 2, key="k-1", line_ref="L-1").document()
    again = said(Outcome.REFUNDED, 11, key="k-2", line_ref="L-4").document()
    bounced = {"line": "L-3", "kind": "notify_buyer", "result": "bounced", "at": world.clock().isoformat()}
    harbour = FakePlatform(said=[[back, {"outcome": "eaten"}], [again, again]], came_back=[[bounced, {}]])
    house = house_of(world, tmp_path, harbour=harbour)
    fetched = await fetch_confirmations(house, recall_id=world.recall_id)
    assert 3 == sum(each.rows for each in fetched)
    assert (2, 3, 1) == (books(world).recovered, books(world).unreachable, len(conflicts(world)))
    harbour.asked = []
    await fetch_confirmations(house, recall_id=world.recall_id)
    assert ["confirmations 2", "receipts 1"] == harbour.asked
