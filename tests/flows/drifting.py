"""A shop whose orders change while they are read, asked in three ways; and a book of a scan in memory."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from connectors.paging import by_offset, place_after, place_in, whole_number
from flows.reading import behind
from recall.domain.match import OrderLine
from recall.domain.scan import Next, Way
from recall.ports import LinePage, LineQuery
from recall.store.scans import Scan
from tests.builders import NOW, make_line
from tests.fakes import FakePlatform

STATES = ("paid", "shipped", "delivered", "returned")
"""The life of an order: it never goes back."""
PAGE = 5


@dataclass
class Order:
    """One order of one line."""

    number: int
    touched: int
    state: int = 0
    placed: int = 0
    """After how many questions it came."""


@dataclass
class Shop:
    """Orders that are placed, deleted, touched and moved on between two pages, until it falls quiet."""

    seed: int
    orders: dict[int, Order] = field(default_factory=dict)
    clock: int = 0
    calls: int = 0
    quiet_after: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.quiet_after = self.dice.randrange(3, 40)
        for _ in range(self.dice.randrange(8, 40)):
            self._place()

    def ask(self, which: Callable[[Order], bool], order: Callable[[Order], object]) -> list[Order]:
        """The orders that are so, in that order; then life goes on."""
        found = sorted(filter(which, list(self.orders.values())), key=order)  # type: ignore[arg-type] # keys of one sort
        found = [replace(each) for each in found]
        self.calls += 1
        if self.calls <= self.quiet_after:
            self._live()
        return found

    def _place(self) -> None:
        self.clock += 1
        number = len(self.orders) + self.clock * 1000
        self.orders[number] = Order(number, self.clock, self.dice.randrange(3), self.calls)

    def _live(self) -> None:
        for _ in range(self.dice.randrange(1, 5)):
            self.clock += 1
            act = self.dice.choice(("place", "delete", "touch", "touch", "move", "move"))
            if act == "place" or not self.orders:
                self._place()
                continue
            one = self.dice.choice(sorted(self.orders))
            if act == "delete":
                del self.orders[one]
            else:
                self.orders[one].touched = self.clock
                self.orders[one].state = min(self.orders[one].state + (act == "move"), len(STATES) - 1)


@cache
def line_of(number: int) -> OrderLine:
    """An order's one line."""
    return make_line(line_ref=f"L{number}", digest=str(number))


@dataclass(kw_only=True, slots=True)
class Keyset(FakePlatform):
    """Orders behind a key that never changes."""

    shop: Shop

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """The next page behind the cursor."""
        del query
        total = len(self.shop.orders)
        after = whole_number(cursor, first=-1)
        found = self.shop.ask(lambda one: one.number > after, lambda one: one.number)
        more = str(found[PAGE - 1].number) if len(found) > PAGE else None
        return page_of(found[:PAGE], following=more, total=total)


@dataclass(kw_only=True, slots=True)
class Offset(FakePlatform):
    """Orders by the time at which they were touched last, the newest first, page by offset."""

    shop: Shop

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """The next page."""
        del query
        first, total = whole_number(cursor, first=0), len(self.shop.orders)
        found = self.shop.ask(lambda _: True, lambda one: -one.touched)[first : first + PAGE]
        following = by_offset(cursor, got=len(found), page=PAGE, total=total)
        return page_of(found, following=following, total=total)


@dataclass(kw_only=True, slots=True)
class ByState(FakePlatform):
    """Orders of one state after the other, page by offset: the filter itself changes."""

    shop: Shop

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """The next page of a state, or the first of the next one."""
        del query
        at, inner = place_in(STATES, cursor)
        total, first = len(self.shop.orders), whole_number(inner, first=0)
        of_state = self.shop.ask(lambda one: one.state == at, lambda one: one.number)
        found = of_state[first : first + PAGE]
        inner = by_offset(inner, got=len(found), page=PAGE, total=len(of_state))
        return page_of(found, following=place_after(STATES, at, inner), total=total)


def page_of(found: Sequence[Order], *, following: str | None, total: int) -> LinePage:
    """A page as a connector gives it."""
    lines = tuple(line_of(one.number) for one in found)
    return LinePage(
        lines=lines, next=following, total=total, first=None, last=None, refused=(),
        digest=json.dumps([line.digest for line in lines]),
    )  # fmt: skip


@dataclass
class Remembered:
    """A book in memory: which lines every pass gave, and how often one was written down."""

    way: Way
    shop: Shop
    lines: dict[str, OrderLine] = field(default_factory=dict)
    passes: dict[int, set[str]] = field(default_factory=dict)
    begun: int = 0
    """How many questions had been asked when the last pass began."""
    at: datetime = NOW

    def now(self) -> datetime:
        """A second later each time."""
        self.at += timedelta(seconds=1)
        return self.at

    def keep(self, scan: Scan, page: LinePage, *, number: int) -> tuple[Scan, Next]:
        """As the book in the database does."""
        self.lines |= {line.line_ref: line for line in page.lines}
        if scan.passes not in self.passes:
            self.begun = self.shop.calls - 1
        seen = self.passes.setdefault(scan.passes, set())
        new = {line.line_ref for line in page.lines} - seen
        seen |= new
        return behind(
            scan, page, way=self.way, number=number, new=len(new),
            same=lambda: seen == self.passes.get(scan.passes - 1), at=self.now(),
        )  # fmt: skip

    def save(self, scan: Scan) -> Scan:
        """Nothing to write."""
        return scan
