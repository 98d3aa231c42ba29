"""The trace as it is kept: affected lots with their evidence, and the sites where goods came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, insert, select
from sqlmodel import Field

from recall.domain.trace import AffectedLot, Link, LotKey, Stock, Trace
from recall.store.recall_items import keep_items
from recall.store.sql import Row, Tx, UtcTime, table_of


class AffectedLotRow(Row, table=True):
    """A lot in a recall, with the chain that brought it in."""

    __tablename__ = "affected_lot"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    gtin: str = Field(primary_key=True)
    lot: str = Field(primary_key=True)
    position: int
    version: int
    clause: int
    units: int
    chain: list[dict[str, Any]] = Field(sa_type=JSON)


class StockRow(Row, table=True):
    """Units of an affected lot that came to a site and left it."""

    __tablename__ = "stock"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    site: str = Field(primary_key=True)
    gtin: str = Field(primary_key=True)
    lot: str = Field(primary_key=True)
    version: int
    received: int
    sent_on: int
    first_arrival: datetime = Field(sa_type=UtcTime)


_lot, _stock = table_of(AffectedLotRow), table_of(StockRow)


def save_trace(tx: Tx, *, recall_id: str, version: int, trace: Trace) -> None:
    """Keep a trace; it replaces the one before."""
    of = {"recall_id": recall_id, "version": version}
    lots = [
        of
        | lot.key._asdict()
        | {"position": position, "clause": lot.clause, "units": lot.units}
        | {"chain": [link.document() for link in lot.chain]}
        for position, lot in enumerate(trace.lots)
    ]
    stocks = [
        of
        | stock.key._asdict()
        | {"site": stock.site, "received": stock.received, "sent_on": stock.sent_on}
        | {"first_arrival": stock.first_arrival}
        for stock in trace.stocks
    ]
    for table, rows in ((_lot, lots), (_stock, stocks)):
        tx.write(delete(table).where(table.c.recall_id == recall_id))
        tx.write(insert(table), rows)
    keep_items(tx, recall_id=recall_id, origin="trace", gtins={lot.key.gtin for lot in trace.lots})


def trace(tx: Tx, *, recall_id: str) -> Trace:
    """The trace that was saved last; empty as long as there was none."""
    return Trace(lots=affected_lots(tx, recall_id=recall_id), stocks=stocks(tx, recall_id=recall_id))


def affected_lots(tx: Tx, *, recall_id: str) -> tuple[AffectedLot, ...]:
    """The affected lots, in the order in which the trace found them."""
    query = select(_lot).where(_lot.c.recall_id == recall_id).order_by(_lot.c.position)
    return tuple(
        AffectedLot(
            key=LotKey(row["gtin"], row["lot"]), clause=row["clause"], units=row["units"],
            chain=tuple(map(Link.read, row["chain"])),
        )
        for row in tx.rows(query)
    )  # fmt: skip


def stocks(tx: Tx, *, recall_id: str) -> tuple[Stock, ...]:
    """What came to each site and left it, by site and lot."""
    query = select(_stock).where(_stock.c.recall_id == recall_id)
    found = (
        Stock(
            site=row["site"], key=LotKey(row["gtin"], row["lot"]), received=row["received"],
            sent_on=row["sent_on"], first_arrival=row["first_arrival"],
        )
        for row in tx.rows(query)
    )  # fmt: skip
    return tuple(sorted(found, key=lambda stock: (stock.site, stock.key)))
