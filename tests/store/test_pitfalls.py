"""Partial lots, disorder, contradictions, corrections and cuts: told, and nothing is dropped for them."""

from __future__ import annotations

from datetime import date

from recall.domain.trace import trace
from recall.epcis.event import Event
from recall.reading.window import Window
from recall.store import events, parties
from recall.store.database import Store
from recall.store.world import StoredWorld
from tests.builders import DAY, GTIN, HOUR, NOW, make_party
from tests.store.goods import (
    CASE,
    CELL,
    HUB,
    begun,
    capture,
    item,
    lot,
    moved,
    packed,
    turned,
)
from tests.store.tracing import found, lots, odd, scope


def test_who_else_says_recalled_starts_no_recall(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, begun(quantityList=[lot("A1", 5)]),
            moved("holding", HUB, disposition="recalled", quantityList=[lot("B2", 9)]),
        )  # fmt: skip
        assert {"A1"} == lots(found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))))


def test_a_partial_lot_stays_and_so_does_what_was_made_of_its_rest(store: Store) -> None:
    rework = turned(
        bizStep="repackaging", inputQuantityList=[lot("A1", 40)],
        outputQuantityList=[lot("A1", 10), lot("R2", 30)], at=NOW + DAY,
    )  # fmt: skip
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 100)]), rework)
        assert {"A1", "R2"} == lots(found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"}))))


def test_one_transformation_told_in_two_events_is_one_in_whatever_order(store: Store) -> None:
    run = "urn:epcglobal:cbv:bt:6901234000016:run-7"
    with store.begin() as tx:
        capture(
            tx,
            turned(transformationID=run, outputQuantityList=[lot("A2", 3)], at=NOW - HOUR),
            turned(transformationID=run, inputQuantityList=[lot("C2", 9, gtin=CELL)], at=NOW),
        )
        assert {"C2", "A2"} == lots(found(tx, scope(lots=frozenset({"C2"}))))


def test_an_amount_whose_lot_nobody_told_may_be_of_the_affected_lot(store: Store) -> None:
    unnamed = {"epcClass": f"https://id.gs1.org/01/{CELL}", "quantity": 4}
    with store.begin() as tx:
        capture(tx, turned(inputQuantityList=[unnamed], outputQuantityList=[lot("A1", 2)]))
        answer = found(tx, scope(lots=frozenset({"C1"})))
        assert {"C1": False, "A1": True} == {one.key.lot: one.inspect for one in answer.lots}


def test_a_lot_that_was_moved_but_never_made_is_followed_and_flagged(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, moved("receiving", HUB, quantityList=[lot("A9", 7)]))
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A9", "A10"})))
        assert {"missing_commissioning", "never_told"} == odd(answer)
        assert [("A9", 7)] == [(one.key.lot, one.units) for one in answer.stocks]


def test_disorder_is_told_and_no_reason_to_drop_anything(store: Store) -> None:
    with store.begin() as tx:
        capture(
            tx, packed(CASE, childEPCs=[item("S1")], at=NOW - HOUR), begun(epcList=[item("S1")]),
            begun(epcList=[item("S1")], at=NOW + DAY),
        )  # fmt: skip
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        assert {"packed_before_made", "made_twice"} == odd(answer)
        assert [CASE] == [one.code for one in answer.containers]


def test_an_item_of_two_lots_is_let_off_by_neither(store: Store) -> None:
    other = begun(epcList=[item("S1")], ilmd={"cbvmda:lotNumber": "Z9"}, at=NOW + HOUR)
    made = turned(inputEPCList=[item("S1")], outputQuantityList=[lot("R1", 1)], at=NOW + DAY)
    with store.begin() as tx:
        capture(tx, begun(epcList=[item("S1")]), other, made)
        assert {} == events.serial_lots(tx, serials=[(GTIN, "S1")])
        assert {(GTIN, "S1"): ("A1", "Z9")} == events.item_lots(tx, items=[(GTIN, "S1")])
        for named in ("A1", "Z9"):
            answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({named})))
            assert {named: False, "R1": True} == {one.key.lot: one.inspect for one in answer.lots}
            assert "contradictory_lot" in odd(answer)


def test_days_of_making_that_a_seller_tells_let_no_lot_off(store: Store) -> None:
    may = (Window(first=date(2023, 5, 1), last=date(2023, 5, 31)),)
    with store.begin() as tx:
        parties.add_party(tx, make_party(id="party_shop"), at=NOW)
        events.capture(tx, [begun(quantityList=[lot("A1", 1)])], captured_by="party_shop", at=NOW)
        capture(tx, begun(quantityList=[lot("A2", 1)]))
        assert {"A1"} == lots(found(tx, scope(gtins=frozenset({GTIN}), made=may)))


def test_weights_are_no_units(store: Store) -> None:
    weighed = lot("A1") | {"quantity": 12.5, "uom": "KGM"}
    with store.begin() as tx:
        capture(
            tx, begun(quantityList=[weighed]), moved("receiving", HUB, quantityList=[weighed], at=NOW + DAY)
        )
        answer = found(tx, scope(gtins=frozenset({GTIN}), lots=frozenset({"A1"})))
        assert ([0], [0]) == ([one.units for one in answer.lots], [one.received for one in answer.stocks])
        assert ["A1"] == [one.key.lot for one in answer.at_large]


def test_an_event_declared_wrong_counts_no_more_and_its_correction_does(store: Store) -> None:
    wrong = turned(inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A1", 3)])
    right = turned(inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A2", 3)])
    declared = dict(wrong.body) | {
        "errorDeclaration": {"declarationTime": NOW.isoformat(), "reason": "incorrect_data"}
    }
    of = scope(lots=frozenset({"C1"}))
    with store.begin() as tx:
        events.capture(tx, [wrong], captured_by="party_maker", at=NOW)
        assert {"C1", "A1"} == lots(found(tx, of))
        taken_back = Event.read(declared, where="/0")
        events.capture(tx, [taken_back, right], captured_by="party_maker", at=NOW + DAY)
        assert {"C1", "A2"} == lots(found(tx, of))
        before = trace(of, world=StoredWorld(tx, as_of=NOW + HOUR))
        assert {"C1", "A1"} == lots(before)


def test_a_trace_that_is_cut_says_so(store: Store) -> None:
    steps = [
        turned(inputQuantityList=[lot(f"L{n}", 1)], outputQuantityList=[lot(f"L{n + 1}", 1)])
        for n in range(5)
    ]
    with store.begin() as tx:
        capture(tx, *steps)
        of = scope(gtins=frozenset({GTIN}), lots=frozenset({"L0"}))
        whole, cut = found(tx, of), trace(of, world=StoredWorld(tx), most_steps=3)
        assert (6, ()) == (len(whole.lots), whole.cut_offs)
        assert (4, True) == (len(cut.lots), "stopped after 3 steps" in cut.cut_offs[0])
        many = trace(of, world=StoredWorld(tx), most_things=2)
        assert "stopped at 3 lots and items" in many.cut_offs[0]
