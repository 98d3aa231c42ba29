"""The watched feeds: how fresh each source is, and what its addresses answered last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, columns_of, insert_new, table_of, upsert

_LONGEST = 500
_FIRST_WAIT = 60.0


class WatchedRow(Row, table=True):
    """A feed that is polled."""

    __tablename__ = "watched"
    name: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_type=UtcTime)
    succeeded_at: datetime | None = Field(sa_type=UtcTime)
    changed_at: datetime | None = Field(sa_type=UtcTime)
    deep_at: datetime | None = Field(sa_type=UtcTime)
    failed_at: datetime | None = Field(sa_type=UtcTime)
    error: str
    failures: int


class WatchedPageRow(Row, table=True):
    """What an address of it answered last."""

    __tablename__ = "watched_page"
    name: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    etag: str
    modified: str
    digest: str
    read_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How fresh a source is: when it was asked, answered, said news, was read whole, and failed."""

    name: str
    asked_at: datetime
    succeeded_at: datetime | None = None
    changed_at: datetime | None = None
    deep_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""
    """Why it failed last; empty: it answered since."""
    failures: int = 0
    """How often it failed since it answered."""

    def due_at(self, *, every: float) -> datetime:
        """When to ask again: after `every` seconds; after a failure sooner, then later with each further."""
        wait = min(every, _FIRST_WAIT * 2.0 ** min(self.failures - 1, 20)) if self.failures else every
        return self.asked_at + timedelta(seconds=wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an address answered last: its validators (RFC 9110) and the digest of its body."""

    address: str
    etag: str = ""
    modified: str = ""
    digest: str = ""


_watched, _page = table_of(WatchedRow), table_of(WatchedPageRow)


def freshness(tx: Tx) -> Mapping[str, Freshness]:
    """Every source that was ever asked, by its name."""
    rows = tx.rows(select(*columns_of(_watched, Freshness)).order_by(_watched.c.name))
    return {row["name"]: Freshness(**row) for row in rows}


def asked(tx: Tx, *, name: str, at: datetime) -> None:
    """Keep that a source is asked now."""
    row = {"name": name, "asked_at": at, "error": "", "failures": 0}
    if not insert_new(tx, _watched, [row]):
        tx.write(update(_watched).where(_watched.c.name == name).values(asked_at=at))


def answered(tx: Tx, *, name: str, at: datetime, changed: bool, deep: bool) -> None:
    """Keep that a source answered: whether it said something new, and whether it was read whole."""
    values = {"succeeded_at": at, "error": "", "failures": 0}
    values |= {"changed_at": at} if changed else {}
    values |= {"deep_at": at} if deep else {}
    tx.write(update(_watched).where(_watched.c.name == name).values(values))


def failed(tx: Tx, *, name: str, at: datetime, error: str) -> None:
    """Keep why a source failed."""
    values = {"failed_at": at, "error": error[:_LONGEST], "failures": _watched.c.failures + 1}
    tx.write(update(_watched).where(_watched.c.name == name).values(values))


def pages(tx: Tx, *, name: str) -> Mapping[str, Page]:
    """What the addresses of a source answered last."""
    rows = tx.rows(select(*columns_of(_page, Page)).where(_page.c.name == name))
    return {row["address"]: Page(**row) for row in rows}


def keep_page(tx: Tx, page: Page, *, name: str, at: datetime) -> None:
    """Keep what an address answered; after all that stood in it is kept."""
    row = {"name": name, "address": page.address, "etag": page.etag, "modified": page.modified,
           "digest": page.digest, "read_at": at}  # fmt: skip
    upsert(tx, _page, [row])
