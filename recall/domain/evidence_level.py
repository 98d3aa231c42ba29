"""The evidence level: how near to the very unit the evidence of a line comes, by what it carries."""

from __future__ import annotations

from enum import StrEnum

from recall.domain.cohort import OrderLine
from recall.domain.ruling import Rule


class EvidenceLevel(StrEnum):
    """From the surest to the widest."""

    UNIT = "unit"
    """The serial of the very unit."""
    LOT = "lot"
    """The lot of the units."""
    LOT_WINDOW = "lot_window"
    """Shipped from a site while a lot was, or was not yet, there."""
    SKU_WINDOW = "sku_window"
    """The product, in a span of time."""
    SKU = "sku"
    """The product alone."""


_BY_LOT = frozenset({Rule.EXACT_LOT, Rule.FOLDED_LOT, Rule.OTHER_LOT, Rule.DISPUTED, Rule.INSPECT})
_BY_SITE = frozenset({Rule.LOT_WINDOW, Rule.NOT_THERE_YET})
_BY_SERIAL = frozenset({Rule.EXACT_SERIAL, Rule.OTHER_SERIAL, Rule.INSPECT, Rule.DISPUTED, Rule.OTHER_LOT})


def evidence_level(line: OrderLine, *, rule: Rule, dated: bool = False) -> EvidenceLevel:
    """The level of a line that a rule classed; `dated`: the scope names its product for a span of time.

    >>> str(EvidenceLevel.LOT_WINDOW)
    'lot_window'
    """
    if rule in _BY_SERIAL and line.serial:
        return EvidenceLevel.UNIT
    if rule in _BY_LOT and (line.lot or rule is Rule.DISPUTED):
        return EvidenceLevel.LOT
    if rule in _BY_SITE and line.ship_from:
        return EvidenceLevel.LOT_WINDOW
    return EvidenceLevel.SKU_WINDOW if dated else EvidenceLevel.SKU
