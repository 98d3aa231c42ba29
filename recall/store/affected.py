"""The affected goods of a recall in bulk, read once from end to end: for the set that leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, select, union

from recall.store.event_tables import MADE, SERIAL, SIGHTING, TURNED, known
from recall.store.recall_items import RECALL_ITEM
from recall.store.sql import Tx, table_of
from recall.store.traces import AffectedLotRow

_lot = table_of(AffectedLotRow)

Pair = tuple[str, str]
"""A GTIN-14, and a lot or a serial number of it."""


def lots(tx: Tx, *, recall_id: str) -> Iterator[Pair]:
    """Every affected lot."""
    query = select(_lot.c.gtin, _lot.c.lot).where(_lot.c.recall_id == recall_id)
    return ((row["gtin"], row["lot"]) for row in tx.stream(query))


def serials(tx: Tx, *, recall_id: str, as_of: datetime | None) -> Iterator[Pair]:
    """Every item that events known at that time tell to be of an affected lot."""
    same = and_(SERIAL.c.gtin == _lot.c.gtin, SERIAL.c.lot == _lot.c.lot, known(SERIAL, as_of))
    query = select(SERIAL.c.gtin, SERIAL.c.serial).join_from(_lot, SERIAL, same)
    rows = tx.stream(query.where(_lot.c.recall_id == recall_id))
    return ((row["gtin"], row["serial"]) for row in rows)


def told_lots(tx: Tx, *, recall_id: str, as_of: datetime | None) -> Iterator[Pair]:
    """Every lot of the recall's trade items that events known at that time tell of, affected or not."""
    items = select(RECALL_ITEM.c.gtin).where(RECALL_ITEM.c.recall_id == recall_id)
    told = (
        select(table.c.gtin, table.c.lot).where(
            table.c.gtin.in_(items), table.c.lot.is_not(None), known(table, as_of)
        )
        for table in (MADE, SIGHTING, TURNED)
    )
    return ((row["gtin"], row["lot"]) for row in tx.stream(union(*told)))
