"""The frames of the sandbox's events (EPCIS 2.0 JSON-LD), and its files of one JSON document a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from connectors.sandbox.goods import with_check_digit

STANDARD = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
CONTEXT = [STANDARD, {"sandbox": "https://example.org/sandbox/"}]
OFFSET = "+08:00"
"""Of every event's time."""

Event = dict[str, Any]


def frame(kind: str, *, time: str, place: str, step: str, **more: Any) -> Event:
    """The frame of an event; `time` is ISO 8601 at UTC+8."""
    return {
        "@context": CONTEXT,
        "type": kind,
        "eventTime": time,
        "eventTimeZoneOffset": OFFSET,
        "bizStep": step,
        "readPoint": {"id": place},
        **more,
    }


def quantity(uri: str, units: float, *, uom: str | None = None) -> dict[str, Any]:
    """So much of a class or a lot; `uom` as UN/ECE Rec 20, None for pieces."""
    return {"epcClass": uri, "quantity": units} | ({"uom": uom} if uom else {})


def begun(*, time: str, place: str, ilmd: dict[str, str], **goods: Any) -> Event:
    """The commissioning of goods (`epcList` or `quantityList`) with their master data."""
    return frame(
        "ObjectEvent", time=time, place=place, step="commissioning", action="ADD", disposition="active",
        bizLocation={"id": place}, **goods, ilmd=ilmd,
    )  # fmt: skip


def packed(parent: str, *, time: str, place: str, **children: Any) -> Event:
    """Children (`childEPCs` or `childQuantityList`) put into a container."""
    return frame(
        "AggregationEvent", time=time, place=place, step="packing", action="ADD", bizLocation={"id": place},
        parentID=parent, **children,
    )  # fmt: skip


def leg(
    *, start: str, end: str, leaves: str, arrives: str, pallets: Sequence[str], goods: Sequence[Any]
) -> Iterator[Event]:
    """One shipping event and its receiving event; of pallets and goods one may be empty."""
    load = ({"epcList": list(pallets)} if pallets else {}) | ({"quantityList": list(goods)} if goods else {})
    ends = {
        "sourceList": [{"type": "location", "source": start}],
        "destinationList": [{"type": "location", "destination": end}],
    }
    yield frame(
        "ObjectEvent", time=leaves, place=start, step="shipping", action="OBSERVE",
        disposition="in_transit", **load, **ends,
    )  # fmt: skip
    yield frame(
        "ObjectEvent", time=arrives, place=end, step="receiving", action="OBSERVE",
        disposition="in_progress", bizLocation={"id": end}, **load, **ends,
    )  # fmt: skip


def sscc(number: int) -> str:
    """Canonical Digital Link of a logistic unit, by its running number below a thousand million."""
    return f"https://id.gs1.org/00/{with_check_digit(f'09521234{number:09d}')}"


def json_line(document: object) -> str:
    """A document as one line of a file, its end included."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_lines(path: Path, documents: Iterable[object]) -> None:
    """A file of one document a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(map(json_line, documents))


def write_document(path: Path, document: object) -> None:
    """A file of one document, for people too."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
