"""The days of a lot: none that may be another's, or that only one who gains by it tells, lets a unit off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from recall.domain.match import MatchClass
from recall.domain.recall import Recall
from recall.domain.scope import Scope
from recall.reading.window import Window
from recall.store import matches
from recall.store.database import Store, Tx
from tests.builders import DAY, GTIN, HOUR, NOW, make_line
from tests.store.goods import CASE, begun, capture, item, lot, packed
from tests.store.test_never_missed import by_seller, ruled
from tests.store.tracing import scope

OF_LOT = make_line(lot="A1", serial=None)
FIRST, SECOND = date(2026, 3, 1), date(2026, 6, 1)
MASTER_DATA = "cbvmda:"


def on(day: date) -> tuple[Window, ...]:
    return (Window(first=day, last=day),)


def made(**days: date) -> dict[str, Any]:
    told = {f"{MASTER_DATA}{name}": day.isoformat() for name, day in days.items()}
    return {f"{MASTER_DATA}lotNumber": "A1"} | told


def classed(tx: Tx, recall: Recall, **windows: Any) -> MatchClass:
    of: Scope = scope(gtins=frozenset({GTIN}), **windows)
    ruled(tx, recall, of, OF_LOT)
    platform, line = OF_LOT.platform_id, OF_LOT.line_ref
    return matches.match(tx, recall_id=recall.id, platform_id=platform, line_ref=line).cls


@pytest.mark.parametrize(
    ("told", "named", "expected"),
    [
        ({"itemExpirationDate": SECOND}, SECOND, MatchClass.CONFIRMED),
        ({"itemExpirationDate": SECOND}, FIRST, MatchClass.EXCLUDED),
        ({"bestBeforeDate": FIRST, "itemExpirationDate": SECOND}, FIRST, MatchClass.POSSIBLE),
        ({"bestBeforeDate": FIRST, "itemExpirationDate": SECOND}, SECOND, MatchClass.POSSIBLE),
        ({"sellByDate": FIRST, "bestBeforeDate": SECOND}, FIRST, MatchClass.POSSIBLE),
        ({"sellByDate": FIRST}, SECOND, MatchClass.POSSIBLE),
    ],
)
def test_no_sibling_of_a_day_of_keeping_lets_a_lot_off(
    store: Store, recall: Recall, told: dict[str, date], named: date, expected: MatchClass
) -> None:
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 9)], ilmd=made(**told)))
        assert expected is classed(tx, recall, expires=on(named))


def test_a_day_of_some_units_lets_the_others_of_their_lot_not_off(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 9)], ilmd=made(productionDate=FIRST, bestBeforeDate=FIRST)))
        assert MatchClass.EXCLUDED is classed(tx, recall, made=on(SECOND))
        capture(tx, begun(quantityList=[lot("A1", 5)], ilmd=made(), at=NOW + HOUR))
        assert MatchClass.POSSIBLE is classed(tx, recall, made=on(SECOND))
        assert MatchClass.POSSIBLE is classed(tx, recall, expires=on(SECOND))


def test_a_day_that_a_seller_tells_beside_the_makers_adds_a_doubt(store: Store, recall: Recall) -> None:
    days = {"productionDate": SECOND, "bestBeforeDate": SECOND}
    with store.begin() as tx:
        capture(tx, begun(quantityList=[lot("A1", 9)], ilmd=made(productionDate=FIRST, bestBeforeDate=FIRST)))
        by_seller(tx, begun(quantityList=[lot("A1", 9)], ilmd=made(**days), at=NOW + HOUR))
        assert MatchClass.POSSIBLE is classed(tx, recall, made=on(SECOND))
        assert MatchClass.POSSIBLE is classed(tx, recall, expires=on(SECOND))


NOON = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
MADE = begun(quantityList=[lot("A1", 9)], at=NOON - HOUR)
LATER = on((NOON + 9 * DAY).date())


def filled(units: int, *, at: datetime = NOON) -> Any:
    return packed(CASE, childQuantityList=[lot("A1", units)], at=at)


def test_a_lot_that_was_packed_as_a_whole_on_other_days_is_let_off(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, MADE, filled(9))
        assert MatchClass.EXCLUDED is classed(tx, recall, packed=LATER)
        assert MatchClass.POSSIBLE is classed(tx, recall, packed=on(NOON.date()))
        week = (Window(first=(NOON - 3 * DAY).date(), last=(NOON + 3 * DAY).date()),)
        assert MatchClass.CONFIRMED is classed(tx, recall, packed=week)


def test_the_packing_of_some_units_lets_the_others_not_off(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, MADE, filled(8))
        assert MatchClass.POSSIBLE is classed(tx, recall, packed=LATER)


def test_a_seller_packs_a_lot_into_a_window_and_never_out_of_it(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, MADE)
        by_seller(tx, filled(9))
        assert MatchClass.POSSIBLE is classed(tx, recall, packed=LATER)
        capture(tx, filled(9, at=NOON + HOUR))
        assert MatchClass.EXCLUDED is classed(tx, recall, packed=LATER)
        by_seller(tx, filled(1, at=NOON + 9 * DAY))
        assert MatchClass.POSSIBLE is classed(tx, recall, packed=LATER)


def test_an_item_is_packed_as_a_unit_of_its_lot(store: Store, recall: Recall) -> None:
    with store.begin() as tx:
        capture(tx, begun(epcList=[item("S1"), item("S2")], at=NOON - HOUR))
        capture(tx, packed(CASE, childEPCs=[item("S1")], at=NOON))
        assert MatchClass.POSSIBLE is classed(tx, recall, packed=LATER)
        capture(tx, packed(CASE, childEPCs=[item("S2")], at=NOON))
        assert MatchClass.EXCLUDED is classed(tx, recall, packed=LATER)
        capture(tx, packed(CASE, childEPCs=[item("S2")], at=NOON + 9 * DAY))
        assert MatchClass.POSSIBLE is classed(tx, recall, packed=LATER)


def test_the_day_of_packing_is_that_of_whatever_place_on_earth(store: Store, recall: Recall) -> None:
    """At an hour before midnight of UTC it is the next day in the east."""
    with store.begin() as tx:
        capture(tx, MADE, filled(9, at=NOON + 11 * HOUR))
        assert MatchClass.EXCLUDED is not classed(tx, recall, packed=on((NOON + DAY).date()))
