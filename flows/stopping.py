"""The stopping: finds what is offered of recalled goods, stops its sale, and looks again as a buyer would."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from flows.assembly import House
from flows.partners import Fetched, each_partner, goods_of
from recall.domain.party import Party, Role
from recall.errors import GiveUp, PartnerFailed, TryLater
from recall.ports import Capabilities, Listing, Platform, StopSaleLevel, Verification
from recall.store import audit, orders, scans
from recall.store.orders import Listed


async def refresh_listings(house: House, *, recall_id: str, only: str | None = None) -> tuple[Fetched, ...]:
    """Look at every listing in scope again, or at those of `only` one platform.

    `rows` counts those that are on sale after they were stopped.
    """
    _, gtins = goods_of(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        able = await platform.capabilities()
        stopped = {row.listing.ref for row in listed(house, party, gtins) if row.stopped_at}
        relisted = 0
        for gtin in gtins:
            found = await resolve(house, party, platform, able=able, recall_id=recall_id, gtin=gtin)
            again = [listing.ref for listing in found if listing.on_sale and listing.ref in stopped]
            relisted += len(again)
            for ref in again:
                note(house, party, action="listing.relisted", subject=ref, recall_id=recall_id)
        return relisted

    return await each_partner(house, roles=(Role.PLATFORM,), ask=ask, only=only)


async def stop_sales(house: House, *, recall_id: str, only: str | None = None) -> tuple[Fetched, ...]:
    """Stop every listing in scope that is still on sale, everywhere or on `only` one platform, with proof."""
    _, gtins = goods_of(house, recall_id=recall_id)

    async def ask(party: Party, platform: Platform) -> int:
        able = await platform.capabilities()
        rows = listed(house, party, gtins)
        return await stop_listed(house, party, platform, able=able, recall_id=recall_id, rows=rows)

    return await each_partner(house, roles=(Role.PLATFORM,), ask=ask, only=only)


async def resolve(
    house: House, party: Party, platform: Platform, *, able: Capabilities, recall_id: str | None, gtin: str
) -> tuple[Listing, ...]:
    """What is offered of a trade item, kept; a set with new ones is written down with how each was found.

    Where listings tell what lines are of, a new one lets every line be read again.
    """
    found = await platform.listings(gtin=gtin)
    known = {_found(row.listing) for row in listed(house, party, (gtin,))}
    with house.runtime.store.begin() as tx:
        orders.save_listings(tx, platform_id=party.id, listings=found)
        if {_found(listing) for listing in found} - known:
            audit.append(
                tx, at=house.runtime.now(), actor=party.id, action="listings.resolved", subject=gtin,
                recall_id=recall_id, detail={"listings": [_document(listing) for listing in found]},
            )  # fmt: skip
            if not able.tells_gtin:
                scans.begin_again(tx, platform_id=party.id, why="more is offered than when it was read")
    return found


async def stop_listed(
    house: House,
    party: Party,
    platform: Platform,
    *,
    able: Capabilities,
    recall_id: str,
    rows: Sequence[Listed],
) -> int:
    """Stop those of a platform's listings that are on sale; returns how many stops hold, as far as is seen.

    Where its system can stop nothing, nothing is asked: the task stays with a person. Raises PartnerFailed
    when a stop did not hold, after all were tried.
    """
    if able.stop_sale_level is StopSaleLevel.NONE:
        return 0
    held, failures = 0, list[str]()
    for row in rows:
        if not row.listing.on_sale:
            continue
        try:
            held += await _stop(house, party, platform, row, recall_id=recall_id)
        except TryLater:
            raise
        except PartnerFailed as failure:
            failures.append(str(failure))
    if failures:
        raise PartnerFailed(f"{len(failures)} sales could not be stopped: {failures[0]}"[:500])
    return held


async def _stop(house: House, party: Party, platform: Platform, row: Listed, *, recall_id: str) -> bool:
    ref = row.listing.ref
    stop = await platform.stop_sale(listing_ref=ref, recall_id=recall_id, stopped_before=row.stopped_at)
    with house.runtime.store.begin() as tx:
        orders.mark_stopped(tx, platform_id=party.id, stop=stop)
    if not stop.stopped:
        detail = {"before": stop.before, "after": stop.after}
        note(house, party, action="stop.not_held", subject=ref, recall_id=recall_id, detail=detail)
        raise GiveUp(
            "A listing is still on sale after its stop", value=ref, expected="off sale", got=stop.after
        )
    seen = await _look(platform, ref=ref, at=stop.at)
    with house.runtime.store.begin() as tx:
        orders.mark_seen(tx, platform_id=party.id, seen=seen)
    if seen.stopped is False:
        note(
            house, party, action="stop.not_held", subject=ref, recall_id=recall_id, detail={"seen": seen.how}
        )
        raise GiveUp("A buyer still finds a stopped listing", value=ref, expected="off sale", got=seen.how)
    return True


async def _look(platform: Platform, *, ref: str, at: datetime) -> Verification:
    """What a buyer finds; where nobody can look now, nothing is known, and why is said."""
    try:
        return await platform.is_stopped(listing_ref=ref)
    except PartnerFailed as failure:
        return Verification(listing_ref=ref, stopped=None, how=failure.message[:300], at=at)


def note(
    house: House,
    party: Party,
    *,
    action: str,
    subject: str,
    recall_id: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write down what a partner's system showed."""
    with house.runtime.store.begin() as tx:
        audit.append(
            tx, at=house.runtime.now(), actor=party.id, action=action, subject=subject, recall_id=recall_id,
            detail=dict(detail or {}),
        )  # fmt: skip


def listed(house: House, party: Party, gtins: Collection[str]) -> list[Listed]:
    """What is known of a platform's listings of these trade items."""
    with house.runtime.store.read() as tx:
        known = orders.listings(tx, platform_id=party.id)
    return [row for row in known if row.listing.gtin in gtins]


def _found(listing: Listing) -> tuple[str, str]:
    return listing.ref, listing.matched_by.value


def _document(listing: Listing) -> dict[str, str]:
    ref, by = listing.ref, listing.matched_by.value
    return {"ref": ref, "by": by, "product": listing.product_ref, "sku": listing.sku}
