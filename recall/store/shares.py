"""The shares: what each party holds of a recall, now or as it was known when a party was asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from recall.domain.match import MatchClass
from recall.domain.party import Party, Role
from recall.domain.recall import Recall
from recall.domain.task import Share
from recall.store import ledger, matches, orders, parties, recalls
from recall.store.sql import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Who holds what: units sold by seller, stock by party and site, offers by seller."""

    sold: Counter[str] = field(default_factory=Counter)
    stock: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """`site|gtin|lot` of the stock of each party."""
    offered: dict[tuple[str | None, str | None], set[str]] = field(default_factory=lambda: defaultdict(set))
    on_platform: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The trade items that are offered on each platform."""


def shares(
    tx: Tx, *, recall: Recall, version: int | None = None, as_of: datetime | None = None
) -> tuple[Share, ...]:
    """What each party holds: lines it sold, stock at its sites, and (logistics) all that must be fetched.

    Stock counts as long as its lot is affected. `version` and `as_of` (None: now) tell what was known to be
    affected; units of stock are always those in the books.
    """
    held = _Held()
    _add_sold(tx, held, recall_id=recall.id, as_of=as_of)
    _add_stock(tx, held, recall_id=recall.id, as_of=as_of)
    _add_offers(tx, held, recall=recall, version=version or recall.version, as_of=as_of)
    return tuple(share for party in parties.parties(tx) if (share := _share(party, held)))


def _add_sold(tx: Tx, held: _Held, *, recall_id: str, as_of: datetime | None) -> None:
    for count in matches.match_summary(tx, recall_id=recall_id, as_of=as_of):
        if count.cls is not MatchClass.EXCLUDED:
            held.sold[count.platform_id] += count.units
            held.sold[f"{count.platform_id}/{count.seller_ref}"] += count.units


def _add_stock(tx: Tx, held: _Held, *, recall_id: str, as_of: datetime | None) -> None:
    affected = {lot.key for lot in matches.affected_lots(tx, recall_id=recall_id, as_of=as_of)}
    for holding in ledger.stock_holdings(tx, recall_id=recall_id):
        if holding.units and (holding.gtin, holding.lot) in affected:
            held.stock[holding.party_id][holding.place] += holding.units
            held.names[holding.party_id].add(holding.ref)


def _add_offers(tx: Tx, held: _Held, *, recall: Recall, version: int, as_of: datetime | None) -> None:
    goods = recalls.scope(tx, recall_id=recall.id, version=version).gtins
    goods |= {lot.key.gtin for lot in matches.affected_lots(tx, recall_id=recall.id, as_of=as_of)}
    for offer in orders.listings(tx):
        if offer.listing.gtin in goods:
            held.offered[offer.platform_id, offer.seller_ref].add(offer.listing.gtin)
            held.on_platform[offer.platform_id].add(offer.listing.gtin)


def _share(party: Party, held: _Held) -> Share | None:
    sites, names = dict(held.stock.get(party.id, {})), held.names.get(party.id, set())
    if party.role is Role.LOGISTICS:
        whole = sum(sum(some.values()) for some in held.stock.values())
        fetched = frozenset(name for some in held.names.values() for name in some)
        share = Share(
            party=party, stock_units=sites, retrieve_units=whole, goods=frozenset(names), fetched=fetched
        )
        return share if whole else None
    if party.role is Role.MANUFACTURER:
        made = sum(units for name, units in held.sold.items() if "/" not in name)
        return Share(party=party, sold_units=made, stock_units=sites, goods=frozenset(names))
    key = f"{party.platform_id}/{party.reference}" if party.role is Role.SELLER else party.id
    offers = held.offered.get((party.platform_id, party.reference), set())
    if party.role in (Role.PLATFORM, Role.SELLER) and (held.sold[key] or sites or offers):
        seen = held.on_platform.get(party.id, set()) if party.role is Role.PLATFORM else offers
        return Share(party=party, sold_units=held.sold[key], stock_units=sites, goods=frozenset(names | seen))
    return None
