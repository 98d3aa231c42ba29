"""The events: captured once each, found again by what they say; and the catalogue of trade items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from recall.store.capturing import Captured, capture
from recall.store.event_tables import EVENT, PRODUCT
from recall.store.goods import item_lots, known_lots, lot_facts, serial_lots
from recall.store.movements import movements
from recall.store.sql import Tx, flat, upsert

__all__ = [
    "Captured", "Product", "add_products", "brands", "capture", "catalogue", "event", "item_lots",
    "known_lots", "lot_facts", "movements", "products", "serial_lots",
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
    found: Mapping[str, Any] | None = tx.scalar(
        select(EVENT.c.body).where(EVENT.c.hash == hash).order_by(EVENT.c.number)
    )
    return found


def add_products(tx: Tx, rows: Sequence[Product]) -> None:
    """Add trade items to the catalogue; the same GTIN again is the same trade item as it is called now."""
    upsert(tx, PRODUCT, [flat(product) for product in rows])


def products(tx: Tx) -> tuple[Product, ...]:
    """The whole catalogue, by GTIN."""
    return tuple(Product(**row) for row in tx.rows(select(PRODUCT).order_by(PRODUCT.c.gtin)))


def catalogue(tx: Tx) -> Mapping[str, frozenset[str]]:
    """The GTIN-14s of every model."""
    return _by(tx, "model")


def brands(tx: Tx) -> Mapping[str, frozenset[str]]:
    """The GTIN-14s of every brand."""
    return _by(tx, "brand")


def _by(tx: Tx, name: str) -> Mapping[str, frozenset[str]]:
    gtins: dict[str, set[str]] = defaultdict(set)
    for product in products(tx):
        gtins[getattr(product, name)].add(product.gtin)
    return {value: frozenset(some) for value, some in gtins.items() if value}
