"""The scanning: stops the sale, then reads every order line once, whatever the platform does meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows.assembly import House
from flows.partners import Fetched, each_partner, goods_of
from flows.reading import StoredBook, read_on, way_of
from flows.stopping import listed, note, resolve, stop_listed
from recall.domain.party import Party, Role
from recall.domain.scan import EVERY, LOOK_BACK, Way, reread
from recall.errors import PartnerFailed, TryLater
from recall.ports import Capabilities, LineQuery, Listing, OrderFilter, Platform
from recall.store import scans
from recall.store.orders import Listed
from recall.store.scans import EVERY_ITEM, Scan, next_pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one scan asks a platform for."""

    gtin: str
    """The trade item, or EVERY_ITEM where one scan brings all."""
    gtins: tuple[str, ...]
    listings: tuple[Listing, ...]

    @property
    def query(self) -> LineQuery:
        """The question, from the first order on."""
        return LineQuery(gtin=self.gtin or None, listings=self.listings)


def asked_of(able: Capabilities, found: Mapping[str, tuple[Listing, ...]]) -> tuple[Asked, ...]:
    """A question for each trade item; one for all of them where the platform has no filter at all."""
    if able.order_filter is OrderFilter.NONE:
        every = tuple(listing for listings in found.values() for listing in listings)
        return (Asked(gtin=EVERY_ITEM, gtins=tuple(found), listings=every),)
    return tuple(Asked(gtin=gtin, gtins=(gtin,), listings=listings) for gtin, listings in found.items())


async def fetch_orders(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Stop what every platform offers of affected goods, and read its order lines of each trade item."""
    version, gtins = goods_of(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        able = await platform.capabilities()
        found = {
            gtin: await resolve(house, party, platform, able=able, recall_id=recall_id, gtin=gtin)
            for gtin in gtins
        }
        refs = {listing.ref for listings in found.values() for listing in listings}
        rows = [row for row in listed(house, party, gtins) if row.listing.ref in refs]
        failure = await _stopped(house, party, platform, able=able, recall_id=recall_id, rows=rows)
        read = 0
        for asked in asked_of(able, found):
            scan = _known(house, party, asked, recall_id=recall_id, version=version)
            if scan is None and _is_indexed(house, party, asked, able, recall_id=recall_id, version=version):
                continue  # the lines are here: the recall is answered first, and the rest read next time
            begun = Scan(
                recall_id=recall_id, version=version, platform_id=party.id, gtin=asked.gtin,
                at=house.runtime.now(),
            )  # fmt: skip
            read += await _read(house, party, platform, scan=scan or begun, able=able, asked=asked)
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


async def _read(
    house: House,
    party: Party,
    platform: Platform,
    *,
    scan: Scan,
    able: Capabilities,
    asked: Asked,
) -> int:
    """The rows of a scan that is complete, or is read on now. Raises what `read_on` raises."""
    now = house.runtime.now()
    if scan.not_before is not None and now < scan.not_before:
        seconds = (scan.not_before - now).total_seconds()
        raise TryLater(f"{party.name} allows no reading yet: {scan.why}", after=seconds)
    way = way_of(able)
    book = StoredBook(house=house, party=party, way=way)
    if scan.complete:
        scan = await _again(house, party, platform, scan=scan, way=way, book=book, asked=asked)
    elif scan.passes == 1 and scan.began is None:
        await _check(house, party, platform, recall_id=scan.recall_id)
    if not scan.complete:
        scan = await read_on(platform, scan=scan, listings=asked.listings, book=book, now=house.runtime.now)
        if scan.strange:
            note(
                house, party, action="filter.ignored", subject=scan.gtin, recall_id=scan.recall_id,
                detail={"lines of others": scan.strange},
            )  # fmt: skip
    return scan.rows


async def _again(
    house: House,
    party: Party,
    platform: Platform,
    *,
    scan: Scan,
    way: Way,
    book: StoredBook,
    asked: Asked,
) -> Scan:
    """A complete scan: as it is, or at the beginning of another pass, because more may have been sold.

    Where the total is exact and keys never change, the total itself tells whether there is more.
    """
    now = house.runtime.now()
    stopped_at = _stopped_at(house, party, gtins=asked.gtins)
    due = reread(way=way, began=scan.began, sure=scan.sure, stopped_at=stopped_at, now=now)
    settled = due is None and stopped_at is not None and (scan.sure or scan.at) >= stopped_at
    if way.once and not (settled and now - scan.at < EVERY):
        newest = await platform.order_lines(query=asked.query, cursor=None)
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


def _stopped_at(house: House, party: Party, *, gtins: Collection[str]) -> datetime | None:
    """When the last offer of the trade items was stopped; None: one is on sale, or nobody knows."""
    rows = listed(house, party, gtins)
    times = [row.stopped_at for row in rows if row.stopped_at and not row.listing.on_sale]
    return max(times) if times and len(times) == len(rows) else None


def _known(house: House, party: Party, asked: Asked, *, recall_id: str, version: int) -> Scan | None:
    """How far a scan is; None: not begun."""
    with house.runtime.store.read() as tx:
        return scans.scan(
            tx, recall_id=recall_id, version=version, platform_id=party.id, gtin=asked.gtin
        )  # fmt: skip


def _is_indexed(
    house: House, party: Party, asked: Asked, able: Capabilities, *, recall_id: str, version: int
) -> bool:
    """Whether an index has read these lines before; if so the scan begins where it ends, and that is kept."""
    with house.runtime.store.begin() as tx:
        known = scans.indexes(tx, platform_id=party.id)
        found = [one for one in known if one.sure and one.gtin in (asked.gtin, EVERY_ITEM)]
        if not found:
            return False
        best = max(found, key=lambda one: one.sure or one.at)
        rest = best.sure - LOOK_BACK if best.sure and able.order_window else None
        scans.save_scan(tx, replace(
            best, recall_id=recall_id, version=version, gtin=asked.gtin, cursor=None, rows=0, total=0,
            passes=1, digest="", complete=False, at=house.runtime.now(), began=None, since=rest,
            not_before=None, strange=None, why="answered by the index; the rest is read next",
            indexed=best.sure, indexed_alone=rest, sure=None,
        ))  # fmt: skip
    return True
