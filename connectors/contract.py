"""The contract: what every connector must do, as checks that run on a real system of the partner's.

A check is a coroutine that raises Broken (what was sent, expected, got) where a promise is not kept. Tests of
a kind run them all: `for check in CHECKS: await check(platform, known)`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from typing import Any

from connectors.pages import lines_of, pages_of, query_of
from recall.errors import GiveUp
from recall.ports import (
    Capabilities,
    ContactMode,
    OrderFilter,
    Outgoing,
    Platform,
    StopSaleLevel,
    TraceLevel,
)


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
    units: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Lot and serial of some of the lines, by their references, as `trace` must give them."""
    messages: tuple[Outgoing, ...] = ()
    """Messages to buyers that the system may be given; none: it is not asked to tell anybody."""


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
    """It says its classes, how it finds lines, and the finest thing that these carry."""
    del known
    stated = await platform.capabilities()
    expect(True, set(stated.classes) <= set("ABCDE"), sent="capabilities, classes")
    expect(True, stated.page > 0, sent="capabilities, rows a page")
    expect(True, stated.history_days is None or stated.history_days > 0, sent="capabilities, history")
    expect(Capabilities(**_kinds(stated)), stated, sent="capabilities, each of its own kind")


async def is_well(platform: Platform, known: Known) -> None:
    """It takes our credentials, its clock is right, and a filter that it has is proven not to be ignored."""
    del known
    health, stated = await platform.check(), await platform.capabilities()
    expect(
        [], [f"{probe.name}: {probe.got}" for probe in health.probes if not probe.ok], sent="check: failed"
    )
    asked = {probe.name for probe in health.probes}
    needed = {"credentials"} | ({"filter"} if stated.order_filter is not OrderFilter.NONE else set())
    expect(set(), needed - asked, sent="check: what was not probed")


async def finds_every_line_once(platform: Platform, known: Known) -> None:
    """A scan gives each line of the trade item once, and as many as the system's own total."""
    stated = await platform.capabilities()
    pages = await pages_of(platform, gtin=known.gtin)
    refs = [line.line_ref for page in pages for line in page.lines if line.gtin == known.gtin]
    expect(len(refs), len(set(refs)), sent="a scan: number of different lines")
    expect(known.line_refs, frozenset(refs), sent="a scan: the lines found")
    if stated.exact_total:
        rows = sum(
            len(page.lines) + len(page.refused) if page.counted is None else page.counted for page in pages
        )
        expect({rows}, {page.total for page in pages}, sent="a scan: the totals stated")


async def names_the_lines_of_other_items(platform: Platform, known: Known) -> None:
    """Every line says its own trade item; those of another than the asked one are named as strange."""
    for page in await pages_of(platform, gtin=known.gtin):
        others = [line.line_ref for line in page.lines if line.gtin != known.gtin]
        expect(len(others), len(page.strange), sent=f"lines of others on a page: {others[:3]}")


async def says_how_far_it_reaches(platform: Platform, known: Known) -> None:
    """Where its history has an end, every scan says what lies before it."""
    stated = await platform.capabilities()
    blind = [blind for page in await pages_of(platform, gtin=known.gtin) for blind in page.blind]
    expect(True, bool(blind) or stated.history_days is None, sent="a scan: blind windows")
    expect([], [each for each in blind if not each.why], sent="blind windows without a reason")


async def gives_every_item_at_once_where_it_says_so(platform: Platform, known: Known) -> None:
    """Asked for every trade item, where that can be asked, it gives the known one's; none is strange."""
    if not (await platform.capabilities()).whole:
        return
    pages = await pages_of(platform, gtin=known.gtin, whole=True)
    found = {line.line_ref for page in pages for line in page.lines if line.gtin == known.gtin}
    expect(known.line_refs, frozenset(found), sent="lines of every trade item")
    expect([], [strange for page in pages for strange in page.strange], sent="strange among every item's")


async def keeps_to_a_window(platform: Platform, known: Known) -> None:
    """Where it can be asked by time, it gives the lines of that time and no others."""
    lines = await lines_of(platform, gtin=known.gtin)
    if not (await platform.capabilities()).order_window or not lines:
        return
    times = sorted(line.sold_at for line in lines)
    since, until = times[len(times) // 3], times[-(len(times) // 3) - 1]
    expected = {line.line_ref for line in lines if since <= line.sold_at < until}
    found = {line.line_ref for line in await lines_of(platform, gtin=known.gtin, since=since, until=until)}
    expect(expected, found, sent=f"lines since {since} until {until}")


async def gives_the_same_lines_again(platform: Platform, known: Known) -> None:
    """Two scans give the same lines in the same order, row for row."""
    first, second = [await lines_of(platform, gtin=known.gtin) for _ in range(2)]
    expect([line.digest for line in first], [line.digest for line in second], sent="two scans")


async def goes_on_from_a_cursor(platform: Platform, known: Known) -> None:
    """A scan that was broken off after its first page goes on where it stopped."""
    pages = await pages_of(platform, gtin=known.gtin)
    if pages[0].next is not None:
        query = await query_of(platform, gtin=known.gtin)
        again = await platform.order_lines(query=query, cursor=pages[0].next)
        expect([line.digest for line in pages[1].lines], [line.digest for line in again.lines],
               sent="the second page by its cursor")  # fmt: skip


async def traces_what_it_says(platform: Platform, known: Known) -> None:
    """A trace gives the same lines, in order, with the lots and serials that are known."""
    lines = await lines_of(platform, gtin=known.gtin)
    traced = await platform.trace(lines)
    expect([line.line_ref for line in lines], [line.line_ref for line in traced], sent="trace: the lines")
    units = {line.line_ref: (line.lot, line.serial) for line in traced}
    found = {ref: units.get(ref) for ref in known.units}
    expect(dict(known.units), found, sent="trace: lot and serial")


async def reads_times_and_units(platform: Platform, known: Known) -> None:
    """Every line has units, and times that say their offset."""
    for line in await lines_of(platform, gtin=known.gtin):
        times = [time for time in (line.sold_at, line.shipped_at) if time]
        expect(True, line.units > 0 and all(map(_aware, times)), sent=f"line {line.line_ref}")


async def proves_its_filter(platform: Platform, known: Known) -> None:
    """A trade item that is not there has no line, even where a filter is ignored and everything comes."""
    lines = await lines_of(platform, gtin=known.absent_gtin)
    of_it = [line.line_ref for line in lines if line.gtin == known.absent_gtin]
    expect([], of_it, sent=f"lines of {known.absent_gtin}")
    filters = (await platform.capabilities()).order_filter is not OrderFilter.NONE
    expect(0, len(lines) if filters else 0, sent=f"lines beside those of {known.absent_gtin}")
    expect((), await platform.listings(gtin=known.absent_gtin), sent=f"listings of {known.absent_gtin}")


async def lists_the_offers(platform: Platform, known: Known) -> None:
    """The offers of a trade item are of that trade item, each once."""
    offers = await platform.listings(gtin=known.gtin)
    expect({known.gtin}, {offer.gtin for offer in offers}, sent="listings: their trade items")
    expect(len(offers), len({offer.ref for offer in offers}), sent="listings: number of different ones")


async def stops_a_sale_once(platform: Platform, known: Known) -> None:
    """A stop says the state before and after; done again it says the same; a buyer then finds no offer.

    Where no sale can be stopped, asking for it is refused in words.
    """
    listing = (await platform.listings(gtin=known.gtin))[0]
    stop = partial(
        platform.stop_sale, listing_ref=listing.ref, recall_id=known.recall_id, stopped_before=None
    )
    if (await platform.capabilities()).stop_sale_level is StopSaleLevel.NONE:
        await _refused(stop(), sent="a stop that is not there")
        return
    before = await platform.is_stopped(listing_ref=listing.ref)
    expect(False, before.stopped is True, sent=f"before the stop: {before.how}")
    first, second = [await stop() for _ in range(2)]
    expect((first.before, first.after, first.stopped), (second.before, second.after, second.stopped),
           sent="the same stop twice")  # fmt: skip
    expect(True, first.stopped and first.before != first.after, sent="the state before and after")
    offers = await platform.listings(gtin=known.gtin)
    expect([], [o.ref for o in offers if o.ref == listing.ref and o.on_sale], sent="on sale after the stop")
    after = await platform.is_stopped(listing_ref=listing.ref)
    expect(False, after.stopped is False, sent=f"after the stop: {after.how}")
    expect(before.stopped is None, after.stopped is None, sent="whether a buyer's page is known")


async def tells_buyers_or_says_that_it_cannot(platform: Platform, known: Known) -> None:
    """Each message gets one receipt, in order; where buyers cannot be told, asking for it is refused."""
    if not (await platform.capabilities()).contact_modes:
        await _refused(platform.contact(()), sent="a message that cannot be sent")
    elif known.messages:
        receipts = await platform.contact(known.messages)
        expect([m.id for m in known.messages], [r.outgoing_id for r in receipts], sent="messages to buyers")


async def takes_no_event_of_a_stranger(platform: Platform, known: Known) -> None:
    """A webhook without its signature, or of no form at all, is nothing or refused."""
    del known
    for raw in (b"", b"[", b'{"id": 1}', b"webhook_id=2", bytes(range(256))):
        try:
            expect(
                None, platform.event(headers={"content-type": "application/json"}, raw=raw), sent=f"{raw!r}"
            )
        except GiveUp:
            continue


async def says_nothing_of_an_unknown_recall(platform: Platform, known: Known) -> None:
    """Nothing was done in a recall that it has not heard of, and the place to go on from is given."""
    for rows in (
        await platform.confirmations(recall_id=known.recall_id, after=""),
        await platform.receipts(recall_id=known.recall_id, after=""),
    ):
        expect((), rows.rows, sent="rows of an unknown recall")


CHECKS: tuple[Check, ...] = (
    states_its_capabilities,
    is_well,
    finds_every_line_once,
    names_the_lines_of_other_items,
    says_how_far_it_reaches,
    gives_every_item_at_once_where_it_says_so,
    keeps_to_a_window,
    gives_the_same_lines_again,
    goes_on_from_a_cursor,
    traces_what_it_says,
    reads_times_and_units,
    proves_its_filter,
    lists_the_offers,
    stops_a_sale_once,
    tells_buyers_or_says_that_it_cannot,
    takes_no_event_of_a_stranger,
    says_nothing_of_an_unknown_recall,
)
"""Every check, in the order in which they are run."""


async def _refused(asked: Coroutine[Any, Any, object], *, sent: str) -> None:
    try:
        got = await asked
    except GiveUp:
        return
    raise Broken(sent=sent, expected="GiveUp", got=got)


def _kinds(stated: Capabilities) -> dict[str, Any]:
    """The capabilities as values of their own kinds; ValueError where one is of another."""
    return {field.name: getattr(stated, field.name) for field in fields(stated)} | {
        "order_filter": OrderFilter(stated.order_filter),
        "trace_level": TraceLevel(stated.trace_level),
        "stop_sale_level": StopSaleLevel(stated.stop_sale_level),
        "contact_modes": tuple(map(ContactMode, stated.contact_modes)),
    }


def _aware(time: datetime) -> bool:
    return time.tzinfo is not None
