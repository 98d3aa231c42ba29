"""The goods that the events tell of: lots, the lots of items, and days of packing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import (
    BindParameter,
    FromClause,
    Select,
    exists,
    func,
    or_,
    select,
    union,
)

from recall.domain.goods import LotFact, LotKey
from recall.store.authority import IS_TRUSTED
from recall.store.event_tables import AS_OF, CONTENT, EVENT, MADE, PART, SERIAL, SIGHTING, TURNED, known
from recall.store.frontier import GTINS, ITEMS, LOTS
from recall.store.sql import Tx, Values, chunks

_SERIALS_A_QUERY = 500
NAMING = (MADE, SIGHTING, TURNED, CONTENT, PART)
"""The tables that name lots."""


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


def _told(
    as_of: datetime | BindParameter[datetime] | None, source: FromClause = MADE
) -> Select[tuple[object, ...]]:
    stated_first = MADE.c.units == 0
    query = select(MADE, EVENT.c.hash, EVENT.c.captured_by, IS_TRUSTED.label("trusted"))
    query = query.select_from(source.join(EVENT, EVENT.c.number == MADE.c.event)).where(known(MADE, as_of))
    return query.order_by(MADE.c.gtin, MADE.c.lot, stated_first, MADE.c.at, EVENT.c.hash)


_FACTS = _told(AS_OF, LOTS.join(MADE, (MADE.c.gtin == LOTS.c.gtin) & (MADE.c.lot == LOTS.c.lot)))


def _facts(found: Iterable[Values]) -> tuple[LotFact, ...]:
    lots = groupby(found, key=lambda row: LotKey(row["gtin"], row["lot"]))
    return tuple(_merged(key, list(rows)) for key, rows in lots)


def _merged(key: LotKey, rows: list[Values]) -> LotFact:
    trusted = [row for row in rows if row["trusted"]]
    firsts = [row["made_first"] for row in trusted if row["made_first"] is not None]
    lasts = [row["made_last"] for row in trusted if row["made_last"] is not None]
    expires = [row["expires"] for row in trusted if row["expires"] is not None]
    sites = [row["site"] for row in trusted]
    return LotFact(
        key=key,
        made_first=min(firsts, default=None),
        made_last=max(lasts, default=None),
        units=max(sum(row["units"] for row in rows), sum(row["serials"] for row in rows)),
        event=rows[0]["hash"],
        at=rows[0]["at"],
        said_by=rows[0]["captured_by"],
        sites=frozenset() if None in sites else frozenset(sites),
        expires=(min(expires), max(expires)) if expires else None,
    )


def packing_days(
    tx: Tx, *, keys: Collection[LotKey], as_of: datetime | None = None
) -> dict[LotKey, tuple[date, date]]:
    """The first and the last day (UTC) on which units of these lots were packed, as trusted parties tell."""
    rows = tx.each(_PACKING_DAYS, lots=keys, as_of=as_of) if keys else ()
    return {LotKey(gtin, lot): (first.date(), last.date()) for gtin, lot, first, last in rows}


_PACKING_DAYS = (
    select(CONTENT.c.gtin, CONTENT.c.lot, func.min(CONTENT.c.at), func.max(CONTENT.c.at))
    .select_from(
        LOTS.join(CONTENT, (CONTENT.c.gtin == LOTS.c.gtin) & (CONTENT.c.lot == LOTS.c.lot)).join(
            EVENT, EVENT.c.number == CONTENT.c.event
        )
    )
    .where(known(CONTENT, AS_OF), CONTENT.c.inside, IS_TRUSTED)
    .group_by(CONTENT.c.gtin, CONTENT.c.lot)
)


def item_lots(
    tx: Tx, *, items: Collection[tuple[str, str]], as_of: datetime | None = None
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The lots that events give to each (gtin, serial): several where they contradict one another."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for gtin, serial, lot in tx.each(_ITEM_LOTS, items=set(items), as_of=as_of) if items else ():
        found[gtin, serial].append(lot)
    return {key: tuple(lots) for key, lots in found.items()}


_TOLD = (SERIAL.c.gtin, SERIAL.c.serial, SERIAL.c.lot)
_ITEM_LOTS = (
    select(*_TOLD)
    .join_from(ITEMS, SERIAL, (SERIAL.c.gtin == ITEMS.c.gtin) & (SERIAL.c.serial == ITEMS.c.serial))
    .where(known(SERIAL, AS_OF))
    .distinct()
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
