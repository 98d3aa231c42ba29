"""The scanning: stops the sale, then reads every order line once, whatever the platform does meanwhile.

Each page is kept with its cursor in one transaction, so that a scan goes on where it was cut off; a wait that
the platform asked for is kept with it. What follows a page is decided by `recall.domain.scan`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from flows.assembly import House
from flows.partners import Fetched, each_partner, goods_of
from flows.stopping import listed, note, resolve, stop_listed
from recall.domain.party import Party, Role
from recall.domain.scan import EVERY, Next, Pass, Way, after, reread
from recall.errors import GiveUp, PartnerFailed, TryLater
from recall.ports import Capabilities, LinePage, LineQuery, Listing, Platform
from recall.store import audit, orders, scans
from recall.store.orders import Listed
from recall.store.scans import Scan, joined_blind, next_pass


async def fetch_orders(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Stop what every platform offers of affected goods, and read its order lines of each trade item."""
    version, gtins = goods_of(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        able = await platform.capabilities()
        found = {
            gtin: await resolve(house, party, platform, recall_id=recall_id, gtin=gtin) for gtin in gtins
        }
        refs = {listing.ref for listings in found.values() for listing in listings}
        rows = [row for row in listed(house, party, gtins) if row.listing.ref in refs]
        failure = await _stopped(house, party, platform, able=able, recall_id=recall_id, rows=rows)
        read = 0
        for gtin in gtins:
            scan = _known(house, party, recall_id=recall_id, version=version, gtin=gtin)
            read += await _read(house, party, platform, scan=scan, able=able, listings=found[gtin])
        if failure is not None:
            raise failure
        return read

    return await each_partner(house, roles=(Role.PLATFORM,), ask=ask)


async def _stopped(
    house: House,
    party: Party,
    platform: Platform,
    *,
    able: Capabilities,
    recall_id: str,
    rows: Sequence[Listed],
) -> PartnerFailed | None:
    """Stop first; a stop that fails keeps nobody from reading who bought."""
    try:
        await stop_listed(house, party, platform, able=able, recall_id=recall_id, rows=rows)
    except PartnerFailed as failure:
        return failure
    return None


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
        query = LineQuery(gtin=scan.gtin, listings=tuple(listings), since=scan.since)
        scan = replace(scan, began=scan.began or now())
        try:
            page = await platform.order_lines(query=query, cursor=scan.cursor)
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
    strange = sum(line.gtin != scan.gtin for line in page.lines)
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
            new = len(page.lines)
            if not self.way.once:
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
                    recall_id=scan.recall_id, detail={"refused": list(page.refused)},
                )  # fmt: skip
        return scan, following

    def save(self, scan: Scan) -> Scan:
        """As `Book` says; passes before the last one are forgotten."""
        with self.house.runtime.store.begin() as tx:
            scans.forget_seen(tx, scan, before=scan.passes - 1)
            scans.save_scan(tx, scan)
        return scan


async def _read(
    house: House,
    party: Party,
    platform: Platform,
    *,
    scan: Scan,
    able: Capabilities,
    listings: Sequence[Listing],
) -> int:
    """The rows of a scan that is complete, or is read on now. Raises what `read_on` raises."""
    now = house.runtime.now()
    if scan.not_before is not None and now < scan.not_before:
        seconds = (scan.not_before - now).total_seconds()
        raise TryLater(f"{party.name} allows no reading yet: {scan.why}", after=seconds)
    way = Way(steady=able.immutable_sort_key, counted=able.exact_total, windowed=able.order_window)
    book = StoredBook(house=house, party=party, way=way)
    if scan.complete:
        scan = await _again(house, party, platform, scan=scan, way=way, book=book)
    elif scan.passes == 1 and scan.began is None:
        await _check(house, party, platform, recall_id=scan.recall_id)
    if not scan.complete:
        scan = await read_on(platform, scan=scan, listings=listings, book=book, now=house.runtime.now)
        if scan.strange:
            note(
                house, party, action="filter.ignored", subject=scan.gtin, recall_id=scan.recall_id,
                detail={"lines of others": scan.strange},
            )  # fmt: skip
    return scan.rows


async def _again(house: House, party: Party, platform: Platform, *, scan: Scan, way: Way, book: Book) -> Scan:
    """A complete scan: as it is, or at the beginning of another pass, because more may have been sold.

    Where the total is exact and keys never change, the total itself tells whether there is more.
    """
    now = house.runtime.now()
    stopped_at = _stopped_at(house, party, gtin=scan.gtin)
    due = reread(way=way, began=scan.began, sure=scan.sure, stopped_at=stopped_at, now=now)
    settled = due is None and stopped_at is not None and (scan.sure or scan.at) >= stopped_at
    if way.once and not (settled and now - scan.at < EVERY):
        newest = await platform.order_lines(query=LineQuery(gtin=scan.gtin), cursor=None)
        if newest.total != scan.total:
            return book.save(next_pass(scan, at=now, why="the platform says that there are more"))
        return book.save(replace(scan, sure=now, at=now)) if due else scan
    return book.save(next_pass(scan, at=now, since=due.since, why=due.why)) if due else scan


async def _check(house: House, party: Party, platform: Platform, *, recall_id: str) -> None:
    """Ask what has a known answer before anything is believed, and write down what came."""
    health = await platform.check()
    probes = [
        f"{p.name}: {'ok' if p.ok else 'NOT OK'}, expected {p.expected}, got {p.got}" for p in health.probes
    ]
    note(
        house, party, action="system.checked", subject=party.id, recall_id=recall_id,
        detail={"probes": probes, "ok": health.ok},
    )  # fmt: skip


def _stopped_at(house: House, party: Party, *, gtin: str) -> datetime | None:
    """When the last offer of a trade item was stopped; None: one is on sale, or nobody knows."""
    with house.runtime.store.read() as tx:
        rows = [row for row in orders.listings(tx, platform_id=party.id) if row.listing.gtin == gtin]
    times = [row.stopped_at for row in rows if row.stopped_at and not row.listing.on_sale]
    return max(times) if times and len(times) == len(rows) else None


def _known(house: House, party: Party, *, recall_id: str, version: int, gtin: str) -> Scan:
    """How far the scan of a trade item is; a new one where there is none."""
    with house.runtime.store.read() as tx:
        known = scans.scan(tx, recall_id=recall_id, version=version, platform_id=party.id, gtin=gtin)
    at = house.runtime.now()
    return known or Scan(recall_id=recall_id, version=version, platform_id=party.id, gtin=gtin, at=at)
