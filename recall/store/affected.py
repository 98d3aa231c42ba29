"""The affected goods of a recall in bulk, read once from end to end: for the set that leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, select, union

from recall.store.authority import is_trusted
from recall.store.event_tables import EVENT, MADE, SERIAL, SIGHTING, TURNED, known
from recall.store.recall_items import RECALL_ITEM
from recall.store.sql import Tx, table_of
from recall.store.traces import AffectedItemRow, AffectedLotRow

_lot, _item = table_of(AffectedLotRow), table_of(AffectedItemRow)

Pair = tuple[str, str]
"""A GTIN-14, and a lot or a serial number of it."""


def lots(tx: Tx, *, recall_id: str, inspect: bool) -> Iterator[Pair]:
    """Every affected lot, or every one that is to be inspected: only some of its units may be affected."""
    query = select(_lot.c.gtin, _lot.c.lot).where(*_of(_lot, recall_id, inspect=inspect))
    return ((row["gtin"], row["lot"]) for row in tx.stream(query))


def lots_of_items(tx: Tx, *, recall_id: str) -> Iterator[tuple[str, str | None]]:
    """The lots that single affected items are of; None where nobody tells it."""
    which = (_item.c.recall_id == recall_id, known(_item), _item.c.gtin.is_not(None))
    query = select(_item.c.gtin, _item.c.lot).where(*which).distinct()
    return ((row["gtin"], row["lot"]) for row in tx.stream(query))


def serials(tx: Tx, *, recall_id: str, as_of: datetime) -> Iterator[Pair]:
    """Every item that is affected by itself, or that events tell to be of an affected lot."""
    same = and_(SERIAL.c.gtin == _lot.c.gtin, SERIAL.c.lot == _lot.c.lot, known(SERIAL, as_of))
    query = select(SERIAL.c.gtin, SERIAL.c.serial).join_from(_lot, SERIAL, same)
    for row in tx.stream(query.where(*_of(_lot, recall_id, inspect=False))):
        yield row["gtin"], row["serial"]
    yield from _items(tx, recall_id=recall_id, inspect=False)


def inspect_serials(tx: Tx, *, recall_id: str) -> Iterator[Pair]:
    """Every item that is to be inspected."""
    return _items(tx, recall_id=recall_id, inspect=True)


def _items(tx: Tx, *, recall_id: str, inspect: bool) -> Iterator[Pair]:
    which = (*_of(_item, recall_id, inspect=inspect), _item.c.serial.is_not(None))
    query = select(_item.c.gtin, _item.c.serial).where(*which)
    return ((row["gtin"], row["serial"]) for row in tx.stream(query))


def _of(table: Table, recall_id: str, *, inspect: bool) -> tuple[ColumnElement[bool], ...]:
    return table.c.recall_id == recall_id, table.c.inspect.is_(inspect), known(table)


def told_lots(tx: Tx, *, recall_id: str, as_of: datetime) -> Iterator[Pair]:
    """Every lot of the recall's trade items that trusted parties tell of, affected or not."""
    items = select(RECALL_ITEM.c.gtin).where(RECALL_ITEM.c.recall_id == recall_id)
    told = (
        select(table.c.gtin, table.c.lot)
        .join_from(table, EVENT, EVENT.c.number == table.c.event)
        .where(table.c.gtin.in_(items), table.c.lot.is_not(None), known(table, as_of), is_trusted(as_of))
        for table in (MADE, SIGHTING, TURNED)
    )
    return ((row["gtin"], row["lot"]) for row in tx.stream(union(*told)))
