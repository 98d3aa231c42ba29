"""The guesses: how many typed codes were nobody's, by who typed them and in all, in one span of time.

The counts stand in the database, so they hold for every worker of the door, and for those of other machines.
A miss is written down only as long as it counts: who is over the limit costs one look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, insert_new, table_of

EVERYBODY = ""


class GuessRow(Row, table=True):
    """The misses of one who typed (a keyed hash of an address), or of everybody."""

    __tablename__ = "guess"
    since: datetime = Field(primary_key=True, sa_type=UtcTime)
    who: str = Field(primary_key=True)
    misses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """How many codes that are nobody's were typed since a time, in one span."""

    since: datetime
    own: int
    """By the one who asks."""
    all: int


_guess = table_of(GuessRow)


def misses(tx: Tx, *, who: str, since: datetime) -> Misses:
    """The misses of the span that began at `since`."""
    query = select(_guess.c.who, _guess.c.misses)
    rows = tx.rows(query.where(_guess.c.since == since, _guess.c.who.in_([who, EVERYBODY])))
    told = {row["who"]: row["misses"] for row in rows}
    return Misses(since=since, own=told.get(who, 0), all=told.get(EVERYBODY, 0))


def count(tx: Tx, *, who: str, since: datetime, by: int) -> Misses:
    """Count misses, and forget whose those of the spans before were; returns how many there are now."""
    for name in (who, EVERYBODY):
        if insert_new(tx, _guess, [{"since": since, "who": name, "misses": by}]):
            continue
        which = (_guess.c.since == since) & (_guess.c.who == name)
        tx.write(update(_guess).where(which).values(misses=_guess.c.misses + by))
    tx.write(delete(_guess).where(_guess.c.since < since, _guess.c.who != EVERYBODY))
    return misses(tx, who=who, since=since)


def many(tx: Tx, *, after: datetime, least: int) -> tuple[Misses, ...]:
    """The spans that began after a time in which at least so many misses were counted, the newest first."""
    query = select(_guess.c.since, _guess.c.misses).where(
        _guess.c.who == EVERYBODY, _guess.c.since > after, _guess.c.misses >= least
    )
    rows = tx.rows(query.order_by(_guess.c.since.desc()))
    return tuple(Misses(since=row["since"], own=0, all=row["misses"]) for row in rows)
