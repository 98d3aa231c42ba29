"""Nobody is missed: what a hostile or a silent world tells never lets off a line that may be affected."""

from __future__ import annotations

from typing import Any

import pytest

from recall.domain.match import Match, MatchClass, OrderLine
from recall.domain.matcher import Matcher
from recall.domain.recall import Recall
from recall.domain.scope import Exclusion, Scope, ScopeClause
from recall.domain.trace import trace
from recall.epcis.event import Event
from recall.reading.serial_range import SerialRange
from recall.store import cohorts, events, matches, orders, recalls
from recall.store.database import Store, Tx
from recall.store.sites import ToldSites
from recall.store.world import StoredWorld
from tests.builders import DAY, GTIN, HOUR, NOW, make_line
from tests.store.goods import CELL, FACTORY, HUB, begun, capture, lot, moved, turned
from tests.store.tracing import PHONE, joined, scope, thing

KIT = "09521234500025"
BEGAN = NOW - 300 * DAY
SHIPPED = NOW - 100 * DAY


def amount(gtin: str, units: int | None = None) -> dict[str, Any]:
    told = {} if units is None else {"quantity": units}
    return {"epcClass": f"https://id.gs1.org/01/{gtin}", **told}


def by_seller(tx: Tx, *some: Event) -> None:
    events.capture(tx, some, captured_by="party_seller", at=NOW)


def ruled(tx: Tx, recall: Recall, of: Scope, line: OrderLine) -> Match:
    """How a line is classed, by the trace and the cohorts as the events have them."""
    scope = Scope(recall_id=recall.id, version=1, clauses=of.clauses, reference="R-1", digest="d")
    recalls.save_scope(tx, scope)
    orders.save_lines(tx, [line])
    cohorts.settle(tx)
    found = trace(scope, world=StoredWorld(tx))
    matches.save_trace(tx, recall_id=recall.id, version=1, trace=found, at=NOW)
    judge = matches.matcher(tx, recall_id=recall.id)
    matches.save_matches(tx, recall_id=recall.id, version=1, matcher=judge, at=NOW)
    affected = matches.affected(tx, recall_id=recall.id)
    if affected:
        return affected[0]
    return Matcher(scope=scope, trace=found, sites=ToldSites(tx)).match(line)


def bare(**parts: Any) -> OrderLine:
    """A line that records neither lot nor serial, shipped from the hub."""
    given: dict[str, Any] = {"lot": None, "serial": None, "ship_from": HUB["id"], "shipped_at": SHIPPED}
    return make_line(**given | parts)


A1 = scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))
INNOCENT = (
    begun(at=BEGAN, quantityList=[lot("B2", 9)], ilmd={}),
    moved("shipping", FACTORY, at=BEGAN + HOUR, quantityList=[lot("B2", 9)]),
    moved("receiving", HUB, at=BEGAN + DAY, quantityList=[lot("B2", 9)]),
)
OF_A1 = begun(at=BEGAN, quantityList=[lot("A1", 9)])


@pytest.mark.parametrize(
    ("came"),
    [
        pytest.param(moved("receiving", HUB, at=BEGAN + DAY, quantityList=[lot("A1")]), id="no amount"),
        pytest.param(
            moved("receiving", HUB, at=BEGAN + DAY, quantityList=[lot("A1", 3) | {"uom": "KGM"}]), id="weight"
        ),
    ],
)
def test_goods_that_came_in_an_untold_amount_stood_there(store: Store, recall: Recall, came: Event) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, came)
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


def test_goods_that_left_in_an_untold_amount_may_stand_anywhere(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, moved("shipping", FACTORY, at=BEGAN + DAY, quantityList=[lot("A1")]))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


def test_a_seller_alone_does_not_tell_all_that_came_to_a_site(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, OF_A1)
        by_seller(tx, INNOCENT[2])
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare()).cls


def test_a_unit_of_which_no_event_tells_is_not_let_off_by_its_serial(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[thing(CELL, "C1")]),
            begun(epcList=[thing(PHONE, "P1")], ilmd={"cbvmda:lotNumber": "D1"}),
            joined(thing(PHONE, "P1"), thing(CELL, "C1")),
        )
        of = scope(lots=frozenset({"A1"}))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(gtin=PHONE, serial="P2")).cls


def test_a_seller_alone_does_not_tell_what_a_unit_holds(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[thing(CELL, "C1")]),
            begun(epcList=[thing(CELL, "C2")], ilmd={"cbvmda:lotNumber": "Z1"}),
            begun(epcList=[thing(PHONE, "P1"), thing(PHONE, "P2")], ilmd={"cbvmda:lotNumber": "D1"}),
            joined(thing(PHONE, "P1"), thing(CELL, "C1")),
        )
        by_seller(tx, joined(thing(PHONE, "P2"), thing(CELL, "C2")))
        of = scope(lots=frozenset({"A1"}))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(gtin=PHONE, serial="P2")).cls


def test_a_seller_alone_does_not_tell_what_a_lot_was_made_of(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            OF_A1,
            begun(quantityList=[lot("K1", 2, gtin=KIT), lot("K2", 2, gtin=KIT)], ilmd={}),
            turned(inputQuantityList=[lot("A1", 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)]),
        )
        by_seller(tx, turned(inputQuantityList=[lot("B2", 2)], outputQuantityList=[lot("K2", 2, gtin=KIT)]))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare(gtin=KIT, lot="K2")).cls


def test_an_excepted_lot_of_a_whole_product_is_not_confirmed(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, OF_A1)
        of = scope(gtins=frozenset({GTIN}), exclusion=Exclusion(lots=frozenset({"A1"})))
        assert MatchClass.CONFIRMED is not ruled(tx, recall, of, bare(lot="A1")).cls


def test_an_excepted_serial_of_a_whole_product_is_not_confirmed(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, OF_A1)
        of = scope(gtins=frozenset({GTIN}), exclusion=Exclusion(serials=frozenset({"U1"})))
        assert MatchClass.CONFIRMED is not ruled(tx, recall, of, bare(serial="U1")).cls


def test_an_excepted_serial_of_an_affected_lot_is_not_confirmed(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, begun(epcList=[thing(GTIN, "U1")]))
        of = scope(
            gtins=frozenset({GTIN}), lots=frozenset({"A1"}), exclusion=Exclusion(serials=frozenset({"U1"}))
        )
        assert MatchClass.CONFIRMED is not ruled(tx, recall, of, bare(serial="U1")).cls


def test_a_named_serial_that_holds_another_part_is_not_confirmed(store: Store, recall: Recall) -> None:
    cell = ScopeClause(number=1, name="cell", model=None, gtins=frozenset({CELL}), lots=frozenset({"A1"}))
    of = scope(
        gtins=frozenset({PHONE}),
        serial_ranges=(SerialRange.between(first="P100", last="P199"),),
        components=(cell,),
    )
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[thing(CELL, "C1")]),
            begun(epcList=[thing(CELL, "C2")], ilmd={"cbvmda:lotNumber": "Z1"}),
            begun(epcList=[thing(PHONE, "P101"), thing(PHONE, "P102")], ilmd={"cbvmda:lotNumber": "D1"}),
            joined(thing(PHONE, "P101"), thing(CELL, "C1")),
            joined(thing(PHONE, "P102"), thing(CELL, "C2")),
        )
        assert MatchClass.CONFIRMED is not ruled(tx, recall, of, bare(gtin=PHONE, serial="P102")).cls


def test_a_named_serial_of_whose_part_nobody_told_is_possible(store: Store, recall: Recall) -> None:
    cell = ScopeClause(number=1, name="cell", model=None, gtins=frozenset({CELL}), lots=frozenset({"A1"}))
    of = scope(
        gtins=frozenset({PHONE}),
        serial_ranges=(SerialRange.between(first="P100", last="P199"),),
        components=(cell,),
    )
    with store.begin() as tx:
        assert MatchClass.POSSIBLE is ruled(tx, recall, of, bare(gtin=PHONE, serial="P102")).cls


def test_an_untold_lot_in_the_range_of_a_component_is_not_let_off(store: Store, recall: Recall) -> None:
    cell = ScopeClause(
        number=1,
        name="cell",
        model=None,
        gtins=frozenset({GTIN}),
        lots=frozenset({"A1"}),
        lot_ranges=(SerialRange.between(first="L100", last="L199"),),
    )
    of = scope(gtins=frozenset({PHONE}), components=(cell,))
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1)
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(lot="L150")).cls
