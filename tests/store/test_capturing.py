"""Capturing: each event once, whoever says it; words that are taken back, before or after; kept in time."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, cast, select

from recall.codes.keys import gtin_of, item_key, lot_key, lot_of, serial_of
from recall.epcis.document import read_document
from recall.epcis.event import Event
from recall.store import events
from recall.store.authority import said_by
from recall.store.capturing import Captured
from recall.store.database import Store, Tx
from recall.store.event_tables import DECLARATION, EVENT, MADE, PART, SAYINGS, SIGHTING, WITNESS, known
from recall.store.indexing import thing_of
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import CASE, CELL, HUB, PALLET, begun, event, item, lot, packed

MAKER, OTHER, THIRD = "party_maker", "party_other", "party_third"


def says(tx: Tx, *some: Event, by: str = MAKER, at: datetime = NOW) -> Captured:
    return events.capture(tx, some, captured_by=by, at=at)


def wrong(one: Event, *, reason: str = "did_not_occur") -> Event:
    declared = {"declarationTime": NOW.isoformat(), "reason": reason}
    return Event.read({**one.body, "errorDeclaration": declared}, where="/0")


def counting(tx: Tx, *, as_of: datetime | None = None) -> list[int]:
    """The units of every lot that was begun, as known at a time."""
    return [row["units"] for row in tx.rows(select(MADE).where(known(MADE, as_of)).order_by(MADE.c.units))]


def test_a_word_that_was_taken_back_before_it_came_never_counts(store: Store) -> None:
    made = begun(quantityList=[lot("A1", 7)])
    with store.begin() as tx:
        assert Captured(new=1) == says(tx, wrong(made))
        assert Captured(known=1) == says(tx, made, at=NOW + HOUR)
        assert [] == counting(tx)
        assert [] == counting(tx, as_of=NOW)
        assert ["did_not_occur"] == tx.scalars(select(EVENT.c.error_reason))


def test_an_event_is_kept_as_it_came_but_for_lines_of_its_own(store: Store) -> None:
    bodies = [begun(quantityList=[lot(name, 7)]).body for name in ("A1", "A2")]
    first, second = json.dumps([bodies[0]]), json.dumps([bodies[1]], indent=2)
    with store.begin() as tx:
        says(tx, *read_document(first.encode()), *read_document(second.encode()))
        texts = tx.scalars(select(cast(EVENT.c.body, String)).order_by(EVENT.c.number))
        assert [first[1:-1], json.dumps(bodies[1], separators=(",", ":"))] == texts


def test_in_one_document_the_word_and_its_withdrawal_may_stand_in_any_order(store: Store) -> None:
    first, second = begun(quantityList=[lot("A1", 7)]), begun(quantityList=[lot("A1", 8)])
    with store.begin() as tx:
        assert Captured(new=2, known=2) == says(tx, first, wrong(first), wrong(second), second)
        assert [] == counting(tx)


def test_what_was_known_before_a_withdrawal_stays_known_for_that_time(store: Store) -> None:
    made = begun(quantityList=[lot("A1", 7)])
    with store.begin() as tx:
        says(tx, made)
        says(tx, wrong(made, reason="incorrect_data"), at=NOW + DAY)
        assert [] == counting(tx)
        assert [[], [7], [7], []] == [
            counting(tx, as_of=NOW + shift) for shift in (-HOUR, 0 * HOUR, DAY - HOUR, DAY)
        ]
        assert [{"declarationTime": NOW.isoformat(), "reason": "incorrect_data"}] == tx.scalars(
            select(DECLARATION.c.body)
        )


def test_an_event_counts_while_one_of_those_who_said_it_stands_to_it(store: Store) -> None:
    made = begun(quantityList=[lot("A1", 7)])
    with store.begin() as tx:
        says(tx, made)
        assert Captured(new=1) == says(tx, made, by=OTHER)  # who said it before is not told
        assert Captured(known=1) == says(tx, wrong(made), at=NOW + HOUR)
        assert [7] == counting(tx)
        assert [(MAKER, OTHER)] == [*tx.each(select(EVENT.c.captured_by, said_by()))]
        assert Captured(known=1) == says(tx, made, at=NOW + DAY)  # taken back is taken back
        assert Captured(known=1, withdrawn=1) == says(tx, wrong(made), by=OTHER, at=NOW + DAY)
        assert [] == counting(tx)
        assert [] == tx.rows(select(WITNESS).where(WITNESS.c.withdrawn_at.is_(None)))


def test_a_witness_may_take_back_no_more_than_its_own_word(store: Store) -> None:
    made = begun(quantityList=[lot("A1", 7)])
    with store.begin() as tx:
        says(tx, made)
        says(tx, made, by=OTHER)
        assert Captured(known=1) == says(tx, wrong(made), by=OTHER)
        assert [MAKER] == tx.scalars(select(EVENT.c.captured_by))
        assert [7] == counting(tx)
        assert Captured(new=1) == says(tx, wrong(made), by=THIRD)
        assert [7] == counting(tx)


def test_what_nobody_stood_to_counts_again_when_another_party_says_it(store: Store) -> None:
    made = begun(quantityList=[lot("A1", 7)])
    with store.begin() as tx:
        says(tx, made)
        says(tx, wrong(made), at=NOW + HOUR)
        says(tx, made, by=OTHER, at=NOW + DAY)
        assert [[7], [], [7]] == [counting(tx, as_of=NOW + shift) for shift in (0 * HOUR, HOUR, DAY)]
        says(tx, made, at=NOW + DAY)
        says(tx, wrong(made), by=OTHER, at=NOW + 2 * DAY)
        assert [] == counting(tx)


def joined(*, action: str, **children: Any) -> Event:
    return event("AssociationEvent", action=action, parentID=item("S1"), **children)


def test_parts_are_attached_to_their_parents_and_detached(store: Store) -> None:
    cell = f"https://id.gs1.org/01/{CELL}/10/C1/21/X7"
    on = joined(action="ADD", childEPCs=[cell], childQuantityList=[lot("C2", gtin=CELL)])
    seen, off = joined(action="OBSERVE", childEPCs=[cell]), joined(action="DELETE")
    with store.begin() as tx:
        says(tx, on, seen, off)
        names = ("child", "gtin", "lot", "serial", "parent", "parent_gtin", "parent_serial", "attached")
        whole = (item("S1"), GTIN, "S1")
        rows = tx.rows(select(PART).order_by(PART.c.event, PART.c.number))
    assert [
        (f"https://id.gs1.org/01/{CELL}/21/X7", CELL, "C1", "X7", *whole, True),
        (f"https://id.gs1.org/01/{CELL}/10/C2", CELL, "C2", None, *whole, True),
        ("", None, None, None, *whole, False),
    ] == [tuple(row[name] for name in names) for row in rows]


def test_goods_that_are_seen_together_are_neither_packed_nor_unpacked(store: Store) -> None:
    with store.begin() as tx:
        says(tx, packed(PALLET, action="OBSERVE", childEPCs=[CASE], readPoint=HUB))
        assert [] == tx.rows(select(SAYINGS[2]))
        assert [(PALLET, 0), (CASE, 0)] == [
            (row["code"], row["sign"]) for row in tx.rows(select(SIGHTING).order_by(SIGHTING.c.number))
        ]


_CODES = st.text("ABZaz019-_.!%/+", min_size=1, max_size=20)


@given(code=_CODES, kind=st.sampled_from([lot_key, item_key]))
def test_a_key_is_taken_apart_as_the_readers_of_codes_do(code: str, kind: Any) -> None:
    key = kind(GTIN, code)
    named, single = lot_of(key), serial_of(key)
    expected = (gtin_of(key), named[1] if named else None, single[1] if single else None)
    assert expected == thing_of(key)


@pytest.mark.parametrize("key", [f"https://id.gs1.org/01/{GTIN}", CASE, "urn:example:crate:7"])
def test_a_key_without_lot_and_serial_is_taken_apart_too(key: str) -> None:
    assert (gtin_of(key), None, None) == thing_of(key)
