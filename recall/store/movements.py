"""The movements: units of lots that came to a site and left it, inside containers too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select

from recall.domain.goods import LotKey, Movement, Way
from recall.store.authority import is_trusted_at
from recall.store.event_tables import AS_OF, EVENT, MADE, SIGHTING, known
from recall.store.frontier import CODES, ITEMS_OF_LOTS, LOTS, any_items, item_code, rows_of
from recall.store.packing import ancestors, opened
from recall.store.sql import Tx, Values

_IS_USED = (EVENT.c.type == "TransformationEvent").label("used")


def movements(
    tx: Tx,
    *,
    keys: Collection[LotKey],
    containers: Collection[str] | None = None,
    of_items: bool | None = None,
    as_of: datetime | None = None,
) -> tuple[Movement, ...]:
    """Every arrival (positive) and departure (negative) of these lots, in the order of time.

    `containers` are those in which they ever stood, where the asker knows them (`packing.ancestors`), and
    `of_items` whether events give any item to them (`frontier.any_items`).
    Goods arrive where they begin to exist and where they are received; they depart where they are shipped.
    """
    if not keys:
        return ()
    stood = ancestors(tx, keys=keys, as_of=as_of) if containers is None else containers
    singly = any_items(tx, keys, as_of=as_of) if of_items is None else of_items
    found = [
        *_begun(tx, keys, as_of),
        *_seen(tx, keys, as_of, of_items=singly),
        *_inside(tx, keys, stood, as_of, of_items=singly),
    ]
    return tuple(sorted(found, key=lambda move: (move.at, move.event, move.key, move.site, move.units)))


def _by_lot(said: FromClause) -> ColumnElement[bool]:
    """Whether a saying names one of the lots."""
    return and_(said.c.gtin == LOTS.c.gtin, said.c.lot == LOTS.c.lot)


def _by_item(said: FromClause, code: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a saying names an item of the lots, and no lot."""
    return and_(code == item_code(ITEMS_OF_LOTS.c.gtin, ITEMS_OF_LOTS.c.serial), said.c.lot.is_(None))


def _summed(said: FromClause, joined: FromClause, lot: ColumnElement[str]) -> Select[Any]:
    """The units that each event moved of each lot; `joined` brings its event to each saying."""
    by = (EVENT.c.hash, said.c.site, said.c.sign, said.c.at, said.c.gtin, lot.label("lot"), _IS_USED)
    units, most = func.sum(said.c.units).label("units"), func.max(func.abs(said.c.units)).label("most")
    whose = is_trusted_at(said.c.site, AS_OF).label("trusted")
    kept = (EVENT.c.number, EVENT.c.captured_by, EVENT.c.type)
    return select(*by, units, most, whose).select_from(joined).group_by(*by[:-2], lot, *kept)


_BEGUN = (
    select(MADE, EVENT.c.hash, is_trusted_at(MADE.c.site, AS_OF).label("trusted"))
    .select_from(LOTS.join(MADE, _by_lot(MADE)).join(EVENT, EVENT.c.number == MADE.c.event))
    .where(known(MADE, AS_OF), MADE.c.site.is_not(None))
    .order_by(MADE.c.gtin, MADE.c.lot)
)
_OF_SIGHTING = EVENT.c.number == SIGHTING.c.event
_SEEN, _SEEN_ITEMS = (
    _summed(SIGHTING, source.join(SIGHTING, same).join(EVENT, _OF_SIGHTING), source.c.lot).where(
        known(SIGHTING, AS_OF), SIGHTING.c.sign != 0
    )
    for source, same in ((LOTS, _by_lot(SIGHTING)), (ITEMS_OF_LOTS, _by_item(SIGHTING, SIGHTING.c.code)))
)
_moved = (
    select(SIGHTING.c.event, SIGHTING.c.site, SIGHTING.c.sign, SIGHTING.c.at, SIGHTING.c.code)
    .join_from(CODES, SIGHTING, SIGHTING.c.code == CODES.c.code)
    .where(known(SIGHTING, AS_OF), SIGHTING.c.sign != 0)
    .subquery()
)
_inside_then = opened(_moved)
_INSIDE, _INSIDE_ITEMS = (
    _summed(
        _inside_then,
        _inside_then.join(source, same).join(EVENT, EVENT.c.number == _inside_then.c.event),
        source.c.lot,
    )
    for source, same in (
        (LOTS, _by_lot(_inside_then)),
        (ITEMS_OF_LOTS, _by_item(_inside_then, _inside_then.c.child)),
    )
)


def _begun(tx: Tx, keys: Collection[LotKey], as_of: datetime | None) -> Iterator[Movement]:
    """Where lots began to exist: by their stated quantities, or by their serials where none is stated."""
    found = tx.rows(_BEGUN, lots=keys, as_of=as_of)
    for _, lot in groupby(found, key=lambda row: (row["gtin"], row["lot"])):
        rows = list(lot)
        counted = "units" if any(row["units"] for row in rows) else "serials"
        yield from (_beginning(row, row[counted]) for row in rows if row[counted])


def _beginning(row: Values, units: int) -> Movement:
    key = LotKey(row["gtin"], row["lot"])
    return Movement(
        site=row["site"], key=key, units=units, event=row["hash"], at=row["at"], way=Way.BEGUN,
        trusted=bool(row["trusted"]),
    )  # fmt: skip


def _seen(tx: Tx, keys: Collection[LotKey], as_of: datetime | None, *, of_items: bool) -> Iterator[Movement]:
    """Amounts of lots and single items that were received, shipped or used up by name."""
    for query in (_SEEN, _SEEN_ITEMS) if of_items else (_SEEN,):
        yield from _signed(tx.each(query, lots=keys, as_of=as_of))


def _inside(
    tx: Tx, keys: Collection[LotKey], containers: Collection[str], as_of: datetime | None, *, of_items: bool
) -> Iterator[Movement]:
    """What of the lots stood inside containers when these were received or shipped."""
    if not containers:
        return
    codes = rows_of(containers)
    for query in (_INSIDE, _INSIDE_ITEMS) if of_items else (_INSIDE,):
        yield from _signed(tx.each(query, lots=keys, codes=codes, as_of=as_of))


def _signed(rows: Iterable[Any]) -> Iterator[Movement]:
    for hash, site, sign, at, gtin, lot, used, units, most, trusted in rows:
        if units or not most:  # an amount that nobody told is no proof that nothing moved
            way = Way.USED if used else Way.CAME if sign > 0 else Way.LEFT
            yield Movement(
                site=site, key=LotKey(gtin, lot), units=sign * int(units), event=hash, at=at, way=way,
                trusted=bool(trusted),
            )  # fmt: skip
