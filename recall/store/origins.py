"""The origins that nobody told: goods of a kind that is made of a trade item, and not a word of what of.

Where an event is lost, silence is no proof: a lot that should have inputs, and a unit that should hold a
part, may be affected like the others of their kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
    union,
    union_all,
)

from recall.codes.keys import class_key, item_key, lot_key
from recall.domain.goods import ItemKey, LotKey, Proof, Thing
from recall.domain.world import Untold
from recall.store.authority import said_by, told_by_trusted
from recall.store.event_tables import AS_OF, EVENT, NAMING, PART, SERIAL, TURNED, known
from recall.store.frontier import GTINS, ITEMS, LOTS, item_code, rows_of
from recall.store.goods import item_lots, known_lots, told_lots
from recall.store.kinds import KIND, LOT_ORIGIN
from recall.store.sql import Tx

_KINDS = select(KIND).join(GTINS, GTINS.c.gtin == KIND.c.source)
_LOTS = select(LOT_ORIGIN.c.gtin, LOT_ORIGIN.c.lot, false().label("singly")).join_from(
    GTINS, LOT_ORIGIN, LOT_ORIGIN.c.gtin == GTINS.c.gtin
)

_taken = TURNED.alias("taken")
_INPUT = and_(_taken.c.run == TURNED.c.run, _taken.c.is_output.is_(False), known(_taken, AS_OF))
_FED = exists().where(_INPUT, told_by_trusted(_taken.c.event, AS_OF))
_OUT = and_(known(TURNED, AS_OF), TURNED.c.is_output, told_by_trusted(TURNED.c.event, AS_OF), _FED)
"""Whether a row of `turned` tells of an output, and trusted parties told what went in."""
_NAMED = (TURNED.c.lot.is_not(None), TURNED.c.serial.is_not(None))
_SAME = and_(TURNED.c.gtin == SERIAL.c.gtin, TURNED.c.serial == SERIAL.c.serial)
_WHOLE = (
    select(TURNED.c.gtin, TURNED.c.lot)
    .join_from(LOTS, TURNED, and_(TURNED.c.gtin == LOTS.c.gtin, TURNED.c.lot == LOTS.c.lot))
    .where(TURNED.c.serial.is_(None), _OUT)
    .distinct()
)
_SINGLY = (
    select(SERIAL.c.gtin, SERIAL.c.lot, true())
    .select_from(GTINS.join(TURNED, TURNED.c.gtin == GTINS.c.gtin).join(SERIAL, _SAME))
    .where(TURNED.c.serial.is_not(None), _OUT, known(SERIAL, AS_OF))
    .distinct()
)
_EVER = union_all(_LOTS, _SINGLY)
"""The lots of trade items, and those that were made item by item."""
_NOW = union_all(_LOTS.where(~LOT_ORIGIN.c.told), _SINGLY)
"""The same without those whose origin is known: of what was known before, every lot may lack it."""
_UNMADE_ITEMS = (
    select(SERIAL.c.gtin, SERIAL.c.serial)
    .join_from(LOTS, SERIAL, and_(SERIAL.c.gtin == LOTS.c.gtin, SERIAL.c.lot == LOTS.c.lot))
    .where(known(SERIAL, AS_OF), ~exists().where(_SAME, TURNED.c.serial.is_not(None), _OUT))
    .distinct()
)

_SOURCE, _GTIN = bindparam("source", type_=String), bindparam("gtin", type_=String)


def _told(origin: ColumnElement[bool], *ways: ColumnElement[bool]) -> Select[tuple[bool]]:
    """Whether any output of a trade item, named in one of these ways, had such an origin."""
    outputs = (
        select(TURNED.c.run).where(
            TURNED.c.gtin == _GTIN, way, TURNED.c.is_output, known(TURNED, AS_OF),
            exists().where(_INPUT, origin),
        )
        for way in ways
    )  # fmt: skip
    return select(or_(*(exists(query) for query in outputs)))


_IS_MADE_OF = _told(_taken.c.gtin == _SOURCE, *_NAMED, TURNED.c.code == bindparam("code", type_=String))
"""Whether a trade item is told to be made of that one."""
_IS_MADE_OF_ANOTHER = _told(_taken.c.gtin != _GTIN, *_NAMED)
"""Whether any of a trade item is told to be made of another: if not, some of it was made of nothing."""

_off = PART.alias("off")
_DETACHED = exists().where(
    _off.c.parent == PART.c.parent, _off.c.child.in_((PART.c.child, "")), _off.c.attached.is_(False),
    _off.c.at >= PART.c.at, known(_off, AS_OF),
)  # fmt: skip
_HOLDS = exists().where(
    PART.c.parent == item_code(SERIAL.c.gtin, SERIAL.c.serial), PART.c.attached, known(PART, AS_OF),
    PART.c.gtin == _SOURCE, ~_DETACHED, told_by_trusted(PART.c.event, AS_OF),
)  # fmt: skip
_OF_KIND = GTINS.join(SERIAL, SERIAL.c.gtin == GTINS.c.gtin)
_LOTS_OF_ITEMS = select(SERIAL.c.lot).select_from(_OF_KIND).where(known(SERIAL, AS_OF)).distinct()
_EMPTY = (
    select(SERIAL.c.gtin, SERIAL.c.serial)
    .select_from(_OF_KIND)
    .where(known(SERIAL, AS_OF), ~_HOLDS)
    .distinct()
)

_attached = and_(PART.c.gtin == _SOURCE, PART.c.parent_gtin == _GTIN, PART.c.attached, known(PART, AS_OF))
_part_named = (
    PART.c.lot.is_not(None),
    PART.c.serial.is_not(None),
    PART.c.child == bindparam("code", type_=String),
)
_IS_HELD = select(or_(*(exists().where(_attached, named) for named in _part_named)))
"""Whether a lot, an item or an amount of a trade item is told to be part of that one."""
_HOLDING_LOTS = union(
    *(
        select(PART.c.parent_lot).where(
            _attached, PART.c.parent_lot.is_not(None), PART.c.parent_serial.is_(None),
            told_by_trusted(PART.c.event, AS_OF), named,
        )
        for named in _part_named
    )
)  # fmt: skip
_PROOF = (EVENT.c.event_time, EVENT.c.hash, said_by(AS_OF).label("source"))


def _first(table: Table, wanted: FromClause, name: str) -> Select[Any]:
    """The events that tell of lots, or of the lots of items."""
    same = and_(table.c.gtin == wanted.c.gtin, table.c[name] == wanted.c[name])
    joined = wanted.join(table, same).join(EVENT, EVENT.c.number == table.c.event)
    told = select(table.c.gtin, table.c[name].label("name"), *_PROOF).select_from(joined)
    return told.where(known(table, AS_OF)).distinct()


_PROOFS = ((_first(SERIAL, ITEMS, "serial"), item_key), *((_first(t, LOTS, "lot"), lot_key) for t in NAMING))


def untold(tx: Tx, *, gtins: Collection[str], as_of: datetime | None = None) -> Iterator[Untold]:
    """The lots and items of the kinds that are made of these trade items, or hold them, of which no event
    tells what they were made of, or what they hold; each with an event that tells of it at all."""
    kinds = tx.each(_KINDS, gtins=[(gtin,) for gtin in gtins])
    found = dict[Thing, str]()
    sources = defaultdict[str, list[str]](list)
    for kind in sorted(kinds):
        if not kind.holds:
            sources[kind.product].append(kind.source)
    for thing, source in _made_of_nothing(tx, sources, as_of):
        found.setdefault(thing, source)
    for kind in sorted(kinds):
        pair = {"source": kind.source, "gtin": kind.product, "code": class_key(kind.source)}
        if kind.holds and tx.scalar(_IS_HELD, **pair, as_of=as_of):
            for thing in _holding_nothing(tx, kind.source, kind.product, as_of):
                found.setdefault(thing, kind.source)
    proofs = _proofs(tx, found, as_of) if found else {}
    for thing, source in sorted(found.items()):
        yield Untold(thing=thing, of=source, proof=proofs.get(thing.code))


def _made_of_nothing(
    tx: Tx, sources: dict[str, list[str]], as_of: datetime | None
) -> Iterator[tuple[Thing, str]]:
    """The lots and items of these kinds that came out of nothing, each with a source of its kind."""
    things = defaultdict[str, list[Thing]](list)
    for thing in _without_origin(tx, sources, as_of):
        things[thing.gtin or ""].append(thing)
    for gtin, some in sorted(things.items()):
        code = class_key(gtin)
        of = [
            source
            for source in sources[gtin]
            if tx.scalar(_IS_MADE_OF, gtin=gtin, source=source, code=code, as_of=as_of)
        ]
        roots = of == [gtin] and not tx.scalar(_IS_MADE_OF_ANOTHER, gtin=gtin, as_of=as_of)
        yield from ((thing, of[0]) for thing in some if of and not (roots and thing.as_lot))


def _without_origin(tx: Tx, gtins: Collection[str], as_of: datetime | None) -> Iterator[Thing]:
    """The lots that nobody told the making of; of lots made item by item those items."""
    if not gtins:
        return
    named, by_item = set[LotKey](), set[LotKey]()
    for row in tx.each(_EVER if as_of else _NOW, gtins=rows_of(gtins), as_of=as_of):
        (by_item if row.singly else named).add(LotKey(row.gtin, row.lot))
    every = sorted(named | by_item)
    whole = {LotKey(*row) for row in tx.each(_WHOLE, lots=every, as_of=as_of)} if every else set()
    rest = sorted(named - whole - by_item)
    yield from map(Thing.lot, sorted(told_lots(tx, keys=rest, as_of=as_of)))
    if singly := sorted(by_item - whole):
        yield from _items(tx, tx.each(_UNMADE_ITEMS, lots=singly, as_of=as_of), as_of)


def _holding_nothing(tx: Tx, source: str, gtin: str, as_of: datetime | None) -> Iterator[Thing]:
    """The items in which no part of that trade item is now, as far as anybody told, and lots of no item."""
    code = class_key(source)
    told = set(tx.scalars(_HOLDING_LOTS, source=source, gtin=gtin, code=code, as_of=as_of))
    kind = [(gtin,)]
    single = set(tx.scalars(_LOTS_OF_ITEMS, gtins=kind, as_of=as_of))
    named = known_lots(tx, gtins=[gtin], as_of=as_of)
    yield from (Thing.lot(key) for key in named if key.lot not in single | told)
    empty = tx.each(_EMPTY, gtins=kind, source=source, as_of=as_of)
    yield from (thing for thing in _items(tx, empty, as_of) if not told & set(thing.lots))


def _items(tx: Tx, rows: Iterable[Any], as_of: datetime | None) -> Iterator[Thing]:
    """The items of (gtin, serial) rows, with the lots that events give them."""
    pairs = [(row.gtin, row.serial) for row in rows]
    lots = item_lots(tx, items=pairs, as_of=as_of)
    yield from (Thing.item(ItemKey(*pair), lots=lots.get(pair, ())) for pair in pairs)


def _proofs(tx: Tx, things: Iterable[Thing], as_of: datetime | None) -> dict[str, Proof]:
    """The first that was told of each lot, and of which lot each item is."""
    lots = [lot for thing in things if (lot := thing.as_lot) is not None]
    held = {"lots": lots, "items": sorted(item for thing in things if (item := thing.as_item))}
    found = dict[str, Proof]()
    for query, key in _PROOFS:
        asked = "items" if key is item_key else "lots"
        for row in tx.each(query, **{asked: held[asked]}, as_of=as_of) if held[asked] else ():
            code, proof = key(row.gtin, row.name), Proof(row.event_time, row.hash, row.source)
            found[code] = min(proof, found.get(code, proof), key=lambda told: told[:2])
    return found
