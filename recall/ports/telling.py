"""The channel: a way to tell a party, with what goes out and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from recall.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A rendered message on its way to one recipient."""

    id: str
    recall_id: str
    version: int
    kind: str
    party: Party
    recipient: str
    language: str
    subject: str
    text: str
    html: str | None
    document: Mapping[str, object]
    """For webhooks: the thin event; for the relay: `{"line", "link", "texts": {language: {...}}}`."""
    message_id: str
    """The same at every attempt: Message-ID of a mail, webhook-id of a hook."""
    created_at: datetime


class Result(StrEnum):
    """What became of a hand-over."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    """Taken over by a relay; its receipt comes later."""
    LATER = "later"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    """Perhaps delivered: the connection was lost after the hand-over (RFC 1047)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to one outgoing message."""

    outgoing_id: str
    result: Result
    detail: str = ""
    after: float | None = None
    """Seconds to wait before the next try, if the receiver said so."""
    slow: bool = False
    """Whether the receiver asked for less of everything, not only of this."""


class Handover(Protocol):
    """Where a sender writes down what it is about to do, so that its successor knows."""

    def begins(self, outgoing_id: str) -> None:
        """The first byte of this message goes out now."""

    def ended(self, receipt: Receipt) -> None:
        """The receiver answered."""


class Channel(Protocol):
    """A way to tell a party."""

    name: str
    batch: int
    """How many messages one hand-over may carry; 1 where each must be recorded alone."""

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Hand messages over; one receipt each, in order. Never raises for one recipient's sake."""

    async def aclose(self) -> None:
        """Let its connections go."""
