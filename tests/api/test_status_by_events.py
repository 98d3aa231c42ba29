"""The recall status follows the events: whose word lets off, and what an item contains."""

from __future__ import annotations

import json
from typing import Any

from recall.epcis.document import read_document
from recall.steps.capture_events import capture_events
from recall.steps.trace_goods import trace_goods
from recall.views.compiled_set import affected_set
from tests.api.conftest import Door
from tests.api.test_resolver import status_of
from tests.world import GTIN, HUB, MAKER, REFERENCE, SELLER, traced


def captured(door: Door, *events: dict[str, Any], by: str) -> None:
    """Events of a party, the goods traced again."""
    read = tuple(read_document(json.dumps(list(events)).encode()))
    capture_events(door.world.runtime, events=read, captured_by=by)
    trace_goods(door.world.runtime, recall_id=door.world.recall_id)
    door.world.clock.forward(minutes=1)
    traced(door.world)


def event(kind: str, **fields: Any) -> dict[str, Any]:
    """An event of one day."""
    when = {"eventTime": "2023-07-01T10:00:00+08:00", "eventTimeZoneOffset": "+08:00"}
    return {"type": kind} | when | fields


def test_a_sellers_word_lets_no_lot_off_and_the_makers_does(door: Door) -> None:
    lot = {"epcClass": f"https://id.gs1.org/01/{GTIN}/10/E5", "quantity": 3}
    seen = event(
        "ObjectEvent", action="OBSERVE", bizStep="receiving", quantityList=[lot], readPoint={"id": HUB}
    )
    captured(door, seen, by=SELLER)
    assert "possibly_affected" == status_of(door, f"/01/{GTIN}/10/E5")["status"]
    captured(door, seen | {"eventTime": "2023-07-02T10:00:00+08:00"}, by=MAKER)
    assert "not_affected" == status_of(door, f"/01/{GTIN}/10/E5")["status"]


def test_an_item_that_holds_an_affected_part_is_affected_by_its_own_number(door: Door) -> None:
    car = "09521234500094"
    parent = f"https://id.gs1.org/01/{car}/21/C1"
    part = f"https://id.gs1.org/01/{GTIN}/21/P1"
    born = event("ObjectEvent", action="ADD", bizStep="commissioning", epcList=[part],
                 ilmd={"cbvmda:lotNumber": "A1"})  # fmt: skip
    fitted = event("AssociationEvent", action="ADD", bizStep="assembling", parentID=parent, childEPCs=[part])
    captured(door, born, fitted, by=MAKER)
    document = status_of(door, f"/01/{car}/21/C1")
    assert ("affected", "serial_traced") == (document["status"], document["recalls"][0]["reason"]["code"])
    assert "possibly_affected" == status_of(door, f"/01/{car}/21/C2")["status"]
    assert "affected" == status_of(door, f"/01/{GTIN}/21/P1")["status"]
    offline = affected_set(door.world.runtime, reference=REFERENCE)
    answers = [offline.check(f"(01){car}(21){serial}")["status"] for serial in ("C1", "C2")]
    assert ["affected", "possibly_affected"] == answers
