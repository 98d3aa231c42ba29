"""The indexing: reads platforms' lines before any recall, so that one is answered at once.

An index holds what every scan holds: order lines without anything personal, those beyond a platform's window
too. It is read by the same rules, goes on where it was cut off, and says until when it is fresh.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from flows.assembly import House
from flows.partners import Fetched, ask_partner
from flows.reading import StoredBook, read_on, way_of
from flows.scanning import Asked, asked_of
from flows.stopping import resolve
from recall.domain.party import Party, Role
from recall.domain.scan import EVERY, LOOK_BACK
from recall.ports import Capabilities, OrderFilter, Platform
from recall.store import parties, scans
from recall.store.known_items import known_gtins
from recall.store.scans import EVERY_ITEM, NO_RECALL, Scan, next_pass


async def index_platform(house: House, *, party: Party, gtins: Collection[str] = ()) -> Fetched:
    """Read what a platform sold and is not indexed yet; one that fails says so in `failure`.

    `gtins` are further trade items (GTIN-14), beside those that events, orders and listings name.
    """
    items = sorted({*gtins, *known_items(house)})

    async def ask(party: Party, platform: Platform) -> int:
        able, read = await platform.capabilities(), 0
        for asked in await _asked(house, party, platform, able=able, gtins=items):
            read += await _read(house, party, platform, able=able, asked=asked)
        return read

    return await ask_partner(house, party, ask=ask)


async def index_all(
    house: House, *, asked: Sequence[Party], gtins: Collection[str] = ()
) -> tuple[Fetched, ...]:
    """Read several platforms side by side."""
    return tuple(await asyncio.gather(*(index_platform(house, party=party, gtins=gtins) for party in asked)))


def due(house: House) -> tuple[Party, ...]:
    """The platforms that are indexed and of which more is to be read now."""
    now = house.runtime.now()
    with house.runtime.store.read() as tx:
        known, platforms = scans.indexes(tx), parties.parties(tx, role=Role.PLATFORM)
    late = {one.platform_id for one in known if _waits(one, now=now)}
    return tuple(party for party in platforms if party.id in late)


def known_items(house: House) -> tuple[str, ...]:
    """Every trade item that events, orders or listings name (GTIN-14), in order."""
    with house.runtime.store.read() as tx:
        return known_gtins(tx)


def _waits(index: Scan, *, now: datetime) -> bool:
    if index.not_before is not None and now < index.not_before:
        return False
    return not index.complete or now - (index.sure or index.at) >= EVERY


async def _asked(
    house: House, party: Party, platform: Platform, *, able: Capabilities, gtins: Sequence[str]
) -> tuple[Asked, ...]:
    """One question for all trade items where that can be asked, else one for each.

    Listings are looked up where a question needs them: to find lines, or to tell what they are of.
    """
    needs = not able.tells_gtin or able.order_filter in (OrderFilter.SKU, OrderFilter.PRODUCT)
    found = {
        gtin: await resolve(house, party, platform, able=able, recall_id=None, gtin=gtin) if needs else ()
        for gtin in gtins
    }
    if able.whole:
        every = tuple(listing for listings in found.values() for listing in listings)
        return (Asked(gtin=EVERY_ITEM, gtins=tuple(found), listings=every),)
    return asked_of(able, found)


async def _read(house: House, party: Party, platform: Platform, *, able: Capabilities, asked: Asked) -> int:
    """The rows that were read now. Raises what `read_on` raises."""
    now = house.runtime.now()
    with house.runtime.store.read() as tx:
        known = {index.gtin: index for index in scans.indexes(tx, platform_id=party.id)}
    index = known.get(asked.gtin) or Scan(
        recall_id=NO_RECALL, version=0, platform_id=party.id, gtin=asked.gtin, at=now
    )
    if not _waits(index, now=now):
        return 0
    book = StoredBook(house=house, party=party, way=way_of(able))
    if index.complete:
        since = index.sure - LOOK_BACK if index.sure and able.order_window else None
        index = book.save(next_pass(index, at=now, since=since))
    read = await read_on(platform, scan=index, listings=asked.listings, book=book, now=house.runtime.now)
    return read.rows
