"""The cohort: order lines that stand or fall together, as the same is known of the goods of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

HASTE = (("O", "0"), ("I", "1"), ("L", "1"), *((separator, "") for separator in "- /._"))
"""What a hasty hand writes for what, in capitals; zeros in front get lost besides."""
_FOLD = str.maketrans({sign: meant or None for sign, meant in HASTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A line of an order on a platform, without its buyer.

    `line_ref` is the platform's own blind reference: it alone knows who stands behind it.
    """

    platform_id: str
    line_ref: str
    listing_ref: str
    seller_ref: str
    gtin: str
    lot: str | None
    serial: str | None
    units: int
    sold_at: datetime
    shipped_at: datetime | None
    ship_from: str | None
    region: str | None
    digest: str
    """sha256 of the row as the platform gave it: evidence."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One event that tells an item's lot; `vouched`: by a party whose word may let a unit off."""

    lot: str
    vouched: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """All that decides about a line, but for its own serial and its own times.

    `told` are the lots that events tell of the line's serial, sorted; more than one contradict each other.
    `vouched`: that telling may let the whole line off, because parties that may say so stand to it and one
    serial speaks for all of its units. `known`: such a party told of the recorded lot, whatever it told.
    """

    gtin: str
    lot: str | None
    told: tuple[str, ...] = ()
    vouched: bool = False
    site: str | None = None
    known: bool = False

    @property
    def disputed(self) -> bool:
        """Whether events tell more than one lot of the line's serial."""
        return len(self.told) > 1

    @property
    def open(self) -> bool:
        """Whether nothing for certain says which lot the goods are of."""
        settled = self.known or (self.vouched and bool(self.told))
        return self.disputed or not settled


def cohort_of(line: OrderLine, *, tellings: Iterable[Telling] = (), known: bool = False) -> Cohort:
    """The cohort of a line, with what events tell of the lot of its serial, and of its recorded lot."""
    told = tuple(tellings) if line.serial is not None else ()
    lots = tuple(sorted({each.lot for each in told}))
    vouching = {each.lot for each in told if each.vouched}
    return Cohort(
        gtin=line.gtin,
        lot=line.lot or None,
        told=lots,
        vouched=bool(lots) and line.units == 1 and vouching == set(lots),
        site=line.ship_from or None,
        known=known and bool(line.lot),
    )


def folded(code: str) -> str:
    """A code as hasty typing leaves it: one case, O as 0, I and L as 1, no separators, no zeros in front.

    Only ever used to suspect, never to confirm or to exclude.

    >>> folded("c14-p6") == folded("C14P6")
    True
    >>> folded("00012037") == folded("12037")
    True
    """
    return code.upper().translate(_FOLD).lstrip("0")
