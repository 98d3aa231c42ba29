"""The movements: units of lots that came to a site and left it, inside containers too."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, func, literal, or_, select

from recall.domain.trace import LotKey, Movement
from recall.store.event_tables import CONTENT, EVENT, MADE, SIGHTING, known
from recall.store.goods import item_lots
from recall.store.sql import Tx, Values


def movements(tx: Tx, *, gtins: Collection[str]) -> tuple[Movement, ...]:
    """Every arrival (positive) and departure (negative) of lots of some trade items, in the order of time.

    Goods arrive where they begin to exist and where they are received; they depart where they are shipped.
    """
    wanted = sorted(gtins)
    found = [*_begun(tx, wanted), *_seen(tx, wanted), *_inside(tx, wanted)]
    return tuple(sorted(found, key=lambda move: (move.at, move.event, move.key, move.site, move.units)))


def _movement(row: Values, units: int) -> Movement:
    key = LotKey(row["gtin"], row["lot"])
    return Movement(site=row["site"], key=key, units=units, event=row["hash"], at=row["at"])


def _begun(tx: Tx, gtins: list[str]) -> Iterator[Movement]:
    """Where lots began to exist: by their stated quantities, or by their serials where none is stated."""
    which = (known(MADE), MADE.c.gtin.in_(gtins), MADE.c.site.is_not(None))
    told = select(MADE, EVENT.c.hash).join_from(MADE, EVENT, EVENT.c.number == MADE.c.event)
    query = told.where(*which).order_by(MADE.c.gtin, MADE.c.lot)
    for _, lot in groupby(tx.stream(query), key=lambda row: (row["gtin"], row["lot"])):
        rows = list(lot)
        counted = "units" if any(row["units"] for row in rows) else "serials"
        yield from (_movement(row, row[counted]) for row in rows if row[counted])


def _seen(tx: Tx, gtins: list[str]) -> Iterator[Movement]:
    """Amounts of lots and single items that were received or shipped by name."""
    items = item_lots()
    same = and_(items.c.gtin == SIGHTING.c.gtin, items.c.serial == SIGHTING.c.serial)
    lot = func.coalesce(SIGHTING.c.lot, items.c.lot)
    by = (
        EVENT.c.hash,
        SIGHTING.c.site,
        SIGHTING.c.sign,
        SIGHTING.c.at,
        SIGHTING.c.gtin,
        lot.label("lot"),
    )
    told = SIGHTING.join(EVENT, EVENT.c.number == SIGHTING.c.event)
    query = select(*by, func.sum(SIGHTING.c.units).label("units")).outerjoin_from(told, items, same)
    which = (known(SIGHTING), SIGHTING.c.sign != 0, SIGHTING.c.gtin.in_(gtins), lot.is_not(None))
    return _signed(tx, query.where(*which).group_by(*by[:-1], lot))


def _inside(tx: Tx, gtins: list[str]) -> Iterator[Movement]:
    """What stood inside containers when they were received or shipped."""
    opened = _opened()
    items = item_lots()
    same = and_(items.c.gtin == opened.c.gtin, items.c.serial == opened.c.serial)
    lot = func.coalesce(opened.c.lot, items.c.lot)
    told = opened.join(EVENT, EVENT.c.number == opened.c.event)
    by = (EVENT.c.hash, opened.c.site, opened.c.sign, opened.c.at, opened.c.gtin, lot.label("lot"))
    query = select(*by, func.sum(opened.c.units).label("units")).outerjoin_from(told, items, same)
    return _signed(tx, query.where(opened.c.gtin.in_(gtins), lot.is_not(None)).group_by(*by[:-1], lot))


def _signed(tx: Tx, query: Select[tuple[object, ...]]) -> Iterator[Movement]:
    return (_movement(row, row["sign"] * int(row["units"])) for row in tx.rows(query) if row["units"])


def _opened() -> CTE:
    """Everything inside every container that moved, through cases on pallets in whatever depth.

    Rows of one content are the same row, so a container that is said to hold itself ends the search.
    """
    first = select(
        SIGHTING.c.event, SIGHTING.c.site, SIGHTING.c.sign, SIGHTING.c.at, *_content_columns()
    ).join_from(SIGHTING, CONTENT, and_(CONTENT.c.parent == SIGHTING.c.code, _there(at=SIGHTING.c.at)))
    inside = first.where(known(SIGHTING), SIGHTING.c.sign != 0, SIGHTING.c.gtin.is_(None)).cte(
        "inside", recursive=True
    )
    deeper = select(inside.c.event, inside.c.site, inside.c.sign, inside.c.at, *_content_columns()).join_from(
        inside, CONTENT, and_(CONTENT.c.parent == inside.c.child, _there(at=inside.c.at))
    )
    return inside.union(deeper)


def _content_columns() -> tuple[ColumnElement[object], ...]:
    return (CONTENT.c.child, CONTENT.c.gtin, CONTENT.c.lot, CONTENT.c.serial, CONTENT.c.units)


def _there(*, at: ColumnElement[object]) -> ColumnElement[bool]:
    """Whether a content was in its container at a time: put in, and not taken out since."""
    out = CONTENT.alias("taken_out")
    taken = exists(literal(1)).where(
        known(out),
        out.c.parent == CONTENT.c.parent,
        or_(out.c.child == CONTENT.c.child, out.c.child == ""),
        out.c.inside.is_(False),
        out.c.at > CONTENT.c.at,
        out.c.at <= at,
    )
    return and_(known(CONTENT), CONTENT.c.inside.is_(True), CONTENT.c.at <= at, ~taken)
