"""Events to measure with: typical ones of all goods' lives, each with eight codes that no other event has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
ITEMS = 6
_ENVELOPE = {"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T08:00:00Z"}

Event = dict[str, Any]


def events(count: int, *, first: int = 0) -> Iterator[Event]:
    """So many events from a number on: made, made, packed, turned, and again."""
    return (_event(number) for number in range(first, first + count))


def _event(number: int) -> Event:
    items = [f"urn:epc:id:sgtin:4012345.011111.{number * ITEMS + item:09}" for item in range(ITEMS)]
    kind = (_made, _made, _packed, _turned)[number % 4]
    return {
        **kind(number, items),
        "eventTime": f"2026-03-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+01:00",
        "eventTimeZoneOffset": "+01:00",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
        "bizLocation": {"id": "urn:epc:id:sgln:4012345.00006.0"},
        "bizTransactionList": [
            {"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:4012345000009:{number}"}
        ],
    }


def _made(number: int, items: list[str]) -> Event:
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "epcList": items,
        "ilmd": {"cbvmda:lotNumber": f"L{number:06}", "cbvmda:itemExpirationDate": "2028-02-29"},
    }


def _packed(number: int, items: list[str]) -> Event:
    return {
        "type": "AggregationEvent",
        "action": "ADD",
        "bizStep": "packing",
        "disposition": "in_progress",
        "parentID": f"urn:epc:id:sscc:4012345.{number:010}",
        "childEPCs": items,
    }


def _turned(number: int, items: list[str]) -> Event:
    lots = [f"urn:epc:class:lgtin:4012345.022222.C{number}-{part}" for part in (1, 2)]
    return {
        "type": "TransformationEvent",
        "bizStep": "creating_class_instance",
        "inputQuantityList": [{"epcClass": lot, "quantity": 4.5, "uom": "KGM"} for lot in lots],
        "outputEPCList": items,
        "ilmd": {"cbvmda:lotNumber": f"L{number:06}"},
    }


def document(told: Iterable[Event]) -> bytes:
    """A JSON-LD document of events."""
    body = {"epcisBody": {"eventList": list(told)}}
    return json.dumps({"@context": [CONTEXT], **_ENVELOPE, **body}).encode()


def write_json(path: Path, count: int, *, context_last: bool = False) -> None:
    """A JSON-LD document of so many events, written as a stream; its context before or behind them."""
    context, rest = {"@context": [CONTEXT]}, _ENVELOPE
    opening = json.dumps(rest if context_last else {**context, **rest})[:-1]
    with path.open("w", encoding="utf-8") as file:
        file.write(opening + ', "epcisBody": {"eventList": [')
        for number, event in enumerate(events(count)):
            file.write((",\n" if number else "\n") + json.dumps(event))
        file.write("]}" + (", " + json.dumps(context)[1:] if context_last else "}"))


def write_lines(path: Path, count: int) -> None:
    """So many events, one a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in events(count))


def write_xml(path: Path, count: int) -> None:
    """An XML document of so many events, written as a stream."""
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" '
            'xmlns:cbvmda="urn:epcglobal:cbv:mda" creationDate="2026-03-01T08:00:00Z"><EPCISBody><EventList>'
        )
        for event in events(count):
            kind = event.pop("type")
            file.write(f"<{kind}>{''.join(_element(key, event[key]) for key in _in_order(event))}</{kind}>\n")
        file.write("</EventList></EPCISBody></epcis:EPCISDocument>")


def _in_order(event: Event) -> list[str]:
    when = ["eventTime", "eventTimeZoneOffset", "eventID"]
    return [*when, *(key for key in event if key not in when)]


_ITEMS_OF = {
    "epcList": "epc",
    "childEPCs": "epc",
    "outputEPCList": "epc",
    "inputQuantityList": "quantityElement",
}


def _element(name: str, value: Any) -> str:
    if name == "bizTransactionList":
        pairs = (
            f'<bizTransaction type="{one["type"]}">{one["bizTransaction"]}</bizTransaction>' for one in value
        )
        return f"<{name}>{''.join(pairs)}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_element(_ITEMS_OF[name], one) for one in value)}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(key, one) for key, one in value.items())}</{name}>"
    families = {"bizStep": "bizstep", "disposition": "disp"}
    text = f"urn:epcglobal:cbv:{families[name]}:{value}" if name in families else escape(str(value))
    return f"<{name}>{text}</{name}>"
