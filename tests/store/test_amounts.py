"""Amounts without a lot: what was made, used or put in without its lot may be of any that it can be."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from recall.domain.match import MatchClass
from recall.domain.recall import Recall
from recall.domain.trace import trace
from recall.epcis.event import Event
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from recall.store.database import Store
from recall.store.world import StoredWorld
from tests.builders import DAY, GTIN, HOUR, make_line
from tests.store.goods import CELL, begun, capture, lot, turned
from tests.store.test_never_missed import A1, BEGAN, INNOCENT, KIT, OF_A1, amount, bare, ruled
from tests.store.tracing import PHONE, joined, scope, thing


def test_what_was_made_without_a_lot_may_be_any_unit_of_its_trade_item(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, OF_A1, turned(inputQuantityList=[lot("A1", 2)], outputQuantityList=[amount(KIT, 2)]))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, A1, bare(gtin=KIT)).cls


OF_B2 = turned(at=BEGAN, inputQuantityList=[lot("B2", 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)])
PHONES_OF_K1 = turned(
    at=BEGAN + DAY, inputQuantityList=[lot("K1", 2, gtin=KIT)], outputQuantityList=[lot("P1", 2, gtin=PHONE)]
)


@pytest.mark.parametrize(
    ("after", "cls"),
    [(DAY, MatchClass.POSSIBLE), (HOUR, MatchClass.POSSIBLE), (2 * DAY, MatchClass.EXCLUDED)],
)
def test_what_was_made_without_a_lot_may_be_used_as_any_lot_from_then_on(
    store: Store, recall: Recall, after: timedelta, cls: MatchClass
) -> None:
    kits = turned(at=BEGAN + after, inputQuantityList=[lot("A1", 2)], outputQuantityList=[amount(KIT, 2)])
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, OF_B2, PHONES_OF_K1, kits)
        assert cls is ruled(tx, recall, A1, make_line(gtin=PHONE, lot="P1", serial=None)).cls


def test_what_was_made_without_a_lot_by_a_longer_way_counts_from_its_own_making(
    store: Store, recall: Recall
) -> None:
    cells = turned(at=BEGAN, inputQuantityList=[lot("A1", 2)], outputQuantityList=[lot("C1", 2, gtin=CELL)])
    sooner = turned(
        at=BEGAN + HOUR, inputQuantityList=[lot("C1", 2, gtin=CELL)], outputQuantityList=[amount(KIT, 2)]
    )
    later = turned(at=BEGAN + 2 * DAY, inputQuantityList=[lot("A1", 2)], outputQuantityList=[amount(KIT, 2)])
    with store.begin() as tx:
        capture(tx, *INNOCENT, OF_A1, OF_B2, PHONES_OF_K1, cells, sooner, later)
        assert MatchClass.POSSIBLE is ruled(tx, recall, A1, make_line(gtin=PHONE, lot="P1", serial=None)).cls


@pytest.mark.parametrize("innocent", [(), INNOCENT], ids=["no lot told", "another told"])
@pytest.mark.parametrize(
    "clause",
    [
        pytest.param({"lots": frozenset({"A100"})}, id="listed"),
        pytest.param({"lot_ranges": (SerialRange.between(first="A100", last="A199"),)}, id="range"),
        pytest.param({"lot_masks": (Mask.parse("A1##"),)}, id="mask"),
        pytest.param({"made": (Window(first=date(1999, 1, 1), last=date(1999, 1, 31)),)}, id="days"),
    ],
)
def test_what_was_used_without_its_lot_may_be_of_one_that_nobody_told(
    store: Store, recall: Recall, clause: dict[str, Any], innocent: tuple[Event, ...]
) -> None:
    of = scope(gtins=frozenset({GTIN}), **clause)
    kits = turned(at=BEGAN, inputQuantityList=[amount(GTIN, 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)])
    with store.begin() as tx:
        capture(tx, *innocent, kits)
        assert MatchClass.POSSIBLE is ruled(tx, recall, of, make_line(gtin=KIT, lot="K1", serial=None)).cls
        assert all(affected.key.lot for affected in trace(of, world=StoredWorld(tx)).lots)


def test_what_was_turned_without_a_lot_twice_may_be_used_as_any_lot(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            OF_A1,
            turned(at=BEGAN, inputQuantityList=[lot("A1", 2)], outputQuantityList=[amount(CELL, 2)]),
            turned(at=BEGAN + HOUR, inputQuantityList=[amount(CELL)], outputQuantityList=[amount(KIT, 2)]),
            PHONES_OF_K1,
        )
        assert MatchClass.POSSIBLE is ruled(tx, recall, A1, make_line(gtin=PHONE, lot="P1", serial=None)).cls


@pytest.mark.parametrize(
    ("put_in", "cls"),
    [(BEGAN + DAY, MatchClass.POSSIBLE), (BEGAN + HOUR - DAY, MatchClass.EXCLUDED)],
    ids=["after", "before"],
)
def test_a_part_may_be_of_what_was_made_without_a_lot_before(
    store: Store, recall: Recall, put_in: datetime, cls: MatchClass
) -> None:
    with store.begin() as tx:
        capture(
            tx,
            OF_A1,
            begun(epcList=[thing(KIT, "K7")], ilmd={"cbvmda:lotNumber": "K1"}),
            OF_B2,
            turned(at=BEGAN, inputQuantityList=[lot("A1", 2)], outputQuantityList=[amount(KIT, 2)]),
            joined(thing(PHONE, "P7"), thing(KIT, "K7"), at=put_in),
            begun(epcList=[thing(PHONE, "P7")], ilmd={"cbvmda:lotNumber": "P0"}),
        )
        line = make_line(gtin=PHONE, lot=None, serial="P7")
        assert cls is ruled(tx, recall, A1, line).cls


def test_an_amount_of_a_lot_may_be_its_affected_item(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[thing(GTIN, "U1"), thing(GTIN, "U2")]),
            turned(inputQuantityList=[lot("A1", 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)]),
        )
        of = scope(gtins=frozenset({GTIN}), serials=frozenset({"U1"}))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(gtin=KIT, lot="K1")).cls


def test_an_amount_of_a_trade_item_may_be_its_affected_item(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx,
            begun(epcList=[thing(GTIN, "U1"), thing(GTIN, "U2")]),
            turned(inputQuantityList=[amount(GTIN, 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)]),
        )
        of = scope(gtins=frozenset({GTIN}), serials=frozenset({"U1"}))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(gtin=KIT, lot="K1")).cls


def test_what_was_made_of_goods_named_by_date_codes_is_followed(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(
            tx, OF_A1, turned(inputQuantityList=[lot("A1", 2)], outputQuantityList=[lot("K1", 2, gtin=KIT)])
        )
        of = scope(gtins=frozenset({GTIN}), date_codes=("2126",))
        assert MatchClass.EXCLUDED is not ruled(tx, recall, of, bare(gtin=KIT, lot="K1")).cls
