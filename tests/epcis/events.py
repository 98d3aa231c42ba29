"""Events to start from: right ones, which a test changes in the one place it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
GTIN = "04012345111118"
ITEM = "urn:epc:id:sgtin:4012345.011111.0007"
ITEM_KEY = f"https://id.gs1.org/01/{GTIN}/21/0007"
LOT = "urn:epc:class:lgtin:4012345.011111.0L7"
LOT_KEY = f"https://id.gs1.org/01/{GTIN}/10/0L7"
PALLET = "urn:epc:id:sscc:4012345.0000000111"
PALLET_KEY = "https://id.gs1.org/00/040123450000001112"
PLACE = {"id": "urn:epc:id:sgln:4012345.00005.0"}
PLACE_KEY = "https://id.gs1.org/414/4012345000054"

Event = dict[str, Any]


def _at(kind: str, **fields: Any) -> Event:
    return {"type": kind, "eventTime": "2026-03-01T08:00:00+01:00", "eventTimeZoneOffset": "+01:00", **fields}


def made(**fields: Any) -> Event:
    """An item begins to exist."""
    start: Event = {"action": "ADD", "bizStep": "commissioning", "epcList": [ITEM], "readPoint": PLACE}
    return _at("ObjectEvent", **{**start, **fields})


def packed(**fields: Any) -> Event:
    """An item goes onto a pallet."""
    start: Event = {"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": [ITEM]}
    return _at("AggregationEvent", **{**start, **fields})


def fitted(**fields: Any) -> Event:
    """An item becomes part of another."""
    start: Event = {"action": "ADD", "parentID": ITEM, "childEPCs": ["urn:epc:id:giai:4000001.111"]}
    return _at("AssociationEvent", **{**start, **fields})


def turned(**fields: Any) -> Event:
    """So much of a lot becomes an item."""
    start: Event = {
        "inputQuantityList": [{"epcClass": LOT, "quantity": 4}],
        "outputEPCList": [ITEM],
    }
    return _at("TransformationEvent", **{**start, **fields})


def ordered(**fields: Any) -> Event:
    """An item is tied to a purchase order."""
    start: Event = {
        "action": "OBSERVE",
        "epcList": [ITEM],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:4711"}],
    }
    return _at("TransactionEvent", **{**start, **fields})


def document(*events: Mapping[str, Any], **fields: Any) -> bytes:
    """An EPCIS document around events."""
    envelope = {"@context": [CONTEXT], "type": "EPCISDocument", "schemaVersion": "2.0"}
    body = {"epcisBody": {"eventList": list(events)}}
    return json.dumps({**envelope, **body, **fields}).encode()
