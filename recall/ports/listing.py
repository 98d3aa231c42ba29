"""The listing: an offer on a platform, how it was found, and how its sale was stopped and looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MatchedBy(StrEnum):
    """How a listing was found for a trade item, the surest first."""

    GTIN = "gtin"
    """The platform keeps the GTIN as such."""
    BARCODE = "barcode"
    """A field for a barcode holds it."""
    SKU = "sku"
    """A table of the seller's own says which SKU it is."""
    CATALOGUE = "catalogue"
    """The platform's catalogue leads from the GTIN to a product of its own (an ASIN)."""
    TITLE = "title"
    """By its words alone: a person must look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An offer of a trade item on a platform."""

    ref: str
    gtin: str
    seller_ref: str
    title: str
    on_sale: bool
    matched_by: MatchedBy = MatchedBy.GTIN
    product_ref: str = ""
    """The platform's own id of the product, where it is another than that of the offer."""
    sku: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSale:
    """The state of a listing before and after its sale was stopped, in the platform's own words."""

    listing_ref: str
    before: str
    after: str
    at: datetime
    stopped: bool = True
    """Whether `after` is a state in which nobody can buy: an answer that says otherwise is no stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a buyer finds at a listing."""

    listing_ref: str
    stopped: bool | None
    """None: there is no page that a buyer sees, or none that is known."""
    how: str
    """How it was looked at, and what was seen: `GET /products/x: 404`; evidence."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question whose right answer is known beforehand."""

    name: str
    """`credentials`, `clock`, `filter`."""
    ok: bool
    expected: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether a partner's system can be worked with."""

    probes: tuple[Probe, ...]
    skew: float | None = None
    """Seconds by which its clock is ahead of ours (negative: behind); None: it does not say."""

    @property
    def ok(self) -> bool:
        """Whether every probe gave the answer that is right."""
        return all(probe.ok for probe in self.probes)

    @property
    def trusts_filters(self) -> bool:
        """Whether no filter was found to be ignored."""
        return all(probe.ok for probe in self.probes if probe.name == "filter")
