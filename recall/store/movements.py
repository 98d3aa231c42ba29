"""The movements: units of lots that came to a site and left it, inside containers too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select

from recall.domain.goods import LotKey, Movement, Way
from recall.store.event_tables import EVENT, MADE, SIGHTING, known
from recall.store.frontier import any_items, codes_of, item_code, items_of, lots_of
from recall.store.packing import ancestors, opened
from recall.store.sql import Tx, Values

_IS_USED = (EVENT.c.type == "TransformationEvent").label("used")


def movements(
    tx: Tx,
    *,
    keys: Collection[LotKey],
    containers: Collection[str] | None = None,
    as_of: datetime | None = None,
) -> tuple[Movement, ...]:
    """Every arrival (positive) and departure (negative) of these lots, in the order of time.

    `containers` are those in which they ever stood, where the asker knows them (`packing.ancestors`).
    Goods arrive where they begin to exist and where they are received; they depart where they are shipped.
    """
    if not keys:
        return ()
    lots = lots_of(keys)
    items = items_of(lots, as_of=as_of) if any_items(tx, keys, as_of=as_of) else None
    stood = ancestors(tx, keys=keys, as_of=as_of) if containers is None else containers
    found = [
        *_begun(tx, lots, as_of),
        *_seen(tx, lots, items, as_of),
        *_inside(tx, lots, items, stood, as_of),
    ]
    return tuple(sorted(found, key=lambda move: (move.at, move.event, move.key, move.site, move.units)))


def _begun(tx: Tx, lots: FromClause, as_of: datetime | None) -> Iterator[Movement]:
    """Where lots began to exist: by their stated quantities, or by their serials where none is stated."""
    same = and_(MADE.c.gtin == lots.c.gtin, MADE.c.lot == lots.c.lot)
    joined = lots.join(MADE, same).join(EVENT, EVENT.c.number == MADE.c.event)
    query = select(MADE, EVENT.c.hash).select_from(joined).order_by(MADE.c.gtin, MADE.c.lot)
    rows_of = tx.stream(query.where(known(MADE, as_of), MADE.c.site.is_not(None)))
    for _, lot in groupby(rows_of, key=lambda row: (row["gtin"], row["lot"])):
        rows = list(lot)
        counted = "units" if any(row["units"] for row in rows) else "serials"
        yield from (_movement(row, row[counted], Way.BEGUN) for row in rows if row[counted])


def _seen(tx: Tx, lots: FromClause, items: FromClause | None, as_of: datetime | None) -> Iterator[Movement]:
    """Amounts of lots and single items that were received, shipped or used up by name."""
    for source, same in _ways(SIGHTING, SIGHTING.c.code, lots, items):
        joined = source.join(SIGHTING, same).join(EVENT, EVENT.c.number == SIGHTING.c.event)
        query = _summed(SIGHTING, joined, source.c.lot, SIGHTING.c.gtin)
        yield from _signed(tx, query.where(known(SIGHTING, as_of), SIGHTING.c.sign != 0))


def _ways(
    said: FromClause, code: ColumnElement[str], lots: FromClause, items: FromClause | None
) -> Iterator[tuple[FromClause, ColumnElement[bool]]]:
    """The lists by which goods may be named, and when a saying is about one of a list."""
    yield lots, and_(said.c.gtin == lots.c.gtin, said.c.lot == lots.c.lot)
    if items is not None:
        yield items, and_(code == item_code(items.c.gtin, items.c.serial), said.c.lot.is_(None))


def _inside(
    tx: Tx,
    lots: FromClause,
    items: FromClause | None,
    containers: Collection[str],
    as_of: datetime | None,
) -> Iterator[Movement]:
    """What of the lots stood inside containers when these were received or shipped."""
    if not containers:
        return
    codes = codes_of(sorted(containers))
    moved = (
        select(SIGHTING.c.event, SIGHTING.c.site, SIGHTING.c.sign, SIGHTING.c.at, SIGHTING.c.code)
        .join_from(codes, SIGHTING, SIGHTING.c.code == codes.c.code)
        .where(known(SIGHTING, as_of), SIGHTING.c.sign != 0)
        .subquery()
    )
    inside = opened(moved, as_of=as_of)
    for source, same in _ways(inside, inside.c.child, lots, items):
        joined = inside.join(source, same).join(EVENT, EVENT.c.number == inside.c.event)
        yield from _signed(tx, _summed(inside, joined, source.c.lot, inside.c.gtin))


def _summed(
    said: FromClause, joined: FromClause, lot: ColumnElement[str], gtin: ColumnElement[str]
) -> Select[tuple[object, ...]]:
    by = (EVENT.c.hash, said.c.site, said.c.sign, said.c.at, gtin, lot.label("lot"), _IS_USED)
    units = func.sum(said.c.units).label("units")
    return select(*by, units).select_from(joined).group_by(*by[:-2], lot, EVENT.c.type)


def _signed(tx: Tx, query: Select[tuple[object, ...]]) -> Iterator[Movement]:
    for row in tx.rows(query):
        if row["units"]:
            way = Way.USED if row["used"] else Way.CAME if row["sign"] > 0 else Way.LEFT
            yield _movement(row, row["sign"] * int(row["units"]), way)


def _movement(row: Values, units: int, way: Way) -> Movement:
    key = LotKey(row["gtin"], row["lot"])
    return Movement(site=row["site"], key=key, units=units, event=row["hash"], at=row["at"], way=way)
