"""Fakes of what stands outside: a platform with its orders, a channel, and a house that has only these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flows.assembly import House
from notifications.webhook.signature import SigningKey
from recall.domain.match import OrderLine
from recall.domain.message import Via
from recall.domain.party import Party
from recall.errors import GiveUp, TryLater
from recall.ports import (
    Capabilities,
    ContactMode,
    Event,
    Handover,
    Health,
    LinePage,
    LineQuery,
    Listing,
    OrderFilter,
    Outgoing,
    Probe,
    Receipt,
    Result,
    Rows,
    StopSale,
    StopSaleLevel,
    TraceLevel,
    Verification,
)
from recall.settings import Settings
from tests.builders import NOW
from tests.world import World

Document = Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class FakePlatform:
    """A system that holds orders and tells what was done; every part of it may be set by the test."""

    offers: dict[str, Listing] = field(default_factory=dict)
    pages: Sequence[Sequence[OrderLine]] = ()
    bad_rows: Mapping[int, str] = field(default_factory=dict)
    """Why a row of a page could not be read, by the number of the page."""
    total: int | None = None
    said: Sequence[Sequence[Document]] = ()
    came_back: Sequence[Sequence[Document]] = ()
    in_a_circle: bool = False
    """Whether its pages never end."""
    down_at: Callable[[str], bool] = lambda _: False
    """Whether a question, as written in `asked`, finds it down."""
    asked: list[str] = field(default_factory=list)
    open: bool = True

    async def capabilities(self) -> Capabilities:
        """All there is."""
        self._ask("capabilities")
        return Capabilities(
            classes=tuple("ABCDE"), trace_level=TraceLevel.LOT, contact_modes=(ContactMode.RELAY_TEXT,),
            order_filter=OrderFilter.GTIN, stop_sale_level=StopSaleLevel.LISTING, exact_total=True,
            immutable_sort_key=True,
        )  # fmt: skip

    async def check(self) -> Health:
        """It is well."""
        self._ask("check")
        return Health(probes=(Probe(name="credentials", ok=True, expected="an answer", got="200"),))

    async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
        """The offers of a trade item."""
        self._ask(f"listings {gtin}")
        return tuple(offer for offer in self.offers.values() if offer.gtin == gtin)

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """The offer is on sale no more."""
        del recall_id, stopped_before
        self._ask(f"stop {listing_ref}")
        self.put_on_sale(listing_ref, on_sale=False)
        return StopSale(listing_ref=listing_ref, before="on sale", after="stopped", at=NOW)

    async def is_stopped(self, *, listing_ref: str) -> Verification:
        """Whether the offer is off sale."""
        self._ask(f"look {listing_ref}")
        offer = self.offers[listing_ref]
        return Verification(listing_ref=listing_ref, stopped=not offer.on_sale, how="looked", at=NOW)

    async def trace(self, lines: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
        """The lines as they are."""
        return tuple(lines)

    async def contact(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Every message is taken over."""
        return tuple(Receipt(outgoing_id=each.id, result=Result.ACCEPTED) for each in messages)

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """Nothing of interest."""
        del headers, raw
        return None

    def put_on_sale(self, ref: str, *, on_sale: bool = True) -> None:
        """What its seller does."""
        offer = self.offers[ref]
        self.offers[ref] = Listing(
            ref=ref, gtin=offer.gtin, seller_ref=offer.seller_ref, title=offer.title, on_sale=on_sale
        )

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """One page after the other."""
        gtin = query.gtin
        self._ask(f"lines {gtin} {cursor}")
        if not any(line.gtin == gtin for page in self.pages for line in page):
            return LinePage(lines=(), next=None, total=0, first=None, last=None, refused=(), digest="none")
        number = int(cursor or 0)
        last = number + 1 >= len(self.pages)
        everything = sum(map(len, self.pages)) + len(self.bad_rows)
        following = None if last and not self.in_a_circle else str(0 if last else number + 1)
        return LinePage(
            lines=tuple(self.pages[number]), next=following, first=NOW, last=NOW,
            total=everything if self.total is None else self.total,
            refused=(self.bad_rows[number],) if number in self.bad_rows else (), digest=f"page {number}",
        )  # fmt: skip

    async def confirmations(self, *, recall_id: str, after: str) -> Rows:  # noqa: ARG002 - the socket's signature
        """One page after the other."""
        return self._rows("confirmations", self.said, after)

    async def receipts(self, *, recall_id: str, after: str) -> Rows:  # noqa: ARG002 - the socket's signature
        """One page after the other."""
        return self._rows("receipts", self.came_back, after)

    async def aclose(self) -> None:
        """It was let go of."""
        self.open = False

    def _rows(self, name: str, pages: Sequence[Sequence[Document]], after: str) -> Rows:
        self._ask(f"{name} {after}")
        number = int(after or 0)
        if self.in_a_circle and pages:
            return Rows(rows=tuple(pages[0]), next="0")
        rows = tuple(pages[number]) if number < len(pages) else ()
        return Rows(rows=rows, next=str(number + 1) if rows else after)

    def _ask(self, question: str) -> None:
        self.asked.append(question)
        if self.down_at(question):
            raise TryLater(f"The system is down: {question}", after=60.0)


@dataclass(slots=True, kw_only=True)
class FakeChannel:
    """A way to tell a party that answers as the test says, and remembers what went through it."""

    name: str
    batch: int = 2
    answer: Callable[[Outgoing], Result] = lambda _: Result.DELIVERED
    sent: list[Outgoing] = field(default_factory=list)
    open: bool = True

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """One receipt each, in order."""
        self.sent += messages
        return tuple(Receipt(outgoing_id=each.id, result=self.answer(each)) for each in messages)

    async def aclose(self) -> None:
        """It was let go of."""
        self.open = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeHouse(House):
    """A house over a world, whose partners and channels are fakes."""

    systems: Mapping[str, FakePlatform] = field(default_factory=dict)
    ways: Mapping[Via, FakeChannel] = field(default_factory=dict)

    def partner(self, party: Party) -> FakePlatform:
        """The party's fake; a party without one has a system that nobody understands."""
        if party.id not in self.systems:
            return FakePlatform(down_at=_unknown)
        return self.systems[party.id]

    def channels(self, *, handover: Handover) -> Mapping[Via, FakeChannel]:  # noqa: ARG002 - the house's signature
        """The fakes, in the order in which they are emptied."""
        return self.ways


def _unknown(question: str) -> bool:
    raise GiveUp("The system speaks another language", value=question)


def house_over(
    world: World,
    *,
    home: Path,
    systems: Mapping[str, FakePlatform] | None = None,
    ways: Mapping[Via, FakeChannel] | None = None,
    flows: str = "embedded",
) -> FakeHouse:
    """A house of fakes over a world."""
    return FakeHouse(
        settings=Settings.model_validate({"home": home, "flows": flows}), runtime=world.runtime,
        key=SigningKey.load_or_create(path=home / "issuer.key", new_seed=lambda: b"0" * 32),
        systems=systems or {}, ways=ways or {},
    )  # fmt: skip
