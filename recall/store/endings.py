"""The endings: which recall one officer asked to end, how and why, until another agrees or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Field

from recall.domain.recall import RecallAct
from recall.errors import NotNow
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, columns_of, flat, insert_new, table_of


class EndingRow(Row, table=True):
    """An end that waits for a second officer."""

    __tablename__ = "ending"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    act: str
    reason: str
    override: bool
    version: int
    asked_by: str = Field(foreign_key="party.id")
    asked_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An end that was asked for: `withdraw` or `close`, and the version of the notice it was asked for."""

    recall_id: str
    act: RecallAct
    reason: str
    override: bool
    """Whether the reason stands in the place of criteria that are not met."""
    version: int
    asked_by: str
    asked_at: datetime


_ending = table_of(EndingRow)


def ask(tx: Tx, asked: Asked) -> None:
    """Keep an end that is asked for. Raises NotNow where one waits already."""
    if not insert_new(tx, _ending, [flat(asked)]):
        raise NotNow(
            "The end of this recall is asked for already", value=asked.recall_id,
            advice="Let a second officer agree or refuse.",
        )  # fmt: skip


def asked(tx: Tx, *, recall_id: str) -> Asked | None:
    """The end that waits for a second officer, or None."""
    row = tx.first(select(*columns_of(_ending, Asked)).where(_ending.c.recall_id == recall_id))
    return Asked(**row | {"act": RecallAct(row["act"])}) if row else None


def forget(tx: Tx, *, recall_id: str) -> None:
    """Let none wait any more."""
    tx.write(delete(_ending).where(_ending.c.recall_id == recall_id))
