"""The recall status of a code: serial before lot before trade item, and nothing let off without evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recall.domain.clause import Exclusion, ScopeClause
from recall.domain.scope import Scope
from recall.domain.status import Finding, Level, Reason, Standing, Status, find, most_serious
from recall.domain.trace import ItemKey, LotKey
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from tests.builders import GTIN, NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Goods as a test lays them out: affected lots and items, other lots, and serials with their lots."""

    affected: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    made_in: dict[str, str] = field(default_factory=dict)

    def lot(self, key: LotKey) -> Standing:
        """As the protocol has it."""
        piles = ((self.affected, Standing.IN), (self.partly, Standing.INSPECT), (self.others, Standing.OUT))
        return next((standing for pile, standing in piles if key.lot in pile), Standing.NOT_KNOWN)

    def item(self, key: ItemKey) -> Standing:
        """As the protocol has it."""
        piles = ((self.items, Standing.IN), (self.held, Standing.INSPECT))
        return next((standing for pile, standing in piles if key.serial in pile), Standing.NOT_KNOWN)

    def lot_of(self, *, gtin: str, serial: str) -> LotKey | None:
        """As the protocol has it."""
        lot = self.made_in.get(serial)
        return LotKey(gtin, lot) if lot else None


SHELF = Shelf(
    affected=frozenset({"A1", "A2"}), others=frozenset({"B2"}), items=frozenset({"S-part"}),
    partly=frozenset({"P4"}), held=frozenset({"S-held"}), made_in={"S-a": "A2", "S-b": "B2", "S-p": "P4"},
)  # fmt: skip


def clause(**parts: object) -> ScopeClause:
    """A clause of the trade item; whole if nothing else is said."""
    return ScopeClause(
        **{"number": 1, "name": "Power bank", "model": None, "gtins": frozenset({GTIN})} | parts
    )


def asked(
    *clauses: ScopeClause, lot: str | None = None, serial: str | None = None, shelf: Shelf = SHELF
) -> tuple[Status, Level, Reason]:
    """What the scope of these clauses means for a code."""
    scope = Scope(recall_id="rcl_1", version=1, clauses=clauses)
    finding = find(scope, shelf, gtin=GTIN, lot=lot, serial=serial)
    return finding.status, finding.level, finding.reason


LOTS = clause(lots=frozenset({"A1"}))
SERIALS = clause(serial_ranges=(SerialRange.parse("SN0100 - SN0200"),), serials=frozenset({"X7"}))
YES, MAYBE, NO = Status.AFFECTED, Status.POSSIBLY_AFFECTED, Status.NOT_AFFECTED


@pytest.mark.parametrize(
    ("lot", "serial", "expected"),
    [
        ("A1", None, (YES, Level.LOT, Reason.LOT_AFFECTED)),
        ("A2", None, (YES, Level.LOT, Reason.LOT_AFFECTED)),
        ("B2", None, (NO, Level.LOT, Reason.OTHER_LOT)),
        ("a1", None, (MAYBE, Level.LOT, Reason.LOT_NOT_KNOWN)),
        (None, None, (MAYBE, Level.GTIN, Reason.PRODUCT_ONLY)),
        (None, "S-a", (YES, Level.SERIAL, Reason.SERIAL_OF_LOT)),
        (None, "S-b", (NO, Level.SERIAL, Reason.SERIAL_OF_OTHER_LOT)),
        (None, "S-part", (YES, Level.SERIAL, Reason.SERIAL_TRACED)),
        (None, "S-?", (MAYBE, Level.SERIAL, Reason.SERIAL_NOT_KNOWN)),
        ("B2", "S-a", (YES, Level.SERIAL, Reason.SERIAL_OF_LOT)),
        ("A1", "S-b", (MAYBE, Level.SERIAL, Reason.CODES_DISAGREE)),
        ("A1", "S-?", (YES, Level.LOT, Reason.LOT_AFFECTED)),
        ("B2", "S-?", (NO, Level.LOT, Reason.OTHER_LOT)),
        ("P4", None, (MAYBE, Level.LOT, Reason.SOME_OF_LOT)),
        (None, "S-p", (MAYBE, Level.SERIAL, Reason.SOME_OF_LOT)),
        ("B2", "S-held", (MAYBE, Level.SERIAL, Reason.HELD_PART)),
        ("P4", "S-b", (MAYBE, Level.SERIAL, Reason.CODES_DISAGREE)),
    ],
)
def test_a_notice_of_lots(
    lot: str | None, serial: str | None, expected: tuple[Status, Level, Reason]
) -> None:
    assert expected == asked(LOTS, lot=lot, serial=serial)


@pytest.mark.parametrize(
    ("lot", "serial", "expected"),
    [
        (None, "SN0150", (YES, Level.SERIAL, Reason.SERIAL_NAMED)),
        ("B2", "X7", (YES, Level.SERIAL, Reason.SERIAL_NAMED)),
        (None, "SN0201", (NO, Level.SERIAL, Reason.OTHER_SERIAL)),
        (None, "SN150", (NO, Level.SERIAL, Reason.OTHER_SERIAL)),
        ("A1", "SN0201", (YES, Level.LOT, Reason.LOT_AFFECTED)),
        ("B2", None, (MAYBE, Level.LOT, Reason.SERIAL_NEEDED)),
        (None, None, (MAYBE, Level.GTIN, Reason.SERIAL_NEEDED)),
    ],
)
def test_a_notice_of_serials(
    lot: str | None, serial: str | None, expected: tuple[Status, Level, Reason]
) -> None:
    assert expected == asked(SERIALS, lot=lot, serial=serial)


def test_a_serial_is_let_off_by_no_list_where_lots_are_named_too() -> None:
    assert (MAYBE, Level.SERIAL, Reason.SERIAL_NOT_KNOWN) == asked(LOTS, SERIALS, serial="SN0201")
    assert (MAYBE, Level.LOT, Reason.SERIAL_NEEDED) == asked(LOTS, SERIALS, lot="B2")


def test_a_notice_of_the_whole_product() -> None:
    assert (YES, Level.GTIN, Reason.WHOLE_PRODUCT) == asked(clause(), lot="B2")
    assert (YES, Level.GTIN, Reason.WHOLE_PRODUCT) == asked(clause())


def test_a_whole_product_but_some_lots() -> None:
    spared = clause(excluded_lots=frozenset({"B2"}))
    assert (NO, Level.LOT, Reason.OTHER_LOT) == asked(spared, lot="B2")
    assert (YES, Level.LOT, Reason.WHOLE_PRODUCT) == asked(spared, lot="C3")
    assert (MAYBE, Level.GTIN, Reason.PRODUCT_ONLY) == asked(spared)


def test_a_time_of_sale_or_a_date_code_is_decided_by_no_code() -> None:
    sold = clause(sold=(Window(first=NOW.date()),))
    assert (MAYBE, Level.GTIN, Reason.BY_SALE_DATE) == asked(sold, lot="B2", serial="S-b")
    dated = clause(date_codes=("2325",))
    assert (MAYBE, Level.LOT, Reason.BY_DATE_CODE) == asked(dated, lot="B2", serial="S-b")
    assert (MAYBE, Level.GTIN, Reason.BY_DATE_CODE) == asked(dated)


def test_what_a_unit_contains_or_stood_in_is_decided_by_no_lot() -> None:
    holding = clause(components=(clause(gtins=frozenset({"09521234500087"}), lots=frozenset({"X"})),))
    stored = clause(containers=frozenset({"https://id.gs1.org/00/095212340000000013"}))
    for broad in (holding, stored):
        assert (MAYBE, Level.LOT, Reason.BY_CONTENT) == asked(broad, lot="B2")
        assert (YES, Level.LOT, Reason.LOT_AFFECTED) == asked(broad, lot="A1")
        assert (YES, Level.SERIAL, Reason.SERIAL_TRACED) == asked(broad, serial="S-part")


def test_a_whole_product_but_some_serials() -> None:
    spared = clause(exclusion=Exclusion(serials=frozenset({"S-?"})))
    assert (MAYBE, Level.LOT, Reason.SERIAL_NEEDED) == asked(spared, lot="C3")
    assert (YES, Level.LOT, Reason.WHOLE_PRODUCT) == asked(spared, lot="C3", serial="S-other")
    assert MAYBE == asked(spared, lot="C3", serial="S-?")[0]


def test_lots_in_a_range_are_named_before_any_trace() -> None:
    ranged = clause(lot_ranges=(SerialRange.parse("L10 - L20"),))
    assert (YES, Level.LOT, Reason.LOT_AFFECTED) == asked(ranged, lot="L15", shelf=Shelf())
    assert (MAYBE, Level.LOT, Reason.LOT_NOT_KNOWN) == asked(ranged, lot="L9", shelf=Shelf())


def test_a_product_that_only_the_trace_brought_in_is_judged_by_its_lots() -> None:
    assert (YES, Level.LOT, Reason.LOT_AFFECTED) == asked(lot="A2")
    assert (NO, Level.LOT, Reason.OTHER_LOT) == asked(lot="B2")
    assert (MAYBE, Level.SERIAL, Reason.SERIAL_NOT_KNOWN) == asked(serial="S-?")


def test_of_several_recalls_the_most_serious_counts() -> None:
    assert YES == most_serious([NO, MAYBE, YES])
    assert MAYBE == most_serious([NO, MAYBE])
    assert Status.NO_RECALL_KNOWN == most_serious([])


codes = some.sampled_from([None, "A1", "A2", "B2", "C3", "a1"])
serials = some.sampled_from([None, "S-a", "S-b", "S-part", "S-?", "SN0150", "SN0999", "X7"])
notices = some.lists(
    some.sampled_from([LOTS, SERIALS, clause(), clause(date_codes=("9",)), clause(sold=(Window(),))]),
    max_size=3,
)


@given(clauses=notices, lot=codes, serial=serials)
def test_what_is_let_off_is_let_off_by_evidence(
    clauses: list[ScopeClause], lot: str | None, serial: str | None
) -> None:
    scope = Scope(recall_id="rcl_1", version=1, clauses=tuple(clauses))
    untraced = Shelf()
    finding = find(scope, untraced, gtin=GTIN, lot=lot, serial=serial)
    evidence = {Reason.OTHER_SERIAL} if finding.status is NO else {finding.reason}
    assert finding.reason in evidence
    if finding.status is NO:
        assert clauses
        assert all(each.by_serial for each in clauses)


@given(clauses=notices, lot=codes, serial=serials)
def test_knowing_more_affected_goods_never_lets_anything_off(
    clauses: list[ScopeClause], lot: str | None, serial: str | None
) -> None:
    scope = Scope(recall_id="rcl_1", version=1, clauses=tuple(clauses))

    def found(shelf: Shelf) -> Finding:
        return find(scope, shelf, gtin=GTIN, lot=lot, serial=serial)

    more = Shelf(affected=SHELF.affected | {"C3"}, items=SHELF.items, others=SHELF.others)
    fewer = Shelf(affected=SHELF.affected, items=SHELF.items, others=SHELF.others)
    ranks = list(Status)
    assert ranks.index(found(more).status) <= ranks.index(found(fewer).status)
