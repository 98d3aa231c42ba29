"""The published notice: what a regulator's feed holds, version by version, before any person took it up."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from recall.domain.notice import Notice

NEAR_DAYS = 183
"""Notices of two regulators about one product within so many days are of one recall, as programs can tell."""
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
_NAME = re.compile(r"[\W_]+")


class Standing(StrEnum):
    """How far people are with a published notice."""

    DRAFT = "draft"
    """Nobody took it up: nothing that is polled opens a recall by itself."""
    TAKEN = "taken"
    """A recall says what the notice says now."""
    AMENDED = "amended"
    """The regulator changed it after it was taken up: the recall waits for a person to look."""


class Known(StrEnum):
    """What a name of a published notice is, by which notices of others about the same goods are found."""

    ITSELF = "itself"
    PARTNER = "partner"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFeed:
    """A regulator's feed as the one who watches it knows it."""

    name: str
    title: str
    jurisdiction: str
    address: str
    """Empty: it has none, and its files are read by hand."""
    every: float
    """Seconds between two passes."""
    is_watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A notice of a feed as it stands: how many versions there were, and since when."""

    source: str
    reference: str
    version: int
    content: str
    """`content_of` its last version."""
    reading: str
    """The digest of its last version as we read it."""
    title: str
    published: date | None
    first_seen: datetime
    changed_at: datetime
    """When its last version was seen first."""
    last_seen: datetime
    taken_version: int | None = None
    """The version that a person took up; None: none."""

    @property
    def standing(self) -> Standing:
        """How far people are with it."""
        if self.taken_version is None:
            return Standing.DRAFT
        return Standing.TAKEN if self.taken_version == self.version else Standing.AMENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A notice of another regulator about the same goods, and what says so; they are linked, never merged."""

    source: str
    reference: str
    why: str


def content_of(notice: Notice) -> str:
    """sha256 (hex) over what the regulator says, whatever our reading makes of that: text, days, status."""
    said = (
        notice.title, notice.text, notice.url, notice.status, notice.classification, list(notice.related),
        *(day.isoformat() if day else None for day in (notice.published, notice.modified)),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def address_key(address: str) -> str:
    """An address as twins are found by: small letters without scheme, `www`, query and the last slash.

    >>> address_key("https://www.cpsc.gov/Recalls/2026/Brew/")
    'cpsc.gov/recalls/2026/brew'
    """
    return _SCHEME.sub("", address.strip()).partition("?")[0].partition("#")[0].rstrip("/").lower()


def names_of(notice: Notice) -> Iterator[tuple[Known, str]]:
    """The names by which other regulators' notices of the same goods are found."""
    if notice.url:
        yield Known.ITSELF, address_key(notice.url)
    yield Known.ITSELF, f"{notice.source}/{notice.reference}".lower()
    for partner in dict.fromkeys(notice.related):
        yield Known.PARTNER, address_key(partner)
    for gtin in dict.fromkeys(product.gtin for product in notice.products if product.gtin):
        yield Known.ITEM, gtin


def twin_by_item(one: Notice, other: Notice) -> str:
    """Why two regulators' notices are of one recall: a trade item in both, no brand against it, days that are
    near; empty where that is not so."""
    shared = sorted({p.gtin for p in one.products if p.gtin} & {p.gtin for p in other.products if p.gtin})
    brands, others = _brands(one), _brands(other)
    alike = not brands or not others or any(a in b or b in a for a in brands for b in others)
    apart = abs((one.published - other.published).days) if one.published and other.published else 0
    return f"both name the trade item {shared[0]}" if shared and alike and apart <= NEAR_DAYS else ""


def _brands(notice: Notice) -> set[str]:
    plain = (_NAME.sub("", product.brand).lower() for product in notice.products if product.brand)
    return {brand for brand in plain if brand}
