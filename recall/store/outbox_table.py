"""The outbox's table, and what it gives back: claimed messages, messages with their fate, and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from recall.domain.message import Message, MessageKind, Via
from recall.store.columns import UtcTime
from recall.store.sql import Row

WAITS, HELD = text("state = 'waiting'"), text("state IN ('claimed', 'handing_over')")
"""What may be claimed, and what a holder has: an index each, so that both cost the same in a full outbox."""
IN_FLIGHT = text("state IN ('waiting', 'claimed', 'handing_over')")
"""What may still leave."""


class MessageState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    """Taken over by a relay; its receipt is still to come."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    """Perhaps delivered, twice: a person may ask."""
    SUPERSEDED = "superseded"


ENDED = frozenset({MessageState.DELIVERED, MessageState.REFUSED, MessageState.AMBIGUOUS})
"""The states in which a message was told as far as it can be."""


class OutboxRow(Row, table=True):
    """One message to one recipient."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("recall_id", "version", "party_id", "via", "kind", "recipient", "subject", "round"),
        Index("ix_outbox_recipient", "recipient", "party_id"),
        Index(
            "ix_outbox_waiting",
            "via",
            "priority",
            "not_before",
            sqlite_where=WAITS,
            postgresql_where=WAITS,
        ),
        Index("ix_outbox_held", "holder", "hold_until", sqlite_where=HELD, postgresql_where=HELD),
    )
    id: str = Field(primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    version: int
    party_id: str = Field(foreign_key="party.id")
    via: str
    kind: str
    recipient: str
    language: str
    facts: dict[str, str] = Field(sa_type=JSON)
    subject: str
    round: int
    priority: int
    state: str
    attempts: int
    ambiguous: int
    holder: str | None
    hold_until: datetime | None = Field(sa_type=UtcTime)
    not_before: datetime = Field(sa_type=UtcTime)
    detail: str
    created_at: datetime = Field(sa_type=UtcTime)
    sent_at: datetime | None = Field(sa_type=UtcTime)
    lane: str = Field(sa_column_kwargs={"server_default": text("''")})
    """Who may ask for less: a mail's domain, a hook's host, a platform; see `lanes`."""


REACHED = [MessageState.ACCEPTED.value, MessageState.DELIVERED.value, MessageState.AMBIGUOUS.value]
"""The states in which somebody was told, or may have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message that one holder may hand over now."""

    message: Message
    attempts: int
    """Which attempt this is, from 1."""
    ambiguous: bool
    """Whether an earlier hand-over may have succeeded: say so in the message."""
    created_at: datetime

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a receiver can tell a second copy."""
        return self.message.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A message and what became of it so far."""

    message: Message
    state: MessageState
    attempts: int
    ambiguous: int
    """How many of its hand-overs may or may not have succeeded."""
    detail: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCount:
    """How many messages of a kind one party has in one state."""

    party_id: str
    via: Via
    kind: MessageKind
    state: MessageState
    n: int
