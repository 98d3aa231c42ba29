"""The profiles of reading: what each forgives, one tolerance at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Profile = Literal["strict", "lenient", "cn"]
"""`strict`: GS1's rules. `lenient`: also old and partial forms, with warnings.
`cn`: GB/T 33993's narrower rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What a reader of GS1 data forgives; each forgiven thing becomes a warning."""

    old_words: bool = False
    """Digital Links with the words of the first edition: `/gtin/…/lot/…`."""
    short_gtins: bool = False
    """GTINs of 8, 12 or 13 digits in a Digital Link."""
    unknown: bool = False
    """Identifiers that are not in the table, where brackets show where they end."""
    unknown_in_links: bool = False
    """The same, in the query of a Digital Link."""
    apart: bool = False
    """Identifiers without those that GS1 wants beside them: another symbol of the package may hold these."""


STRICT = Tolerance()
LENIENT = Tolerance(old_words=True, short_gtins=True, unknown=True, unknown_in_links=True, apart=True)

TOLERANCES: Mapping[Profile, Tolerance] = MappingProxyType(
    {"strict": STRICT, "lenient": LENIENT, "cn": STRICT}
)
