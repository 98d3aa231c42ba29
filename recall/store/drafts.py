"""The drafts as they are kept: each notice on its maker's desk, with what was said of each clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlmodel import Field

from recall.domain.draft import Draft, Mark
from recall.domain.notice import Notice
from recall.errors import NotFound
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, locked, table_of, upsert


class DraftRow(Row, table=True):
    """One draft; `submitted` names the recall that came of it."""

    __tablename__ = "draft"
    id: str = Field(primary_key=True)
    maker: str = Field(foreign_key="party.id")
    policies: list[str] = Field(sa_type=JSON)
    notice: dict[str, Any] = Field(sa_type=JSON)
    marks: list[dict[str, str] | None] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime, index=True)
    amends: str | None = Field(foreign_key="recall.id")
    recall_id: str | None = Field(foreign_key="recall.id", index=True)


_draft = table_of(DraftRow)


def save_draft(tx: Tx, draft: Draft) -> None:
    """Keep a draft as it stands."""
    row = {
        "id": draft.id, "maker": draft.maker, "policies": list(draft.policies),
        "notice": draft.notice.document(), "created_at": draft.created_at, "changed_at": draft.changed_at,
        "marks": [mark.document() if mark else None for mark in draft.marks], "amends": draft.amends,
        "recall_id": draft.recall_id,
    }  # fmt: skip
    upsert(tx, _draft, [row])


def draft(tx: Tx, *, draft_id: str) -> Draft:
    """The draft of that id; in a transaction that writes it is locked. Raises NotFound."""
    row = tx.first(locked(tx, select(_draft).where(_draft.c.id == draft_id)))
    if row is None:
        raise NotFound(f"There is no draft {draft_id!r}", value=draft_id)
    return _read(row)


def drafts(tx: Tx) -> tuple[Draft, ...]:
    """Every draft, those changed last first."""
    return tuple(map(_read, tx.rows(select(_draft).order_by(_draft.c.changed_at.desc(), _draft.c.id))))


def give_back(tx: Tx, *, recall_id: str, notice: Notice) -> None:
    """Let the draft of a version that was rejected lie on its maker's desk again."""
    query = select(_draft).where(_draft.c.recall_id == recall_id)
    for draft in map(_read, tx.rows(query)):
        if draft.notice == notice:
            save_draft(tx, replace(draft, recall_id=None))


def _read(row: Values) -> Draft:
    marks = tuple(Mark.read(mark) if mark else None for mark in row["marks"])
    parts = {"notice": Notice.read(row["notice"]), "policies": tuple(row["policies"]), "marks": marks}
    return Draft(**row | parts)
