"""What one event says of lots, items, containers and places, as rows of the tables; pure.

- Goods begin to exist by an ObjectEvent ADD alone: only that makes units.
- Goods come by `receiving` and leave by `shipping`; arriving and departing are the same way told again.
- An event that states quantities by lot has said what its containers hold: they count no second time.
- A transformation makes its outputs from its inputs: these leave their place; it makes no units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recall.codes.keys import gtin_of, lot_key, lot_of, serial_of
from recall.epcis.event import Action, Event, EventType
from recall.epcis.parts import Quantity
from recall.store.event_tables import CONTENT, MADE, PART, SERIAL, SIGHTING, TURNED
from recall.store.sql import Values

_SIGNS: Mapping[str | None, int] = {"receiving": 1, "shipping": -1}
_LAST_DAY = "productionDateLast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that an event names: an item, so many of a lot or a class, or a container."""

    code: str
    gtin: str | None
    lot: str | None
    serial: str | None
    units: int

    @property
    def columns(self) -> Values:
        """The thing as columns of a row."""
        return {"gtin": self.gtin, "lot": self.lot, "serial": self.serial, "units": self.units}


NOTHING = Thing(code="", gtin=None, lot=None, serial=None, units=0)
"""What is named where all is meant."""


def sayings(event: Event) -> Mapping[str, list[Values]]:
    """The rows that an event adds, by table; which event it is and since when it is known is not in them."""
    rows: dict[str, list[Values]] = {SERIAL.name: list(_serials(event))}
    if _is_beginning(event):
        rows[MADE.name] = list(_made(event))
    if event.type is EventType.AGGREGATION:
        rows[CONTENT.name] = list(_contents(event))
    if event.type is EventType.ASSOCIATION:
        rows[PART.name] = list(_parts(event))
    if event.type is EventType.TRANSFORMATION:
        rows[TURNED.name] = list(_turned(event))
    rows[SIGHTING.name] = list(_sightings(event))
    return rows


def _is_beginning(event: Event) -> bool:
    return event.type is EventType.OBJECT and event.action is Action.ADD


def _items(event: Event, keys: Iterable[str]) -> Iterator[Thing]:
    """Items and containers, one unit each; an item's lot is what the event tells of it."""
    begins = _is_beginning(event) or event.type is EventType.TRANSFORMATION
    for key in keys:
        item = serial_of(key)
        told = event.ilmd.lot if event.ilmd and begins and key not in event.inputs else None
        lot = event.told_lots.get(key) or told
        yield Thing(
            code=key, gtin=gtin_of(key), lot=lot if item else None, serial=item[1] if item else None, units=1
        )


def _amounts(event: Event, quantities: Iterable[Quantity], *, begin: bool = False) -> Iterator[Thing]:
    """Amounts of lots; of a class whose lot is told as master data where goods begin to exist."""
    told = event.ilmd.lot if event.ilmd and begin else None
    for quantity in quantities:
        gtin, pair = gtin_of(quantity.epc_class), lot_of(quantity.epc_class)
        lot = pair[1] if pair else told if gtin else None
        code = lot_key(gtin, lot) if gtin and lot else quantity.epc_class
        yield Thing(code=code, gtin=gtin, lot=lot, serial=None, units=quantity.units or 0)


def _serials(event: Event) -> Iterator[Values]:
    told = _items(event, dict.fromkeys((*event.epcs, *event.inputs, *event.outputs)))
    known = (thing for thing in told if thing.serial is not None and thing.lot is not None)
    for number, thing in enumerate(known):
        yield {"number": number, "gtin": thing.gtin, "serial": thing.serial, "lot": thing.lot}


def _made(event: Event) -> Iterator[Values]:
    units, serials = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for thing in _amounts(event, event.quantities, begin=True):
        if thing.gtin and thing.lot:
            units[thing.gtin, thing.lot] += thing.units
    for thing in _items(event, event.epcs):
        if thing.gtin and thing.lot:
            serials[thing.gtin, thing.lot] += 1
    first = event.ilmd.produced if event.ilmd else None
    for number, (gtin, lot) in enumerate(dict.fromkeys((*units, *serials))):
        yield {
            "number": number, "gtin": gtin, "lot": lot, "made_first": first,
            "made_last": _last_day(event.body) or first, "units": units[gtin, lot],
            "serials": serials[gtin, lot], "site": event.biz_location or event.read_point,
            "at": event.event_time,
        }  # fmt: skip


def _last_day(body: Mapping[str, Any]) -> date | None:
    """The last day of production, where a maker's own master data tell it beside the first."""
    ilmd = body.get("ilmd")
    told = ilmd.items() if isinstance(ilmd, Mapping) else ()
    days = [text for name, text in told if name.rpartition(":")[2] == _LAST_DAY and isinstance(text, str)]
    try:
        return date.fromisoformat(days[0][:10]) if days else None
    except ValueError:
        return None


def _contents(event: Event) -> Iterator[Values]:
    if event.parent is None:
        return
    of = {"parent": event.parent, "at": event.event_time}
    out = event.action is Action.DELETE
    children = [*_items(event, event.epcs), *_amounts(event, event.quantities)]
    if out and not children:
        children = [NOTHING]
    for number, child in enumerate(children):
        # so many of a lot have no name of their own: what is taken out again is put in as less than nothing
        amount = child.serial is None and child.lot is not None
        columns = child.columns | ({"units": -child.units} if amount and out else {})
        name = f"{child.code}#{event.hash}#{number}" if amount else child.code
        yield of | columns | {"number": number, "child": name, "inside": amount or not out}


def _parts(event: Event) -> Iterator[Values]:
    """What was attached to its parent or detached from it; to be seen together changes nothing."""
    if event.parent is None or event.action is Action.OBSERVE:
        return
    whole = next(_things(event, (event.parent,)))
    above = {"parent_gtin": whole.gtin, "parent_lot": whole.lot, "parent_serial": whole.serial}
    attached = event.action is Action.ADD
    of = {"parent": whole.code, "attached": attached, "at": event.event_time, **above}
    children = [*_items(event, event.epcs), *_amounts(event, event.quantities)]
    if not attached and not children:
        children = [NOTHING]
    for number, child in enumerate(children):
        named = {"child": child.code, "gtin": child.gtin, "lot": child.lot, "serial": child.serial}
        yield of | named | {"number": number}


def _things(event: Event, keys: Iterable[str]) -> Iterator[Thing]:
    """Things by their own names alone: a class or a lot too."""
    for key in keys:
        item, lot = serial_of(key), lot_of(key)
        yield Thing(
            code=key, gtin=gtin_of(key), lot=lot[1] if lot else event.told_lots.get(key),
            serial=item[1] if item else None, units=1,
        )  # fmt: skip


def _turned(event: Event) -> Iterator[Values]:
    of = {"run": event.transformation_id or event.hash, "at": event.event_time}
    inputs = [*_items(event, event.inputs), *_amounts(event, event.input_quantities)]
    outputs = [*_items(event, event.outputs), *_amounts(event, event.output_quantities, begin=True)]
    sides = [*((False, thing) for thing in inputs), *((True, thing) for thing in outputs)]
    for number, (is_output, thing) in enumerate(sides):
        columns = {"gtin": thing.gtin, "lot": thing.lot, "serial": thing.serial, "code": thing.code}
        yield of | columns | {"number": number, "is_output": is_output}


def _sightings(event: Event) -> Iterator[Values]:
    """What was seen where; what another table tells of the event is not told again."""
    if event.type is EventType.TRANSFORMATION:
        yield from _used_up(event)
        return
    sign = 0 if event.action is Action.DELETE else _SIGNS.get(event.biz_step, 0)
    amounts, items = list(_amounts(event, event.quantities)), list(_items(event, event.epcs))
    if event.type is EventType.AGGREGATION:
        if not sign or event.parent is None:
            return
        amounts, items = [], list(_items(event, (event.parent,)))
    if _is_beginning(event):
        amounts, items = [a for a in amounts if a.lot is None], [i for i in items if i.lot is None]
    stated = any(amount.lot is not None and amount.units for amount in amounts)
    near, far = event.biz_location, event.read_point
    site = (near or far) if sign >= 0 else (far or near)
    of = {"site": site, "at": event.event_time}
    things = [*((amount, sign) for amount in amounts), *((item, 0 if stated else sign) for item in items)]
    for number, (thing, way) in enumerate(things):
        yield of | thing.columns | {"number": number, "code": thing.code, "sign": way if site else 0}


def _used_up(event: Event) -> Iterator[Values]:
    """The inputs of a transformation stand where they were no longer; its outputs begin by commissioning."""
    site = event.read_point or event.biz_location
    of = {"site": site, "at": event.event_time, "sign": -1 if site else 0}
    things = [*_amounts(event, event.input_quantities), *_items(event, event.inputs)]
    for number, thing in enumerate(things):
        yield of | thing.columns | {"number": number, "code": thing.code}
