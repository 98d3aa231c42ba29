"""The recall status of a container: that of the goods in it now, without telling which these are."""

from __future__ import annotations

import json
from typing import Any

from recall.codes.content import check_digit
from tests.api.conftest import Door
from tests.api.test_resolver import status_of
from tests.api.test_status_by_events import captured, event
from tests.world import GTIN, HUB, MAKER, SELLER

CASE, PALLET, OTHER = (f"09521234000000{n:03}" + check_digit(f"09521234000000{n:03}") for n in (7, 8, 9))


def packed(parent: str, *, lots: dict[str, int] | None = None, day: int = 1, **more: Any) -> dict[str, Any]:
    """Units of lots, or cases, are put into a container on a day of July."""
    given: dict[str, Any] = {"action": "ADD", "bizStep": "packing", "parentID": sscc(parent)}
    units = [
        {"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": n}
        for lot, n in (lots or {}).items()
    ]
    when = {"eventTime": f"2023-07-{day:02}T10:00:00+08:00", "bizLocation": {"id": HUB}}
    return event("AggregationEvent", **given | when | {"childQuantityList": units} | more)


def sscc(number: str) -> str:
    """A container's code."""
    return f"https://id.gs1.org/00/{number}"


def told(door: Door, number: str) -> tuple[str, str | None, str | None]:
    """(status, level, reason) of a container."""
    document = status_of(door, f"/00/{number}")
    reasons = [recall["reason"]["code"] for recall in document["recalls"]]
    return document["status"], document["level"], reasons[0] if reasons else None


def test_a_container_is_as_the_most_serious_of_what_stands_in_it_however_deep(door: Door) -> None:
    captured(
        door, packed(CASE, lots={"A1": 3, "B2": 2}), packed(PALLET, childEPCs=[sscc(CASE)], day=2), by=MAKER
    )
    affected = ("affected", "container", "holds_affected")
    assert [affected, affected] == [told(door, CASE), told(door, PALLET)]
    emptied = packed(CASE, day=3, action="DELETE", bizStep="unpacking")
    captured(door, emptied | {"childQuantityList": []}, packed(CASE, lots={"B2": 2}, day=4), by=MAKER)
    assert ("not_affected", "container", "holds_others") == told(door, CASE), "what stands in it now decides"


def test_only_trusted_parties_let_a_container_off(door: Door) -> None:
    captured(door, packed(CASE, lots={"B2": 2}), packed(OTHER, lots={"A1": 2}), by=SELLER)
    assert ("possibly_affected", "container", "may_hold_affected") == told(door, CASE)
    assert "affected" == told(door, OTHER)[0], "while anybody may bring one in"


def test_of_other_goods_no_recall_is_known_and_of_no_goods_nothing(door: Door) -> None:
    stranger = {"epcClass": "https://id.gs1.org/01/09506000134352/10/Q", "quantity": 4}
    captured(door, packed(CASE) | {"childQuantityList": [stranger]}, by=MAKER)
    assert ("no_recall_known", None, None) == told(door, CASE)
    assert ("unknown", None, None) == told(door, OTHER)


def test_neither_lots_nor_units_nor_orders_are_told(door: Door) -> None:
    captured(door, packed(CASE, lots={"A1": 31, "ZZ-SECRET": 47}), by=MAKER)
    said = json.dumps(status_of(door, f"/00/{CASE}"))
    assert [] == [word for word in ("A1", "ZZ-SECRET", "47", "31", "party_", GTIN, HUB) if word in said]


def test_a_container_with_very_much_in_it_is_not_looked_through(door: Door) -> None:
    captured(door, packed(CASE, lots={f"X{n}": 1 for n in range(2001)}), by=MAKER)
    assert "unknown" == told(door, CASE)[0]
