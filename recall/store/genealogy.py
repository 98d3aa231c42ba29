"""The genealogy: what was made from the goods, and what they are parts of, a whole frontier at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Table,
    and_,
    exists,
    literal,
    select,
    union,
)

from recall.codes.keys import class_key
from recall.domain.goods import ItemKey, PartSaying, Proof, Run, Thing
from recall.domain.world import Span
from recall.store.authority import is_trusted
from recall.store.event_tables import AS_OF, EVENT, PART, SERIAL, SIGHTING, TURNED, known
from recall.store.frontier import CODES, GTINS, LOTS, codes_of
from recall.store.goods import item_lots
from recall.store.sql import Tx

_GONE = ("retail_selling", "shipping", "receiving", "destroying", "decommissioning")
"""The steps in which a part that is named without its parent has left it."""
_LotsOf = Mapping[tuple[str, str], tuple[str, ...]]
_PROOF = (EVENT.c.hash, EVENT.c.captured_by, is_trusted().label("trusted"))


def _names(table: Table, answer: str, *, code: str, where: ColumnElement[bool]) -> CompoundSelect[Any]:
    """A column of the rows that name things of a frontier: by code, as a lot, as an item of a lot, or as one
    whose lot nobody told, which may be of any.

    Where the table names no item of these trade items, the items of the lots are not looked at.
    """
    single = table.alias("single")
    of_gtin = GTINS.join(single, and_(single.c.gtin == GTINS.c.gtin, single.c.serial.is_not(None)))
    of_lot = and_(SERIAL.c.gtin == LOTS.c.gtin, SERIAL.c.lot == LOTS.c.lot, known(SERIAL, AS_OF))
    as_item = and_(table.c.gtin == SERIAL.c.gtin, table.c.serial == SERIAL.c.serial)
    told = exists(literal(1)).where(
        SERIAL.c.gtin == table.c.gtin, SERIAL.c.serial == table.c.serial, known(SERIAL, AS_OF)
    )
    of_any_lot = and_(table.c.serial.is_not(None), table.c.lot.is_(None), ~told)
    ways = (
        CODES.join(table, table.c[code] == CODES.c.code),
        LOTS.join(table, and_(table.c.gtin == LOTS.c.gtin, table.c.lot == LOTS.c.lot)),
        GTINS.join(table, and_(table.c.gtin == GTINS.c.gtin, of_any_lot)),
        LOTS.join(SERIAL, of_lot).join(table, as_item),
    )
    named = [select(table.c[answer]).select_from(way).where(known(table, AS_OF), where) for way in ways]
    named[-1] = named[-1].where(exists(select(literal(1)).select_from(of_gtin)))
    return union(*named)


_TAKING_IN = _names(TURNED, "run", code="code", where=TURNED.c.is_output.is_(False))
_BEING_PARTS = _names(PART, "child", code="child", where=PART.c.child != "")
_TOLD = ("run", "is_output", "code", "gtin", "lot", "serial", "at")
_RUNS = (
    select(*(TURNED.c[name] for name in _TOLD), EVENT.c.biz_step, *_PROOF)
    .select_from(
        CODES.join(TURNED, TURNED.c.run == CODES.c.code).join(EVENT, EVENT.c.number == TURNED.c.event)
    )
    .where(known(TURNED, AS_OF))
    .order_by(TURNED.c.run, TURNED.c.at, EVENT.c.hash, TURNED.c.number)
)


def related(
    tx: Tx, *, gtin: str, spans: Collection[Span], as_of: datetime | None = None
) -> tuple[Thing, ...]:
    """The items of a trade item in some spans of serials that became parts of others, or were transformed, or
    of whose lots an amount was; and those that are named one by one. Each with its lots."""
    found = {first for first, last in spans if first == last}
    for first, last in spans:
        for table, put in ((PART, PART.c.attached), (TURNED, TURNED.c.is_output.is_(False))):
            within = (table.c.gtin == gtin, table.c.serial >= first, table.c.serial <= last)
            found |= set(tx.scalars(select(table.c.serial).where(known(table, as_of), put, *within)))
            amount = exists(literal(1)).where(
                table.c.gtin == gtin, table.c.lot == SERIAL.c.lot, table.c.serial.is_(None), put,
                known(table, as_of),
            )  # fmt: skip
            of_lot = (SERIAL.c.gtin == gtin, SERIAL.c.serial >= first, SERIAL.c.serial <= last)
            found |= set(tx.scalars(select(SERIAL.c.serial).where(known(SERIAL, as_of), *of_lot, amount)))
    lots = item_lots(tx, items=[(gtin, serial) for serial in sorted(found)], as_of=as_of)
    return tuple(
        Thing.item(ItemKey(gtin, serial), lots=lots.get((gtin, serial), ())) for serial in sorted(found)
    )


def runs(tx: Tx, *, things: Collection[Thing], as_of: datetime | None = None) -> tuple[Run, ...]:
    """Every transformation that took in one of the things, an item of one of the lots, or some of its trade
    item without telling the lot; whole, however many events tell it."""
    wanted = _naming(tx, things, statement=_TAKING_IN, as_of=as_of)
    if not wanted:
        return ()
    rows = tx.each(_RUNS, codes=wanted, as_of=as_of)
    lots = item_lots(tx, items=_items(rows, "gtin", "serial"), as_of=as_of)
    sides = defaultdict[str, tuple[list[Any], list[Any]]](lambda: ([], []))
    for row in rows:
        sides[row.run][row.is_output].append(row)
    return tuple(
        Run(
            id=run,
            inputs=tuple((_turned(row, lots), _proof(row)) for row in into),
            outputs=tuple((_turned(row, lots), _proof(row)) for row in out),
            steps=frozenset(row.biz_step for row in (*into, *out) if row.biz_step),
        )
        for run, (into, out) in sides.items()
    )


def _naming(
    tx: Tx, things: Collection[Thing], *, statement: CompoundSelect[Any], as_of: datetime | None
) -> list[tuple[str]]:
    """What a `_names` statement answers of these things, in order; a row each, to be asked about further."""
    lots = [lot for thing in things if (lot := thing.as_lot) is not None]
    gtins = sorted({lot.gtin for lot in lots})
    single = [thing for thing in things if thing.as_item is not None]
    amounts = {class_key(thing.gtin) for thing in single if thing.gtin}
    amounts |= {Thing.lot(lot).code for thing in single for lot in thing.of_lots}
    names = sorted({thing.code for thing in things} | {class_key(gtin) for gtin in gtins} | amounts)
    held = {"codes": [(name,) for name in names], "lots": lots, "gtins": [(gtin,) for gtin in gtins]}
    return [(name,) for name in sorted(tx.scalars(statement, **held, as_of=as_of))]


def parts(tx: Tx, *, things: Collection[Thing], as_of: datetime | None = None) -> tuple[PartSaying, ...]:
    """Everything told of the things, or of items of the lots, as parts: where they were attached and
    detached, where all parts of such a parent were detached, and where they were seen without it."""
    children = [child for (child,) in _naming(tx, things, statement=_BEING_PARTS, as_of=as_of)]
    if not children:
        return ()
    codes = codes_of(children)
    rows = [*tx.each(_sayings(codes, PART.c.child == codes.c.code, as_of))]
    parents = codes_of(sorted({row.parent for row in rows}))
    emptied = (PART.c.parent == parents.c.code) & (PART.c.child == "")
    rows += tx.each(_sayings(parents, emptied, as_of))
    pairs = _items(rows, "gtin", "serial") + _items(rows, "parent_gtin", "parent_serial")
    lots = item_lots(tx, items=pairs, as_of=as_of)
    told = [_saying(row, lots) for row in rows]
    return (*told, *_alone(tx, told, as_of=as_of))


def _sayings(
    source: FromClause, same: ColumnElement[bool], as_of: datetime | None
) -> Select[tuple[object, ...]]:
    joined = source.join(PART, same).join(EVENT, EVENT.c.number == PART.c.event)
    return select(PART, *_PROOF).select_from(joined).where(known(PART, as_of))


def _saying(row: Any, lots: _LotsOf) -> PartSaying:
    parent = _thing(row.parent, row.parent_gtin, row.parent_lot, row.parent_serial, lots)
    child = _thing(row.child, row.gtin, row.lot, row.serial, lots) if row.child else None
    return PartSaying(parent=parent, child=child, attached=row.attached, proof=_proof(row))


def _alone(tx: Tx, told: Iterable[PartSaying], *, as_of: datetime | None) -> Iterator[PartSaying]:
    """Where single parts were sold, sent, received or destroyed by an event that does not name the parent."""
    children = {s.child.code: s.child for s in told if s.child is not None and s.child.as_lot is None}
    parents = {s.parent.code for s in told if s.parent is not None}
    if not children:
        return
    codes, above = codes_of(sorted(children)), codes_of(sorted(parents))
    beside = SIGHTING.alias("beside")
    # "" joined to what is compared keeps a database from asking by it first: the parts are few, and so are
    # the goods of one event
    together = exists(literal(1)).where(
        beside.c.event == SIGHTING.c.event, beside.c.code.concat("").in_(select(above.c.code))
    )
    joined = codes.join(SIGHTING, SIGHTING.c.code == codes.c.code)
    joined = joined.join(EVENT, EVENT.c.number == SIGHTING.c.event)
    query = select(SIGHTING.c.code, SIGHTING.c.at, *_PROOF).select_from(joined)
    gone = EVENT.c.biz_step.concat("").in_(_GONE)
    for row in tx.each(query.where(known(SIGHTING, as_of), gone, ~together)):
        yield PartSaying(parent=None, child=children[row.code], attached=False, proof=_proof(row))


def _items(rows: Iterable[Any], gtin: str, serial: str) -> list[tuple[str, str]]:
    pairs = ((getattr(row, gtin), getattr(row, serial)) for row in rows)
    return [(item, number) for item, number in pairs if item and number is not None]


def _turned(row: Any, lots: _LotsOf) -> Thing:
    return _thing(row.code, row.gtin, row.lot, row.serial, lots)


def _thing(code: str | None, gtin: str | None, lot: str | None, serial: str | None, lots: _LotsOf) -> Thing:
    if gtin is None:
        return Thing(code or "")
    if serial is None:
        return Thing(code or "", gtin, None, (lot,) if lot else ())
    told = {*lots.get((gtin, serial), ()), lot or ""} - {""}
    return Thing(code or "", gtin, serial, tuple(sorted(told)))


def _proof(row: Any) -> Proof:
    return Proof(row.at, row.hash, row.captured_by, bool(row.trusted))
