"""The authority: whose word may let goods off; anybody's may bring them in or locate them.

Sellers, platforms and buyers gain by goods that are let off, and theirs does not; makers, regulators,
logistics partners and the operator do not gain by them, and nobody else is let in at any door. Who stood to
an event, in which role, and who ran a site, is asked as of the same time as what the event says: a word that
comes later changes no earlier answer.

Each question names the one table that is its own (`correlate_except`): more than one level inside another it
would else ask of any row of the outer query, not of the row at hand.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Exists, case, exists, or_, select, true

from recall.domain.party import Role
from recall.store.event_tables import EVENT, WITNESS, Moment, held, known
from recall.store.parties import PartyRoleRow, PartySiteRow
from recall.store.sql import Tx, spelled, table_of

_ROLE, _SITE = table_of(PartyRoleRow), table_of(PartySiteRow)
_GAINS = _ROLE.c.role.in_(spelled(Role.SELLER, Role.PLATFORM, Role.BUYER))
_Party = ColumnElement[str | None]


def _is_doubted(party: _Party, as_of: Moment) -> Exists:
    return exists().where(_ROLE.c.party_id == party, _GAINS, known(_ROLE, as_of)).correlate_except(_ROLE)


def _took_back(as_of: Moment) -> Exists:
    """Whether the party that first gave an event had taken its word back."""
    back = WITNESS.c.withdrawn_at
    its_word = WITNESS.c.event == EVENT.c.number, WITNESS.c.party == EVENT.c.captured_by
    when = back.is_not(None) if as_of is None else back <= as_of
    return exists().where(*its_word, when).correlate_except(WITNESS)


def _stood_to_by(is_one: Callable[[_Party], ColumnElement[bool]], as_of: Moment) -> ColumnElement[bool]:
    """Whether any of the parties that stood to an event is such a one."""
    standing = WITNESS.c.event == EVENT.c.number, held(WITNESS.c.captured_at, WITNESS.c.withdrawn_at, as_of)
    first = is_one(EVENT.c.captured_by) & ~_took_back(as_of)
    return or_(first, exists().where(*standing, is_one(WITNESS.c.party)).correlate_except(WITNESS))


def is_counted(as_of: Moment = None) -> ColumnElement[bool]:
    """Whether anybody stood to an event of the query."""
    as_a_whole = held(EVENT.c.captured_at, EVENT.c.withdrawn_at, as_of)
    return as_a_whole & _stood_to_by(lambda _: true(), as_of)


def is_trusted(as_of: Moment = None) -> ColumnElement[bool]:
    """Whether one that may let goods off stood to an event of the query that counted."""
    return _stood_to_by(lambda party: ~_is_doubted(party, as_of), as_of)


def said_by(as_of: Moment = None) -> ColumnElement[str | None]:
    """Who stood to an event of the query that counted: the first that gave it, of those who did."""
    standing = held(WITNESS.c.captured_at, WITNESS.c.withdrawn_at, as_of)
    others = select(WITNESS.c.party).where(WITNESS.c.event == EVENT.c.number, standing)
    other = others.order_by(WITNESS.c.captured_at, WITNESS.c.party).limit(1).scalar_subquery()
    return case((_took_back(as_of), other), else_=EVENT.c.captured_by)


def is_doubted(tx: Tx, *, party: str) -> bool:
    """Whether a party's word lets no goods off."""
    return tx.first(select(_ROLE.c.role).where(_ROLE.c.party_id == party, _GAINS, known(_ROLE))) is not None


def told_by_trusted(event: ColumnElement[int], as_of: Moment = None) -> ColumnElement[bool]:
    """Whether one that may let goods off stood to the event of a saying."""
    return exists().where(EVENT.c.number == event, is_trusted(as_of)).correlate_except(EVENT)


def is_trusted_at(site: ColumnElement[str | None], as_of: Moment = None) -> ColumnElement[bool]:
    """The same of what came to a site: whoever runs it may say so too, for it takes the goods on itself."""

    def may_say_so(party: _Party) -> ColumnElement[bool]:
        runs_it = exists().where(_SITE.c.site == site, _SITE.c.party_id == party, known(_SITE, as_of))
        return or_(~_is_doubted(party, as_of), runs_it.correlate_except(_SITE))

    return _stood_to_by(may_say_so, as_of)
