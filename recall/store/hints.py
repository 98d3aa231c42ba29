"""The hints: what vendors' webhooks said, each once, until somebody has looked at what they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Field

from recall.ports import Event
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, chunks, columns_of, insert_new, table_of

MOST = 10_000
"""Hints of one platform that may wait: beyond it, everything is looked at anyway."""
_AT_ONCE = 300


class HintRow(Row, table=True):
    """One delivery of a platform's webhook."""

    __tablename__ = "hint"
    platform_id: str = Field(primary_key=True, foreign_key="party.id")
    id: str = Field(primary_key=True)
    kind: str
    ref: str
    at: datetime = Field(sa_type=UtcTime)
    heard_at: datetime = Field(sa_type=UtcTime)
    looked_at: datetime | None = Field(sa_type=UtcTime, index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a platform's webhook said, never trusted as data: where to look."""

    platform_id: str
    event: Event


_hint = table_of(HintRow)
_event = columns_of(_hint, Event)


def keep(tx: Tx, *, platform_id: str, event: Event, at: datetime) -> bool:
    """Keep a hint; False: it was heard before, or as many as may wait are waiting."""
    row = {
        "platform_id": platform_id, "id": event.id, "kind": event.kind, "ref": event.ref, "at": event.at,
        "heard_at": at, "looked_at": None,
    }  # fmt: skip
    waits = select(func.count()).where(_hint.c.platform_id == platform_id, _hint.c.looked_at.is_(None))
    return int(tx.scalar(waits) or 0) < MOST and insert_new(tx, _hint, [row]) == 1


def waiting(tx: Tx) -> tuple[Hint, ...]:
    """The hints that nobody has looked after, platform by platform, the oldest first."""
    query = select(_hint.c.platform_id, *_event).where(_hint.c.looked_at.is_(None))
    rows = tx.rows(query.order_by(_hint.c.platform_id, _hint.c.at, _hint.c.id))
    return tuple(
        Hint(platform_id=row["platform_id"], event=Event(**{c.name: row[c.name] for c in _event}))
        for row in rows
    )


def looked(tx: Tx, hints: Collection[Hint], *, at: datetime) -> None:
    """Somebody looked at what these are about."""
    for some in chunks([(hint.platform_id, hint.event.id) for hint in hints], size=_AT_ONCE):
        for platform_id in {platform for platform, _ in some}:
            ids = [name for platform, name in some if platform == platform_id]
            which = (_hint.c.platform_id == platform_id) & _hint.c.id.in_(ids)
            tx.write(update(_hint).where(which).values(looked_at=at))


def forget(tx: Tx, *, before: datetime) -> None:
    """Forget hints that were looked after so long ago that none of them comes again."""
    tx.write(delete(_hint).where(_hint.c.looked_at < before))
