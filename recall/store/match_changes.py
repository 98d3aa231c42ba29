"""What a pass changed among the lines: who is newly in, and who is released, now or as it was known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select

from recall.store.match_tables import MATCH, RULING, rulings_of, standing
from recall.store.sql import Tx

_INSTANT = timedelta(microseconds=1)
"""The finest step of the times that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """How many lines came in between two times, were let off, or stayed in with another class."""

    newly_in: int
    released: int
    reclassed: int


def last_change(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> datetime | None:
    """When a pass last wrote a line's match anew or ended it, up to a time; None: no pass did."""
    of_it = MATCH.c.ruling.in_(rulings_of(recall_id))
    moments = []
    for column in (MATCH.c.known_from, MATCH.c.known_to):
        query = select(func.max(column)).where(of_it)
        moments.append(tx.scalar(query if as_of is None else query.where(column <= as_of)))
    return max((moment for moment in moments if moment), default=None)


def before(at: datetime) -> datetime:
    """The last moment before a time."""
    return at - _INSTANT


def change(tx: Tx, *, recall_id: str, since: datetime, as_of: datetime | None = None) -> LineChange:
    """What the passes after `since` changed, up to `as_of` (None: now)."""
    if last_change(tx, recall_id=recall_id, as_of=since) is None:  # all that there is came since
        rows = select(func.count()).where(MATCH.c.ruling.in_(rulings_of(recall_id)), standing(as_of))
        return LineChange(newly_in=int(tx.scalar(rows)), released=0, reclassed=0)
    stayed = (*_standing_since(recall_id, since, as_of), _also(recall_id, since, of_another_class=True))
    each = (came(recall_id, since=since, as_of=as_of), went(recall_id, since=since, as_of=as_of), stayed)
    newly_in, released, reclassed = (
        int(tx.scalar(select(func.count()).select_from(MATCH).where(*which))) for which in each
    )
    return LineChange(newly_in=newly_in, released=released, reclassed=reclassed)


def came(recall_id: str, *, since: datetime, as_of: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """The matches of lines that are affected at `as_of` (None: now) and were not at `since`."""
    return *_standing_since(recall_id, since, as_of), ~_also(recall_id, since)


def _standing_since(
    recall_id: str, since: datetime, as_of: datetime | None
) -> tuple[ColumnElement[bool], ...]:
    return MATCH.c.ruling.in_(rulings_of(recall_id)), standing(as_of), MATCH.c.known_from > since


def went(recall_id: str, *, since: datetime, as_of: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """The matches at `since` of lines that are affected no more at `as_of` (None: now)."""
    of_it = MATCH.c.ruling.in_(rulings_of(recall_id))
    ended = MATCH.c.known_to.is_not(None)
    return of_it, standing(since), ended, ~_also(recall_id, as_of)


def _also(recall_id: str, as_of: datetime | None, *, of_another_class: bool = False) -> ColumnElement[bool]:
    """Whether the line of a match has one at another time too (of another class)."""
    other, ruling = MATCH.alias("other_match"), RULING.alias("other_ruling")
    there = exists().where(
        other.c.line == MATCH.c.line,
        other.c.ruling == ruling.c.number,
        ruling.c.recall_id == recall_id,
        standing(as_of, of=other),
    )
    if not of_another_class:
        return there
    own = select(RULING.c.cls).where(RULING.c.number == MATCH.c.ruling)
    return there.where(ruling.c.cls != own.correlate(MATCH).scalar_subquery())
