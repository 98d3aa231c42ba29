"""The market keeps its promises: the same seed the same bytes, and a truth that its own events bear out."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from connectors.sandbox.goods import MODELS, RECALLED, REWORK_LOT, REWORKED_LOT, with_check_digit
from connectors.sandbox.market import OVERCOUNT, MarketSummary, make_market
from recall.errors import InputRefused

from .market_reading import World, folded, order_lines, read_lines, read_world

UNTIL = datetime(2025, 6, 16, tzinfo=UTC)
Market = tuple[Path, MarketSummary]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def net(world: World, site: str, key: tuple[str, str]) -> int:
    """Units that came to a site and were not sent on."""
    return sum(units for _, units in world.arrivals[site, key]) - world.departures.get((site, key), 0)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_market(seed=3, lines=400, until=UNTIL, into=tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_another_market(tmp_path: Path) -> None:
    for seed in (3, 4):
        make_market(seed=seed, lines=400, until=UNTIL, into=tmp_path / str(seed))
    one, two = digests(tmp_path / "3"), digests(tmp_path / "4")
    same = {name for name in one if one[name] == two[name]}
    assert same == {"catalogue.json", "parties.json"}


def test_a_market_made_again_in_its_folder_replaces_the_old_one(tmp_path: Path) -> None:
    make_market(seed=1, lines=300, until=UNTIL, into=tmp_path)
    make_market(seed=2, lines=100, until=UNTIL, into=tmp_path)
    assert len(order_lines(tmp_path)) == 100


@pytest.mark.parametrize(("lines", "until"), [(-1, UNTIL), (10, datetime(2024, 1, 1, tzinfo=UTC))])
def test_an_impossible_market_is_refused(tmp_path: Path, lines: int, until: datetime) -> None:
    with pytest.raises(InputRefused, match="Cannot make this market"):
        make_market(seed=1, lines=lines, until=until, into=tmp_path)


def test_the_notice_names_every_batch_and_the_stated_quantities_add_up() -> None:
    assert [len(model.named) for model in RECALLED] == [12, 8, 2]
    assert sum(model.stated for model in RECALLED) == 491_745


def test_every_trade_item_number_has_its_check_digit() -> None:
    assert [model.gtin for model in MODELS] == [with_check_digit(model.gtin[:-1]) for model in MODELS]


def test_the_shares_are_those_of_the_plan(market: Market) -> None:
    _, summary = market
    assert summary.lines == 3_000
    assert summary.affected_lines / summary.lines == pytest.approx(0.18, abs=0.02)
    assert summary.blanket_lines / summary.lines == pytest.approx(0.55, abs=0.03)


def test_what_platforms_recorded_follows_the_plan(market: Market) -> None:
    folder, summary = market
    records = Counter(row["record"] for row in read_lines(folder / "truth.jsonl"))
    shares = {record: count / summary.lines for record, count in records.items()}
    assert shares == pytest.approx({"serial": 0.45, "lot": 0.35, "typo": 0.05, "nothing": 0.15}, abs=0.03)


def test_each_unit_sold_is_a_serial_that_the_events_put_in_the_lot_of_the_truth(market: Market) -> None:
    folder, _ = market
    world = read_world(read_lines(folder / "events.jsonl"))
    seen = set()
    for row in read_lines(folder / "truth.jsonl"):
        assert row["units"] == len(row["serials"])
        for serial in row["serials"]:
            assert (row["gtin"], row["lot"]) == world.serial_lot[row["gtin"], serial]
            assert (row["gtin"], serial) not in seen
            seen.add((row["gtin"], serial))


def test_each_line_was_shipped_from_a_site_when_its_lot_was_there(market: Market) -> None:
    folder, _ = market
    world, lines = read_world(read_lines(folder / "events.jsonl")), order_lines(folder)
    for row in read_lines(folder / "truth.jsonl"):
        line = lines[row["line"]]
        arrived = min(time for time, _ in world.arrivals[row["site"], (row["gtin"], row["lot"])])
        assert arrived <= datetime.fromisoformat(line["shipped_at"] or line["sold_at"])
        assert datetime.fromisoformat(line["sold_at"]) < UNTIL
        assert line["ship_from"] in (row["site"], None)


def test_the_events_balance(market: Market) -> None:
    folder, _ = market
    world = read_world(read_lines(folder / "events.jsonl"))
    serials = Counter(world.serial_lot.values())
    reworked = {source: units for source, product, units in world.made_from if product[1] == REWORK_LOT}
    for key, count in serials.items():
        assert world.lot_units[key] == count + reworked.get(key, 0)
    stood: Counter[tuple[str, str]] = Counter()
    for (site, key), times in world.arrivals.items():
        stood[key] += sum(units for _, units in times) - world.departures.get((site, key), 0)
    assert serials == Counter({key: units for key, units in stood.items() if key in serials})


def test_a_cell_lot_is_never_used_beyond_its_cells(market: Market) -> None:
    folder, _ = market
    world = read_world(read_lines(folder / "events.jsonl"))
    used: Counter[tuple[str, str]] = Counter()
    for source, _, units in world.made_from:
        used[source] += units
    assert all(units <= world.lot_units[source] for source, units in used.items())


def test_only_the_trace_finds_the_rework_lot(market: Market) -> None:
    folder, summary = market
    named = {(model.gtin, lot) for model in RECALLED for lot, _ in model.named}
    affected = {(row["gtin"], row["lot"]) for row in read_lines(folder / "truth.jsonl") if row["affected"]}
    world = read_world(read_lines(folder / "events.jsonl"))
    gtin = RECALLED[0].gtin
    assert affected - named == {(gtin, REWORK_LOT)}
    assert ((gtin, REWORKED_LOT), (gtin, REWORK_LOT)) in [(a, b) for a, b, _ in world.made_from]
    assert (gtin, REWORKED_LOT) in named
    assert summary.rework_lot == REWORK_LOT


def test_every_affected_line_can_be_found_by_what_the_platform_recorded(market: Market) -> None:
    """Exact serial, exact lot, folded lot, or (nothing recorded) a lot that was at the site in time."""
    folder, _ = market
    lines = order_lines(folder)
    found: Counter[str] = Counter()
    for row in read_lines(folder / "truth.jsonl"):
        line = lines[row["line"]]
        if line["serial"]:
            found["serial"] += 1
            assert line["serial"] == row["serials"][0]
        elif line["lot"]:
            found["exact" if line["lot"] == row["lot"] else "folded"] += 1
            assert folded(line["lot"]) == folded(row["lot"])
    assert found.keys() == {"serial", "exact", "folded"}


def test_a_code_of_one_model_means_nothing_for_another(market: Market) -> None:
    folder, _ = market
    verdicts: dict[str, set[bool]] = {}
    for row in read_lines(folder / "truth.jsonl"):
        verdicts.setdefault(row["lot"], set()).add(row["affected"])
    assert any(len(both) == 2 for both in verdicts.values())


def test_stock_in_the_books_is_what_the_events_brought_less_what_was_sold(market: Market) -> None:
    folder, summary = market
    world = read_world(read_lines(folder / "events.jsonl"))
    sold: Counter[tuple[str, tuple[str, str]]] = Counter()
    for row in read_lines(folder / "truth.jsonl"):
        sold[row["site"], (row["gtin"], row["lot"])] += row["units"]
    connection = sqlite3.connect(folder / "northgate.db")
    stock = connection.execute("SELECT site, gtin, lot, units, says FROM stock").fetchall()
    connection.close()
    for site, gtin, lot, units, _ in stock:
        brought = net(world, site, (gtin, lot))
        assert brought - sold[site, (gtin, lot)] == units
    wrong = [(site, gtin, lot, units, says) for site, gtin, lot, units, says in stock if units != says]
    assert summary.overcount is not None
    assert wrong == [tuple(summary.overcount[name] for name in ("site", "gtin", "lot", "units", "says"))]
    (site, gtin, lot, _, says) = wrong[0]
    assert says == net(world, site, (gtin, lot)) + OVERCOUNT


def test_the_false_count_can_be_left_out(tmp_path: Path) -> None:
    summary = make_market(seed=1, lines=50, until=UNTIL, into=tmp_path, overcount=False)
    connection = sqlite3.connect(tmp_path / "northgate.db")
    assert connection.execute("SELECT count(*) FROM stock WHERE units <> says").fetchone()[0] == 0
    connection.close()
    assert summary.overcount is None


def test_buyers_addresses_live_in_the_platforms_books_alone(market: Market) -> None:
    folder, _ = market
    connection = sqlite3.connect(folder / "harbour.db")
    address = connection.execute("SELECT email FROM buyer LIMIT 1").fetchone()[0].encode()
    connection.close()
    assert address.endswith(b"@example.org")
    holders = {path.name for path in folder.iterdir() if address in path.read_bytes()}
    assert holders == {"harbour.db"}


def test_the_truth_is_summed_in_one_document(market: Market) -> None:
    folder, summary = market
    document = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows = read_lines(folder / "truth.jsonl")
    assert document["affected_lines"] == sum(row["affected"] for row in rows) == summary.affected_lines
    assert document["affected_units"] == sum(row["units"] for row in rows if row["affected"])


def test_a_market_without_orders_still_has_its_goods(tmp_path: Path) -> None:
    summary = make_market(seed=1, lines=0, until=UNTIL + timedelta(days=500), into=tmp_path)
    assert summary.affected_lines == 0
    assert summary.affected_stock > 0
