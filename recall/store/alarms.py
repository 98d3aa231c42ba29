"""The alarms: copies of a notice that say something else, each content once, and how often it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, func, select, update
from sqlmodel import Field

from recall.domain.difference import Difference
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, insert_new, table_of

MOST = 200
"""The most different copies that are kept of a recall: a flood of them is told to its sender alone."""


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
    """sha256 (hex) of the copy as it came."""
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
) -> bool:
    """Keep a false copy; returns whether this content is new. One that is known is counted."""
    which = (_alarm.c.recall_id == recall_id) & (_alarm.c.digest == digest)
    again = update(_alarm).where(which).values(times=_alarm.c.times + 1, last_seen=at)
    if tx.write(again):
        return False
    if tx.scalar(select(func.count()).where(_alarm.c.recall_id == recall_id)) >= MOST:
        return False
    row = {
        "recall_id": recall_id, "digest": digest, "version": version, "times": 1, "first_seen": at,
        "last_seen": at, "differences": [each.document() for each in differences],
    }  # fmt: skip
    return insert_new(tx, _alarm, [row]) > 0


def alarms(tx: Tx, *, recall_id: str) -> tuple[Alarm, ...]:
    """The alarms of a recall, those seen last first."""
    query = select(_alarm).where(_alarm.c.recall_id == recall_id)
    return tuple(map(_read, tx.rows(query.order_by(_alarm.c.last_seen.desc(), _alarm.c.digest))))


def _read(row: Values) -> Alarm:
    return Alarm(**row | {"differences": tuple(map(Difference.read, row["differences"]))})
