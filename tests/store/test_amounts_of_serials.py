"""Amounts and serials: what was used without its serial may be any unit that a notice names by serials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from recall.domain.clause import Exclusion, ScopeClause
from recall.domain.match import MatchClass
from recall.domain.recall import Recall
from recall.domain.scope import Scope
from recall.domain.trace import Trace
from recall.epcis.event import Event
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.store.database import Store
from tests.builders import DAY, GTIN, make_line
from tests.store.goods import CELL, begun, capture, event, lot, turned
from tests.store.test_never_missed import BEGAN, INNOCENT, KIT, amount, by_seller, ruled
from tests.store.tracing import PHONE, found, joined, scope, thing

RANGE = SerialRange.between(first="U10", last="U12")
K1 = make_line(gtin=KIT, lot="K1", serial=None)
WAYS: tuple[dict[str, Any], ...] = (
    {"serials": frozenset({"U10", "U12"})},
    {"serial_ranges": (RANGE,)},
    {"serial_ranges": (SerialRange.between(first="?10", last="?12"),)},
    {"serial_prefixes": ("U1",)},
    {"serial_masks": (Mask.parse("U1#"),)},
)


def doubts(answer: Trace) -> dict[str, bool]:
    """The lots in the answer, and whether each is only to be inspected."""
    return {one.key.lot: one.inspect for one in answer.lots}


def of_units(**named: Any) -> Scope:
    return scope(gtins=frozenset({GTIN}), **named or {"serial_ranges": (RANGE,)})


def kits_of(used: dict[str, Any]) -> Event:
    return turned(at=BEGAN + DAY, inputQuantityList=[used], outputQuantityList=[lot("K1", 2, gtin=KIT)])


def put_into_kits(used: dict[str, Any]) -> Event:
    kits = lot("K1", 2, gtin=KIT)["epcClass"]
    return event("AssociationEvent", at=BEGAN + DAY, action="ADD", parentID=kits, childQuantityList=[used])


def units(code: str, *serials: str) -> Event:
    return begun(at=BEGAN, epcList=[thing(GTIN, one) for one in serials], ilmd={"cbvmda:lotNumber": code})


@pytest.mark.parametrize("use", [kits_of, put_into_kits])
@pytest.mark.parametrize("used", [amount(GTIN, 2), lot("B2", 2)], ids=["an amount", "an amount of a lot"])
def test_what_was_used_without_its_serial_may_be_a_unit_that_the_notice_names(
    store: Store, use: Callable[[dict[str, Any]], Event], used: dict[str, Any]
) -> None:
    with store.begin() as tx:
        for told in ([use(used)], INNOCENT, [units("A1", "U11")]):
            capture(tx, *told)
            for named in WAYS:
                assert {"K1": True} == doubts(found(tx, of_units(**named)))


def test_a_line_of_what_an_amount_was_used_for_is_possible(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, kits_of(amount(GTIN, 2)))
        assert MatchClass.POSSIBLE is ruled(tx, recall, of_units(), K1).cls


def test_whatever_unit_it_may_be_is_no_item_of_the_answer(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, kits_of(amount(GTIN, 2)))
        answer = found(tx, of_units())
        assert () == answer.items
        assert f"an untold item of {GTIN}" == answer.lots[0].chain[-1].start


def test_a_lot_of_none_of_the_units_is_let_off_where_the_lots_of_all_are_told(
    store: Store, recall: Recall
) -> None:
    with store.begin() as tx:
        capture(tx, units("A1", "U10", "U11", "U12", "U100"), kits_of(lot("B2", 2)))
        assert MatchClass.EXCLUDED is ruled(tx, recall, of_units(), K1).cls
        capture(tx, kits_of(lot("A1", 2)))
        assert MatchClass.POSSIBLE is ruled(tx, recall, of_units(), K1).cls


def test_a_lot_of_excepted_units_alone_is_let_off(store: Store, recall: Recall) -> None:
    of = of_units(serial_ranges=(RANGE,), exclusion=Exclusion(serials=frozenset({"U12"})))
    with store.begin() as tx:
        capture(tx, units("A1", "U10", "U11"), units("B2", "U12"), kits_of(lot("B2", 2)))
        assert MatchClass.EXCLUDED is ruled(tx, recall, of, K1).cls


def test_a_seller_alone_does_not_tell_the_lots_of_units(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, units("A1", "U10", "U11"), kits_of(lot("B2", 2)))
        by_seller(tx, units("A1", "U12"))
        assert MatchClass.POSSIBLE is ruled(tx, recall, of_units(), K1).cls


def test_a_unit_made_of_affected_goods_may_be_of_any_lot_that_is_used_where_none_is_told(
    store: Store,
) -> None:
    unit = turned(at=BEGAN, inputQuantityList=[lot("C1", 2, gtin=CELL)], outputEPCList=[thing(GTIN, "U1")])
    sound = turned(at=BEGAN, inputQuantityList=[lot("C2", 2, gtin=CELL)], outputQuantityList=[lot("B2", 2)])
    with store.begin() as tx:
        capture(tx, unit, sound, kits_of(lot("B2", 2)))
        assert {"C1": False, "K1": True} == doubts(found(tx, scope(lots=frozenset({"C1"}))))


def test_what_contains_a_component_named_by_serials_may_contain_an_amount_of_it(store: Store) -> None:
    part = ScopeClause(number=1, name="", model=None, gtins=frozenset({GTIN}), serial_ranges=(RANGE,))
    with store.begin() as tx:
        capture(tx, kits_of(amount(GTIN, 2)))
        answer = found(tx, scope(gtins=frozenset({KIT}), components=(part,)))
        assert ({"K1": True}, ()) == (doubts(answer), answer.items)


def test_a_unit_that_should_hold_one_of_the_units_and_of_which_none_is_told_is_possible(
    store: Store, recall: Recall
) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[thing(PHONE, "P1"), thing(PHONE, "P2")], ilmd={"cbvmda:lotNumber": "D1"}),
            joined(thing(PHONE, "P1"), thing(GTIN, "U99")),
        )
        line = make_line(gtin=PHONE, lot=None, serial="P2")
        assert MatchClass.POSSIBLE is ruled(tx, recall, of_units(), line).cls


@pytest.mark.usefixtures("recall")  # whose seller is one
def test_a_seller_alone_does_not_tell_of_which_lot_a_unit_was_that_was_used(store: Store) -> None:
    used = turned(at=BEGAN, inputEPCList=[thing(GTIN, "U1")], outputQuantityList=[lot("K1", 1, gtin=KIT)])
    of = scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))
    with store.begin() as tx:
        capture(tx, *INNOCENT, used)
        by_seller(tx, units("B2", "U1"))
        assert {"A1": False, "K1": True} == doubts(found(tx, of))
        capture(tx, units("B2", "U1"))
        assert {"A1": False} == doubts(found(tx, of))


@pytest.mark.usefixtures("recall")  # whose seller is one
def test_a_seller_alone_does_not_tell_in_which_lot_an_affected_unit_was_used(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, *INNOCENT, kits_of(lot("B2", 2)))
        by_seller(tx, units("A1", "U10"))
        of = of_units(serials=frozenset({"U10"}))
        assert {"K1": True} == doubts(found(tx, of))
        capture(tx, units("A1", "U10"))
        assert {} == doubts(found(tx, of))
