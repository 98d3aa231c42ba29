"""The GS1 Company Prefixes of parties, as the operator entered them: whose product keys are whose."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Field

from recall.store.sql import Row, Tx, table_of, upsert

SHORTEST, LONGEST = 4, 12
"""Digits of a company prefix."""


class PartyPrefixRow(Row, table=True):
    """A company prefix, and the one party that issues keys under it."""

    __tablename__ = "party_prefix"
    prefix: str = Field(primary_key=True)
    party_id: str = Field(foreign_key="party.id", index=True)


_prefix = table_of(PartyPrefixRow)


def give_prefixes(tx: Tx, *, party_id: str, prefixes: Collection[str]) -> None:
    """Enter company prefixes as a party's; one that was another's is so no more."""
    upsert(tx, _prefix, [{"prefix": prefix, "party_id": party_id} for prefix in sorted(set(prefixes))])


def prefixes_of(tx: Tx, *, party_id: str) -> tuple[str, ...]:
    """The company prefixes of a party."""
    query = select(_prefix.c.prefix).where(_prefix.c.party_id == party_id)
    return tuple(tx.scalars(query.order_by(_prefix.c.prefix)))


def owner_of(tx: Tx, *, gtin: str) -> str | None:
    """The party under whose company prefix a GTIN-14 was issued, the longest that fits; None: nobody's."""
    number = gtin[1:-1]  # without the indicator and the check digit
    fitting = [number[:digits] for digits in range(SHORTEST, LONGEST + 1)]
    query = select(_prefix.c.prefix, _prefix.c.party_id).where(_prefix.c.prefix.in_(fitting))
    longest = max(tx.rows(query), key=lambda row: len(row["prefix"]), default=None)
    return longest["party_id"] if longest else None
