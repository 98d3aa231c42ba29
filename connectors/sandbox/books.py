"""The books of the participants: what the generator writes into each one's own database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from random import Random

from connectors.sandbox.behaviour import BuyerPlan
from connectors.sandbox.goods import MODELS
from connectors.sandbox.orders import Sale, mistyped
from connectors.sandbox.places import LATE_SELLER, SELLER_SITES, PlatformPlan
from connectors.sandbox.supply import Shipment


def write_platform(
    books: sqlite3.Connection,
    *,
    plan: PlatformPlan,
    sales: Sequence[Sale],
    buyers: Sequence[BuyerPlan],
    shipments: Sequence[Shipment],
    random: Random,
) -> None:
    """A platform's sellers, listings, order lines, buyers, and the stock at its and their sites."""
    books.executemany(
        "INSERT INTO seller VALUES (?, ?, ?, ?)",
        [(ref, f"Seller {ref[2:]}", SELLER_SITES.get(ref), ref == LATE_SELLER) for ref in plan.sellers],
    )
    names = {model.gtin: f"{model.brand} {model.name}" for model in MODELS}
    books.executemany(
        "INSERT INTO listing(ref, gtin, seller, title) VALUES (?, ?, ?, ?)",
        [
            (f"{plan.prefix}-{ref}-{gtin[-4:]}", gtin, ref, name)
            for ref in plan.sellers
            for gtin, name in names.items()
        ],
    )
    own = [(sale, buyer) for sale, buyer in zip(sales, buyers, strict=True) if sale.plan is plan]
    books.executemany(
        "INSERT INTO line(ref, listing, seller, gtin, lot, serial, units, sold_at, shipped_at, ship_from,"
        " region) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_line(sale, random) for sale, _ in own],
    )
    books.executemany(
        "INSERT INTO buyer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(b.line, b.email, b.language, b.answer, b.after_hours, b.needs, b.by_page, b.code) for _, b in own],
    )
    sites = {plan.warehouse, *(SELLER_SITES[ref] for ref in plan.sellers if ref in SELLER_SITES)}
    _write_stock(books, [s for s in shipments if s.batch.site in sites], false_count=None)


def write_logistics(
    books: sqlite3.Connection, *, shipments: Sequence[Shipment], false_count: dict[str, object] | None
) -> None:
    """The stock that the logistics partner finds at every site."""
    _write_stock(books, shipments, false_count=false_count)


def _write_stock(
    books: sqlite3.Connection, shipments: Sequence[Shipment], *, false_count: dict[str, object] | None
) -> None:
    rows = []
    for shipment in shipments:
        place = (shipment.batch.site, *shipment.batch.lot.key)
        false = false_count and place == (false_count["site"], false_count["gtin"], false_count["lot"])
        rows.append((*place, shipment.left, false_count["says"] if false_count and false else shipment.left))
    books.executemany("INSERT INTO stock VALUES (?, ?, ?, ?, ?)", rows)


def _line(sale: Sale, random: Random) -> tuple[object, ...]:
    """An order line as the platform recorded it."""
    gtin, lot = sale.batch.lot.key
    recorded = {"lot": lot, "typo": mistyped(lot, random=random)}.get(sale.record)
    return (
        sale.ref,
        sale.listing,
        sale.seller,
        gtin,
        recorded,
        sale.serials[0] if sale.record == "serial" else None,
        sale.units,
        sale.sold_at.isoformat(),
        sale.shipped_at.isoformat() if sale.known_time else None,
        sale.batch.site if sale.known_site else None,
        sale.region,
    )
