"""The genealogy: what was made from the goods, and what they are parts of, a whole frontier at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    false,
    null,
    select,
    true,
    union,
    union_all,
)

from recall.codes.keys import class_key
from recall.domain.goods import ItemKey, PartSaying, Proof, Run, Thing
from recall.domain.world import Span
from recall.store.authority import is_trusted, said_by, told_by_trusted
from recall.store.event_tables import AS_OF, EVENT, PART, SERIAL, SIGHTING, TURNED, known
from recall.store.frontier import CODES, GTINS, LOTS, rows_of
from recall.store.goods import item_lots
from recall.store.listed import Rows, asked
from recall.store.sql import Tx, spelled

_GONE = spelled("retail_selling", "shipping", "receiving", "destroying", "decommissioning")
"""The steps in which a part that is named without its parent has left it."""
_WIDE, _ANY_LOT = asked("wide", gtin=String), asked("any_lot", gtin=String)
Names = Mapping[str, Rows]
"""The frontier of one step, as the statements of runs and of parts ask for it."""


class Uses(NamedTuple):
    """What became of goods: rows of the runs that took some in, and the codes under which some are parts."""

    runs: list[Any]
    parts: list[str]


_LotsOf = Mapping[tuple[str, str], tuple[str, ...]]
_Told = tuple[Thing, Proof]
_PROOF = (EVENT.c.hash, said_by(AS_OF).label("source"), is_trusted(AS_OF).label("trusted"))


def _names(table: Table, answer: str, *, code: str, where: ColumnElement[bool]) -> CompoundSelect[Any]:
    """A column of the rows that name things of a frontier: by code, as a lot, as an item of a lot, or as one
    whose lot nobody trusted told, which may be of any; all of trade items of which an amount without a lot
    is, and amounts of any lot where an item without a lot is.

    Where the table names no item of these trade items, the items of the lots are not looked at.
    """
    single = table.alias("single")
    of_gtin = GTINS.join(single, and_(single.c.gtin == GTINS.c.gtin, single.c.serial.is_not(None)))
    of_lot = and_(SERIAL.c.gtin == LOTS.c.gtin, SERIAL.c.lot == LOTS.c.lot, known(SERIAL, AS_OF))
    as_item = and_(table.c.gtin == SERIAL.c.gtin, table.c.serial == SERIAL.c.serial)
    told = exists().where(
        SERIAL.c.gtin == table.c.gtin, SERIAL.c.serial == table.c.serial, known(SERIAL, AS_OF),
        told_by_trusted(SERIAL.c.event, AS_OF),
    )  # fmt: skip
    of_any_lot = and_(table.c.serial.is_not(None), table.c.lot.is_(None), ~told)
    told_lot, told_serial = table.c.lot.is_not(None), table.c.serial.is_not(None)
    ways = (
        CODES.join(table, table.c[code] == CODES.c.code),
        LOTS.join(table, and_(table.c.gtin == LOTS.c.gtin, table.c.lot == LOTS.c.lot)),
        GTINS.join(table, and_(table.c.gtin == GTINS.c.gtin, of_any_lot)),
        *(_WIDE.join(table, and_(table.c.gtin == _WIDE.c.gtin, told)) for told in (told_lot, told_serial)),
        _ANY_LOT.join(table, and_(table.c.gtin == _ANY_LOT.c.gtin, told_lot, ~told_serial)),
        LOTS.join(SERIAL, of_lot).join(table, as_item),
    )
    named = [select(table.c[answer]).select_from(way).where(known(table, AS_OF), where) for way in ways]
    named[-1] = named[-1].where(exists(select(single.c.gtin).select_from(of_gtin)))
    return union(*named)


_TAKING_IN = _names(TURNED, "run", code="code", where=TURNED.c.is_output.is_(False)).subquery()
_BEING_PARTS = _names(PART, "child", code="child", where=PART.c.child != "").subquery()
_TOLD = (
    TURNED.c.run, TURNED.c.at, EVENT.c.hash, TURNED.c.number, TURNED.c.is_output, TURNED.c.code,
    TURNED.c.gtin, TURNED.c.lot, TURNED.c.serial, EVENT.c.biz_step, said_by(AS_OF).label("source"),
    is_trusted(AS_OF).label("trusted"),
)  # fmt: skip
"""What a row tells of a run."""
_in_order = itemgetter(0, 1, 2, 3)
_USES = union_all(
    select(*_TOLD)
    .select_from(_TAKING_IN.join(TURNED, TURNED.c.run == _TAKING_IN.c.run))
    .join(EVENT, EVENT.c.number == TURNED.c.event)
    .where(known(TURNED, AS_OF)),
    select(*(_BEING_PARTS.c.child if told is TURNED.c.code else null() for told in _TOLD)),
)


def _sayings(same: ColumnElement[bool]) -> Select[Any]:
    joined = CODES.join(PART, same).join(EVENT, EVENT.c.number == PART.c.event)
    return select(PART, *_PROOF).select_from(joined).where(known(PART, AS_OF))


_OF_CHILDREN = _sayings(PART.c.child == CODES.c.code)
_EMPTIED = _sayings(and_(PART.c.parent == CODES.c.code, PART.c.child == ""))
_ABOVE, _beside = asked("above", code=String), SIGHTING.alias("beside")
# "" joined to what is compared keeps a database from asking by it first: the parts are few, and so are the
# goods of one event
_TOGETHER = exists().where(
    _beside.c.event == SIGHTING.c.event, _beside.c.code.concat("").in_(select(_ABOVE.c.code))
)
_SEEN_ALONE = (
    select(SIGHTING.c.code, SIGHTING.c.at, *_PROOF)
    .select_from(
        CODES.join(SIGHTING, SIGHTING.c.code == CODES.c.code).join(EVENT, EVENT.c.number == SIGHTING.c.event)
    )
    .where(known(SIGHTING, AS_OF), EVENT.c.biz_step.concat("").in_(_GONE), ~_TOGETHER)
)
_SPANS = asked("spans", gtin=String, first=String, last=String)


def _within(table: Table) -> ColumnElement[bool]:
    spans = (table.c.serial >= _SPANS.c.first, table.c.serial <= _SPANS.c.last)
    return and_(table.c.gtin == _SPANS.c.gtin, *spans)


def _used(table: Table, put: ColumnElement[bool]) -> Iterator[Select[tuple[str]]]:
    """The items in some spans that were put into others, or of whose lots an amount was."""
    yield select(table.c.serial).join_from(_SPANS, table, _within(table)).where(known(table, AS_OF), put)
    amount = exists().where(
        table.c.gtin == SERIAL.c.gtin, table.c.lot == SERIAL.c.lot, table.c.serial.is_(None), put,
        known(table, AS_OF),
    )  # fmt: skip
    of_lot = select(SERIAL.c.serial).join_from(_SPANS, SERIAL, _within(SERIAL))
    yield of_lot.where(known(SERIAL, AS_OF), amount)


_USED = union(*_used(PART, PART.c.attached), *_used(TURNED, TURNED.c.is_output.is_(False)))
_LOTS_IN = (
    select(
        SERIAL.c.serial, SERIAL.c.lot, case((told_by_trusted(SERIAL.c.event, AS_OF), true()), else_=false())
    )
    .join_from(_SPANS, SERIAL, _within(SERIAL))
    .where(known(SERIAL, AS_OF))
)


def related(
    tx: Tx, *, gtin: str, spans: Collection[Span], as_of: datetime | None = None
) -> tuple[Thing, ...]:
    """The items of a trade item in some spans of serials that became parts of others, or were transformed, or
    of whose lots an amount was; and those that are named one by one. Each with its lots."""
    found = {first for first, last in spans if first == last}
    found |= set(tx.scalars(_USED, spans=[(gtin, *span) for span in spans], as_of=as_of))
    lots = item_lots(tx, items=[(gtin, serial) for serial in sorted(found)], as_of=as_of)
    return tuple(
        Thing.item(ItemKey(gtin, serial), lots=lots.get((gtin, serial), ())) for serial in sorted(found)
    )


def lots_in(
    tx: Tx, *, gtin: str, spans: Collection[Span], as_of: datetime | None = None
) -> Iterator[tuple[str, str, bool]]:
    """(serial, lot, whether a trusted party tells it) of the items of a trade item in some spans."""
    for serial, lot, trusted in tx.each(_LOTS_IN, spans=[(gtin, *span) for span in spans], as_of=as_of):
        yield serial, lot, bool(trusted)


def names_of(things: Collection[Thing]) -> Names:
    """The names under which events may speak of things: their own, and those of amounts of which they are."""
    lots = [lot for thing in things if (lot := thing.as_lot) is not None]
    gtins = {lot.gtin for lot in lots}
    amounts = {class_key(gtin) for gtin in gtins}
    for thing in things:
        if thing.gtin and thing.serial is not None:
            amounts |= {class_key(thing.gtin), *(Thing.lot(lot).code for lot in thing.of_lots)}
    codes = amounts | {thing.code for thing in things}
    wide = {thing.gtin for thing in things if thing.gtin and thing.is_amount}
    any_lot = {thing.gtin for thing in things if thing.gtin and thing.of_any_lot}
    return {
        "codes": Rows(rows_of(codes)), "lots": Rows(lots), "gtins": Rows(rows_of(gtins)),
        "wide": Rows(rows_of(wide)), "any_lot": Rows(rows_of(any_lot)),
    }  # fmt: skip


def uses(tx: Tx, *, names: Names, as_of: datetime | None = None) -> Uses:
    """What became of the things so named, of items of the lots, or of some of their trade item without its
    lot."""
    found = Uses([], [])
    for row in tx.each(_USES, **names, as_of=as_of):
        if row.run is None:
            found.parts.append(row.code)
        else:
            found.runs.append(row)
    return found


def runs(tx: Tx, *, used: Uses, as_of: datetime | None = None) -> tuple[Run, ...]:
    """The transformations that took goods in; whole, however many events tell them."""
    lots = item_lots(tx, items=_items(used.runs, "gtin", "serial"), as_of=as_of)
    sides = defaultdict[str, tuple[list[_Told], list[_Told]]](lambda: ([], []))
    steps = defaultdict[str, set[str]](set)
    for row in sorted(used.runs, key=_in_order):
        run, at, hash, _, is_output, code, gtin, lot, serial, step, by, trusted = row
        told = (_thing(code, gtin, lot, serial, lots), Proof(at, hash, by, bool(trusted)))
        sides[run][is_output].append(told)
        if step:
            steps[run].add(step)
    return tuple(
        Run(id=run, inputs=tuple(into), outputs=tuple(out), steps=frozenset(steps[run]))
        for run, (into, out) in sides.items()
    )


def parts(tx: Tx, *, used: Uses, as_of: datetime | None = None) -> tuple[PartSaying, ...]:
    """Everything told of goods as parts: where they were attached and detached, where all parts of such a
    parent were detached, and where they were seen without it."""
    if not used.parts:
        return ()
    rows = [*tx.each(_OF_CHILDREN, codes=rows_of(used.parts), as_of=as_of)]
    rows += tx.each(_EMPTIED, codes=rows_of({row.parent for row in rows}), as_of=as_of)
    pairs = _items(rows, "gtin", "serial") + _items(rows, "parent_gtin", "parent_serial")
    lots = item_lots(tx, items=pairs, as_of=as_of)
    told = [_saying(row, lots) for row in rows]
    return (*told, *_alone(tx, told, as_of=as_of))


def _saying(row: Any, lots: _LotsOf) -> PartSaying:
    parent = _thing(row.parent, row.parent_gtin, row.parent_lot, row.parent_serial, lots)
    child = _thing(row.child, row.gtin, row.lot, row.serial, lots) if row.child else None
    return PartSaying(parent=parent, child=child, attached=row.attached, proof=_proof(row))


def _alone(tx: Tx, told: Iterable[PartSaying], *, as_of: datetime | None) -> Iterator[PartSaying]:
    """Where single parts were sold, sent, received or destroyed by an event that does not name the parent."""
    single = (s.child for s in told if s.child and not (s.child.is_lot or s.child.is_amount))
    children = {child.code: child for child in single}
    parents = {s.parent.code for s in told if s.parent is not None}
    if not children:
        return
    codes = {"codes": rows_of(children), "above": rows_of(parents)}
    for row in tx.each(_SEEN_ALONE, **codes, as_of=as_of):
        yield PartSaying(parent=None, child=children[row.code], attached=False, proof=_proof(row))


def _items(rows: Iterable[Any], gtin: str, serial: str) -> list[tuple[str, str]]:
    pairs = ((getattr(row, gtin), getattr(row, serial)) for row in rows)
    return [(item, number) for item, number in pairs if item and number is not None]


def _thing(code: str | None, gtin: str | None, lot: str | None, serial: str | None, lots: _LotsOf) -> Thing:
    if gtin is None:
        return Thing(code or "")
    if serial is None:
        return Thing(code or "", gtin, None, (lot,) if lot else ())
    told = {*lots.get((gtin, serial), ()), *((lot,) if lot else ())}
    return Thing(code or "", gtin, serial, tuple(sorted(told)))


def _proof(row: Any) -> Proof:
    return Proof(row.at, row.hash, row.source, bool(row.trusted))
