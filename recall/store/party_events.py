"""What a party may pull: its own events in a sequence without gaps, so that none can be missed unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, func, insert, select
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, columns_of, table_of


class PartyEventRow(Row, table=True):
    """One event of one party's feed."""

    __tablename__ = "party_event"
    party_id: str = Field(primary_key=True, foreign_key="party.id")
    seq: int = Field(primary_key=True)
    type: str
    document: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEvent:
    """One thing that a party is told in its feed; `seq` counts from 1 for each party."""

    seq: int
    type: str
    document: Mapping[str, object]
    at: datetime


_event = table_of(PartyEventRow)


def publish(tx: Tx, *, party_id: str, type: str, document: Mapping[str, object], at: datetime) -> int:
    """Add an event to a party's feed; returns its number."""
    tx.hold_journal()
    seq = highest(tx, party_id=party_id) + 1
    row = {"party_id": party_id, "seq": seq, "type": type, "document": dict(document), "at": at}
    tx.write(insert(_event), [row])
    return seq


def since(tx: Tx, *, party_id: str, after: int, limit: int = 100) -> tuple[PartyEvent, ...]:
    """The events past `after`, oldest first."""
    query = select(*columns_of(_event, PartyEvent)).where(_event.c.party_id == party_id, _event.c.seq > after)
    return tuple(PartyEvent(**row) for row in tx.rows(query.order_by(_event.c.seq).limit(limit)))


def highest(tx: Tx, *, party_id: str) -> int:
    """The number of the party's last event; 0: it has none."""
    return int(tx.scalar(select(func.max(_event.c.seq)).where(_event.c.party_id == party_id)) or 0)
