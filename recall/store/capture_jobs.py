"""The capture jobs: documents that were taken in, kept in parts until they are worked off, and their fate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, delete, func, insert, select, update
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, table_of

PART = 1 << 20
"""Bytes of each part of a document but its last."""


class CaptureJobRow(Row, table=True):
    """A document of events on its way: taken in, under way, done."""

    __tablename__ = "capture_job"
    id: str = Field(primary_key=True)
    party: str = Field(index=True)
    proceed: bool
    """Whether what can be captured is, when something cannot be; else all or nothing."""
    running: bool
    success: bool
    new: int
    known: int
    errors: list[dict[str, Any]] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime | None = Field(sa_type=UtcTime)


class CapturePartRow(Row, table=True):
    """A part of a document that is not worked off yet."""

    __tablename__ = "capture_part"
    job: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    content: bytes = Field(sa_type=LargeBinary)


_JOB, _PART = table_of(CaptureJobRow), table_of(CapturePartRow)


def keep_part(tx: Tx, *, job: str, number: int, content: bytes, at: datetime) -> None:
    """Keep one part of a document that is being taken in."""
    tx.write(insert(_PART), [{"job": job, "number": number, "content": content, "at": at}])


def add_job(tx: Tx, *, job: str, party: str, proceed: bool, at: datetime) -> None:
    """The document is here whole: it may be worked off."""
    row = {
        "id": job, "party": party, "proceed": proceed, "running": True, "success": True, "new": 0, "known": 0,
        "errors": [], "created_at": at, "finished_at": None,
    }  # fmt: skip
    tx.write(insert(_JOB), [row])


def tell_progress(tx: Tx, *, job: str, new: int, known: int, errors: list[dict[str, Any]]) -> None:
    """How far a job is; one that is done has told all."""
    told = {"new": new, "known": known, "errors": errors, "success": not errors}
    tx.write(update(_JOB).where(_JOB.c.id == job, _JOB.c.running.is_(True)).values(told))


def finish(tx: Tx, *, job: str, at: datetime) -> None:
    """A job is done; its document is let go."""
    still = (_JOB.c.id == job, _JOB.c.running.is_(True))
    tx.write(update(_JOB).where(*still).values(running=False, finished_at=at))
    tx.write(delete(_PART).where(_PART.c.job == job))


def forget_broken(tx: Tx, *, before: datetime) -> None:
    """Let go of parts of documents that broke off while they were taken in."""
    tx.write(delete(_PART).where(_PART.c.at < before, _PART.c.job.not_in(select(_JOB.c.id))))


def waiting(tx: Tx) -> Values | None:
    """The job to be worked off next, or None."""
    return tx.first(
        select(_JOB).where(_JOB.c.running.is_(True)).order_by(_JOB.c.created_at, _JOB.c.id).limit(1)
    )


def capture_job(tx: Tx, *, job: str, party: str | None) -> Values | None:
    """A job by its id, where it is the party's (None: any party's)."""
    mine = [_JOB.c.party == party] if party is not None else []
    return tx.first(select(_JOB).where(_JOB.c.id == job, *mine))


def capture_jobs(tx: Tx, *, party: str | None, after: str = "", limit: int) -> list[Values]:
    """Jobs of a party (None: of all), oldest first; `after` is the last id of the page before."""
    mine = [_JOB.c.party == party] if party is not None else []
    return tx.rows(select(_JOB).where(_JOB.c.id > after, *mine).order_by(_JOB.c.id).limit(limit))


def kept_parts(tx: Tx, *, job: str) -> int:
    """How many parts of a document are kept."""
    return int(tx.scalar(select(func.count()).where(_PART.c.job == job)))


def kept_part(tx: Tx, *, job: str, number: int) -> bytes:
    """One part of a document, counted from 0; nothing where there is no such part."""
    return bytes(
        tx.scalar(select(_PART.c.content).where(_PART.c.job == job, _PART.c.number == number)) or b""
    )
