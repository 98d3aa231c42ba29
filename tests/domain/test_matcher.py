"""The matcher: never a line let off without evidence, never one confirmed without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.cohort import OrderLine, Telling, cohort_of, folded
from recall.domain.link import Link
from recall.domain.match import Match, MatchClass, Rule
from recall.domain.matcher import Matcher
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import AffectedItem, AtLarge, ItemKey, LotKey, Movement
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from tests.builders import DAY, GTIN, NOW, SITE, Sites, make_affected_lot, make_line, make_lot
from tests.memory import traced

ARRIVED = NOW - 200 * DAY
OTHER_SITE = "https://id.gs1.org/414/6901234000023"
AFFECTED, SAFE = LotKey(GTIN, "C14-P6"), LotKey(GTIN, "C14-Q9")


def clause(**parts: object) -> ScopeClause:
    """A clause over the one trade item that names lot C14-P6."""
    return ScopeClause(
        **({"number": 1, "name": "Power bank", "model": "PAC", "gtins": frozenset({GTIN})} | parts)  # type: ignore[arg-type] # a builder
    )


KNOWN = frozenset({"C14-P6", "C14-Q9"})
"""The lots of which events tell."""


def matcher(*clauses: ScopeClause, **more: Any) -> Matcher:
    """A matcher over two lots that came to one site; serial U1 is of the affected lot, U2 of the safe one."""
    scope = Scope(recall_id="rcl", version=1, clauses=clauses or (clause(lots=frozenset({"C14-P6"})),))
    facts = (make_lot("C14-P6"), make_lot("C14-Q9"))
    came = [Movement(site=SITE, key=key, units=50, event="e", at=ARRIVED) for key in (AFFECTED, SAFE)]
    found = traced(scope, lots=facts, made_from=(), movements=came)
    return Matcher(scope=scope, trace=replace(found, **more), sites=Sites({SITE, OTHER_SITE}))


TOLD = {
    "U1": (Telling("C14-P6"),),
    "U2": (Telling("C14-Q9"),),
    "U3": (Telling("C14-Q9"), Telling("C14-P6")),
    "U4": (Telling("C14-Q9", vouched=False),),
    "U5": (Telling("C14-P6", vouched=False),),
}
"""The lots that events tell of serials; the last two by a seller alone."""


def match(found: Matcher, line: OrderLine, *, known: frozenset[str] = KNOWN) -> Match:
    """The match of a line, with what the events of this file tell of it."""
    tellings = TOLD.get(line.serial or "", ())
    proof = Link(rule="serial of lot", start="lot", end=f"serial {line.serial}") if tellings else None
    return found.match(line, tellings=tellings, known=line.lot in known, proof=proof)


def classed(match: Match) -> tuple[MatchClass, Rule]:
    """What a test compares."""
    return match.cls, match.rule


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"serial": "U1"}, (MatchClass.CONFIRMED, Rule.EXACT_SERIAL)),
        ({"serial": "U2"}, (MatchClass.EXCLUDED, Rule.OTHER_LOT)),
        ({"serial": "U2", "lot": "C14-P6"}, (MatchClass.POSSIBLE, Rule.EXACT_LOT)),
        ({"serial": "U3"}, (MatchClass.POSSIBLE, Rule.DISPUTED)),
        ({"serial": "U3", "lot": "C14-P6"}, (MatchClass.CONFIRMED, Rule.EXACT_LOT)),
        ({"serial": "U3", "lot": "C14-Q9"}, (MatchClass.POSSIBLE, Rule.DISPUTED)),
        ({"serial": "U4"}, (MatchClass.POSSIBLE, Rule.LOT_WINDOW)),
        ({"serial": "U4", "lot": "C14-P6"}, (MatchClass.CONFIRMED, Rule.EXACT_LOT)),
        ({"serial": "U5", "lot": "C14-Q9"}, (MatchClass.CONFIRMED, Rule.EXACT_SERIAL)),
        ({"lot": "C14-P6"}, (MatchClass.CONFIRMED, Rule.EXACT_LOT)),
        ({"lot": "C14-Q9"}, (MatchClass.EXCLUDED, Rule.OTHER_LOT)),
        ({"lot": "c14p6"}, (MatchClass.POSSIBLE, Rule.FOLDED_LOT)),
        ({"lot": "nobody knows it"}, (MatchClass.POSSIBLE, Rule.LOT_WINDOW)),
        ({}, (MatchClass.POSSIBLE, Rule.LOT_WINDOW)),
        ({"ship_from": None}, (MatchClass.POSSIBLE, Rule.LOT_WINDOW)),
        ({"ship_from": "a site of which no event tells"}, (MatchClass.POSSIBLE, Rule.LOT_WINDOW)),
        ({"ship_from": OTHER_SITE}, (MatchClass.EXCLUDED, Rule.NOT_THERE_YET)),
        ({"shipped_at": ARRIVED - DAY}, (MatchClass.EXCLUDED, Rule.NOT_THERE_YET)),
        ({"gtin": "06901234567809"}, (MatchClass.EXCLUDED, Rule.OTHER_PRODUCT)),
    ],
)
def test_a_line_is_classed_by_the_first_rule_that_knows(
    line: dict[str, object], expected: tuple[MatchClass, Rule]
) -> None:
    shipped = {"lot": None, "serial": None, "ship_from": SITE, "shipped_at": NOW - DAY}
    assert expected == classed(match(matcher(), make_line(**(shipped | line))))


def test_a_confirmed_line_carries_its_chain_from_the_notice_to_the_line() -> None:
    found = match(matcher(), make_line(serial="U1", lot=None, ship_from=SITE))
    assert ["named by the notice", "serial of lot", "exact_serial"] == [link.rule for link in found.chain]
    assert AFFECTED == found.lot
    assert (found.line.units, found.line.units) == (found.units_lo, found.units_hi)


def test_a_range_of_serials_lets_off_only_serials_that_are_known_to_lie_outside() -> None:
    serials = (SerialRange.between(first="S100", last="S199"),)
    found = matcher(clause(serial_ranges=serials))
    assert (MatchClass.CONFIRMED, Rule.EXACT_SERIAL) == classed(
        match(found, make_line(serial="S150", lot=None))
    )
    assert (MatchClass.EXCLUDED, Rule.OTHER_SERIAL) == classed(
        match(found, make_line(serial="S200", lot=None))
    )
    assert MatchClass.POSSIBLE is match(found, make_line(serial=None, lot="C14-Q9")).cls
    assert MatchClass.POSSIBLE is match(found, make_line(serial=None, lot=None)).cls


def test_a_whole_product_confirms_every_unit_sold_in_the_stated_time() -> None:
    sold = (Window(first=date(2025, 1, 1), last=date(2025, 12, 31)),)
    found = matcher(clause(sold=sold))
    assert MatchClass.CONFIRMED is match(found, make_line(lot="C14-Q9", sold_at=NOW)).cls
    assert MatchClass.POSSIBLE is match(found, make_line(lot="C14-Q9", sold_at=NOW - 400 * DAY)).cls


def test_date_codes_alone_never_let_a_unit_off() -> None:
    found = matcher(clause(date_codes=("2126 - 2319",)))
    for line in (make_line(lot="C14-Q9", serial=None), make_line(lot=None, serial=None)):
        assert MatchClass.POSSIBLE is match(found, line).cls


@given(
    code=st.text(alphabet="C14-P6Q9/ ._oOiIlL0", max_size=10),
    hours=st.integers(min_value=0, max_value=5000),
    here=st.booleans(),
)
def test_a_line_is_never_let_off_while_the_affected_lot_stood_there(
    code: str, hours: int, here: bool
) -> None:
    line = make_line(
        lot=code or None,
        serial=None,
        ship_from=SITE if here else None,
        shipped_at=ARRIVED + timedelta(hours=hours),
    )
    found = match(matcher(), line)
    assert (code == "C14-Q9") == (found.cls is MatchClass.EXCLUDED)
    assert (code == "C14-P6") == (found.cls is MatchClass.CONFIRMED)


@given(st.text(max_size=12))
def test_folding_twice_is_folding_once(code: str) -> None:
    assert folded(folded(code)) == folded(code)


def test_a_serial_of_a_safe_lot_lets_off_no_unit_where_only_date_codes_narrow_the_notice() -> None:
    found = matcher(clause(date_codes=("2126 - 2319",)))
    assert MatchClass.POSSIBLE is match(found, make_line(serial="U2", lot=None)).cls


def test_one_serial_lets_off_one_unit_alone() -> None:
    line = make_line(serial="U2", lot=None, ship_from=SITE, units=3, shipped_at=NOW - DAY)
    assert MatchClass.POSSIBLE is match(matcher(), line).cls


def test_a_line_that_was_not_shipped_yet_may_still_be_sent_what_came_since() -> None:
    line = make_line(lot=None, serial=None, ship_from=SITE, sold_at=ARRIVED - DAY, shipped_at=None)
    assert (MatchClass.POSSIBLE, Rule.LOT_WINDOW) == classed(match(matcher(), line))


@pytest.mark.parametrize("known", [KNOWN, KNOWN | {"C14-P9"}])
def test_a_lot_that_the_notice_names_is_confirmed_though_no_event_tells_of_its_making(
    known: frozenset[str],
) -> None:
    found = matcher(clause(lots=frozenset({"C14-P6", "C14-P9"})))
    assert (MatchClass.CONFIRMED, Rule.EXACT_LOT) == classed(
        match(found, make_line(lot="C14-P9"), known=known)
    )
    assert (MatchClass.POSSIBLE, Rule.FOLDED_LOT) == classed(match(found, make_line(lot="c14p9")))
    anywhere = make_line(lot=None, serial=None, ship_from=OTHER_SITE, shipped_at=NOW)
    assert (MatchClass.POSSIBLE, Rule.PRODUCT_ONLY) == classed(match(found, anywhere))


def test_a_serial_speaks_for_one_unit_of_a_line() -> None:
    found = match(matcher(), make_line(serial="U1", lot=None, units=3))
    assert (MatchClass.CONFIRMED, 1, 3) == (found.cls, found.units_lo, found.units_hi)


PHONE = "09521234500056"


def item(serial: str, *, inspect: bool = False, lot: LotKey | None = None) -> AffectedItem:
    """A phone that holds an affected part, or held one."""
    held = Link(rule="has part", start=f"lot {AFFECTED.lot}", end=f"serial {serial}")
    key = ItemKey(PHONE, serial)
    return AffectedItem(code=serial, key=key, lot=lot, clause=1, chain=(held,), inspect=inspect)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"serial": "P1"}, (MatchClass.CONFIRMED, Rule.EXACT_SERIAL)),
        ({"serial": "P2"}, (MatchClass.POSSIBLE, Rule.INSPECT)),
        ({"serial": "P3"}, (MatchClass.POSSIBLE, Rule.PRODUCT_ONLY)),
        ({"serial": "P3", "units": 2}, (MatchClass.POSSIBLE, Rule.PRODUCT_ONLY)),
        ({"serial": None}, (MatchClass.POSSIBLE, Rule.PRODUCT_ONLY)),
        ({"serial": None, "lot": "of which no event tells"}, (MatchClass.POSSIBLE, Rule.PRODUCT_ONLY)),
    ],
)
def test_a_unit_is_affected_for_the_part_that_it_holds(
    line: dict[str, object], expected: tuple[MatchClass, Rule]
) -> None:
    found = matcher(items=(item("P1"), item("P2", inspect=True)))
    assert expected == classed(match(found, make_line(**({"gtin": PHONE, "lot": None} | line))))


def test_the_lot_of_an_affected_item_makes_its_other_lines_possible_and_no_other_lot() -> None:
    found = matcher(items=(item("P1", lot=LotKey(PHONE, "L1")),))
    for lot, cls in (("L1", MatchClass.POSSIBLE), ("L2", MatchClass.EXCLUDED)):
        line = make_line(gtin=PHONE, lot=lot, serial=None)
        assert cls is match(found, line, known=frozenset({"L1", "L2"})).cls


def test_the_chain_of_a_unit_is_that_of_its_own_part() -> None:
    found = match(matcher(items=(item("P1"),)), make_line(gtin=PHONE, lot=None, serial="P1"))
    assert ["has part", "exact_serial"] == [link.rule for link in found.chain]


def test_goods_that_were_sent_and_never_received_may_stand_anywhere_since() -> None:
    sent = ARRIVED + 10 * DAY
    found = matcher(at_large=(AtLarge(key=AFFECTED, units=5, since=sent),))
    for shipped, cls in ((sent - DAY, MatchClass.EXCLUDED), (sent, MatchClass.POSSIBLE)):
        line = make_line(lot=None, serial=None, ship_from=OTHER_SITE, shipped_at=shipped)
        assert cls is match(found, line).cls


def test_a_lot_of_which_no_event_tells_may_be_one_that_the_notice_names_by_its_date() -> None:
    made = (Window(first=date(2023, 6, 1), last=date(2023, 6, 30)),)
    found = matcher(clause(made=made))
    line = make_line(lot="of which no event tells", ship_from=OTHER_SITE, shipped_at=NOW - DAY)
    assert MatchClass.POSSIBLE is match(found, line).cls


def test_a_unit_of_an_affected_lot_is_confirmed_whenever_its_product_was_to_be_sold() -> None:
    sold = (Window(first=date(2025, 1, 1), last=date(2025, 12, 31)),)
    found = matcher(clause(sold=sold), clause(number=2, lots=frozenset({"C14-P6"})))
    old = make_line(lot="C14-P6", sold_at=NOW - 400 * DAY)
    assert (MatchClass.CONFIRMED, Rule.EXACT_LOT) == classed(match(found, old))


@pytest.mark.parametrize("line", [{"lot": "C14-P6"}, {"serial": "U1"}])
def test_a_lot_of_which_some_units_may_be_affected_makes_its_lines_possible(line: dict[str, str]) -> None:
    partly = replace(make_affected_lot("C14-P6"), inspect=True)
    found = matcher(lots=(partly,))
    expected = (MatchClass.POSSIBLE, Rule.INSPECT)
    assert expected == classed(match(found, make_line(**({"lot": None, "serial": None} | line))))


LOTS = st.sampled_from(["C14-P6", "C14-Q9", "c14p6", "unknown", ""])


@given(
    lot=LOTS,
    serial=st.sampled_from([None, *TOLD, "S1"]),
    units=st.integers(1, 2),
    site=st.sampled_from([SITE, OTHER_SITE, None]),
    days=st.integers(-1, 1) | st.none(),
    kind=st.sampled_from(["lots", "serials", "codes", "product", "made"]),
)
def test_every_line_is_under_one_ruling_of_its_cohort(
    lot: str, serial: str | None, units: int, site: str | None, days: int | None, kind: str
) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "lots": {"lots": frozenset({"C14-P6"})},
        "serials": {"serials": frozenset({"S1"})},
        "codes": {"date_codes": ("2126",)},
        "product": {},
        "made": {"made": (Window(first=date(2023, 1, 1)),)},
    }
    line = make_line(
        lot=lot or None, serial=serial, units=units, ship_from=site,
        shipped_at=None if days is None else ARRIVED + days * DAY,
    )  # fmt: skip
    found = matcher(clause(**kinds[kind]))
    cohort = cohort_of(line, tellings=TOLD.get(serial or "", ()), known=lot in KNOWN)
    rulings = found.rulings(cohort)
    assert rulings[-1].is_final
    assert [] == [ruling for ruling in rulings[:-1] if ruling.is_final]
    lets_off = [ruling for ruling in rulings if ruling.cls is MatchClass.EXCLUDED]
    if kind in ("codes", "product") or (kind == "serials" and (serial is None or units > 1)):
        assert MatchClass.EXCLUDED is not match(found, line).cls
    assert all(ruling.reason for ruling in rulings)
    assert all(ruling.basis is None and ruling.clause is None for ruling in lets_off)
