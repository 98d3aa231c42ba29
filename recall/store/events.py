"""The events: captured once each, found again by what they say; and the catalogue of trade items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from recall.codes.keys import key_of, lot_of, serial_of
from recall.store.capturing import Captured, capture
from recall.store.event_tables import CONTENT, EVENT, MADE, PART, PRODUCT, SERIAL, SIGHTING, TURNED
from recall.store.goods import known_lots, lot_facts, made_from, serial_lots, sites
from recall.store.movements import movements
from recall.store.sql import Tx, flat, upsert

__all__ = [
    "Captured", "Product", "add_products", "capture", "catalogue", "event", "known_lots", "lot_facts",
    "made_from", "movements", "products", "query_events", "serial_lots", "sites",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A trade item of the catalogue."""

    gtin: str
    model: str
    brand: str
    name: str


def event(tx: Tx, *, hash: str) -> Mapping[str, Any] | None:
    """The event of that hash as it came, or None."""
    found: Mapping[str, Any] | None = tx.scalar(select(EVENT.c.body).where(EVENT.c.hash == hash))
    return found


def query_events(
    tx: Tx,
    *,
    ge_event_time: datetime | None = None,
    lt_event_time: datetime | None = None,
    eq_biz_step: Collection[str] = (),
    eq_disposition: Collection[str] = (),
    event_type: Collection[str] = (),
    match_epc: Collection[str] = (),
    match_epc_class: Collection[str] = (),
    after: str = "",
    limit: int = 100,
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """(hash, event as it came), oldest first; every given filter must be met (EPCIS 2.0, section 8.2).

    `match_epc` finds items and containers, `match_epc_class` lots and classes, in any spelling; `after` is
    the hash of the last event of the page before. Events declared wrong are found too: they did come.
    """
    which: list[ColumnElement[bool]] = []
    for column, values in (
        (EVENT.c.biz_step, eq_biz_step), (EVENT.c.disposition, eq_disposition), (EVENT.c.type, event_type)
    ):  # fmt: skip
        if values:
            which.append(column.in_(sorted(values)))
    if ge_event_time is not None:
        which.append(EVENT.c.event_time >= ge_event_time)
    if lt_event_time is not None:
        which.append(EVENT.c.event_time < lt_event_time)
    for codes in (match_epc, match_epc_class):
        if codes:
            which.append(or_(*(_names(key_of(code)) for code in codes)))
    if after:
        last = select(EVENT.c.event_time, EVENT.c.hash).where(EVENT.c.hash == after).scalar_subquery()
        which.append(tuple_(EVENT.c.event_time, EVENT.c.hash) > last)
    page = select(EVENT.c.hash, EVENT.c.body).where(*which).order_by(EVENT.c.event_time, EVENT.c.hash)
    return tuple((row["hash"], row["body"]) for row in tx.rows(page.limit(limit)))


def _names(key: str) -> ColumnElement[bool]:
    """Whether an event says something of the thing with that key."""
    places = [
        select(SIGHTING.c.event).where(SIGHTING.c.code == key),
        select(TURNED.c.event).where(TURNED.c.code == key),
        *(select(of.c.event).where(or_(of.c.parent == key, of.c.child == key)) for of in (CONTENT, PART)),
    ]
    if item := serial_of(key):
        places.append(select(SERIAL.c.event).where(SERIAL.c.gtin == item[0], SERIAL.c.serial == item[1]))
    elif lot := lot_of(key):
        for table in (MADE, CONTENT):
            places.append(select(table.c.event).where(and_(table.c.gtin == lot[0], table.c.lot == lot[1])))
    return or_(*(EVENT.c.number.in_(place) for place in places))


def add_products(tx: Tx, rows: Sequence[Product]) -> None:
    """Add trade items to the catalogue; the same GTIN again is the same trade item as it is called now."""
    upsert(tx, PRODUCT, [flat(product) for product in rows])


def products(tx: Tx) -> tuple[Product, ...]:
    """The whole catalogue, by GTIN."""
    return tuple(Product(**row) for row in tx.rows(select(PRODUCT).order_by(PRODUCT.c.gtin)))


def catalogue(tx: Tx) -> Mapping[str, frozenset[str]]:
    """The GTIN-14s of every model."""
    gtins: dict[str, set[str]] = defaultdict(set)
    for product in products(tx):
        gtins[product.model].add(product.gtin)
    return {model: frozenset(some) for model, some in gtins.items()}
