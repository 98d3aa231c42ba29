"""The paces: every partner's buckets of tokens, and the pauses of those that fail or asked for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Field

from recall.domain.pace import Bucket
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, locked, table_of, upsert


class PaceRow(Row, table=True):
    """One bucket, or (without an operation in its name) a partner's system as a whole."""

    __tablename__ = "pace"
    name: str = Field(primary_key=True)
    tokens: float
    at: datetime = Field(sa_type=UtcTime)
    burst: float
    per_second: float
    not_before: datetime | None = Field(sa_type=UtcTime)
    failures: int


_pace = table_of(PaceRow)


def bucket(tx: Tx, *, name: str) -> Bucket | None:
    """A bucket as it was kept, or None; locked where the transaction writes."""
    row = tx.first(locked(tx, select(_pace).where(_pace.c.name == name)))
    return Bucket(**{key: value for key, value in row.items() if key != "name"}) if row else None


def save_bucket(tx: Tx, bucket: Bucket, *, name: str) -> None:
    """Keep a bucket."""
    upsert(tx, _pace, [{"name": name, **asdict(bucket)}])


def paced(tx: Tx) -> Mapping[str, Bucket]:
    """Every bucket by its name."""
    return {row.pop("name"): Bucket(**row) for row in tx.rows(select(_pace).order_by(_pace.c.name))}
