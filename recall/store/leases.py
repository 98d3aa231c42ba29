"""Leases: one holder of a name at a time; a holder that died loses it when its time runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, insert_new, table_of


class LeaseRow(Row, table=True):
    """Who holds a name, and until when."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_type=UtcTime)


_lease = table_of(LeaseRow)


def take(tx: Tx, *, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or renew a lease for so long; False: another holds it, and its time has not run out."""
    until = now + timedelta(seconds=seconds)
    if insert_new(tx, _lease, [{"name": name, "holder": holder, "until": until}]):
        return True
    free = or_(_lease.c.holder == holder, _lease.c.until < now)
    mine = update(_lease).where(_lease.c.name == name, free)
    return bool(tx.write(mine.values(holder=holder, until=until)))


def give_back(tx: Tx, *, name: str, holder: str) -> None:
    """Let go of a lease that one still holds; another's is left alone."""
    tx.write(delete(_lease).where(_lease.c.name == name, _lease.c.holder == holder))
