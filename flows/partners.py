"""The partners: every system asked side by side; one that fails, fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from flows.assembly import House
from recall.domain.party import Party, Role
from recall.errors import RecallError
from recall.ports import Platform
from recall.store import matches, parties, recalls


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one partner gave."""

    party: Party
    rows: int = 0
    failure: str = ""
    """Why it gave nothing more; empty: it gave everything."""


async def each_partner(
    house: House,
    *,
    roles: tuple[Role, ...],
    ask: Callable[[Party, Platform], Awaitable[int]],
    only: str | None = None,
) -> tuple[Fetched, ...]:
    """Ask every party with a system, or `only` that one, side by side; who fails is noted, others go on."""
    with house.runtime.store.read() as tx:
        known = [p for role in roles for p in parties.parties(tx, role=role) if p.has_system]
    asked = [party for party in known if only in (None, party.id)]
    return tuple(await asyncio.gather(*(ask_partner(house, party, ask=ask) for party in asked)))


async def ask_partner(
    house: House, party: Party, *, ask: Callable[[Party, Platform], Awaitable[int]]
) -> Fetched:
    """Ask one party's system; what it does wrong is noted, and raised to nobody."""
    try:
        partner = house.partner(party)
    except RecallError as error:  # a kind that is not there, a secret that cannot be opened
        return Fetched(party=party, failure=str(error))
    try:
        return Fetched(party=party, rows=await ask(party, partner))
    except RecallError as error:  # whatever one partner said must not keep the others from being heard
        return Fetched(party=party, failure=str(error))
    finally:
        await partner.aclose()


def goods_of(house: House, *, recall_id: str) -> tuple[int, list[str]]:
    """The version in force, and its trade items: those in scope, and those into which affected lots went."""
    with house.runtime.store.read() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        named = recalls.scope(tx, recall_id=recall_id, version=version).gtins
        traced = {lot.key.gtin for lot in matches.affected_lots(tx, recall_id=recall_id)}
        return version, sorted(named | traced)
