"""The product code: what a passport code on a product says, once it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from recall.codes.content import REFERENCE_YEAR, calendar_date
from recall.codes.gs1 import Elements

Scheme = Literal["gtin", "gs1-element-string", "gs1-digital-link", "epc-urn"]
Granularity = Literal["model", "batch", "item", "logistic"]
Trust = Literal["issuer", "claimed"]

_DATES = {
    "11": "production",
    "12": "due",
    "13": "packaging",
    "15": "best_before",
    "16": "sell_by",
    "17": "expiration",
}
_ITEM_KEYS = ("8003", "8004")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCode:
    """A code that was read: two codes of the same thing have the same `canonical`, however they were written.

    Lot and serial keep every zero and every letter's case; comparing them is exact.
    """

    scheme: Scheme
    canonical: str
    """The Digital Link on the GS1 host; the bracketed element string when there is no such link."""
    elements: Elements
    """(application identifier, value) in the order of the code."""
    gtin: str | None
    """Always 14 digits."""
    lot: str | None
    serial: str | None
    granularity: Granularity | None
    """None when the code names no goods but a place, a party or a document."""
    host: str | None
    """The domain of a Digital Link, lower case; None for every other scheme."""
    trust: Trust
    """`claimed` when a domain other than GS1's own speaks for the key; a claim is never proof."""
    warnings: tuple[str, ...]
    raw: str

    @property
    def dates(self) -> tuple[tuple[str, date], ...]:
        """The named dates in the code; the century is told from `content.REFERENCE_YEAR`."""
        return tuple(
            (_DATES[ai], calendar_date(value, reference_year=REFERENCE_YEAR))
            for ai, value in self.elements
            if ai in _DATES
        )


def granularity_of(values: dict[str, str]) -> Granularity | None:
    """How much of the world these elements name: one item, one lot, one model, one logistic unit."""
    if "21" in values or "235" in values or "8011" in values or any(key in values for key in _ITEM_KEYS):
        return "item"
    if "00" in values:
        return "logistic"
    if "01" in values or "03" in values or "8006" in values or "8010" in values:
        return "batch" if "10" in values else "model"
    return None
