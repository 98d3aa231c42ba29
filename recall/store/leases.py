"""Leases: one holder of a name at a time; a holder that died loses it when its time runs out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy import delete, or_, update
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, insert_new, table_of

BEATS = 4
"""How often a lease is renewed while it lasts."""
_log = logging.getLogger(__name__)


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


@contextmanager
def renewed(
    begin: Callable[[], AbstractContextManager[Tx]],
    *,
    name: str,
    holder: str,
    now: Callable[[], datetime],
    seconds: float,
) -> Iterator[None]:
    """Renew a lease that is held while the block runs, however long that takes; `begin` begins a transaction.

    From a thread of its own, for what runs may hold up an event loop; where the lease cannot be written now,
    it is tried again.
    """
    done = Event()

    def renew() -> None:
        while not done.wait(seconds / BEATS):
            try:
                with begin() as tx:
                    take(tx, name=name, holder=holder, now=now(), seconds=seconds)
            except Exception:
                _log.warning("The lease of %s was not renewed; it is tried again", name, exc_info=True)

    thread = Thread(target=renew, name=f"lease of {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
