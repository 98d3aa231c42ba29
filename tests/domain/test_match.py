"""The match: never a line let off without evidence, never one confirmed without it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.match import Match, MatchClass, Matcher, Rule, folded
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import LotKey, Movement
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from tests.builders import DAY, GTIN, NOW, SITE, make_line, make_lot
from tests.memory import traced

ARRIVED = NOW - 200 * DAY
OTHER_SITE = "https://id.gs1.org/414/6901234000023"
AFFECTED, SAFE = LotKey(GTIN, "C14-P6"), LotKey(GTIN, "C14-Q9")


def clause(**parts: object) -> ScopeClause:
    """A clause over the one trade item that names lot C14-P6."""
    return ScopeClause(
        **({"number": 1, "name": "Power bank", "model": "PAC", "gtins": frozenset({GTIN})} | parts)  # type: ignore[arg-type] # a builder
    )


def matcher(*clauses: ScopeClause) -> Matcher:
    """A matcher over two lots that came to one site; serial U1 is of the affected lot, U2 of the safe one."""
    scope = Scope(recall_id="rcl", version=1, clauses=clauses or (clause(lots=frozenset({"C14-P6"})),))
    facts = (make_lot("C14-P6"), make_lot("C14-Q9"))
    came = [Movement(site=SITE, key=key, units=50, event="e", at=ARRIVED) for key in (AFFECTED, SAFE)]
    return Matcher(
        scope=scope,
        trace=traced(scope, lots=facts, made_from=(), movements=came),
        known_lots=frozenset({AFFECTED, SAFE}),
        sites=frozenset({SITE, OTHER_SITE}),
        serial_lots={(GTIN, "U1"): (AFFECTED, "hash-1"), (GTIN, "U2"): (SAFE, "hash-2")},
    )


def classed(match: Match) -> tuple[MatchClass, Rule]:
    """What a test compares."""
    return match.cls, match.rule


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"serial": "U1"}, (MatchClass.CONFIRMED, Rule.EXACT_SERIAL)),
        ({"serial": "U2"}, (MatchClass.EXCLUDED, Rule.OTHER_LOT)),
        ({"serial": "U2", "lot": "C14-P6"}, (MatchClass.POSSIBLE, Rule.EXACT_LOT)),
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
    assert expected == classed(matcher().match(make_line(**(shipped | line))))


def test_a_confirmed_line_carries_its_chain_from_the_notice_to_the_line() -> None:
    found = matcher().match(make_line(serial="U1", lot=None, ship_from=SITE))
    assert ["named by the notice", "serial of lot", "exact_serial"] == [link.rule for link in found.chain]
    assert AFFECTED == found.lot
    assert (found.line.units, found.line.units) == (found.units_lo, found.units_hi)


def test_a_range_of_serials_lets_off_only_serials_that_are_known_to_lie_outside() -> None:
    serials = (SerialRange.between(first="S100", last="S199"),)
    found = matcher(clause(serial_ranges=serials))
    assert (MatchClass.CONFIRMED, Rule.EXACT_SERIAL) == classed(
        found.match(make_line(serial="S150", lot=None))
    )
    assert (MatchClass.EXCLUDED, Rule.OTHER_SERIAL) == classed(
        found.match(make_line(serial="S200", lot=None))
    )
    assert MatchClass.POSSIBLE is found.match(make_line(serial=None, lot="C14-Q9")).cls
    assert MatchClass.POSSIBLE is found.match(make_line(serial=None, lot=None)).cls


def test_a_whole_product_confirms_every_unit_sold_in_the_stated_time() -> None:
    sold = (Window(first=date(2025, 1, 1), last=date(2025, 12, 31)),)
    found = matcher(clause(sold=sold))
    assert MatchClass.CONFIRMED is found.match(make_line(lot="C14-Q9", sold_at=NOW)).cls
    assert MatchClass.POSSIBLE is found.match(make_line(lot="C14-Q9", sold_at=NOW - 400 * DAY)).cls


def test_date_codes_alone_never_let_a_unit_off() -> None:
    found = matcher(clause(date_codes=("2126 - 2319",)))
    for line in (make_line(lot="C14-Q9", serial=None), make_line(lot=None, serial=None)):
        assert MatchClass.POSSIBLE is found.match(line).cls


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
    found = matcher().match(line)
    assert (code == "C14-Q9") == (found.cls is MatchClass.EXCLUDED)
    assert (code == "C14-P6") == (found.cls is MatchClass.CONFIRMED)


@given(st.text(max_size=12))
def test_folding_twice_is_folding_once(code: str) -> None:
    assert folded(folded(code)) == folded(code)


def test_a_serial_of_a_safe_lot_lets_off_no_unit_where_only_date_codes_narrow_the_notice() -> None:
    found = matcher(clause(date_codes=("2126 - 2319",)))
    assert MatchClass.POSSIBLE is found.match(make_line(serial="U2", lot=None)).cls


def test_one_serial_lets_off_one_unit_alone() -> None:
    line = make_line(serial="U2", lot=None, ship_from=SITE, units=3, shipped_at=NOW - DAY)
    assert MatchClass.POSSIBLE is matcher().match(line).cls


def test_a_line_that_was_not_shipped_yet_may_still_be_sent_what_came_since() -> None:
    line = make_line(lot=None, serial=None, ship_from=SITE, sold_at=ARRIVED - DAY, shipped_at=None)
    assert (MatchClass.POSSIBLE, Rule.LOT_WINDOW) == classed(matcher().match(line))


@pytest.mark.parametrize("known", [frozenset[LotKey](), frozenset({LotKey(GTIN, "C14-P9")})])
def test_a_lot_that_the_notice_names_is_confirmed_though_no_event_tells_of_its_making(
    known: frozenset[LotKey],
) -> None:
    scope = Scope(recall_id="rcl", version=1, clauses=(clause(lots=frozenset({"C14-P6", "C14-P9"})),))
    came = [Movement(site=SITE, key=AFFECTED, units=50, event="e", at=ARRIVED)]
    found = Matcher(
        scope=scope,
        trace=traced(scope, lots=(make_lot("C14-P6"),), made_from=(), movements=came),
        known_lots=known | {AFFECTED},
        sites=frozenset({SITE, OTHER_SITE}),
        serial_lots={},
    )
    assert (MatchClass.CONFIRMED, Rule.EXACT_LOT) == classed(found.match(make_line(lot="C14-P9")))
    assert (MatchClass.POSSIBLE, Rule.FOLDED_LOT) == classed(found.match(make_line(lot="c14p9")))
    anywhere = make_line(lot=None, serial=None, ship_from=OTHER_SITE, shipped_at=NOW)
    assert (MatchClass.POSSIBLE, Rule.PRODUCT_ONLY) == classed(found.match(anywhere))
