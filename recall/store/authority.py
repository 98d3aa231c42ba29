"""The authority: whose word may let goods off; anybody's may bring them in or locate them.

Sellers, platforms and buyers gain by goods that are let off, and theirs does not; makers, regulators,
logistics partners and the operator do not gain by them.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Exists, exists, or_, select

from recall.domain.party import Role
from recall.store.event_tables import EVENT, WITNESS
from recall.store.parties import PartyRow, PartySiteRow
from recall.store.sql import Tx, spelled, table_of

_PARTY, _SITE = table_of(PartyRow), table_of(PartySiteRow)
_GAINS = _PARTY.c.role.in_(spelled(Role.SELLER, Role.PLATFORM, Role.BUYER))


def _is_doubted(party: ColumnElement[str | None]) -> Exists:
    return exists().where(_PARTY.c.id == party, _GAINS)


IS_TRUSTED = or_(
    ~_is_doubted(EVENT.c.captured_by),
    exists().where(
        WITNESS.c.event == EVENT.c.number, WITNESS.c.withdrawn_at.is_(None), ~_is_doubted(WITNESS.c.party)
    ),
)
"""Whether an event of the query was given, or said again, by a party that may let goods off."""


def is_doubted(tx: Tx, *, party: str) -> bool:
    """Whether a party's word lets no goods off."""
    return tx.first(select(_PARTY.c.id).where(_PARTY.c.id == party, _GAINS)) is not None


def told_by_trusted(event: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the event of a saying was given, or said again, by a party that may let goods off."""
    return exists().where(EVENT.c.number == event, IS_TRUSTED).correlate_except(EVENT)


def is_trusted_at(site: ColumnElement[str | None]) -> ColumnElement[bool]:
    """The same of what came to a site: whoever runs it may say so too, for it takes the goods on itself."""
    return or_(IS_TRUSTED, exists().where(_SITE.c.site == site, _SITE.c.party_id == EVENT.c.captured_by))
