"""What the platforms gave: their order lines and listings, and the proof that a sale was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Field

from recall.errors import NotFound
from recall.ports import Listing, MatchedBy, StopSale, Verification
from recall.store.columns import UtcTime
from recall.store.order_lines import line, lines, save_lines
from recall.store.sql import Row, Tx, Values, columns_of, flat, table_of, upsert

__all__ = [
    "Listed", "line", "lines", "listings", "mark_seen", "mark_stopped", "save_lines", "save_listings",
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
    matched_by: str | None
    product_ref: str | None
    sku: str | None
    seen_stopped: bool | None
    seen_how: str | None
    seen_at: datetime | None = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing as it was last seen, with the proof that its sale was stopped."""

    platform_id: str
    listing: Listing
    before: str | None
    after: str | None
    stopped_at: datetime | None
    seen_stopped: bool | None = None
    """What a buyer found after the stop; None: nobody looked, or there is no page to look at."""
    seen_how: str | None = None
    seen_at: datetime | None = None

    @property
    def seller_ref(self) -> str:
        """The seller who offers it."""
        return self.listing.seller_ref


LISTING = table_of(ListingRow)
_PROOF = ("before", "after", "stopped_at", "seen_stopped", "seen_how", "seen_at")
_FIELDS = columns_of(LISTING, Listing)


def save_listings(tx: Tx, *, platform_id: str, listings: Sequence[Listing]) -> None:
    """Keep what a platform offers now; the proof of a stopped sale stays."""
    proof: Values = {"platform_id": platform_id} | dict.fromkeys(_PROOF)
    rows = [flat(listing) | proof for listing in listings]
    upsert(tx, LISTING, rows, keep=_PROOF)


def mark_stopped(tx: Tx, *, platform_id: str, stop: StopSale) -> None:
    """Keep what a stop answered; only one that says it holds takes the listing off sale. Raises NotFound."""
    said: Values = {"before": stop.before, "after": stop.after}
    if stop.stopped:
        said |= {
            "on_sale": False,
            "stopped_at": stop.at,
            "seen_stopped": None,
            "seen_how": None,
            "seen_at": None,
        }
    _mark(tx, said, platform_id=platform_id, ref=stop.listing_ref)


def mark_seen(tx: Tx, *, platform_id: str, seen: Verification) -> None:
    """Keep what a buyer found at a listing; one that can be bought is on sale, whatever was said."""
    said: Values = {"seen_stopped": seen.stopped, "seen_how": seen.how, "seen_at": seen.at}
    if seen.stopped is False:
        said |= {"on_sale": True}
    _mark(tx, said, platform_id=platform_id, ref=seen.listing_ref)


def _mark(tx: Tx, said: Values, *, platform_id: str, ref: str) -> None:
    which = (LISTING.c.platform_id == platform_id) & (LISTING.c.ref == ref)
    if not tx.write(update(LISTING).where(which).values(said)):
        raise NotFound(f"There is no listing {ref!r} on this platform", value=ref)


def listings(tx: Tx, *, platform_id: str | None = None, seller_ref: str | None = None) -> tuple[Listed, ...]:
    """Every listing, or those of a platform or a seller, in the order of their references."""
    query = select(LISTING).order_by(LISTING.c.platform_id, LISTING.c.ref)
    if platform_id is not None:
        query = query.where(LISTING.c.platform_id == platform_id)
    if seller_ref is not None:
        query = query.where(LISTING.c.seller_ref == seller_ref)
    return tuple(_listed(row) for row in tx.rows(query))


def _listed(row: Values) -> Listed:
    told = {column.name: row.pop(column.name) for column in _FIELDS}
    way = MatchedBy(told["matched_by"] or MatchedBy.GTIN)
    listing = Listing(
        **told | {"matched_by": way, "product_ref": told["product_ref"] or "", "sku": told["sku"] or ""}
    )
    return Listed(listing=listing, **row)
