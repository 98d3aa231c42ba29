"""The trace: a defect goes forward through what is made of it, and nowhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import Link, LotKey, Movement
from tests.builders import DAY, GTIN, NOW, SITE, make_lot
from tests.memory import MadeFrom, traced

CELL = "09521234500094"


def scope_of_lots(*lots: str, gtin: str = GTIN) -> Scope:
    """A scope of one clause that names lots."""
    named = ScopeClause(number=1, name="", model="PAC", gtins=frozenset({gtin}), lots=frozenset(lots))
    return Scope(recall_id="rcl", version=1, clauses=(named,))


def made(source: LotKey, product: LotKey) -> MadeFrom:
    """`product` was made from `source`."""
    return MadeFrom(source=source, product=product, event=f"{source.lot}>{product.lot}", at=NOW)


def test_a_lot_that_the_notice_does_not_name_is_found_through_its_rework() -> None:
    affected, reworked = make_lot("C14-P6"), make_lot("R14-Q3")
    found = traced(
        scope_of_lots("C14-P6"),
        lots=(affected, reworked, make_lot("M22-Q9")),
        made_from=(made(affected.key, reworked.key),),
        movements=(),
    )
    assert {"C14-P6", "R14-Q3"} == {lot.key.lot for lot in found.lots}
    by_lot = {lot.key.lot: lot for lot in found.lots}
    assert ["named by the notice", "made from"] == [link.rule for link in by_lot["R14-Q3"].chain]


def test_a_cell_lot_infects_every_lot_that_holds_its_cells_but_not_its_sisters() -> None:
    cell = make_lot("CELL-1", key=LotKey(CELL, "CELL-1"))
    one, two, other = make_lot("A"), make_lot("B"), make_lot("C")
    found = traced(
        scope_of_lots("CELL-1", gtin=CELL),
        lots=(cell, one, two, other),
        made_from=(made(cell.key, one.key), made(cell.key, two.key)),
        movements=(),
    )
    assert {"CELL-1", "A", "B"} == {lot.key.lot for lot in found.lots}


def test_loops_of_rework_end() -> None:
    one, two = make_lot("A"), make_lot("B")
    loops = (made(one.key, two.key), made(two.key, one.key), made(one.key, one.key))
    found = traced(scope_of_lots("A"), lots=(one, two), made_from=loops, movements=())
    assert {"A", "B"} == {lot.key.lot for lot in found.lots}


def test_stock_is_what_came_less_what_was_sent_on() -> None:
    lot, other = make_lot("A"), make_lot("B")
    moves = [
        Movement(site=SITE, key=lot.key, units=48, event="e1", at=NOW),
        Movement(site=SITE, key=lot.key, units=24, event="e2", at=NOW - DAY),
        Movement(site=SITE, key=lot.key, units=-30, event="e3", at=NOW),
        Movement(site=SITE, key=other.key, units=9, event="e4", at=NOW),
    ]
    (stock,) = traced(scope_of_lots("A"), lots=(lot, other), made_from=(), movements=moves).stocks
    assert (SITE, 72, 30, 42, NOW - DAY) == (
        stock.site, stock.received, stock.sent_on, stock.units, stock.first_arrival,
    )  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_the_closure_is_exactly_what_can_be_reached(edges: list[tuple[int, int]]) -> None:
    lots = [make_lot(str(n)) for n in range(10)]
    steps = [made(lots[a].key, lots[b].key) for a, b in edges]
    found = traced(scope_of_lots("0"), lots=lots, made_from=steps, movements=())
    reached, grown = {0}, True
    while grown:
        more = {b for a, b in edges if a in reached} - reached
        reached, grown = reached | more, bool(more)
    assert {str(n) for n in reached} == {lot.key.lot for lot in found.lots}
    assert all(lot.chain[-1].end.startswith(f"lot {lot.key.lot} ") for lot in found.lots)


def test_a_link_reads_back_what_it_wrote() -> None:
    link = Link(rule="made from", start="a", end="b", event="h", at=NOW, source="party_maker")
    assert link == Link.read(link.document())
