"""The audit trail as it is kept: numbered without a gap, each entry chained to the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, func, insert, select
from sqlmodel import Field

from recall.domain.audit import Entry, chained, first_broken
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, columns_of, flat, table_of


class AuditRow(Row, table=True):
    """One entry; never updated, never deleted."""

    __tablename__ = "audit"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)
    recall_id: str | None = Field(index=True)
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = Field(sa_type=JSON)
    previous: str = Field(unique=True)
    hash: str


_audit = table_of(AuditRow)
_entries = select(*columns_of(_audit, Entry))


def append(
    tx: Tx,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    recall_id: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> Entry:
    """Add what `actor` did to `subject` to the end of the chain; `detail` is plain JSON."""
    tx.hold_journal()
    last = tx.first(_entries.order_by(_audit.c.seq.desc()).limit(1))
    entry = chained(
        previous=Entry(**last) if last else None, at=at.astimezone(UTC), recall_id=recall_id, actor=actor,
        action=action, subject=subject, detail=dict(detail or {}),
    )  # fmt: skip
    tx.write(insert(_audit), [flat(entry)])
    return entry


def entries(tx: Tx, *, recall_id: str | None = None, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
    """Entries past `after`, oldest first; of one recall, or all."""
    query = _entries.where(_audit.c.seq > after).order_by(_audit.c.seq).limit(limit)
    if recall_id is not None:
        query = query.where(_audit.c.recall_id == recall_id)
    return tuple(Entry(**row) for row in tx.rows(query))


def newest(tx: Tx, *, recall_id: str, limit: int) -> tuple[Entry, ...]:
    """The last entries of a recall, newest first."""
    query = _entries.where(_audit.c.recall_id == recall_id).order_by(_audit.c.seq.desc()).limit(limit)
    return tuple(Entry(**row) for row in tx.rows(query))


def first_times(tx: Tx, *, recall_id: str) -> Mapping[str, datetime]:
    """When each action was first done in a recall."""
    first = func.min(_audit.c.at, type_=_audit.c.at.type).label("at")
    query = select(_audit.c.action, first).where(_audit.c.recall_id == recall_id).group_by(_audit.c.action)
    return {row["action"]: row["at"] for row in tx.rows(query)}


def is_noted(tx: Tx, *, recall_id: str, actor: str, action: str, subject: str) -> bool:
    """Whether this was done before in a recall: the same act of the same party to the same subject."""
    same = (_audit.c.recall_id == recall_id) & (_audit.c.actor == actor) & (_audit.c.action == action)
    return tx.first(select(_audit.c.seq).where(same, _audit.c.subject == subject)) is not None


def verify(tx: Tx) -> int | None:
    """The number of the first entry that does not follow from those before it; None: the chain holds."""
    return first_broken(_all(tx))


def _all(tx: Tx) -> Iterator[Entry]:
    return (Entry(**row) for row in tx.stream(_entries.order_by(_audit.c.seq)))
