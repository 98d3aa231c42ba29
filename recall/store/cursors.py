"""Cursors: how far the engine has read what partners offer, so that it carries on where it was."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Field

from recall.store.sql import Row, Tx, table_of, upsert


class CursorRow(Row, table=True):
    """A partner's own mark of how far it was read."""

    __tablename__ = "cursor"
    name: str = Field(primary_key=True)
    value: str


_cursor = table_of(CursorRow)


def cursor(tx: Tx, *, name: str) -> str:
    """How far a reading of that name is; empty: not begun."""
    return str(tx.scalar(select(_cursor.c.value).where(_cursor.c.name == name)) or "")


def set_cursor(tx: Tx, *, name: str, value: str) -> None:
    """Keep how far it is; in the same transaction as what was read."""
    upsert(tx, _cursor, [{"name": name, "value": value}])
