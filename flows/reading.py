"""The reading: page after page, pass after pass, each kept with its cursor before the next is asked.

A reading goes on where it was cut off; a wait that the platform asked for is kept with it. What follows a
page is decided by `recall.domain.scan`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from flows.assembly import House
from recall.domain.party import Party
from recall.domain.scan import Next, Pass, Way, after
from recall.errors import GiveUp, PartnerFailed, TryLater
from recall.ports import Capabilities, LinePage, LineQuery, Listing, Platform
from recall.store import audit, orders, scans
from recall.store.scans import Scan, joined_blind, next_pass

ASKED_AGAIN = 2
"""How often a page is asked for again whose rows could not all be read."""


def way_of(able: Capabilities) -> Way:
    """How lines can be read there."""
    return Way(steady=able.immutable_sort_key, counted=able.exact_total, windowed=able.order_window)


class Book(Protocol):
    """Where a scan is kept while it goes on."""

    def keep(self, scan: Scan, page: LinePage, *, number: int) -> tuple[Scan, Next]:
        """Keep a page, all of it or nothing; the scan behind it, and what follows."""

    def save(self, scan: Scan) -> Scan:
        """Keep how far a scan is."""


async def read_on(
    platform: Platform, *, scan: Scan, listings: Sequence[Listing], book: Book, now: Callable[[], datetime]
) -> Scan:
    """Read page after page, pass after pass, until the scan is proven complete.

    Raises TryLater with the wait kept in the scan, PartnerFailed where it stays incomplete, GiveUp for pages
    that run in a circle.
    """
    cursors, number = set[str | None](), 1
    while not scan.complete:
        if scan.cursor in cursors:
            book.save(next_pass(scan, at=now(), since=scan.since, why="its pages ran in a circle"))
            raise GiveUp("The pages of order lines run in a circle", value=scan.cursor)
        cursors.add(scan.cursor)
        query = LineQuery(gtin=scan.gtin or None, listings=tuple(listings), since=scan.since)
        scan = replace(scan, began=scan.began or now())
        try:
            page = await _page(platform, query=query, cursor=scan.cursor)
            page = replace(page, lines=await platform.trace(page.lines)) if page.lines else page
        except TryLater as later:
            book.save(replace(scan, not_before=now() + timedelta(seconds=later.after), why=later.message))
            raise
        scan, following = book.keep(scan, page, number=number)
        if following is Next.LATER:
            rows, total = scan.rows, scan.total
            why = f"{rows} of {total} lines were read"
            book.save(next_pass(scan, at=now(), since=scan.since, why=why))
            raise PartnerFailed(
                f"The platform gave {rows} of {total} order lines of {scan.gtin}",
                advice="The next pass reads them all again.",
            )
        if following is Next.PASS:
            scan, number = book.save(next_pass(scan, at=now(), since=scan.since)), number + 1
            cursors.clear()
    return scan


async def _page(platform: Platform, *, query: LineQuery, cursor: str | None) -> LinePage:
    """A page; rows that cannot be read are held for bad only when asking for it again does not help."""
    page = await platform.order_lines(query=query, cursor=cursor)
    for _ in range(ASKED_AGAIN if page.refused else 0):
        again = await platform.order_lines(query=query, cursor=cursor)
        page = min(page, again, key=lambda each: len(each.refused))
        if not page.refused:
            break
    return page


def behind(
    scan: Scan,
    page: LinePage,
    *,
    way: Way,
    number: int,
    new: int,
    same: Callable[[], bool | None],
    at: datetime,
) -> tuple[Scan, Next]:
    """The scan behind a page, and what follows; `new` lines of it this pass had not given before."""
    read = page.counted if page.counted is not None else new + len(page.refused)
    strange = sum(line.gtin != scan.gtin for line in page.lines) if scan.gtin else 0
    digest = hashlib.sha256(f"{scan.digest}{page.digest}".encode()).hexdigest()
    scan = replace(
        scan, cursor=page.next, rows=scan.rows + read, total=page.total or 0, first=page.first,
        last=page.last, digest=digest, at=at, not_before=None,
        strange=(scan.strange or 0) + strange, blind=joined_blind(scan.blind, page.blind), why=None,
    )  # fmt: skip
    ended = page.next is None
    done = Pass(
        number=number, read=scan.rows, total=page.total, ended=ended,
        same=same() if ended and not way.once else None,
    )  # fmt: skip
    following = after(done, way=way)
    if following is Next.DONE:
        scan = replace(scan, complete=True, sure=scan.began)
    return scan, following


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBook:
    """The book in the database: a page, its lines and its cursor are one transaction."""

    house: House
    party: Party
    way: Way

    def keep(self, scan: Scan, page: LinePage, *, number: int) -> tuple[Scan, Next]:
        """As `Book` says."""
        now = self.house.runtime.now()
        with self.house.runtime.store.begin() as tx:
            orders.save_lines(tx, page.lines)
            new = scans.note_seen(tx, scan, (line.line_ref for line in page.lines))
            scan, following = behind(
                scan, page, way=self.way, number=number, new=new, at=now,
                same=lambda: scans.passes_agree(tx, scan),
            )  # fmt: skip
            if following is Next.DONE:
                scans.forget_seen(tx, scan)
            scans.save_scan(tx, scan)
            if page.refused:
                audit.append(
                    tx, at=now, actor=self.party.id, action="rows.refused", subject=page.digest,
                    recall_id=scan.recall_id or None, detail={"refused": list(page.refused)},
                )  # fmt: skip
        return scan, following

    def save(self, scan: Scan) -> Scan:
        """As `Book` says; passes before the last one are forgotten."""
        with self.house.runtime.store.begin() as tx:
            scans.forget_seen(tx, scan, before=scan.passes - 1)
            scans.save_scan(tx, scan)
        return scan
