"""The engine's own trace and matcher, on what the market's files say, miss nobody and accuse nobody."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.protocol.mapping import line_of
from connectors.sandbox.goods import RECALLED, REWORK_LOT
from connectors.sandbox.market import MarketSummary
from recall.domain.cohort import Telling
from recall.domain.match import Match, MatchClass, Rule
from recall.domain.matcher import Matcher
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import LotFact, LotKey, Movement, Trace
from recall.reading.window import Window
from tests.builders import Sites
from tests.memory import MadeFrom, traced

from .market_reading import World, order_lines, read_lines, read_world

LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)


def scope() -> Scope:
    """The notice as its clauses: each model with its lots and windows."""
    clauses = tuple(
        ScopeClause(
            number=number, name=model.name, model=model.code, gtins=frozenset({model.gtin}),
            lots=frozenset(lot for lot, _ in model.named),
            made=tuple(Window(first=first, last=last) for _, (first, last) in model.named),
        )
        for number, model in enumerate(RECALLED, start=1)
    )  # fmt: skip
    return Scope(recall_id="rcl_1", version=1, clauses=clauses)


def lot_facts(events: list[dict[str, Any]]) -> list[LotFact]:
    facts = []
    for event in events:
        if event.get("bizStep") == "commissioning" and "quantityList" in event:
            (goods,), ilmd = event["quantityList"], event["ilmd"]
            gtin, _, lot = goods["epcClass"].removeprefix("https://id.gs1.org/01/").partition("/10/")
            first = date.fromisoformat(ilmd["cbvmda:productionDate"])
            last = date.fromisoformat(ilmd.get("sandbox:productionDateLast", first.isoformat()))
            facts.append(
                LotFact(
                    key=LotKey(gtin, lot), made_first=first, made_last=last, units=goods["quantity"],
                    event="e", at=LONG_AGO,
                )
            )  # fmt: skip
    return facts


def traced_market(events: list[dict[str, Any]], world: World) -> Trace:
    moves = [
        Movement(site=site, key=LotKey(*key), units=units, event="e", at=at)
        for (site, key), times in world.arrivals.items()
        for at, units in times
    ]
    made = [
        MadeFrom(source=LotKey(*a), product=LotKey(*b), event="e", at=LONG_AGO) for a, b, _ in world.made_from
    ]
    return traced(scope(), lots=lot_facts(events), made_from=made, movements=moves)


@pytest.fixture(scope="module")
def matched(market: tuple[Path, MarketSummary]) -> dict[str, tuple[bool, Match]]:
    """Each order line with its truth and the engine's answer."""
    folder, _ = market
    events = read_lines(folder / "events.jsonl")
    world = read_world(events)
    matcher = Matcher(
        scope=scope(),
        trace=traced_market(events, world),
        sites=Sites(site for site, _ in world.arrivals),
    )
    told = {item: (Telling(lot),) for item, (_, lot) in world.serial_lot.items()}
    lines = order_lines(folder)
    found = {}
    for row in read_lines(folder / "truth.jsonl"):
        line = line_of({**lines[row["line"]], "line": row["line"]}, platform_id=row["platform"])
        tellings = told.get((line.gtin, line.serial or ""), ())
        known = (line.gtin, line.lot) in world.lot_units
        found[row["line"]] = row["affected"], matcher.match(line, tellings=tellings, known=known)
    return found


def test_no_affected_line_is_missed(matched: dict[str, tuple[bool, Match]]) -> None:
    missed = [ref for ref, (affected, m) in matched.items() if affected and m.cls is MatchClass.EXCLUDED]
    assert missed == []


def test_every_confirmed_line_is_truly_affected(matched: dict[str, tuple[bool, Match]]) -> None:
    wrong = [ref for ref, (affected, m) in matched.items() if not affected and m.cls is MatchClass.CONFIRMED]
    assert wrong == []


def test_the_market_tries_every_way_of_knowing(matched: dict[str, tuple[bool, Match]]) -> None:
    rules = Counter(match.rule for _, match in matched.values())
    assert set(rules) == {
        Rule.EXACT_SERIAL, Rule.EXACT_LOT, Rule.FOLDED_LOT, Rule.LOT_WINDOW, Rule.OTHER_LOT,
        Rule.NOT_THERE_YET, Rule.OTHER_PRODUCT,
    }  # fmt: skip


def test_a_targeted_recall_tells_fewer_than_a_recall_of_the_whole_products(
    market: tuple[Path, MarketSummary], matched: dict[str, tuple[bool, Match]]
) -> None:
    told = sum(match.cls is not MatchClass.EXCLUDED for _, match in matched.values())
    assert market[1].affected_lines <= told < 0.65 * market[1].blanket_lines


def test_the_rework_lot_is_found_by_the_trace_alone(
    market: tuple[Path, MarketSummary], matched: dict[str, tuple[bool, Match]]
) -> None:
    reworked = [row["line"] for row in read_lines(market[0] / "truth.jsonl") if row["lot"] == REWORK_LOT]
    chains = [matched[ref][1].chain for ref in reworked if matched[ref][1].cls is MatchClass.CONFIRMED]
    assert chains
    assert all("made from" in {link.rule for link in chain} for chain in chains)
