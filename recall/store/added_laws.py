"""The added laws: which policies an amendment brought to a recall, and since when each law holds there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Field

from recall.domain.recall import Recall
from recall.store.recalls import NoticeRow
from recall.store.sql import Row, Tx, insert_new, table_of


class AddedLawRow(Row, table=True):
    """A policy that came with a version of the notice; those that a recall was opened under stand nowhere."""

    __tablename__ = "added_law"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    policy: str = Field(primary_key=True)
    place: int


_law, _notice = table_of(AddedLawRow), table_of(NoticeRow)


def add_laws(tx: Tx, *, recall_id: str, version: int, policies: Sequence[str]) -> None:
    """Keep which laws a version brings, once it is approved."""
    of = {"recall_id": recall_id, "version": version}
    insert_new(tx, _law, [of | {"policy": policy, "place": n} for n, policy in enumerate(policies)])


def laws_added(tx: Tx, *, recall_id: str, version: int) -> tuple[str, ...]:
    """The laws that a version brings, in their order."""
    which = (_law.c.recall_id == recall_id, _law.c.version == version)
    return tuple(tx.scalars(select(_law.c.policy).where(*which).order_by(_law.c.place)))


def laws_since(tx: Tx, recall: Recall) -> Mapping[str, datetime]:
    """Since when each law of a recall holds there: since it was opened, or since the version that added it.

    Empty as long as the recall is not open.
    """
    if recall.opened_at is None:
        return {}
    query = (
        select(_law.c.policy, _notice.c.approved_at)
        .join(_notice, (_notice.c.recall_id == _law.c.recall_id) & (_notice.c.version == _law.c.version))
        .where(_law.c.recall_id == recall.id, _notice.c.approved_at.is_not(None))
        .order_by(_law.c.version.desc())
    )
    later = {row["policy"]: row["approved_at"] for row in tx.rows(query)}
    return {policy: later.get(policy, recall.opened_at) for policy in recall.policies}
