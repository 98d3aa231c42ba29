"""The tables of matches: rulings on cohorts, and the lines under each, both kept in time.

A match row is narrow: the ruling says the class, the rule and the reason for all lines of its cohort.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Index, Select, and_, or_, select
from sqlmodel import Field

from recall.domain.ruling import MatchClass
from recall.store.columns import Instant
from recall.store.order_tables import LINE, PLATFORM
from recall.store.sql import Row, table_of


class RulingRow(Row, table=True):
    """A ruling that some lines of a cohort are under; `position` is its place among the cohort's rulings."""

    __tablename__ = "ruling"
    __table_args__ = (Index(None, "recall_id", "number"),)
    number: int = Field(primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    cohort: int = Field(foreign_key="cohort.number")
    position: int
    version: int
    cls: str
    rule: str
    test: str
    reason: str
    basis_gtin: str | None
    basis_lot: str | None
    clause: int | None
    known_from: datetime = Field(sa_type=Instant)
    known_to: datetime | None = Field(sa_type=Instant)


class MatchRow(Row, table=True):
    """A line under a ruling, with the units that it had, since and until when that was known.

    Written in one transaction with its ruling by `match_saving` alone: no foreign key is looked up a row.
    """

    __tablename__ = "match"
    __table_args__ = (Index(None, "line"), {"sqlite_with_rowid": False})
    ruling: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    known_from: datetime = Field(primary_key=True, sa_type=Instant)
    known_to: datetime | None = Field(sa_type=Instant)
    units: int


RULING, MATCH = table_of(RulingRow), table_of(MatchRow)
AFFECTED = frozenset({MatchClass.CONFIRMED, MatchClass.POSSIBLE})
"""The classes whose buyers are told; no other is written down."""


def standing(as_of: datetime | None = None, *, of: FromClause = MATCH) -> ColumnElement[bool]:
    """The matches as they were known at a time; None: as they are now."""
    if as_of is None:
        return of.c.known_to.is_(None)
    until = or_(of.c.known_to.is_(None), of.c.known_to > as_of)
    return and_(of.c.known_from <= as_of, until)


def matched_lines(*columns: ColumnElement[Any], recall_id: str, as_of: datetime | None = None) -> Select[Any]:
    """A query over the affected lines of a recall: each line with its platform, its match and its ruling."""
    return (
        select(*columns)
        .join_from(RULING, MATCH, and_(MATCH.c.ruling == RULING.c.number, standing(as_of)))
        .join(LINE, LINE.c.number == MATCH.c.line)
        .join(PLATFORM, PLATFORM.c.number == LINE.c.platform)
        .where(RULING.c.recall_id == recall_id)
    )


def rulings_of(recall_id: str) -> Select[tuple[int]]:
    """The numbers of all rulings of a recall, those that ended too."""
    return select(RULING.c.number).where(RULING.c.recall_id == recall_id)
