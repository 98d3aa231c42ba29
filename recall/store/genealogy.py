"""The genealogy: what was made from the goods, and what they are parts of, a whole frontier at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, exists, literal, select

from recall.codes.keys import class_key
from recall.domain.goods import ItemKey, LotKey, PartSaying, Proof, Run, Thing
from recall.domain.world import Span
from recall.store.authority import is_trusted
from recall.store.event_tables import EVENT, PART, SERIAL, SIGHTING, TURNED, known
from recall.store.frontier import codes_of, items_of, lots_of
from recall.store.goods import item_lots
from recall.store.sql import Tx, Values

_GONE = ("retail_selling", "shipping", "receiving", "destroying", "decommissioning")
"""The steps in which a part that is named without its parent has left it."""
_PROOF = (EVENT.c.hash, EVENT.c.captured_by, is_trusted().label("trusted"))


def related(
    tx: Tx, *, gtin: str, spans: Collection[Span], as_of: datetime | None = None
) -> tuple[Thing, ...]:
    """The items of a trade item in some spans of serials that became parts of others, or were transformed."""
    found = set[str]()
    for first, last in spans:
        for table, put in ((PART, PART.c.attached), (TURNED, TURNED.c.is_output.is_(False))):
            within = (table.c.gtin == gtin, table.c.serial >= first, table.c.serial <= last)
            found |= set(tx.scalars(select(table.c.serial).where(known(table, as_of), put, *within)))
    lots = item_lots(tx, items=[(gtin, serial) for serial in sorted(found)], as_of=as_of)
    return tuple(
        Thing.item(ItemKey(gtin, serial), lots=lots.get((gtin, serial), ())) for serial in sorted(found)
    )


def runs(tx: Tx, *, things: Collection[Thing], as_of: datetime | None = None) -> tuple[Run, ...]:
    """Every transformation that took in one of the things, an item of one of the lots, or some of its trade
    item without telling the lot; whole, however many events tell it."""
    taken = TURNED.c.is_output.is_(False)
    wanted = sorted(_naming(tx, things, table=TURNED, code="code", answer="run", where=taken, as_of=as_of))
    if not wanted:
        return ()
    ids = codes_of(wanted)
    query = (
        select(TURNED, EVENT.c.biz_step, *_PROOF)
        .select_from(
            ids.join(TURNED, TURNED.c.run == ids.c.code).join(EVENT, EVENT.c.number == TURNED.c.event)
        )
        .where(known(TURNED, as_of))
        .order_by(TURNED.c.run, TURNED.c.at, EVENT.c.hash, TURNED.c.number)
    )
    rows = tx.rows(query)
    lots = item_lots(tx, items=_items(rows, ("gtin", "serial")), as_of=as_of)
    sides = defaultdict[str, tuple[list[Values], list[Values]]](lambda: ([], []))
    for row in rows:
        sides[row["run"]][row["is_output"]].append(row)
    return tuple(
        Run(
            id=run,
            inputs=tuple((_thing(row, lots), _proof(row)) for row in into),
            outputs=tuple((_thing(row, lots), _proof(row)) for row in out),
            steps=frozenset(row["biz_step"] for row in (*into, *out) if row["biz_step"]),
        )
        for run, (into, out) in sides.items()
    )


def _naming(
    tx: Tx,
    things: Collection[Thing],
    *,
    table: Table,
    code: str,
    answer: str,
    where: ColumnElement[bool],
    as_of: datetime | None,
) -> set[str]:
    """A column of the rows that name things: by their codes, as lots, or as items of these lots."""
    lots = [lot for thing in things if (lot := thing.as_lot) is not None]
    column, found = table.c[answer], set[str]()
    for source, same in _ways(tx, things, lots, table=table, code=code, as_of=as_of):
        query = select(column).join_from(source, table, same).where(known(table, as_of), where)
        found |= set(tx.scalars(query.distinct()))
    return found


def _ways(
    tx: Tx, things: Collection[Thing], lots: list[LotKey], *, table: Table, code: str, as_of: datetime | None
) -> Iterator[tuple[FromClause, ColumnElement[bool]]]:
    """The lists by which a frontier may be named, and when a row of the table is one of a list."""
    names = {thing.code for thing in things} | {class_key(lot.gtin) for lot in lots}
    listed = codes_of(sorted(names))
    yield listed, table.c[code] == listed.c.code
    if not lots:
        return
    whole = lots_of(lots)
    yield whole, and_(table.c.gtin == whole.c.gtin, table.c.lot == whole.c.lot)
    gtins = {lot.gtin for lot in lots}
    if _tells_items(tx, gtins, table=table):
        yield _without_lot(gtins, table=table, as_of=as_of)
        items = items_of(lots, as_of=as_of)
        yield items, and_(table.c.gtin == items.c.gtin, table.c.serial == items.c.serial)


def _without_lot(
    gtins: Collection[str], *, table: Table, as_of: datetime | None
) -> tuple[FromClause, ColumnElement[bool]]:
    """The items of these trade items whose lot nobody told: they may be of any."""
    kinds = codes_of(sorted(gtins))
    lot = exists(literal(1)).where(
        SERIAL.c.gtin == table.c.gtin, SERIAL.c.serial == table.c.serial, known(SERIAL, as_of)
    )
    single = and_(table.c.serial.is_not(None), table.c.lot.is_(None))
    return kinds, and_(table.c.gtin == kinds.c.code, single, ~lot)


def _tells_items(tx: Tx, gtins: Collection[str], *, table: Table) -> bool:
    """Whether the table names any item of these trade items: if not, no item of theirs need be asked for."""
    gtin = codes_of(sorted(gtins))
    named = exists(literal(1)).where(table.c.gtin == gtin.c.code, table.c.serial.is_not(None))
    return tx.first(select(gtin.c.code).where(named).limit(1)) is not None


def parts(tx: Tx, *, things: Collection[Thing], as_of: datetime | None = None) -> tuple[PartSaying, ...]:
    """Everything told of the things, or of items of the lots, as parts: where they were attached and
    detached, where all parts of such a parent were detached, and where they were seen without it."""
    named = PART.c.child != ""
    children = sorted(_naming(tx, things, table=PART, code="child", answer="child", where=named, as_of=as_of))
    if not children:
        return ()
    codes = codes_of(children)
    rows = tx.rows(_sayings(codes, PART.c.child == codes.c.code, as_of))
    parents = codes_of(sorted({row["parent"] for row in rows}))
    emptied = (PART.c.parent == parents.c.code) & (PART.c.child == "")
    rows += tx.rows(_sayings(parents, emptied, as_of))
    pairs = _items(rows, ("gtin", "serial")) + _items(rows, ("parent_gtin", "parent_serial"))
    lots = item_lots(tx, items=pairs, as_of=as_of)
    told = [_saying(row, lots) for row in rows]
    return (*told, *_alone(tx, told, as_of=as_of))


def _sayings(
    source: FromClause, same: ColumnElement[bool], as_of: datetime | None
) -> Select[tuple[object, ...]]:
    joined = source.join(PART, same).join(EVENT, EVENT.c.number == PART.c.event)
    return select(PART, *_PROOF).select_from(joined).where(known(PART, as_of))


def _saying(row: Values, lots: Mapping[tuple[str, str], tuple[str, ...]]) -> PartSaying:
    above = {name: row[f"parent_{name}"] for name in ("gtin", "lot", "serial")} | {"code": row["parent"]}
    child = _thing(row | {"code": row["child"]}, lots) if row["child"] else None
    return PartSaying(parent=_thing(above, lots), child=child, attached=row["attached"], proof=_proof(row))


def _alone(tx: Tx, told: Iterable[PartSaying], *, as_of: datetime | None) -> Iterator[PartSaying]:
    """Where single parts were sold, sent, received or destroyed by an event that does not name the parent."""
    children = {s.child.code: s.child for s in told if s.child is not None and s.child.as_lot is None}
    parents = {s.parent.code for s in told if s.parent is not None}
    if not children:
        return
    codes, above = codes_of(sorted(children)), codes_of(sorted(parents))
    beside = SIGHTING.alias("beside")
    together = exists(literal(1)).where(
        beside.c.event == SIGHTING.c.event, beside.c.code.in_(select(above.c.code))
    )
    joined = codes.join(SIGHTING, SIGHTING.c.code == codes.c.code)
    joined = joined.join(EVENT, EVENT.c.number == SIGHTING.c.event)
    query = select(SIGHTING.c.code, SIGHTING.c.at, *_PROOF).select_from(joined)
    for row in tx.rows(query.where(known(SIGHTING, as_of), EVENT.c.biz_step.in_(_GONE), ~together)):
        yield PartSaying(parent=None, child=children[row["code"]], attached=False, proof=_proof(row))


def _items(rows: Iterable[Values], names: tuple[str, str]) -> list[tuple[str, str]]:
    gtin, serial = names
    return [(row[gtin], row[serial]) for row in rows if row[gtin] and row[serial] is not None]


def _thing(row: Mapping[str, str | None], lots: Mapping[tuple[str, str], tuple[str, ...]]) -> Thing:
    code, gtin, serial = row["code"] or "", row["gtin"], row["serial"]
    if gtin is None:
        return Thing(code)
    told = {row["lot"]} if row["lot"] else set[str]()
    if serial is not None:
        told |= set(lots.get((gtin, serial), ()))
    return Thing(code, gtin, serial, tuple(sorted(lot for lot in told if lot)))


def _proof(row: Values) -> Proof:
    return Proof(at=row["at"], event=row["hash"], source=row["captured_by"], trusted=bool(row["trusted"]))
