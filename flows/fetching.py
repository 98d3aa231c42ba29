"""The fetching: asks partners' systems for what the next step needs; a partner that fails, fails alone."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from flows.assembly import House
from recall.domain.confirmation import Confirmation, RelayReceipt
from recall.domain.party import Party, Role
from recall.errors import ConfirmationRefused, GiveUp, PartnerFailed, RecallError
from recall.ports import LinePage, Listing, Platform, Rows
from recall.steps.record_confirmation import record_page, record_receipts
from recall.store import audit, cursors, matches, orders, parties, recalls
from recall.store.database import Tx
from recall.store.orders import Scan

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one partner gave."""

    party: Party
    rows: int = 0
    failure: str = ""
    """Why it gave nothing more; empty: it gave everything."""


async def each_partner(
    house: House, *, roles: tuple[Role, ...], ask: Callable[[Party, Platform], Awaitable[int]]
) -> tuple[Fetched, ...]:
    """Ask every party with a system side by side; who fails is noted and the others go on."""

    async def one(party: Party) -> Fetched:
        partner = house.partner(party)
        try:
            return Fetched(party=party, rows=await ask(party, partner))
        except RecallError as error:  # whatever one partner said must not keep the others from being heard
            return Fetched(party=party, failure=str(error))
        finally:
            await partner.aclose()

    with house.runtime.store.read() as tx:
        asked = [p for role in roles for p in parties.parties(tx, role=role) if p.endpoint]
    return tuple(await asyncio.gather(*(one(party) for party in asked)))


async def fetch_orders(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Read listings and order lines of every trade item that is affected from every platform, page by page.

    Each page is kept with its cursor in one transaction, so that a scan goes on where it was cut off. A scan
    is complete when the rows read are as many as the platform says there are; once it says more, lines were
    sold since, and all are read again.
    """
    version, gtins = _goods(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        rows = 0
        for gtin in gtins:
            await _fetch_listings(house, party, platform, gtin=gtin)
            rows += await _scan(house, party, platform, recall_id=recall_id, version=version, gtin=gtin)
        return rows

    return await each_partner(house, roles=(Role.PLATFORM,), ask=ask)


async def refresh_listings(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Look at every listing in scope again; `rows` counts those that are on sale after they were stopped."""
    _, gtins = _goods(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        with house.runtime.store.read() as tx:
            stopped = {row.listing.ref for row in orders.listings(tx, platform_id=party.id) if row.stopped_at}
        relisted = 0
        for gtin in gtins:
            found = await _fetch_listings(house, party, platform, gtin=gtin)
            again = [listing.ref for listing in found if listing.on_sale and listing.ref in stopped]
            relisted += len(again)
            for ref in again:
                _note_relisted(house, recall_id=recall_id, party=party, ref=ref)
        return relisted

    return await each_partner(house, roles=(Role.PLATFORM,), ask=ask)


def _note_relisted(house: House, *, recall_id: str, party: Party, ref: str) -> None:
    with house.runtime.store.begin() as tx:
        audit.append(
            tx,
            at=house.runtime.now(),
            actor=party.id,
            action="listing.relisted",
            subject=ref,
            recall_id=recall_id,
        )


def _goods(house: House, *, recall_id: str) -> tuple[int, list[str]]:
    """The version in force, and its trade items: those in scope, and those into which affected lots went."""
    with house.runtime.store.read() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        named = recalls.scope(tx, recall_id=recall_id, version=version).gtins
        traced = {lot.key.gtin for lot in matches.affected_lots(tx, recall_id=recall_id)}
        return version, sorted(named | traced)


async def _fetch_listings(
    house: House, party: Party, platform: Platform, *, gtin: str
) -> tuple[Listing, ...]:
    found = await platform.listings(gtin=gtin)
    with house.runtime.store.begin() as tx:
        orders.save_listings(tx, platform_id=party.id, listings=found)
    return found


async def _scan(
    house: House, party: Party, platform: Platform, *, recall_id: str, version: int, gtin: str
) -> int:
    with house.runtime.store.read() as tx:
        known = orders.scan(tx, recall_id=recall_id, version=version, platform_id=party.id, gtin=gtin)
    if known is not None and known.complete:
        newest = await platform.order_lines(gtin=gtin, cursor=None)
        if newest.total == known.total:
            return known.rows
        known = _start_again(house, known)
    scan = known or Scan(
        recall_id=recall_id, version=version, platform_id=party.id, gtin=gtin, cursor=None, rows=0, total=0,
        passes=1, digest="", complete=False, first=None, last=None, at=house.runtime.now(),
    )  # fmt: skip
    seen = set[str | None]()
    while not scan.complete:
        if scan.cursor in seen:
            _start_again(house, scan)
            raise GiveUp(f"{party.name}'s pages of order lines run in a circle", value=scan.cursor)
        seen.add(scan.cursor)
        page = await platform.order_lines(gtin=gtin, cursor=scan.cursor)
        rows = scan.rows + len(page.lines) + len(page.refused)
        scan = replace(
            scan, cursor=page.next, rows=rows, total=page.total, first=page.first, last=page.last,
            digest=hashlib.sha256(f"{scan.digest}{page.digest}".encode()).hexdigest(),
            complete=page.next is None and rows >= page.total, at=house.runtime.now(),
        )  # fmt: skip
        with house.runtime.store.begin() as tx:
            orders.save_lines(tx, page.lines)
            orders.save_scan(tx, scan)
            _note_refused(house, tx, party=party, recall_id=recall_id, page=page)
        if page.next is None and not scan.complete:
            _start_again(house, scan)
            raise PartnerFailed(
                f"{party.name} gave {rows} of {page.total} order lines of {gtin}",
                advice="The next pass reads them all again.",
            )
    return scan.rows


def _note_refused(house: House, tx: Tx, *, party: Party, recall_id: str, page: LinePage) -> None:
    """Rows that could not be read are lines that nobody matched: they are said, with their reasons."""
    if page.refused:
        audit.append(
            tx, at=house.runtime.now(), actor=party.id, action="rows.refused", subject=page.digest,
            recall_id=recall_id, detail={"refused": list(page.refused)},
        )  # fmt: skip


def _start_again(house: House, scan: Scan) -> Scan:
    again = replace(scan, cursor=None, rows=0, digest="", passes=scan.passes + 1, complete=False)
    with house.runtime.store.begin() as tx:
        orders.save_scan(tx, again)
    return again


async def stop_sales(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Stop every listing in scope that is still on sale, and keep its state before and after as proof."""
    _, gtins = _goods(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        with house.runtime.store.read() as tx:
            on_sale = [
                row
                for row in orders.listings(tx, platform_id=party.id)
                if row.listing.on_sale and row.listing.gtin in gtins
            ]
        for row in on_sale:
            stop = await platform.stop_sale(
                listing_ref=row.listing.ref, recall_id=recall_id, stopped_before=row.stopped_at
            )
            with house.runtime.store.begin() as tx:
                orders.mark_stopped(tx, platform_id=party.id, stop=stop)
        return len(on_sale)

    return await each_partner(house, roles=(Role.PLATFORM,), ask=ask)


async def fetch_confirmations(house: House, *, recall_id: str) -> tuple[Fetched, ...]:
    """Read what platforms and logistics partners did since the last time, and record it."""

    async def ask(party: Party, partner: Platform) -> int:
        new = await _confirmations(house, party, partner, recall_id=recall_id)
        if party.role is Role.PLATFORM:
            new += await _receipts(house, party, partner, recall_id=recall_id)
        return new

    return await each_partner(house, roles=(Role.PLATFORM, Role.LOGISTICS), ask=ask)


async def _confirmations(house: House, party: Party, partner: Platform, *, recall_id: str) -> int:
    name, new = f"confirmations/{recall_id}/{party.id}", 0
    async for answer in _news(house, name=name, ask=partial(partner.confirmations, recall_id=recall_id)):
        page, refused = _readable(answer.rows, read=Confirmation.read, where="/confirmations")
        recorded = record_page(
            house.runtime, recall_id=recall_id, party_id=party.id, page=page, refused=refused,
            cursor=(name, answer.next),
        )  # fmt: skip
        new += sum(each.new for each in recorded)
    return new


async def _receipts(house: House, party: Party, partner: Platform, *, recall_id: str) -> int:
    name, new = f"receipts/{recall_id}/{party.id}", 0
    async for answer in _news(house, name=name, ask=partial(partner.receipts, recall_id=recall_id)):
        page, refused = _readable(answer.rows, read=RelayReceipt.read, where="/receipts")
        record_receipts(
            house.runtime, recall_id=recall_id, party_id=party.id, page=page, refused=refused,
            cursor=(name, answer.next),
        )  # fmt: skip
        new += len(page)
    return new


async def _news(house: House, *, name: str, ask: Callable[..., Awaitable[Rows]]) -> AsyncIterator[Rows]:
    """Answer after answer until nothing is new; each is recorded with its cursor before the next is asked.

    A page smaller than one before it is the last: what its partner writes meanwhile waits for the next time.
    """
    seen, largest = set[str](), 0
    while True:
        with house.runtime.store.read() as tx:
            after = cursors.cursor(tx, name=name)
        if after in seen:
            raise GiveUp(f"The pages of {name} run in a circle", value=after, expected="a new cursor")
        seen.add(after)
        answer = await ask(after=after)
        if not answer.rows:
            return
        yield answer
        if len(answer.rows) < largest:
            return
        largest = len(answer.rows)


def _readable(
    rows: Sequence[Mapping[str, object]], *, read: Callable[..., _Row], where: str
) -> tuple[list[_Row], list[str]]:
    """The rows that can be read, and why the others cannot: a bad row never holds up its page."""
    good, refused = [], []
    for position, row in enumerate(rows):
        try:
            good.append(read(row, where=f"{where}/{position}"))
        except ConfirmationRefused as error:
            refused.append(str(error))
    return good, refused
