"""The contract: what every connector must do, as checks that run on a real system of the partner's.

A check is a coroutine that raises Broken (what was sent, expected, got) where a promise is not kept. Tests of
a kind run them all: `for check in CHECKS: await check(platform, known)`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recall.domain.match import OrderLine
from recall.ports import LinePage, Platform

PAGES_LIMIT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the system under test, told apart from the connector."""

    gtin: str
    """A trade item with more lines than one page holds, if the system has one."""
    line_refs: frozenset[str]
    """Every line of that trade item."""
    absent_gtin: str
    """A trade item that nobody sells there."""
    recall_id: str
    """A recall that the system has heard nothing of."""


class Broken(AssertionError):
    """A promise of the contract is not kept."""

    def __init__(self, *, sent: str, expected: object, got: object) -> None:
        self.sent, self.expected, self.got = sent, expected, got
        super().__init__(f"{sent}: expected {expected!r:.300}, got {got!r:.300}")


Check = Callable[[Platform, Known], Coroutine[Any, Any, None]]


def expect(expected: object, got: object, *, sent: str) -> None:
    """Raises Broken unless both are equal."""
    if expected != got:
        raise Broken(sent=sent, expected=expected, got=got)


async def states_its_capabilities(platform: Platform, known: Known) -> None:
    """It says its classes and the finest thing that its lines carry."""
    del known
    stated = await platform.capabilities()
    expect(True, stated.trace_level in ("unit", "lot", "product"), sent="capabilities, trace level")
    expect(True, set(stated.classes) <= set("ABCDE"), sent="capabilities, classes")


async def finds_every_line_once(platform: Platform, known: Known) -> None:
    """A scan gives each line of the trade item once, and as many as the system's own total."""
    pages = await _scan(platform, gtin=known.gtin)
    refs = [line.line_ref for page in pages for line in page.lines if line.gtin == known.gtin]
    expect(len(refs), len(set(refs)), sent="a scan: number of different lines")
    expect(known.line_refs, frozenset(refs), sent="a scan: the lines found")
    expect({len(refs)}, {page.total for page in pages}, sent="a scan: the totals stated")


async def gives_the_same_lines_again(platform: Platform, known: Known) -> None:
    """Two scans give the same lines in the same order, row for row."""
    first, second = [await _lines(platform, gtin=known.gtin) for _ in range(2)]
    expect([line.digest for line in first], [line.digest for line in second], sent="two scans")


async def goes_on_from_a_cursor(platform: Platform, known: Known) -> None:
    """A scan that was broken off after its first page goes on where it stopped."""
    pages = await _scan(platform, gtin=known.gtin)
    if pages[0].next is not None:
        again = await platform.order_lines(gtin=known.gtin, cursor=pages[0].next)
        expect(pages[1].digest, again.digest, sent="the second page by its cursor")


async def reads_times_and_units(platform: Platform, known: Known) -> None:
    """Every line has units, and times that say their offset."""
    for line in await _lines(platform, gtin=known.gtin):
        times = [time for time in (line.sold_at, line.shipped_at) if time]
        expect(True, line.units > 0 and all(map(_aware, times)), sent=f"line {line.line_ref}")


async def proves_its_filter(platform: Platform, known: Known) -> None:
    """A trade item that is not there gives nothing: a filter that is ignored would give everything."""
    expect([], await _lines(platform, gtin=known.absent_gtin), sent=f"lines of {known.absent_gtin}")
    expect((), await platform.listings(gtin=known.absent_gtin), sent=f"listings of {known.absent_gtin}")


async def lists_the_offers(platform: Platform, known: Known) -> None:
    """The offers of a trade item are of that trade item, each once."""
    offers = await platform.listings(gtin=known.gtin)
    expect({known.gtin}, {offer.gtin for offer in offers}, sent="listings: their trade items")
    expect(len(offers), len({offer.ref for offer in offers}), sent="listings: number of different ones")


async def stops_a_sale_once(platform: Platform, known: Known) -> None:
    """A stop says the state before and after; done again it says the same; the offer is then off sale."""
    listing = (await platform.listings(gtin=known.gtin))[0]
    first, second = [
        await platform.stop_sale(listing_ref=listing.ref, recall_id=known.recall_id, stopped_before=None)
        for _ in range(2)
    ]
    expect(first, second, sent="the same stop twice")
    expect(True, first.before != first.after, sent="the state before and after")
    offers = await platform.listings(gtin=known.gtin)
    expect([False], [o.on_sale for o in offers if o.ref == listing.ref], sent="on sale after the stop")


async def says_nothing_of_an_unknown_recall(platform: Platform, known: Known) -> None:
    """Nothing was done in a recall that it has not heard of, and the place to go on from is given."""
    for rows in (
        await platform.confirmations(recall_id=known.recall_id, after=""),
        await platform.receipts(recall_id=known.recall_id, after=""),
    ):
        expect((), rows.rows, sent="rows of an unknown recall")


CHECKS: tuple[Check, ...] = (
    states_its_capabilities,
    finds_every_line_once,
    gives_the_same_lines_again,
    goes_on_from_a_cursor,
    reads_times_and_units,
    proves_its_filter,
    lists_the_offers,
    stops_a_sale_once,
    says_nothing_of_an_unknown_recall,
)
"""Every check, in the order in which they are run."""


async def _scan(platform: Platform, *, gtin: str) -> list[LinePage]:
    pages = [await platform.order_lines(gtin=gtin, cursor=None)]
    while pages[-1].next is not None and len(pages) < PAGES_LIMIT:
        pages.append(await platform.order_lines(gtin=gtin, cursor=pages[-1].next))
    return pages


async def _lines(platform: Platform, *, gtin: str) -> list[OrderLine]:
    return [line for page in await _scan(platform, gtin=gtin) for line in page.lines]


def _aware(time: datetime) -> bool:
    return time.tzinfo is not None
