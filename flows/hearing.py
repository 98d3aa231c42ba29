"""The hearing: a vendor's webhook is verified by its kind, kept once, looked after; never trusted as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from flows.assembly import House
from flows.partners import ask_partner
from flows.stopping import refresh_listings, stop_sales
from recall.domain.party import Party
from recall.domain.recall import ACTIVE_STATES
from recall.domain.scan import LOOK_BACK
from recall.errors import GiveUp, NotAllowed
from recall.ports import Platform
from recall.store import hints, parties, recalls, scans
from recall.store.hints import Hint

KEPT = timedelta(days=30)
"""How long a delivery is remembered after somebody looked: vendors repeat one for days."""


async def hear(house: House, party_id: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """Keep what a platform's webhook says; whether it was news.

    Raises NotFound for no such party, NotAllowed for a delivery that its kind does not recognise as its own.
    """
    with house.runtime.store.read() as tx:
        party = parties.party(tx, party_id=party_id)
    platform = house.partner(party)
    try:
        event = platform.event(headers=headers, raw=raw)
    except GiveUp as error:
        raise NotAllowed("The webhook is not of this platform", got=error.message) from None
    finally:
        await platform.aclose()
    if event is None:
        return False
    with house.runtime.store.begin() as tx:
        return hints.keep(tx, platform_id=party.id, event=event, at=house.runtime.now())


async def look_after(house: House) -> int:
    """Look at what hints are about; returns how many were looked after.

    An order: whatever was sold there since is read again, by indexes at once and by scans in their next pass.
    A listing: every recall's listings there are looked at, and stopped where they are on sale again.
    """
    with house.runtime.store.read() as tx:
        waiting = hints.waiting(tx)
        open_recalls = [recall.id for recall in recalls.recalls(tx) if recall.state in ACTIVE_STATES]
    done = 0
    for platform_id, group in groupby(waiting, key=lambda hint: hint.platform_id):
        of_platform = tuple(group)
        if any(hint.event.kind == "listing" for hint in of_platform):
            for recall_id in open_recalls:
                await refresh_listings(house, recall_id=recall_id, only=platform_id)
                await stop_sales(house, recall_id=recall_id, only=platform_id)
        done += await _reread(house, platform_id, of_platform)
    return done


async def _reread(house: House, platform_id: str, waiting: Sequence[Hint]) -> int:
    """Let what was sold since the first of these orders be read again; how many are looked after by it.

    A platform that cannot be asked what it can do now keeps its hints waiting.
    """
    first = min((hint.event.at for hint in waiting if hint.event.kind == "order"), default=None)

    async def ask(party: Party, platform: Platform) -> int:
        able, now = await platform.capabilities(), house.runtime.now()
        with house.runtime.store.begin() as tx:
            if first is not None:
                since = min(first, now) - LOOK_BACK if able.order_window else None
                scans.read_again(tx, platform_id=party.id, since=since, why="a webhook told of an order")
            hints.looked(tx, waiting, at=now)
            hints.forget(tx, before=now - KEPT)
        return len(waiting)

    with house.runtime.store.read() as tx:
        party = parties.party(tx, party_id=platform_id)
    return (await ask_partner(house, party, ask=ask)).rows
