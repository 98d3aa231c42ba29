"""Untold origins: where an event is lost, what should have an origin and has none is to be inspected."""

from __future__ import annotations

from datetime import date

from recall.domain.scope import Scope
from recall.domain.trace import Trace
from recall.epcis.event import Event
from recall.reading.window import Window
from recall.store.database import Store
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import CELL, begun, capture, item, lot, turned
from tests.store.tracing import PHONE, cells, found, items, joined, lots, scope, thing

OTHER = "09521234600015"


def lot_of_cells() -> Scope:
    return scope(lots=frozenset({"C1"}))


def doubtful(answer: Trace) -> set[str]:
    return {one.key.lot for one in answer.lots if one.inspect}


def told_lot(code: str, *, gtin: str = GTIN) -> Event:
    return begun(quantityList=[lot(code, 10, gtin=gtin)], ilmd={"cbvmda:productionDate": "2023-06-05"})


def made(source: str, product: str) -> Event:
    return turned(inputQuantityList=[lot(source, 5, gtin=CELL)], outputQuantityList=[lot(product, 5)])


def test_a_lot_that_nobody_told_what_of_may_be_made_like_the_others_of_its_kind(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, made("C1", "P1"), made("C2", "P2"), told_lot("P1"), told_lot("P2"), told_lot("P3"))
        answer = found(tx, lot_of_cells())
        assert {"C1", "P1", "P3"} == lots(answer)
        assert {"P3"} == doubtful(answer)
        last = next(one.chain[-1] for one in answer.lots if one.key.lot == "P3")
        assert ("origin untold", NOW, "party_maker") == (last.rule, last.at, last.source)
        assert last.event is not None


def test_what_was_made_of_a_lot_of_untold_origin_is_to_be_inspected_too(store: Store) -> None:
    again = turned(inputQuantityList=[lot("P3", 5)], outputQuantityList=[lot("K1", 5, gtin=PHONE)])
    with store.begin() as tx:
        capture(tx, made("C2", "P2"), told_lot("P3"), again)
        assert {"P3", "K1"} == doubtful(found(tx, lot_of_cells()))


def test_a_transformation_of_which_nobody_told_what_went_in_is_no_origin(store: Store) -> None:
    out = turned(outputQuantityList=[lot("P3", 5)], transformationID="urn:uuid:run-3")
    with store.begin() as tx:
        capture(tx, made("C2", "P2"), out)
        assert {"P3"} == doubtful(found(tx, lot_of_cells()))


def test_where_lots_are_made_of_their_own_kind_alone_some_were_there_first(store: Store) -> None:
    rework = turned(inputQuantityList=[lot("A1", 5)], outputQuantityList=[lot("R1", 5)])
    with store.begin() as tx:
        capture(tx, told_lot("A1"), told_lot("A2"), rework)
        assert {"A1", "R1"} == lots(found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))))


def test_what_is_of_another_kind_is_left_alone(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, made("C1", "P1"), told_lot("L1", gtin=OTHER))
        assert {"C1", "P1"} == lots(found(tx, lot_of_cells()))


def test_of_a_lot_that_was_made_unit_by_unit_the_unit_without_an_origin_may_be_affected(
    store: Store,
) -> None:
    def reworked(old: str, new: str) -> Event:
        return turned(inputEPCList=[item(old)], outputEPCList=[item(new)], ilmd={"cbvmda:lotNumber": "R1"})

    new = begun(epcList=[item(one) for one in ("N1", "N2", "N3")], ilmd={"cbvmda:lotNumber": "R1"})
    old = begun(epcList=[item("S1"), item("S2")], at=NOW - DAY, ilmd={"cbvmda:lotNumber": "A1"})
    sound = begun(epcList=[item("S4")], at=NOW - DAY, ilmd={"cbvmda:lotNumber": "A4"})
    with store.begin() as tx:
        capture(tx, old, sound, new, reworked("S1", "N1"), reworked("S4", "N2"))
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        assert {"N1": False, "N3": True} == items(answer)
        assert {"A1"} == lots(answer)


def phones(*serials: str) -> Event:
    return begun(epcList=[thing(PHONE, one) for one in serials], ilmd={"cbvmda:lotNumber": "PH1"})


def test_a_unit_that_should_hold_a_part_and_of_which_none_is_told_is_to_be_inspected(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, phones("P1", "P2", "P3"),
            joined(thing(PHONE, "P1"), thing(CELL, "C1")), joined(thing(PHONE, "P2"), thing(CELL, "C2")),
        )  # fmt: skip
        assert {"C1": False, "P1": False, "P3": True} == items(found(tx, cells("C1")))


def test_a_unit_whose_part_was_taken_out_and_no_other_put_in_is_to_be_inspected(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, phones("P1", "P2"),
            joined(thing(PHONE, "P1"), thing(CELL, "C1")), joined(thing(PHONE, "P2"), thing(CELL, "C2")),
            joined(thing(PHONE, "P2"), thing(CELL, "C2"), action="DELETE", at=NOW + HOUR),
        )  # fmt: skip
        assert {"C1": False, "P1": False, "P2": True} == items(found(tx, cells("C1")))


def test_a_part_whose_lot_nobody_told_may_be_of_the_affected_lot(store: Store) -> None:
    known = begun(epcList=[thing(CELL, "C1")], ilmd={"cbvmda:lotNumber": "C-A"})
    with store.begin() as tx:
        capture(
            tx, known,
            joined(thing(PHONE, "P1"), thing(CELL, "C1")), joined(thing(PHONE, "P2"), thing(CELL, "C9")),
        )  # fmt: skip
        assert {"P1": False, "P2": True} == items(found(tx, scope(lots=frozenset({"C-A"}))))


def test_a_lot_whose_days_nobody_told_is_possible_under_a_window_and_not_certain(store: Store) -> None:
    days = (Window(first=date(2023, 6, 5), last=date(2023, 6, 11)),)
    with store.begin() as tx:
        capture(
            tx, told_lot("A1"), begun(quantityList=[lot("A2", 10)], produced="2023-08-01"),
            begun(quantityList=[lot("A3", 10)], ilmd={}),
        )  # fmt: skip
        answer = found(tx, scope(gtins=frozenset({GTIN}), made=days))
        assert {"A1", "A3"} == lots(answer)
        assert {"A3"} == doubtful(answer)
