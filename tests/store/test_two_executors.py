"""One definition, two executors: what one line is by the domain, all lines are by the statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.domain.cohort import Telling
from recall.domain.match import MatchClass, OrderLine
from recall.domain.matcher import Matcher
from recall.domain.recall import Recall
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import AffectedItem, AtLarge, ItemKey, LotKey, Stock, Trace
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from recall.store import match_saving, matches, orders, recalls
from recall.store.database import Store, Tx
from recall.store.judging import judged, tallied
from tests.builders import DAY, GTIN, NOW, SITE, Sites, make_affected_lot, make_line
from tests.store.goods import begun, capture, item, lot

OTHER = f"{SITE}0"
CLAUSES: dict[str, dict[str, Any]] = {
    "lot": {"lots": frozenset({"A1"})},
    "serials": {"serials": frozenset({"S1"}), "serial_ranges": (SerialRange.between(first="S3", last="S5"),)},
    "product": {
        "sold": (Window(last=date(2024, 6, 1)), Window(first=date(2024, 5, 20), last=date(2024, 7, 1)))
    },
    "codes": {"date_codes": ("2126",)},
}
CAME = NOW - 400 * DAY
LINES = st.builds(
    lambda lot, serial, units, days, site: make_line(
        lot=lot, serial=serial, units=units, sold_at=CAME + days * DAY, ship_from=site,
        shipped_at=None if days == 3 else CAME + (days + 1) * DAY,
    ),
    st.sampled_from([None, "A1", "a-1", "B2", "Z9"]),
    st.sampled_from([None, None, *(f"S{n}" for n in range(1, 8))]),
    st.sampled_from([1, 1, 3]),
    st.integers(-40, 40),
    st.sampled_from([None, SITE, OTHER, "elsewhere"]),
)  # fmt: skip
TRACES = st.builds(
    lambda lots, came, lost, items: Trace(
        lots=tuple(make_affected_lot(lot) for lot in lots),
        stocks=tuple(
            Stock(site=site, key=LotKey(GTIN, lot), received=9, sent_on=0, first_arrival=CAME + days * DAY)
            for lot, site, days in came
            if lot in lots
        ),
        at_large=tuple(AtLarge(key=LotKey(GTIN, lot), units=1, since=CAME) for lot in lots if lost),
        items=tuple(
            AffectedItem(
                code=serial, key=ItemKey(GTIN, serial), lot=None, clause=1, chain=(), inspect=inspect
            )
            for serial, inspect in items.items()
        ),
    ),
    st.sampled_from([("A1",), ("A1", "C3"), ()]),
    st.lists(
        st.tuples(st.sampled_from(["A1", "C3"]), st.sampled_from([SITE, OTHER]), st.integers(-9, 9)),
        max_size=3,
    ),
    st.booleans(),
    st.dictionaries(st.sampled_from(["S2", "S6"]), st.booleans(), max_size=2),
)  # fmt: skip
TELLINGS = {
    "S1": (Telling("A1"),), "S2": (Telling("B2"),), "S4": (Telling("A1"), Telling("B2")),
    "S6": (Telling("B2"),),
}  # fmt: skip
"""What the events of this world tell of serials."""


def told(tx: Tx) -> None:
    """The world's events: lots A1 and B2, and the lots of some serials, one of them told twice."""
    capture(tx, begun(quantityList=[lot("A1", 9), lot("B2", 9)]))
    for serial, tellings in TELLINGS.items():
        for telling in tellings:
            capture(tx, begun(epcList=[item(serial)], ilmd={"cbvmda:lotNumber": telling.lot}))


def by_the_domain(matcher: Matcher, line: OrderLine) -> tuple[str, str, int, int]:
    """One line's match, asked of the rulings one by one."""
    found = matcher.match(line, tellings=TELLINGS.get(line.serial or "", ()), known=line.lot in ("A1", "B2"))
    return found.cls.value, found.rule.value, found.units_lo, found.units_hi


@given(
    lines=st.lists(LINES, min_size=1, max_size=12),
    kinds=st.lists(st.sampled_from(sorted(CLAUSES)), min_size=1, max_size=2, unique=True),
    trace=TRACES,
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_a_line_is_by_the_statements_what_it_is_by_the_domain(
    store: Store, recall: Recall, lines: list[OrderLine], kinds: list[str], trace: Trace
) -> None:
    clauses = tuple(
        ScopeClause(number=n, name="", model="PAC", gtins=frozenset({GTIN}), **CLAUSES[kind])
        for n, kind in enumerate(kinds, start=1)
    )
    scope = Scope(recall_id=recall.id, version=1, clauses=clauses)
    matcher = Matcher(scope=scope, trace=trace, sites=Sites({SITE, OTHER}))
    distinct = [replace(line, line_ref=f"L{n}") for n, line in enumerate(lines)]
    expected = {line.line_ref: by_the_domain(matcher, line) for line in distinct}
    affected = {ref: match for ref, match in expected.items() if match[0] != MatchClass.EXCLUDED.value}
    try:
        with store.begin() as tx:
            told(tx)
            recalls.save_scope(tx, scope)
            orders.save_lines(tx, distinct)
            match_saving.save_matches(tx, recall_id=recall.id, version=1, matcher=matcher, at=NOW)
            found = {
                m.line.line_ref: (m.cls.value, m.rule.value, m.units_lo, m.units_hi)
                for m in matches.affected(tx, recall_id=recall.id)
            }
            assert affected == found
            counted = tallied(tx, list(judged(tx, matcher)))
            assert (len(affected), sum(match[3] for match in affected.values())) == (
                sum(tally.lines for tally in counted), sum(tally.units for tally in counted),
            )  # fmt: skip
            raise _Undone
    except _Undone:
        pass


class _Undone(Exception):
    """Each example has a world of its own."""
