"""The platform: one socket for every system that holds orders and sells, and what passes through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from recall.domain.match import OrderLine
from recall.ports.capabilities import Capabilities
from recall.ports.listing import Health, Listing, StopSale, Verification
from recall.ports.telling import Outgoing, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuery:
    """Which order lines are asked for: of a trade item (GTIN-14), by its listings, in a span of time."""

    gtin: str | None
    """None: of every trade item; asked only where `Capabilities.whole` says so. Lines whose trade item nobody
    can tell, neither the platform nor `listings`, are then not given, and counted in `LinePage.counted`."""
    listings: tuple[Listing, ...] = ()
    """What resolving the trade items gave: the audited set, so nobody resolves a second time."""
    since: datetime | None = None
    until: datetime | None = None
    """Only orders placed from `since` (in it) to `until` (not in it); a kind that cannot ask so gives all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """Orders that could not be read, and why: said wherever the scan is evidence."""

    why: str
    since: datetime | None = None
    until: datetime | None = None
    """The span of time, half open; None: from the first order, to the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """One page of order lines, with what the platform says of the whole."""

    lines: tuple[OrderLine, ...]
    next: str | None
    """The cursor of the next page; None: this was the last."""
    total: int | None
    """How many lines the question has by the platform's own count; None: it does not say."""
    counted: int | None = None
    """How many of what `total` counts stand on this page, where it counts orders; None: it counts lines."""
    first: datetime | None
    last: datetime | None
    """The window of time that the platform's history covers."""
    refused: tuple[str, ...]
    """Rows that could not be read, each with its reason: quarantined alone, the page goes on."""
    strange: tuple[str, ...] = ()
    """Lines of another trade item than the asked one: kept, and said, for the filter was ignored."""
    blind: tuple[Blind, ...] = ()
    """What lies beyond the platform's reach, whatever page is asked for."""
    digest: str
    """sha256 of the raw answer: evidence of what the platform said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Raw documents read since a cursor, in the partner's gapless order."""

    rows: tuple[Mapping[str, object], ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a partner's own webhook tells: that something of an order, or of a listing, is not as it was.

    An event is a hint to look, never evidence: who hears it asks the partner's system.
    """

    id: str
    """The partner's own id of the delivery, the same at every attempt."""
    kind: str
    """`order` or `listing`; another word is kept and leads to nothing."""
    ref: str
    at: datetime


class Partner(Protocol):
    """A party's system that tells what was done there."""

    async def capabilities(self) -> Capabilities:
        """What it can do."""

    async def check(self) -> Health:
        """Whether it can be worked with now: its answer, its clock, its filters. Raises TryLater, GiveUp."""

    async def confirmations(self, *, recall_id: str, after: str) -> Rows:
        """What it, its sellers and its buyers did since `after` (confirmation documents)."""

    async def aclose(self) -> None:
        """Let its connections go."""


class Platform(Partner, Protocol):
    """A system that holds orders and sells.

    What a kind cannot do its capabilities say, and flows do not ask for; asked nevertheless it raises GiveUp.
    """

    async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
        """Every offer of a trade item, with how each was found."""

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """The next page of order lines, by a key that never changes where the platform has one."""

    async def trace(self, lines: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
        """The same lines, in order, with the lot or serial that the platform tells elsewhere filled in."""

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """Stop a listing's sale; done twice is done once.

        `stopped_before` is when it was stopped last: a listing that is back on sale is another stop.
        """

    async def is_stopped(self, *, listing_ref: str) -> Verification:
        """Look at a listing as a buyer would, apart from what the stop itself answered."""

    async def contact(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Let the platform tell its buyers; one receipt each, in order."""

    async def receipts(self, *, recall_id: str, after: str) -> Rows:
        """What became of the messages that the platform relayed to its buyers since `after`."""

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """What a webhook of the platform says; None: nothing of interest. Raises GiveUp for a forged one.

        `headers` are by their names in lower case; `raw` is the body as it came.
        """
