"""The goods that the events tell of: lots, the lots of items, and days of packing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union,
)

from recall.domain.goods import LotFact, LotKey
from recall.store.authority import is_trusted, said_by, told_by_trusted
from recall.store.event_tables import AS_OF, CONTENT, EVENT, MADE, NAMING, SERIAL, Moment, known
from recall.store.frontier import GTINS, ITEMS, ITEMS_OF_LOTS, LOTS, item_code
from recall.store.sql import Tx, Values, chunks

_SERIALS_A_QUERY = 500
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
"""How far a day on earth may lie behind that of UTC, and before it."""


def lot_facts(
    tx: Tx, *, gtins: Collection[str] | None = None, as_of: datetime | None = None
) -> tuple[LotFact, ...]:
    """Every lot that events commissioned, or those of some trade items; events of one lot are merged.

    Units are those stated as quantities, or the serials where there are more of them. Days and sites of
    making are those that trusted parties tell.
    """
    query = _told(as_of)
    if gtins is not None:
        query = query.where(MADE.c.gtin.in_(sorted(gtins)))
    return _facts(tx.stream(query))


def facts_of(tx: Tx, *, keys: Collection[LotKey], as_of: datetime | None = None) -> tuple[LotFact, ...]:
    """The same of these lots alone."""
    return _facts(tx.rows(_FACTS, lots=keys, as_of=as_of))


def _told(as_of: Moment, source: FromClause = MADE) -> Select[tuple[object, ...]]:
    stated_first = MADE.c.units == 0
    query = select(MADE, EVENT.c.hash, said_by(as_of).label("source"), is_trusted(as_of).label("trusted"))
    query = query.select_from(source.join(EVENT, EVENT.c.number == MADE.c.event)).where(known(MADE, as_of))
    return query.order_by(MADE.c.gtin, MADE.c.lot, stated_first, MADE.c.at, EVENT.c.hash)


_FACTS = _told(AS_OF, LOTS.join(MADE, (MADE.c.gtin == LOTS.c.gtin) & (MADE.c.lot == LOTS.c.lot)))


def _facts(found: Iterable[Values]) -> tuple[LotFact, ...]:
    lots = groupby(found, key=lambda row: LotKey(row["gtin"], row["lot"]))
    return tuple(_merged(key, list(rows)) for key, rows in lots)


def _merged(key: LotKey, rows: list[Values]) -> LotFact:
    made, keeps = _span(rows, "made_first", "made_last"), _span(rows, "expires_first", "expires_last")
    sites = [row["site"] for row in rows if row["trusted"]]
    return LotFact(
        key=key,
        made_first=made.first,
        made_last=made.last,
        undated=made.in_doubt,
        units=max(sum(row["units"] for row in rows), sum(row["serials"] for row in rows)),
        event=rows[0]["hash"],
        at=rows[0]["at"],
        said_by=rows[0]["source"],
        sites=frozenset() if None in sites else frozenset(sites),
        expires=(keeps.first, keeps.last) if keeps.first and keeps.last and not keeps.in_doubt else None,
    )


class _Span(NamedTuple):
    """The days that trusted parties tell of a lot.

    `in_doubt`: they tell none of some units, or somebody else tells a day beside them.
    """

    first: date | None
    last: date | None
    in_doubt: bool


def _span(rows: Iterable[Values], first: str, last: str) -> _Span:
    trusted, others = list[date](), list[date]()
    silent = False
    for row in rows:
        days = [day for day in (row[first], row[last]) if day is not None]
        silent |= bool(row["trusted"]) and not days
        (trusted if row["trusted"] else others).extend(days)
    start, end = min(trusted, default=None), max(trusted, default=None)
    beside = any(not (start and end and start <= day <= end) for day in others)
    return _Span(start, end, silent or beside)


def packing_days(
    tx: Tx, *, facts: Collection[LotFact], as_of: datetime | None = None
) -> dict[LotKey, tuple[date, date]]:
    """The first and the last day, in whatever time zone, on which units of these lots were packed, whoever
    tells it.

    A lot is there only where trusted parties tell of as many units as anybody says were made: of the others
    nobody knows the day.
    """
    made = {fact.key: fact.units for fact in facts if fact.units}
    times, units = defaultdict[LotKey, list[datetime]](list), Counter[LotKey]()
    for query in _PACKINGS if made else ():
        for gtin, lot, first, last, told in tx.each(query, lots=sorted(made), as_of=as_of):
            times[LotKey(gtin, lot)] += first, last
            units[LotKey(gtin, lot)] += int(told)
    return {
        key: ((min(told) - _WEST).date(), (max(told) + _EAST).date())
        for key, told in times.items()
        if units[key] >= made[key]
    }


def _packings(source: FromClause, same: ColumnElement[bool]) -> Select[Any]:
    """Of each lot the times of packing that anybody tells, and the units that trusted parties packed."""
    by = (CONTENT.c.gtin, source.c.lot)
    trusted = case((is_trusted(AS_OF), CONTENT.c.units), else_=0)
    told = (func.min(CONTENT.c.at), func.max(CONTENT.c.at), func.sum(trusted))
    joined = source.join(CONTENT, same).join(EVENT, EVENT.c.number == CONTENT.c.event)
    query = select(*by, *told).select_from(joined)
    return query.where(known(CONTENT, AS_OF), CONTENT.c.inside).group_by(*by)


_BY_LOT = and_(CONTENT.c.gtin == LOTS.c.gtin, CONTENT.c.lot == LOTS.c.lot)
_ITEM = item_code(ITEMS_OF_LOTS.c.gtin, ITEMS_OF_LOTS.c.serial)
_BY_ITEM = and_(CONTENT.c.child == _ITEM, CONTENT.c.lot.is_(None))
_PACKINGS = (_packings(LOTS, _BY_LOT), _packings(ITEMS_OF_LOTS, _BY_ITEM))


def item_lots(
    tx: Tx, *, items: Collection[tuple[str, str]], as_of: datetime | None = None
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The lots that events give to each (gtin, serial): several where they contradict one another.

    Where no trusted party tells any, an empty one stands before them.
    """
    found, vouched = defaultdict[tuple[str, str], list[str]](list), set[tuple[str, str]]()
    for gtin, serial, lot, trusted in tx.each(_ITEM_LOTS, items=set(items), as_of=as_of) if items else ():
        found[gtin, serial].append(lot)
        if trusted:
            vouched.add((gtin, serial))
    return {key: tuple(lots) if key in vouched else ("", *lots) for key, lots in found.items()}


_TOLD = (SERIAL.c.gtin, SERIAL.c.serial, SERIAL.c.lot)
_ITEM_LOTS = (
    select(*_TOLD, func.max(case((told_by_trusted(SERIAL.c.event, AS_OF), 1), else_=0)).label("trusted"))
    .join_from(ITEMS, SERIAL, (SERIAL.c.gtin == ITEMS.c.gtin) & (SERIAL.c.serial == ITEMS.c.serial))
    .where(known(SERIAL, AS_OF))
    .group_by(*_TOLD)
    .order_by(*_TOLD)
)


def serial_lots(
    tx: Tx, *, serials: Iterable[tuple[str, str]], as_of: datetime | None = None
) -> dict[tuple[str, str], tuple[LotKey, str]]:
    """The lot of each (gtin, serial) on which all events agree, and the hash of the event that says so.

    An item to which events give two lots is not there: neither lets it off.
    """
    found: dict[tuple[str, str], tuple[LotKey, str]] = {}
    torn = set[tuple[str, str]]()
    for gtin, pairs in groupby(sorted(set(serials)), key=lambda pair: pair[0]):
        for some in chunks((serial for _, serial in pairs), size=_SERIALS_A_QUERY):
            for row in tx.rows(_serials_of(gtin, some, as_of)):
                said = (LotKey(gtin, row["lot"]), row["hash"])
                if found.setdefault((gtin, row["serial"]), said)[0] != said[0]:
                    torn.add((gtin, row["serial"]))
    return {pair: said for pair, said in found.items() if pair not in torn}


def _serials_of(gtin: str, serials: list[str], as_of: datetime | None) -> Select[tuple[str, str, str]]:
    query = select(SERIAL.c.serial, SERIAL.c.lot, EVENT.c.hash)
    query = query.join_from(SERIAL, EVENT, EVENT.c.number == SERIAL.c.event)
    which = query.where(known(SERIAL, as_of), SERIAL.c.gtin == gtin, SERIAL.c.serial.in_(serials))
    return which.order_by(SERIAL.c.serial, SERIAL.c.lot, EVENT.c.hash)


_KNOWN = union(
    *(
        select(table.c.gtin, table.c.lot)
        .join_from(GTINS, table, table.c.gtin == GTINS.c.gtin)
        .where(known(table, AS_OF), table.c.lot.is_not(None))
        for table in NAMING
    )
)
_NAMED_LOTS = select(LOTS.c.gtin, LOTS.c.lot).where(
    or_(
        *(
            exists().where(table.c.gtin == LOTS.c.gtin, table.c.lot == LOTS.c.lot, known(table, AS_OF))
            for table in NAMING
        )
    )
)


def known_lots(tx: Tx, *, gtins: Collection[str], as_of: datetime | None = None) -> frozenset[LotKey]:
    """Every lot of some trade items that any event names."""
    return frozenset(LotKey(*row) for row in tx.each(_KNOWN, gtins=[(gtin,) for gtin in gtins], as_of=as_of))


def told_lots(tx: Tx, *, keys: Collection[LotKey], as_of: datetime | None = None) -> frozenset[LotKey]:
    """Those of these lots that any event names."""
    named = tx.each(_NAMED_LOTS, lots=keys, as_of=as_of) if keys else ()
    return frozenset(LotKey(*row) for row in named)
