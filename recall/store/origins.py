"""The origins that nobody told: goods of a kind that is made of a trade item, and not a word of what of.

Where an event is lost, silence is no proof: a lot that should have inputs, and a unit that should hold a
part, may be affected like the others of their kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, literal, or_, select

from recall.codes.keys import class_key, item_key, lot_key
from recall.domain.goods import ItemKey, LotKey, Proof, Thing
from recall.domain.world import Untold
from recall.store.authority import told_by_trusted
from recall.store.event_tables import AS_OF, EVENT, PART, SERIAL, TURNED, known
from recall.store.frontier import GTINS, LOTS, item_code, lots_of
from recall.store.goods import NAMING, item_lots, known_lots, told_lots
from recall.store.kinds import KIND, LOT_ORIGIN
from recall.store.listed import listed
from recall.store.sql import Tx

_KINDS = select(KIND).join(GTINS, GTINS.c.gtin == KIND.c.source)
_LOTS = select(LOT_ORIGIN.c.gtin, LOT_ORIGIN.c.lot).join_from(
    GTINS, LOT_ORIGIN, LOT_ORIGIN.c.gtin == GTINS.c.gtin
)
_OPEN_LOTS = _LOTS.where(~LOT_ORIGIN.c.told)
"""All that may lack an origin now; of what was known before every lot may."""

_taken = TURNED.alias("taken")
_INPUT = and_(_taken.c.run == TURNED.c.run, _taken.c.is_output.is_(False), known(_taken, AS_OF))
_FED = exists(literal(1)).where(_INPUT, told_by_trusted(_taken.c.event))
_OUT = and_(known(TURNED, AS_OF), TURNED.c.is_output, told_by_trusted(TURNED.c.event), _FED)
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
    select(SERIAL.c.gtin, SERIAL.c.lot)
    .select_from(GTINS.join(TURNED, TURNED.c.gtin == GTINS.c.gtin).join(SERIAL, _SAME))
    .where(TURNED.c.serial.is_not(None), _OUT, known(SERIAL, AS_OF))
    .distinct()
)
_UNMADE_ITEMS = (
    select(SERIAL.c.gtin, SERIAL.c.serial)
    .join_from(LOTS, SERIAL, and_(SERIAL.c.gtin == LOTS.c.gtin, SERIAL.c.lot == LOTS.c.lot))
    .where(known(SERIAL, AS_OF), ~exists(literal(1)).where(_SAME, TURNED.c.serial.is_not(None), _OUT))
    .distinct()
)

_off = PART.alias("off")
_DETACHED = exists(literal(1)).where(
    _off.c.parent == PART.c.parent, _off.c.child.in_((PART.c.child, "")), _off.c.attached.is_(False),
    _off.c.at >= PART.c.at, known(_off, AS_OF),
)  # fmt: skip
_HOLDS = exists(literal(1)).where(
    PART.c.parent == item_code(SERIAL.c.gtin, SERIAL.c.serial), PART.c.attached, known(PART, AS_OF),
    PART.c.gtin == bindparam("source", type_=String), ~_DETACHED, told_by_trusted(PART.c.event),
)  # fmt: skip
_OF_KIND = GTINS.join(SERIAL, SERIAL.c.gtin == GTINS.c.gtin)
_LOTS_OF_ITEMS = select(SERIAL.c.lot).select_from(_OF_KIND).where(known(SERIAL, AS_OF)).distinct()
_EMPTY = (
    select(SERIAL.c.gtin, SERIAL.c.serial)
    .select_from(_OF_KIND)
    .where(known(SERIAL, AS_OF), ~_HOLDS)
    .distinct()
)


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
        if kind.holds and _is_held(tx, kind.source, kind.product, as_of):
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
        of = [source for source in sources[gtin] if _is_made_of(tx, gtin, source, as_of)]
        roots = of == [gtin] and not _is_made_of_another(tx, gtin, as_of)
        yield from ((thing, of[0]) for thing in some if of and not (roots and thing.as_lot))


def _without_origin(tx: Tx, gtins: Collection[str], as_of: datetime | None) -> Iterator[Thing]:
    """The lots that nobody told the making of; of lots made item by item those items."""
    if not gtins:
        return
    given = [(gtin,) for gtin in sorted(gtins)]
    named = {LotKey(*row) for row in tx.each(_LOTS if as_of else _OPEN_LOTS, gtins=given)}
    by_item = {LotKey(*row) for row in tx.each(_SINGLY, gtins=given, as_of=as_of)}
    every = sorted(named | by_item)
    whole = {LotKey(*row) for row in tx.each(_WHOLE, lots=every, as_of=as_of)} if every else set()
    rest = sorted(named - whole - by_item)
    yield from map(Thing.lot, sorted(told_lots(tx, keys=rest, as_of=as_of)))
    if singly := sorted(by_item - whole):
        yield from _items(tx, tx.each(_UNMADE_ITEMS, lots=singly, as_of=as_of), as_of)


def _is_made_of(tx: Tx, gtin: str, source: str, as_of: datetime | None) -> bool:
    """Whether a trade item is told to be made of a lot or an item of that one."""
    origin = and_(_taken.c.gtin == source, or_(_taken.c.lot.is_not(None), _taken.c.serial.is_not(None)))
    ways = (*_NAMED, TURNED.c.code == class_key(gtin))
    return any(_is_told(tx, gtin, origin, as_of, way) for way in ways)


def _is_made_of_another(tx: Tx, gtin: str, as_of: datetime | None) -> bool:
    """Whether any of a trade item is told to be made of another: if not, some of it was made of nothing."""
    return any(_is_told(tx, gtin, _taken.c.gtin != gtin, as_of, way) for way in _NAMED)


def _is_told(
    tx: Tx, gtin: str, origin: ColumnElement[bool], as_of: datetime | None, way: ColumnElement[bool]
) -> bool:
    """Whether any output of a trade item, named in that way, had such an origin."""
    fed = exists(literal(1)).where(_INPUT, origin)
    query = select(TURNED.c.run).where(
        TURNED.c.gtin == gtin, way, TURNED.c.is_output, known(TURNED, AS_OF), fed
    )
    return tx.first(query.limit(1), as_of=as_of) is not None


def _is_held(tx: Tx, source: str, gtin: str, as_of: datetime | None) -> bool:
    """Whether a lot or an item of a trade item is told to be part of that one."""
    query = select(PART.c.parent).where(PART.c.gtin == source, PART.c.parent_gtin == gtin, PART.c.attached)
    query = query.where(known(PART, AS_OF)).limit(1)
    ways = (PART.c.lot.is_not(None), PART.c.serial.is_not(None))
    return any(tx.first(query.where(way), as_of=as_of) is not None for way in ways)


def _holding_nothing(tx: Tx, source: str, gtin: str, as_of: datetime | None) -> Iterator[Thing]:
    """The items in which no part of that trade item is now, as far as anybody told, and lots of no item."""
    whole = select(PART.c.parent_lot).where(
        known(PART, AS_OF), PART.c.gtin == source, PART.c.attached, PART.c.parent_gtin == gtin,
        PART.c.parent_lot.is_not(None), PART.c.parent_serial.is_(None), told_by_trusted(PART.c.event),
    )  # fmt: skip
    ways = (whole.where(named).distinct() for named in (PART.c.lot.is_not(None), PART.c.serial.is_not(None)))
    told = {lot for way in ways for lot in tx.scalars(way, as_of=as_of)}
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
    lots = lots_of([lot for thing in things if (lot := thing.as_lot) is not None])
    single = sorted(item for thing in things if (item := thing.as_item))
    items = listed(single, gtin=String, serial=String)
    sources = [(SERIAL, items, SERIAL.c.serial == items.c.serial)]
    sources += [(table, lots, table.c.lot == lots.c.lot) for table in NAMING]
    found = dict[str, Proof]()
    for table, wanted, same in sources:
        joined = wanted.join(table, (table.c.gtin == wanted.c.gtin) & same)
        joined = joined.join(EVENT, EVENT.c.number == table.c.event)
        named = table.c.serial if table is SERIAL else table.c.lot
        query = select(
            table.c.gtin, named.label("name"), EVENT.c.event_time, EVENT.c.hash, EVENT.c.captured_by
        )
        query = query.select_from(joined).where(known(table, as_of)).distinct()
        key = item_key if table is SERIAL else lot_key
        for row in tx.rows(query):
            proof = Proof(row["event_time"], row["hash"], row["captured_by"])
            code = key(row["gtin"], row["name"])
            found[code] = min(proof, found.get(code, proof), key=lambda told: told[:2])
    return found
