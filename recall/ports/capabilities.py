"""The capabilities: what a partner's system can do, as data that flows ask before they call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class OrderFilter(StrEnum):
    """By what a platform finds the order lines of a product; every line is checked again all the same."""

    GTIN = "gtin"
    SKU = "sku"
    PRODUCT = "product"
    """By the platform's own id of the product."""
    NONE = "none"
    """Not at all: every order is read."""


class TraceLevel(StrEnum):
    """The finest thing that order lines carry."""

    UNIT = "unit"
    LOT = "lot"
    PRODUCT = "product"


class StopSaleLevel(StrEnum):
    """Whose sale can be stopped through the system."""

    LISTING = "listing"
    """Every seller's offer, one by one."""
    SELLER = "seller"
    """The offers of the one seller whose system it is."""
    NONE = "none"
    """Nobody's: a person must do it."""


class ContactMode(StrEnum):
    """How buyers are told."""

    DIRECT = "direct"
    """The seller holds an address, and the engine never sees it."""
    RELAY_TEXT = "relay_text"
    """The platform carries our own words."""
    RELAY_TEMPLATE = "relay_template"
    """The platform carries words of its own, with our values."""
    PLATFORM = "platform"
    """The platform tells its buyers by itself, once it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a partner's system can do, in its own statement or its kind's; printed beside the evidence.

    What is left out it cannot do.
    """

    classes: tuple[str, ...] = ()
    """Conformance classes of the protocol, A to E; a vendor's kind states those that it comes up to."""
    order_filter: OrderFilter = OrderFilter.NONE
    order_window: bool = False
    """Whether order lines can be asked for by the time at which they were sold."""
    unfiltered: bool = False
    """Whether the lines of every trade item can be asked for at once; without a filter there is no other way.
    """
    tells_gtin: bool = False
    """Whether a line tells its trade item by itself; else the listings that a question brings tell it."""
    trace_level: TraceLevel = TraceLevel.PRODUCT
    stop_sale_level: StopSaleLevel = StopSaleLevel.NONE
    contact_modes: tuple[ContactMode, ...] = ()
    history_days: int | None = None
    """How far back its orders reach; None: no limit."""
    exact_total: bool = False
    """Whether it says how many lines there are, so that a scan can be proven complete."""
    immutable_sort_key: bool = False
    """Whether lines come in the ascending order of a key that never changes, new ones behind the others."""
    events: bool = False
    """Whether it tells of new orders by webhooks."""
    page: int = 100
    """Rows that are asked for at a time."""

    @property
    def whole(self) -> bool:
        """Whether one question without a trade item brings every line."""
        return self.unfiltered or self.order_filter is OrderFilter.NONE

    def document(self) -> Mapping[str, object]:
        """The capabilities as flat JSON, for evidence."""
        return {
            "classes": list(self.classes), "order_filter": self.order_filter.value,
            "order_window": self.order_window, "unfiltered": self.whole, "tells_gtin": self.tells_gtin,
            "trace_level": self.trace_level.value, "stop_sale_level": self.stop_sale_level.value,
            "contact_modes": [mode.value for mode in self.contact_modes], "history_days": self.history_days,
            "exact_total": self.exact_total, "immutable_sort_key": self.immutable_sort_key,
            "events": self.events, "page": self.page,
        }  # fmt: skip
