"""The alarms: copies of a notice that say something else, each content once, and how often it was shown.

A flood of them cannot hide one, nor fill the disk: the newest are kept and those shown most often, of the
others it is counted how often they were shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, delete, func, select, update
from sqlmodel import Field

from recall.domain.difference import Difference
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, insert_new, table_of

MOST = 200
"""The most different copies that are kept of a recall."""
NEWEST = 100
"""How many of them are kept because nothing newer has come; the others are those shown most often."""
OTHERS = ""
"""The digest under which the showings of what is kept no more are counted."""
_DIFFERENCES, _VALUES = 10, 8
"""The most differences that are kept of a copy, and the most values of each: enough to know it by."""


class Raised(StrEnum):
    """What a false copy is to those who keep the alarms."""

    KNOWN = "known"
    """This content was shown before."""
    NEW = "new"
    """Its content is new."""
    DISPLACES = "displaces"
    """Its content is new, and another had to make room: somebody floods the door."""


class AlarmRow(Row, table=True):
    """A copy with another content than the notice that it claims to be."""

    __tablename__ = "notice_alarm"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    digest: str = Field(primary_key=True)
    version: int
    differences: list[dict[str, Any]] = Field(sa_type=JSON)
    first_seen: datetime = Field(sa_type=UtcTime)
    last_seen: datetime = Field(sa_type=UtcTime)
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A false copy: which version it was held against, what it says otherwise, when and how often it came."""

    recall_id: str
    digest: str
    """sha256 (hex) of the copy as it came; `OTHERS` for all that are kept no more, of which `differences` are
    not known."""
    version: int
    differences: tuple[Difference, ...]
    first_seen: datetime
    last_seen: datetime
    times: int

    def document(self) -> dict[str, object]:
        """The alarm as plain JSON."""
        return {
            "digest": self.digest, "version": self.version, "times": self.times,
            "first_seen": self.first_seen.isoformat(), "last_seen": self.last_seen.isoformat(),
            "differences": [each.document() for each in self.differences],
        }  # fmt: skip


_alarm = table_of(AlarmRow)


def raise_alarm(
    tx: Tx, *, recall_id: str, digest: str, version: int, differences: Sequence[Difference], at: datetime
) -> Raised:
    """Keep a false copy, or count one that is known; a new one always comes in."""
    if _counted(tx, recall_id=recall_id, digest=digest, times=1, at=at):
        return Raised.KNOWN
    few = [each.few(most=_VALUES).document() for each in differences[:_DIFFERENCES]]
    kept = tx.scalar(select(func.count()).where(_alarm.c.recall_id == recall_id, _alarm.c.digest != OTHERS))
    if kept >= MOST:
        _make_room(tx, recall_id=recall_id)
    _insert(tx, recall_id=recall_id, digest=digest, version=version, differences=few, times=1, at=at)
    return Raised.DISPLACES if kept >= MOST else Raised.NEW


def showings(tx: Tx, *, recall_id: str) -> int:
    """How often false copies of a recall's notice were shown, of whatever content."""
    return int(tx.scalar(select(func.sum(_alarm.c.times)).where(_alarm.c.recall_id == recall_id)) or 0)


def alarms(tx: Tx, *, recall_id: str) -> tuple[Alarm, ...]:
    """The alarms of a recall, those shown most often first, then the newest; last what is kept no more."""
    query = select(_alarm).where(_alarm.c.recall_id == recall_id)
    order = (_alarm.c.digest == OTHERS, _alarm.c.times.desc(), _alarm.c.last_seen.desc(), _alarm.c.digest)
    return tuple(map(_read, tx.rows(query.order_by(*order))))


def _counted(tx: Tx, *, recall_id: str, digest: str, times: int, at: datetime) -> bool:
    """Count more showings of a content; returns whether it is known."""
    which = (_alarm.c.recall_id == recall_id) & (_alarm.c.digest == digest)
    return tx.write(update(_alarm).where(which).values(times=_alarm.c.times + times, last_seen=at)) > 0


def _insert(tx: Tx, *, at: datetime, **parts: object) -> None:
    insert_new(tx, _alarm, [{**parts, "first_seen": at, "last_seen": at}])


def _make_room(tx: Tx, *, recall_id: str) -> None:
    """Let go of what was shown least, of those that are not the newest; its showings stay counted."""
    of_recall = select(_alarm).where(_alarm.c.recall_id == recall_id, _alarm.c.digest != OTHERS)
    newest = of_recall.order_by(_alarm.c.first_seen.desc(), _alarm.c.digest).limit(NEWEST).subquery()
    older = of_recall.where(_alarm.c.digest.not_in(select(newest.c.digest)))
    least = tx.first(older.order_by(_alarm.c.times, _alarm.c.last_seen, _alarm.c.digest).limit(1))
    if least is None:
        return
    which = (_alarm.c.recall_id == recall_id) & (_alarm.c.digest == least["digest"])
    tx.write(delete(_alarm).where(which))
    gone = {"recall_id": recall_id, "digest": OTHERS, "times": least["times"]}
    if not _counted(tx, **gone, at=least["last_seen"]):
        _insert(tx, **gone, version=least["version"], differences=[], at=least["last_seen"])


def _read(row: Values) -> Alarm:
    return Alarm(**row | {"differences": tuple(map(Difference.read, row["differences"]))})
