"""What one event says of lots, items, parts, containers and places, as rows of the tables; pure.

- Goods begin to exist by an ObjectEvent ADD alone: only that makes units.
- Goods come by `receiving` and leave by `shipping`; arriving and departing are the same way told again.
- An event that states quantities by lot has said what its containers hold: they count no second time.
- A transformation makes its outputs from its inputs: these leave their place; it makes no units.
- OBSERVE neither packs nor unpacks, neither attaches nor detaches: it tells where things were seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Table

from recall.codes.keys import gtin_of, lot_key, lot_of, serial_of
from recall.epcis.event import Action, Event, EventType
from recall.epcis.parts import Quantity
from recall.store.event_tables import CONTENT, MADE, PART, SERIAL, SIGHTING, TURNED

_SIGNS: Mapping[str | None, int] = {"receiving": 1, "shipping": -1}
_LAST_DAY = "productionDateLast"
_GOODS = "https://id.gs1.org/01/"
OWN_RUN = "event "
"""How the name of a run begins that only one event tells; its number follows."""
_PLAIN = {"/21/": 1, "/10/": 0}

Told = tuple[Any, ...]
"""The values of one row, in the order of `COLUMNS`."""
COLUMNS: Mapping[Table, tuple[str, ...]] = {
    MADE: (
        "gtin", "lot", "made_first", "made_last", "expires_first", "expires_last", "units", "serials", "site",
        "at",
    ),
    SERIAL: ("gtin", "serial", "lot"),
    CONTENT: ("parent", "child", "gtin", "lot", "serial", "units", "inside", "at"),
    PART: (
        "parent", "child", "gtin", "lot", "serial", "parent_gtin", "parent_lot", "parent_serial", "attached",
        "at",
    ),
    SIGHTING: ("code", "gtin", "lot", "serial", "units", "sign", "site", "at"),
    TURNED: ("run", "is_output", "code", "gtin", "lot", "serial", "at"),
}  # fmt: skip
"""What each table of sayings tells beside the event, the row's place in it, and since when it is known."""
SAYING = ("event", "number", "known_from", "known_to")
"""What comes before it in every row."""


class Thing(NamedTuple):
    """One thing that an event names: an item, so many of a lot or a class, or a container."""

    code: str
    gtin: str | None
    lot: str | None
    serial: str | None
    units: int


NOTHING = Thing("", None, None, None, 0)
"""What is named where all is meant."""


class Sayings:
    """The rows of many events, gathered to be written at once; moments are as the database has them."""

    def __init__(self, *, day: Callable[[date], Any], since: Any) -> None:
        """`since` is when what they say became known; `day` gives a day as the database has it."""
        self._day, self._since = day, since
        self.rows: dict[Table, list[Told]] = {table: [] for table in COLUMNS}
        """`SAYING` and the table's own columns each."""

    def add(self, event: Event, *, number: int, at: Any, counts: bool, first: int = 0) -> None:
        """Add what an event says that happened `at`; it never counts where it was declared wrong before it.

        `first` is the number of its first row in each table.
        """
        since = self._since
        until = None if counts else since
        for table, told in _said(event, number=number, at=at, day=self._day):
            add = self.rows[table].append
            for place, row in enumerate(told, start=first):
                add((number, place, since, until, *row))
        for row in _parent_seen(event, at=at):
            self.rows[SIGHTING].append((number, -1 - first, since, until, *row))


def _said(
    event: Event, *, number: int, at: Any, day: Callable[[date], Any]
) -> Iterator[tuple[Table, Iterable[Told]]]:
    if event.type is EventType.TRANSFORMATION:
        inputs, outputs = _items(event, event.inputs), _items(event, event.outputs)
        run = event.transformation_id or f"{OWN_RUN}{number}"
        yield SERIAL, _serials(dict.fromkeys((*inputs, *outputs)))
        yield TURNED, _turned(event, inputs, outputs, run=run, at=at)
        yield SIGHTING, _used_up(event, inputs, at=at)
        return
    begins = _is_beginning(event)
    items = _items(event, event.epcs)
    if event.told_lots or begins:
        yield SERIAL, _serials(items)
    if begins:
        yield MADE, _made(event, items, at=at, day=day)
    if event.type is EventType.AGGREGATION:
        yield CONTENT, _contents(event, items, at=at)
    if event.type is EventType.ASSOCIATION:
        yield PART, _parts(event, items, at=at)
    yield SIGHTING, _sightings(event, items, begins=begins, at=at)


def thing_of(key: str) -> tuple[str | None, str | None, str | None]:
    """(GTIN, lot, serial) that a key of an event names, as far as it names them; see `codes.keys`."""
    if not key.startswith(_GOODS):
        return None, None, None
    place = _PLAIN.get(key[36:40])
    if place is None or "%" in key:
        lot, item = lot_of(key), serial_of(key)
        return gtin_of(key), lot[1] if lot else None, item[1] if item else None
    return (key[22:36], None, key[40:]) if place else (key[22:36], key[40:], None)


def _is_beginning(event: Event) -> bool:
    return event.type is EventType.OBJECT and event.action is Action.ADD


def _items(event: Event, keys: Iterable[str]) -> list[Thing]:
    """Items and containers, one unit each; an item's lot is what the event tells of it."""
    begins = _is_beginning(event) or event.type is EventType.TRANSFORMATION
    told = event.ilmd.lot if event.ilmd and begins else None
    lots, inputs = event.told_lots, frozenset(event.inputs)
    things = []
    for key in keys:
        gtin, _, serial = thing_of(key)
        lot = None
        if serial is not None:
            lot = lots.get(key) or (None if key in inputs else told)
        things.append(Thing(key, gtin, lot, serial, 1))
    return things


def _amounts(event: Event, quantities: Iterable[Quantity], *, begin: bool = False) -> Iterator[Thing]:
    """Amounts of lots; of a class whose lot is told as master data where goods begin to exist."""
    told = event.ilmd.lot if event.ilmd and begin else None
    for quantity in quantities:
        code = quantity.epc_class
        gtin, lot, _ = thing_of(code)
        if lot is None and gtin and told:
            code, lot = lot_key(gtin, told), told
        yield Thing(code, gtin, lot, None, quantity.units or 0)


def _serials(items: Iterable[Thing]) -> list[Told]:
    return [
        (gtin, serial, lot) for _, gtin, lot, serial, _ in items if serial is not None and lot is not None
    ]


def _made(event: Event, items: Iterable[Thing], *, at: Any, day: Callable[[date], Any]) -> Iterator[Told]:
    units: dict[tuple[str, str], int] = {}
    serials: dict[tuple[str, str], int] = {}
    for told, things in ((units, _amounts(event, event.quantities, begin=True)), (serials, items)):
        for _, gtin, lot, _, some in things:
            if gtin and lot:
                told[gtin, lot] = told.get((gtin, lot), 0) + some
    first = event.ilmd.produced if event.ilmd else None
    keeps = event.ilmd.keeps if event.ilmd else (None, None)
    days = [day(one) if one else None for one in (first, _last_day(event.body) or first, *keeps)]
    site = event.biz_location or event.read_point
    for key in dict.fromkeys((*units, *serials)):
        yield *key, *days, units.get(key, 0), serials.get(key, 0), site, at


def _last_day(body: Mapping[str, Any]) -> date | None:
    """The last day of production, where a maker's own master data tell it beside the first."""
    ilmd = body.get("ilmd")
    told = ilmd.items() if isinstance(ilmd, Mapping) else ()
    days = [text for name, text in told if name.rpartition(":")[2] == _LAST_DAY and isinstance(text, str)]
    try:
        return date.fromisoformat(days[0][:10]) if days else None
    except ValueError:
        return None


def _children(event: Event, items: Iterable[Thing]) -> list[Thing]:
    """What was put in or taken out; all of it, where something is taken out and nothing named."""
    children = [*items, *_amounts(event, event.quantities)]
    return children or ([NOTHING] if event.action is Action.DELETE else [])


def _contents(event: Event, items: Iterable[Thing], *, at: Any) -> Iterator[Told]:
    if event.parent is None or event.action is Action.OBSERVE:
        return
    out = event.action is Action.DELETE
    for number, child in enumerate(_children(event, items)):
        code, gtin, lot, serial, units = child
        # so many of a lot have no name of their own: what is taken out again is put in as less than nothing
        if serial is None and lot is not None:
            name = f"{code}#{event.hash}{event.fingerprint}#{number}"
            yield event.parent, name, gtin, lot, serial, -units if out else units, True, at
        else:
            yield event.parent, code, gtin, lot, serial, units, not out, at


def _parts(event: Event, items: Iterable[Thing], *, at: Any) -> Iterator[Told]:
    if event.parent is None or event.action is Action.OBSERVE:
        return
    gtin, lot, serial = thing_of(event.parent)
    above = (gtin, lot or event.told_lots.get(event.parent), serial, event.action is Action.ADD, at)
    for child in _children(event, items):
        yield event.parent, child.code, child.gtin, child.lot, child.serial, *above


def _turned(
    event: Event, inputs: Iterable[Thing], outputs: Iterable[Thing], *, run: str, at: Any
) -> Iterator[Told]:
    used = (*inputs, *_amounts(event, event.input_quantities))
    made = (*outputs, *_amounts(event, event.output_quantities, begin=True))
    for is_output, things in ((False, used), (True, made)):
        for code, gtin, lot, serial, _ in things:
            yield run, is_output, code, gtin, lot, serial, at


def _sightings(event: Event, items: list[Thing], *, begins: bool, at: Any) -> Iterator[Told]:
    """The goods that were seen where; what another table tells of the event is not told again."""
    packed = event.type is EventType.AGGREGATION
    if packed and event.action is not Action.OBSERVE:
        return
    sign, site = _way(event)
    amounts = list(_amounts(event, event.quantities))
    stated = packed or any(amount.lot is not None and amount.units for amount in amounts)
    if begins:
        amounts = [amount for amount in amounts if amount.lot is None]
        items = [item for item in items if item.lot is None]
    for code, gtin, lot, serial, units in amounts:
        yield code, gtin, lot, serial, units, 0 if packed else sign, site, at
    for code, gtin, lot, serial, units in items:
        yield code, gtin, lot, serial, units, 0 if stated else sign, site, at


def _parent_seen(event: Event, *, at: Any) -> Iterator[Told]:
    """A container that moved or was looked at; the parent of a transaction."""
    sign, site = _way(event)
    if event.parent is None or event.type is EventType.ASSOCIATION:
        return
    if event.type is EventType.TRANSACTION:
        sign = 0
    elif not sign and event.action is not Action.OBSERVE:
        return
    for thing in _items(event, (event.parent,)):
        yield *thing, sign, site, at


def _way(event: Event) -> tuple[int, str | None]:
    """Whether what an event saw came, left or was there, and where; without a place it did neither."""
    sign = 0 if event.action is Action.DELETE else _SIGNS.get(event.biz_step, 0)
    near, far = event.biz_location, event.read_point
    site = (near or far) if sign >= 0 else (far or near)
    return sign if site else 0, site


def _used_up(event: Event, inputs: Iterable[Thing], *, at: Any) -> Iterator[Told]:
    """The inputs of a transformation stand where they were no longer; its outputs begin by commissioning."""
    site = event.read_point or event.biz_location
    for thing in (*_amounts(event, event.input_quantities), *inputs):
        yield *thing, -1 if site else 0, site, at
