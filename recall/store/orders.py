"""What the platforms gave: their listings, their order lines, and how far each scan of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Field

from recall.errors import NotFound
from recall.ports import Listing, StopSale
from recall.store.columns import UtcTime
from recall.store.order_lines import line, lines, save_lines
from recall.store.sql import Row, Tx, Values, columns_of, flat, table_of, upsert

__all__ = [
    "Listed", "Scan", "line", "lines", "listings", "mark_stopped", "save_lines", "save_listings", "save_scan",
    "scan", "scans",
]  # fmt: skip


class ListingRow(Row, table=True):
    """An offer of a trade item on a platform, and its state before and after its sale was stopped."""

    __tablename__ = "listing"
    platform_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    gtin: str = Field(index=True)
    seller_ref: str
    title: str
    on_sale: bool
    before: str | None
    after: str | None
    stopped_at: datetime | None = Field(sa_type=UtcTime)


class ScanRow(Row, table=True):
    """How far one platform's lines of one trade item have been read for one version."""

    __tablename__ = "scan"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    platform_id: str = Field(primary_key=True)
    gtin: str = Field(primary_key=True)
    cursor: str | None
    rows: int
    total: int
    passes: int
    digest: str
    complete: bool
    first: datetime | None = Field(sa_type=UtcTime)
    last: datetime | None = Field(sa_type=UtcTime)
    at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing as it was last seen, with the proof that its sale was stopped."""

    platform_id: str
    listing: Listing
    before: str | None
    after: str | None
    stopped_at: datetime | None

    @property
    def seller_ref(self) -> str:
        """The seller who offers it."""
        return self.listing.seller_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The reading of one platform's lines of one trade item: complete only when that is proven."""

    recall_id: str
    version: int
    platform_id: str
    gtin: str
    cursor: str | None
    """Where the next page begins; None: at the beginning, or (complete) nowhere."""
    rows: int
    total: int
    """How many lines the platform says there are."""
    passes: int
    digest: str
    """Over the digests of every page: what the platform said, in order."""
    complete: bool
    first: datetime | None
    last: datetime | None
    at: datetime


_listing, _scan = table_of(ListingRow), table_of(ScanRow)
_LISTING = columns_of(_listing, Listing)


def save_listings(tx: Tx, *, platform_id: str, listings: Sequence[Listing]) -> None:
    """Keep what a platform offers now; the proof of a stopped sale stays."""
    proof: Values = {"platform_id": platform_id, "before": None, "after": None, "stopped_at": None}
    rows = [flat(listing) | proof for listing in listings]
    upsert(tx, _listing, rows, keep=("before", "after", "stopped_at"))


def mark_stopped(tx: Tx, *, platform_id: str, stop: StopSale) -> None:
    """Keep the proof that a sale was stopped. Raises NotFound."""
    which = (_listing.c.platform_id == platform_id) & (_listing.c.ref == stop.listing_ref)
    proof = {"on_sale": False, "before": stop.before, "after": stop.after, "stopped_at": stop.at}
    if not tx.write(update(_listing).where(which).values(proof)):
        raise NotFound(f"There is no listing {stop.listing_ref!r} on this platform", value=stop.listing_ref)


def listings(tx: Tx, *, platform_id: str | None = None, seller_ref: str | None = None) -> tuple[Listed, ...]:
    """Every listing, or those of a platform or a seller, in the order of their references."""
    query = select(_listing).order_by(_listing.c.platform_id, _listing.c.ref)
    if platform_id is not None:
        query = query.where(_listing.c.platform_id == platform_id)
    if seller_ref is not None:
        query = query.where(_listing.c.seller_ref == seller_ref)
    return tuple(_listed(row) for row in tx.rows(query))


def _listed(row: Values) -> Listed:
    listing = Listing(**{column.name: row.pop(column.name) for column in _LISTING})
    return Listed(listing=listing, **row)


def scan(tx: Tx, *, recall_id: str, version: int, platform_id: str, gtin: str) -> Scan | None:
    """How far the reading of a platform's lines of a trade item is, or None: not begun."""
    which = (
        _scan.c.recall_id == recall_id,
        _scan.c.version == version,
        _scan.c.platform_id == platform_id,
        _scan.c.gtin == gtin,
    )
    row = tx.first(select(_scan).where(*which))
    return Scan(**row) if row else None


def scans(tx: Tx, *, recall_id: str, version: int) -> tuple[Scan, ...]:
    """Every scan of a version: the proof of what was read, platform by platform."""
    which = (_scan.c.recall_id == recall_id) & (_scan.c.version == version)
    ordered = select(_scan).where(which).order_by(_scan.c.platform_id, _scan.c.gtin)
    return tuple(Scan(**row) for row in tx.rows(ordered))


def save_scan(tx: Tx, scan: Scan) -> None:
    """Keep how far a scan is."""
    upsert(tx, _scan, [flat(scan)])
