"""The misses at the open door: codes that are nobody's, false copies; by sender and in all, in spans of time.

The counts stand in the database, so they hold for every worker of the door, and for those of other machines.
A miss is written down only as long as it counts: who is over the limit costs one look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Field

from recall.domain.sender import Counted, Sender
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, insert_new, table_of

_EVERYBODY = sorted(Counted)
"""What is counted is the name of the row that counts it of everybody."""


class GuessRow(Row, table=True):
    """The misses of one sender, or (named by what is counted) of everybody."""

    __tablename__ = "guess"
    since: datetime = Field(primary_key=True, sa_type=UtcTime)
    who: str = Field(primary_key=True)
    misses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """How many misses there were since a time, in one span."""

    since: datetime
    own: int
    """Of the sender who is asked about."""
    all: int


_guess = table_of(GuessRow)


def misses(tx: Tx, *, by: Sender) -> Misses:
    """The misses of the sender's span."""
    query = select(_guess.c.who, _guess.c.misses)
    rows = tx.rows(query.where(_guess.c.since == by.since, _guess.c.who.in_([by.name, by.of.value])))
    told = {row["who"]: row["misses"] for row in rows}
    return Misses(since=by.since, own=told.get(by.name, 0), all=told.get(by.of.value, 0))


def count(tx: Tx, *, by: Sender, more: int) -> Misses:
    """Count misses, and forget whose those of the spans before were; returns how many there are now."""
    for name in (by.name, by.of.value):
        if insert_new(tx, _guess, [{"since": by.since, "who": name, "misses": more}]):
            continue
        which = (_guess.c.since == by.since) & (_guess.c.who == name)
        tx.write(update(_guess).where(which).values(misses=_guess.c.misses + more))
    tx.write(delete(_guess).where(_guess.c.since < by.since, _guess.c.who.not_in(_EVERYBODY)))
    return misses(tx, by=by)


def many(tx: Tx, *, after: datetime, least: int) -> tuple[Misses, ...]:
    """The spans that began after a time with at least so many codes that are nobody's, the newest first."""
    query = select(_guess.c.since, _guess.c.misses).where(
        _guess.c.who == Counted.GUESS.value, _guess.c.since > after, _guess.c.misses >= least
    )
    rows = tx.rows(query.order_by(_guess.c.since.desc()))
    return tuple(Misses(since=row["since"], own=0, all=row["misses"]) for row in rows)
