"""The events: kept once, a function of their set, found again; lots and makings read from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from recall.domain.goods import LotFact, LotKey, Thing
from recall.epcis.event import Event
from recall.store import events, genealogy
from recall.store.database import Store, Tx
from recall.store.event_query import EventQuery, find_events
from recall.store.events import Captured, Product
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import (
    CASE,
    CELL,
    FACTORY,
    HUB,
    MAKER,
    PALLET,
    a_pallet,
    begun,
    capture,
    item,
    lot,
    made_of,
    moved,
    moves,
    packed,
    turned,
    ways,
)


def test_an_event_is_kept_once_however_it_is_spelled(store: Store) -> None:
    first = begun(quantityList=[lot("A1", 10)])
    again = begun(quantityList=[lot("A1", 10.0)], eventID="urn:uuid:0b0e0a3e-0000-4000-8000-000000000001")
    with store.begin() as tx:
        assert Captured(new=1, known=1) == capture(tx, first, again)
        assert Captured(new=0, known=1) == capture(tx, again)
        assert [10] == [fact.units for fact in events.lot_facts(tx)]
        assert first.body == events.event(tx, hash=first.hash)
        assert None is events.event(tx, hash="unknown")


def test_a_lot_that_was_begun_on_several_days_is_one_lot(store: Store) -> None:
    days = [
        begun(quantityList=[lot("A1", 10)], produced="2023-06-06", at=NOW + DAY),
        begun(quantityList=[lot("A1", 5)], produced="2023-06-05", at=NOW),
        begun(epcList=[item("S1"), item("S2")], produced="2023-06-09", at=NOW - DAY),
    ]
    with store.begin() as tx:
        capture(tx, *days)
        fact = LotFact(
            key=LotKey(GTIN, "A1"), made_first=date(2023, 6, 5), made_last=date(2023, 6, 9), units=15,
            event=days[1].hash, at=NOW, said_by=MAKER,
            sites=frozenset({FACTORY["id"]}),
        )  # fmt: skip
        assert (fact,) == events.lot_facts(tx)
        assert (fact,) == events.lot_facts(tx, gtins={GTIN})
        assert () == events.lot_facts(tx, gtins={CELL})
        assert [("0016", "A1", 5), ("0016", "A1", 10)] == ways(tx)


def test_a_last_day_that_the_maker_tells_is_the_last_day(store: Store) -> None:
    ilmd = {"cbvmda:productionDate": "2023-06-05", "example:productionDateLast": "2023-06-30"}
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 10)], ilmd=ilmd))
        assert [date(2023, 6, 30)] == [fact.made_last for fact in events.lot_facts(tx)]


def test_a_lot_without_a_stated_quantity_has_the_units_of_its_serials(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, begun(epcList=[item("S1"), item("S2")]))
        assert [2] == [fact.units for fact in events.lot_facts(tx)]
        assert [("0016", "A1", 2)] == ways(tx)


def test_an_item_leads_to_its_lot_and_to_the_event_that_says_so(store: Store) -> None:
    made = begun(epcList=[item("S1"), item("s1")])
    told = moved("receiving", HUB, epcList=[f"https://id.gs1.org/01/{GTIN}/10/B2/21/S9"])
    with store.begin() as tx:
        capture(tx, made, told)
        known = events.serial_lots(tx, serials=[(GTIN, "S1"), (GTIN, "S9"), (GTIN, "S2"), (CELL, "S1")])
    assert {
        (GTIN, "S1"): (LotKey(GTIN, "A1"), made.hash),
        (GTIN, "S9"): (LotKey(GTIN, "B2"), told.hash),
    } == known


def test_thousands_of_serials_are_looked_up_at_once(store: Store) -> None:
    with store.begin() as tx:
        capture(tx, begun(epcList=[item(f"S{n}") for n in range(1300)]))
        assert 1300 == len(events.serial_lots(tx, serials=((GTIN, f"S{n}") for n in range(2600))))


def test_a_transformation_leads_from_lot_to_lot_in_one_event_or_in_two(store: Store) -> None:
    whole = turned(inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A1", 3)])
    run = "urn:epcglobal:cbv:bt:6901234000016:run-7"
    fed = turned(transformationID=run, inputQuantityList=[lot("C2", 9, gtin=CELL)])
    gave = turned(transformationID=run, outputQuantityList=[lot("A2", 3)], at=NOW + HOUR)
    with store.begin() as tx:
        capture(tx, gave, whole, fed)
        assert {("lot C1 of " + CELL, "lot A1 of " + GTIN)} == made_of(tx, LotKey(CELL, "C1"))
        (joined,) = genealogy.runs(
            tx, used=genealogy.uses(tx, names=genealogy.names_of([Thing.lot(LotKey(CELL, "C2"))]))
        )
        ((_, taken),), ((made, given),) = joined.inputs, joined.outputs
        assert (LotKey(GTIN, "A2"), fed.hash, gave.hash) == (made.as_lot, taken.event, given.event)
        assert (NOW + HOUR, MAKER) == (given.at, given.source)
        assert () == events.lot_facts(tx)


def test_an_item_that_was_reworked_stands_for_its_lot(store: Store) -> None:
    rework = turned(inputEPCList=[item("S1"), item("S2")], outputQuantityList=[lot("R1", 2)])
    with store.begin() as tx:
        capture(tx, rework, begun(epcList=[item("S1"), item("S2")]))
        made = {(f"item {serial} of {GTIN}", f"lot R1 of {GTIN}") for serial in ("S1", "S2")}
        assert made == made_of(tx, LotKey(GTIN, "A1"))


def answers(tx: Tx) -> tuple[object, ...]:
    known = events.known_lots(tx, gtins={GTIN, CELL})
    return events.lot_facts(tx), made_of(tx, *known), moves(tx, {GTIN, CELL}), known


def test_the_answers_do_not_depend_on_the_order_of_arrival_nor_on_repetition(store: Store) -> None:
    world = [
        *a_pallet(),
        turned(inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A1", 3)]),
        moved("receiving", HUB, epcList=[PALLET], at=NOW + 4 * HOUR),
        packed(CASE, action="DELETE", childEPCs=[item("S2")], at=NOW + 5 * HOUR),
        moved("shipping", HUB, epcList=[PALLET], at=NOW + 6 * HOUR),
    ]
    wrong = begun(quantityList=[lot("A1", 77)], at=NOW + 9 * HOUR)
    taken_back = Event.read(
        {**wrong.body, "errorDeclaration": {"declarationTime": (NOW + DAY).isoformat()}}, where="/0"
    )
    in_order = told(store, world)
    for seed in range(3):
        shuffled = [*world, *world, wrong, taken_back]
        Random(seed).shuffle(shuffled)
        assert in_order == told(store, shuffled)


def told(store: Store, some: Iterable[Event]) -> tuple[object, ...]:
    """What is answered after the events came one by one; then everything is forgotten."""

    class Forget(Exception):
        pass

    try:
        with store.begin() as tx:
            for one in some:
                capture(tx, one)
            found = answers(tx)
            raise Forget
    except Forget:
        return found


def test_an_event_declared_wrong_is_still_found_and_says_nothing(store: Store) -> None:
    wrong = begun(quantityList=[lot("A1", 77)])
    body = {**wrong.body, "errorDeclaration": {"declarationTime": NOW.isoformat()}}
    with store.begin() as tx:
        capture(tx, wrong)
        assert Captured(new=0, known=1, withdrawn=1) == capture(tx, Event.read(body, where="/0"))
        assert Captured(new=0, known=1, withdrawn=0) == capture(tx, Event.read(body, where="/0"))
        assert () == events.lot_facts(tx)
        assert [wrong.hash] == [one.hash for one in find_events(tx, EventQuery(), limit=9)]


def test_who_declares_the_event_of_another_wrong_changes_nothing_and_learns_nothing(store: Store) -> None:
    made, unheard = begun(quantityList=[lot("A1", 77)]), begun(quantityList=[lot("A1", 78)])
    declared = {"declarationTime": NOW.isoformat(), "reason": "incorrect_data"}
    asked = EventQuery(captured_by="party_other")
    wrong = EventQuery(captured_by="party_other", declared_wrong=True, error_reasons=("incorrect_data",))
    with store.begin() as tx:
        capture(tx, made)
        for one in (made, unheard):
            said = Event.read({**one.body, "errorDeclaration": declared}, where="/0")
            answers = [
                events.capture(tx, [one], captured_by="party_other", at=NOW) for one in (said, said, one)
            ]
            assert [Captured(new=1), Captured(known=1), Captured(known=1)] == answers
        assert [77] == [fact.units for fact in events.lot_facts(tx)]
        for query in (asked, wrong):
            found = [one.document() for one in find_events(tx, query, limit=9)]
            assert {made.hash, unheard.hash} == {one["eventID"] for one in found}
            assert [declared] * 2 == [one["errorDeclaration"] for one in found]
        (own,) = find_events(tx, EventQuery(captured_by=MAKER), limit=9)
        assert "errorDeclaration" not in own.document(), "and the maker hears nothing of it"


def test_the_catalogue_gives_the_trade_items_of_a_model(store: Store) -> None:
    first = Product(gtin=GTIN, model="PAC20-272", brand="R", name="Power bank")
    second = Product(gtin=CELL, model="PAC20-272", brand="R", name="Power bank, white")
    with store.begin() as tx:
        events.add_products(tx, [first, second])
        assert {"PAC20-272": frozenset({GTIN, CELL})} == events.catalogue(tx)
        moved_on = Product(gtin=CELL, model="CELL-1", brand="R", name="Cell")
        events.add_products(tx, [moved_on])
        assert (first, moved_on) == events.products(tx)


def test_a_whole_day_of_events_is_captured_by_the_thousand(store: Store) -> None:
    some = [begun(epcList=[item(f"S{n}")], at=NOW + timedelta(seconds=n)) for n in range(1200)]
    with store.begin() as tx:
        assert Captured(new=1200, known=0) == capture(tx, *some)
        assert Captured(new=0, known=1200) == capture(tx, *some)
        assert [1200] == [fact.units for fact in events.lot_facts(tx)]
