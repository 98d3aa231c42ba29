"""The trial market keeps its promises: the same bytes, every line once, a truth that its events bear out."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from connectors.protocol.mapping import line_of
from connectors.sandbox.trial import items
from connectors.sandbox.trial.market import MARK, make_trial
from connectors.sandbox.trial.plan import BLOCK, blocks_of, faulty_blocks, hot_days
from connectors.sandbox.trial.production import produce
from connectors.sandbox.trial.rates import Rates
from recall.epcis.document import read_document
from recall.errors import InputRefused

from .market_reading import lot_of, read_lines

WELL_TOLD = Rates.read(["all=0", "rework=0.1", "replaced=0.2", "returns=0.05", "mixed=0.3"])
"""Everything happens to the goods, and all of it is told and written down right."""
Key = tuple[str, str]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def orders(folder: Path) -> dict[str, dict[str, Any]]:
    return {row["line"]: row for path in folder.glob("orders-*.jsonl") for row in read_lines(path)}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market in which nothing goes wrong but the goods themselves."""
    folder = tmp_path_factory.mktemp("plain")
    make_trial(seed=5, lines=4_000, into=folder, rates=WELL_TOLD)
    return folder


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market with all its faults."""
    folder = tmp_path_factory.mktemp("faulty")
    make_trial(seed=5, lines=12_000, into=folder, rates=Rates(wrong=0.2))
    return folder


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        make_trial(seed=seed, lines=2_000, into=tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    other = digests(tmp_path / "three")
    same = {name for name, digest in digests(tmp_path / "one").items() if digest == other[name]}
    assert {"catalogue.json", "parties.json"} == same - {"notice.json"}  # the same lots may have faults


@pytest.mark.parametrize("lines", [1_000, 9_999, 25_001])
def test_a_market_has_as_many_lines_as_were_asked_for_each_with_its_truth(tmp_path: Path, lines: int) -> None:
    summary = make_trial(seed=1, lines=lines, into=tmp_path)
    truth = read_lines(tmp_path / "truth.jsonl")
    assert lines == summary.lines == len(truth) == len({(row["platform"], row["line"]) for row in truth})
    assert {row["line"] for row in truth} == orders(tmp_path).keys()


@pytest.mark.parametrize("lines", [0, 999, 50_000_001])
def test_a_market_of_another_size_is_refused(tmp_path: Path, lines: int) -> None:
    with pytest.raises(InputRefused, match="expected lines from 1,000 to 50,000,000"):
        make_trial(seed=1, lines=lines, into=tmp_path)


@pytest.mark.parametrize("text", ["missing", "missing=often", "missing=1.1", "colour=0.1", "returns=0.5"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        Rates.read([text])


def test_rates_are_read_in_order() -> None:
    rates = Rates.read(["all=0", "slips=0.25"])
    assert {"slips": 0.25} == {f.name: share for f in fields(rates) if (share := getattr(rates, f.name))}


def test_a_market_that_was_cut_short_is_none(tmp_path: Path) -> None:
    make_trial(seed=1, lines=1_000, into=tmp_path)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_trial(seed=1, lines=1_000, into=tmp_path, told=stop)
    assert not (tmp_path / MARK).exists()
    make_trial(seed=1, lines=1_000, into=tmp_path)
    assert (tmp_path / MARK).exists()
    assert not (tmp_path / ".part").exists()


def test_three_times_the_blocks_need_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    for lines in (BLOCK, BLOCK, 3 * BLOCK):  # the first one warms up
        tracemalloc.start()
        make_trial(seed=1, lines=lines, into=tmp_path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.25 * peaks[1]


def test_blocks_share_out_every_line_and_some_are_faulty() -> None:
    blocks = list(blocks_of(seed=1, lines=1_234_567))
    assert 1_234_567 == sum(block.lines for block in blocks)
    assert 300 == len(faulty_blocks(5_000))
    assert [block.number for block in blocks if block.faulty] == [n + 1 for n in faulty_blocks(len(blocks))]


def test_whatever_charger_was_pressed_on_a_hot_day_is_affected() -> None:
    hot = hot_days(lines=1_000_000)
    near = [b for b in blocks_of(seed=1, lines=1_000_000) if b.base - 1 <= hot[-1] and hot[0] <= b.base + 14]
    made = [produce(block, rates=Rates(), hot=hot, random=block.random()) for block in near]
    pressed = [lot for one in made for lot in one.lots[items.CHARGER] if lot.days[0] in hot]
    assert any(not lot.code.startswith("0") for lot in pressed)  # one whose code lost its zeros, too
    assert [] == [lot.code for lot in pressed if not lot.fault]


def test_no_slip_of_a_digit_turns_a_lot_into_another() -> None:
    codes = {items.CHARGER.lot_code(block=block, number=n) for block in range(40) for n in range(70)}
    for code in codes:
        slips = {f"{code[:i]}{d}{code[i + 1 :]}" for i in range(len(code)) for d in "0123456789"} - {code}
        assert not slips & codes


def test_every_event_and_every_line_can_be_read_by_the_engine(faulty: Path) -> None:
    for name in ("events.jsonl", "events-late.jsonl"):
        lines = (faulty / name).read_bytes()
        assert lines.count(b"\n") == sum(1 for _ in read_document(lines))
    for ref, row in orders(faulty).items():
        assert ref == line_of(row, platform_id="party").line_ref


def test_every_fault_happens(faulty: Path) -> None:
    truth = json.loads((faulty / "truth.json").read_text())
    assert {"told", "missing", "late", "disordered", "taken back"} == truth["events"].keys()
    rows, lines = read_lines(faulty / "truth.jsonl"), orders(faulty)
    recorded = Counter(
        (lines[row["line"]]["lot"] is not None, lines[row["line"]]["serial"] is not None) for row in rows
    )
    assert 4 == len(recorded)  # both, the lot, the serial, nothing
    lots = {(row["gtin"], row["lot"]) for row in rows}
    damaged = [
        (row, lines[row["line"]]["lot"])
        for row in rows
        if lines[row["line"]]["lot"] not in (None, row["lot"])
    ]
    assert any(
        (row["gtin"], written) in lots for row, written in damaged
    )  # zeros lost: now a sound lot's code
    assert any((row["gtin"], written) not in lots for row, written in damaged)
    cut = [row for row in rows if lines[row["line"]]["serial"] not in (None, row["serial"])]
    assert cut
    assert any(row["again"] and row["affected"] for row in rows)
    assert 6 == len(truth["why"])


def test_the_truth_is_what_the_events_bear_out_where_all_of_them_are_told(plain: Path) -> None:
    events, notice = read_lines(plain / "events.jsonl"), json.loads((plain / "notice.json").read_text())
    lots = named_lots(events, notice)
    follow(events, lots)
    devices = devices_with(events, lots)
    serials = {
        (p["gtin"], s) for p in notice["products"] for text in p.get("serials", ()) for s in counted(text)
    }
    wrong = []
    for row in read_lines(plain / "truth.jsonl"):
        unit = (row["gtin"], row["serial"])
        known = (row["gtin"], row["lot"]) in lots or unit in serials or unit in devices
        if row["units"] == 1 and known != bool(row["affected"]):
            wrong.append(row)
    assert [] == wrong


def test_what_is_written_down_right_is_the_truth(plain: Path) -> None:
    lines = orders(plain)
    for row in read_lines(plain / "truth.jsonl"):
        line = lines[row["line"]]
        for code in ("lot", "serial"):
            assert line[code] is None or line[code].upper() == row[code].upper()
        assert (row["gtin"], row["units"]) == (line["gtin"].zfill(14), line["units"])


def named_lots(events: list[dict[str, Any]], notice: dict[str, Any]) -> set[Key]:
    """The lots that the notice names, by their codes or by their day of production."""
    named = [part for p in notice["products"] for part in (p, *p.get("components", ()))]
    lots = {(p["gtin"], lot) for p in named for lot in p.get("lots", ())}
    for product in notice["products"]:
        for window in product.get("made", ()):
            for event in events:
                day = event.get("ilmd", {}).get("cbvmda:productionDate", "")
                if "quantityList" in event and window["from"] <= day <= window["to"]:
                    key = lot_of(event["quantityList"][0]["epcClass"])
                    lots |= {key} if key[0] == product["gtin"] else set()
    return lots


def follow(events: list[dict[str, Any]], lots: set[Key]) -> None:
    """Add every lot that was made of one that is in."""
    lot_of_unit = {
        epc: lot_of(f"{epc.partition('/21/')[0]}/10/{event['ilmd']['cbvmda:lotNumber']}")
        for event in events
        if event["bizStep"] == "commissioning"
        for epc in event.get("epcList", ())
    }
    grown = -1
    while grown != len(lots):
        grown = len(lots)
        for event in events:
            if event["type"] == "TransformationEvent":
                inputs, outputs = (set(sides(event, side, lot_of_unit)) for side in ("input", "output"))
                lots |= outputs if inputs & lots else set()


def sides(event: dict[str, Any], side: str, lot_of_unit: dict[str, Key]) -> Iterator[Key]:
    """The lots on one side of a transformation."""
    yield from (lot_of(part["epcClass"]) for part in event.get(f"{side}QuantityList", ()))
    yield from (lot_of_unit[epc] for epc in event.get(f"{side}EPCList", ()))


def devices_with(events: list[dict[str, Any]], lots: set[Key]) -> set[Key]:
    """(GTIN, serial) of every device whose part is of a lot that is in, at the end of all events."""
    bad = {
        epc
        for event in events
        if "epcList" in event and (items.BATTERY.gtin, event.get("ilmd", {}).get("cbvmda:lotNumber")) in lots
        for epc in event["epcList"]
        if f"/01/{items.BATTERY.gtin}/" in epc
    }
    holds: dict[str, str] = {}
    for event in sorted(events, key=lambda event: event["eventTime"]):
        if event["type"] == "AssociationEvent" and event["action"] == "ADD":
            holds[event["parentID"]] = event["childEPCs"][0]
    gtin = f"https://id.gs1.org/01/{items.TOOL.gtin}/21/"
    return {(items.TOOL.gtin, parent.removeprefix(gtin)) for parent, child in holds.items() if child in bad}


def counted(text: str) -> Iterator[str]:
    """Every serial of a range `A - B`."""
    first, last = text.split(" - ")
    prefix = first.rstrip("0123456789")
    digits = len(first) - len(prefix)
    for number in range(int(first[-digits:]), int(last[-digits:]) + 1):
        yield f"{prefix}{number:0{digits}d}"
