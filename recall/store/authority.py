"""The authority: whose word may let goods off; anybody's may bring them in or locate them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, literal, or_, select

from recall.domain.party import Role
from recall.store.event_tables import EVENT, WITNESS
from recall.store.parties import PartyRow, PartySiteRow
from recall.store.sql import Tx, table_of

_PARTY, _SITE = table_of(PartyRow), table_of(PartySiteRow)
_DOUBTED = (Role.SELLER.value, Role.PLATFORM.value, Role.BUYER.value)
"""They gain by goods that are let off; makers, regulators, logistics partners and the operator do not."""


def is_doubted(tx: Tx, *, party: str) -> bool:
    """Whether a party's word lets no goods off."""
    query = select(_PARTY.c.id).where(_PARTY.c.id == party, _PARTY.c.role.in_(_DOUBTED))
    return tx.first(query) is not None


def told_by_trusted(event: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the event of a saying was given, or said again, by a party that may let goods off."""
    return exists(literal(1)).where(EVENT.c.number == event, is_trusted()).correlate_except(EVENT)


def is_trusted() -> ColumnElement[bool]:
    """Whether an event of the query was given, or said again, by a party that may let goods off."""
    doubted = select(_PARTY.c.id).where(_PARTY.c.role.in_(_DOUBTED))
    witnessed = exists(literal(1)).where(
        WITNESS.c.event == EVENT.c.number, WITNESS.c.withdrawn_at.is_(None), WITNESS.c.party.not_in(doubted)
    )
    given = or_(EVENT.c.captured_by.is_(None), EVENT.c.captured_by.not_in(doubted))
    return or_(given, witnessed)


def is_trusted_at(site: ColumnElement[str | None]) -> ColumnElement[bool]:
    """The same of what came to a site: whoever runs it may say so too, for it takes the goods on itself."""
    own = exists(literal(1)).where(_SITE.c.site == site, _SITE.c.party_id == EVENT.c.captured_by)
    return or_(is_trusted(), own)
