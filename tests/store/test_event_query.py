"""The query: events found by what they say, in order, a page at a time, each party its own."""

from __future__ import annotations

from typing import Any

from recall.codes.keys import key_of
from recall.epcis.event import Event
from recall.store import events
from recall.store.database import Store, Tx
from recall.store.event_query import After, EventQuery, Names, count_events, find_events
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import (
    CASE,
    CELL,
    FACTORY,
    HUB,
    PALLET,
    a_pallet,
    event,
    item,
    lot,
    moved,
    packed,
    turned,
)

CELL_LOT, CELL_ITEM = f"https://id.gs1.org/01/{CELL}/10/C1", f"https://id.gs1.org/01/{CELL}/21/X7"
BEGUN, PACKED, STACKED = a_pallet()
CAME = moved("receiving", HUB, epcList=[PALLET], at=NOW + 4 * HOUR, disposition="in_progress")
MADE = turned(
    inputQuantityList=[lot("A1", 1)], inputEPCList=[CELL_ITEM], outputQuantityList=[lot("R1", 1)],
    transformationID="urn:example:run:7", at=NOW + DAY,
)  # fmt: skip
SEEN = packed(PALLET, action="OBSERVE", childEPCs=[CASE], readPoint=HUB, at=NOW + 2 * DAY)
JOINED = event(
    "AssociationEvent", action="ADD", parentID=item("S1"), childEPCs=[CELL_ITEM], at=NOW + 3 * DAY,
    eventID="urn:uuid:8e2f8a3c-0000-4000-8000-000000000001",
)  # fmt: skip
DONE = event(
    "TransactionEvent", action="ADD", parentID=PALLET, epcList=[CASE], at=NOW + 4 * DAY,
    bizTransactionList=[{"type": "po", "bizTransaction": "urn:example:po:1"}],
    bizLocation={"id": f"{HUB['id']}/254/7"},
)  # fmt: skip
EVERY = (BEGUN, PACKED, STACKED, CAME, MADE, SEEN, JOINED, DONE)


def told(tx: Tx, *some: Event, by: str = "party_maker") -> None:
    for number, one in enumerate(some):
        events.capture(tx, [one], captured_by=by, at=NOW + number * HOUR)


def found(tx: Tx, *, limit: int = 99, after: After | None = None, **filters: Any) -> list[Event]:
    query = EventQuery(**{"descending": False} | filters)
    by_hash = {one.hash: one for one in EVERY}
    return [by_hash[one.hash] for one in find_events(tx, query, limit=limit, after=after)]


def test_every_filter_must_be_met_by_one_of_its_values(store: Store) -> None:
    with store.begin() as tx:
        told(tx, *EVERY)
        assert list(EVERY) == found(tx)
        assert [*EVERY[3:]] == found(tx, ge_event_time=CAME.event_time)
        assert [*EVERY[:3]] == found(tx, lt_event_time=CAME.event_time)
        assert [*EVERY[6:]] == found(tx, ge_record_time=NOW + 6 * HOUR)
        assert [*EVERY[:1]] == found(tx, lt_record_time=NOW + HOUR)
        assert [CAME] == found(tx, biz_steps=("receiving", "shipping"), dispositions=("in_progress",))
        assert [MADE, JOINED] == found(tx, event_types=("TransformationEvent", "AssociationEvent"))
        assert [CAME, SEEN] == found(tx, actions=("OBSERVE",))
        assert [CAME, SEEN] == found(tx, read_points=(HUB["id"],))
        assert [BEGUN] == found(tx, biz_locations=(FACTORY["id"], HUB["id"]))
        assert [DONE] == found(tx, within_biz_locations=(HUB["id"],))
        assert [CAME, SEEN] == found(tx, within_read_points=(HUB["id"],))
        assert [MADE] == found(tx, transformation_ids=("urn:example:run:7",))
        assert [JOINED, DONE] == found(tx, event_ids=(JOINED.event_id, DONE.hash))
        assert [] == found(tx, actions=("ADD",), biz_steps=("receiving",))


def test_codes_are_looked_for_in_the_field_that_is_asked(store: Store) -> None:
    with store.begin() as tx:
        told(tx, *EVERY)

        def naming(where: Names, code: str) -> list[Event]:
            return found(tx, names=((where, (key_of(code),)),))

        assert [BEGUN, PACKED] == naming(Names.GOODS, item("S1"))
        assert [BEGUN, PACKED, JOINED] == naming(Names.ANY, item("S1"))
        assert [JOINED] == naming(Names.PARENT, item("S1"))
        assert [STACKED, SEEN, DONE] == naming(Names.GOODS, CASE)
        assert [PACKED] == naming(Names.PARENT, CASE)
        assert [CAME] == naming(Names.GOODS, PALLET)
        assert [STACKED, SEEN, DONE] == naming(Names.PARENT, "urn:epc:id:sscc:6901234.0000000002")
        assert [PACKED] == naming(Names.GOODS, lot("B2")["epcClass"])
        assert [MADE] == naming(Names.INPUT, lot("A1")["epcClass"])
        assert [MADE] == naming(Names.OUTPUT, lot("R1")["epcClass"])
        assert [] == naming(Names.OUTPUT, lot("A1")["epcClass"])
        assert [JOINED] == naming(Names.GOODS, CELL_ITEM)
        assert [MADE, JOINED] == naming(Names.ANY, CELL_ITEM)
        assert [] == naming(Names.ANY, CELL_LOT)
        assert [PACKED] == found(tx, names=((Names.PARENT, (CASE,)), (Names.GOODS, (item("S2"), item("S9")))))


def test_a_page_goes_on_where_the_one_before_ended(store: Store) -> None:
    with store.begin() as tx:
        told(tx, *EVERY)
        for filters in ({}, {"descending": True}, {"by_record_time": True, "descending": True}):
            whole = found(tx, **filters)
            paged: list[Event] = []
            after = None
            while some := find_events(
                tx, EventQuery(**{"descending": False} | filters), limit=3, after=after
            ):
                last = some[-1]
                time = last.captured_at if filters.get("by_record_time") else last.event_time
                after = time, last.number
                paged += found(tx, event_ids=tuple(one.hash for one in some), **filters)
            assert whole == paged
        assert (8, 6) == (
            count_events(tx, EventQuery(), at_most=99),
            count_events(tx, EventQuery(), at_most=5),
        )


def test_a_party_finds_what_it_said_whoever_said_it_before(store: Store) -> None:
    with store.begin() as tx:
        told(tx, BEGUN, CAME)
        told(tx, CAME, DONE, by="party_other")
        assert [BEGUN, CAME] == found(tx, captured_by="party_maker")
        assert [CAME, DONE] == found(tx, captured_by="party_other")
        assert [] == found(tx, captured_by="party_third")


def test_an_event_declared_wrong_is_found_with_its_declaration(store: Store) -> None:
    declared = {
        "declarationTime": NOW.isoformat(), "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:right", "urn:uuid:too"],
    }  # fmt: skip
    wrong = Event.read({**CAME.body, "errorDeclaration": declared}, where="/0")
    with store.begin() as tx:
        told(tx, CAME, BEGUN, wrong)
        assert [CAME] == found(tx, declared_wrong=True)
        assert [CAME] == found(tx, error_reasons=("incorrect_data",))
        assert [] == found(tx, error_reasons=("did_not_occur",))
        assert [CAME] == found(tx, corrective_ids=("urn:uuid:too", "urn:uuid:other"))
        assert [] == found(tx, corrective_ids=("urn:uuid:other",))
        (one,) = find_events(tx, EventQuery(declared_wrong=True), limit=9)
    own = {"recordTime": NOW.isoformat(), "eventID": CAME.hash, "errorDeclaration": declared}
    assert dict(CAME.body) | own == one.document()


def test_two_lots_that_the_hash_takes_for_one_are_two_events(store: Store) -> None:
    body = {**BEGUN.body}
    short = Event.read({**body, "ilmd": {"cbvmda:lotNumber": "12"}}, where="/0")
    long = Event.read({**body, "ilmd": {"cbvmda:lotNumber": "0012"}}, where="/0")
    assert short.hash == long.hash
    with store.begin() as tx:
        told(tx, short, long, short)
        assert {"12", "0012"} == {fact.key.lot for fact in events.lot_facts(tx, gtins={GTIN})}
        assert 2 == count_events(tx, EventQuery(event_ids=(short.hash,)), at_most=9)
