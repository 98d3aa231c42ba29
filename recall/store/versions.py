"""The versions of a notice: who submitted each, who approved it, or rejected it and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from recall.store.recalls import NoticeRow
from recall.store.sql import Tx, columns_of, table_of

_notice = table_of(NoticeRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a notice: who submitted it, and who approved or rejected it."""

    version: int
    submitted_by: str
    submitted_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    rejected_by: str | None
    rejected_at: datetime | None
    reason: str | None


def versions(tx: Tx, *, recall_id: str) -> tuple[Version, ...]:
    """Every version of a recall's notice, those rejected among them, the first first."""
    query = select(*columns_of(_notice, Version)).where(_notice.c.recall_id == recall_id)
    return tuple(Version(**row) for row in tx.rows(query.order_by(_notice.c.version)))


def newest_version(tx: Tx, *, recall_id: str) -> int:
    """The highest version that was ever submitted; 0: none was."""
    query = select(func.max(_notice.c.version)).where(_notice.c.recall_id == recall_id)
    return int(tx.scalar(query) or 0)


def reject_notice(
    tx: Tx, *, recall_id: str, version: int, rejected_by: str, reason: str, at: datetime
) -> None:
    """Keep who rejected a version that waits, and why: it never comes into force."""
    which = (_notice.c.recall_id == recall_id) & (_notice.c.version == version)
    rejected = {"rejected_by": rejected_by, "rejected_at": at, "reason": reason}
    tx.write(update(_notice).where(which).values(rejected))
