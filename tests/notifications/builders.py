"""Messages and parties for the tests of the channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from recall.domain.party import Party, Role
from recall.ports import Outgoing, Receipt

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def clock() -> datetime:
    """The time that the tests hand in."""
    return NOW


def party(**change: Any) -> Party:
    """A marketplace, changed as asked."""
    return Party(**({"id": "party_1", "role": Role.PLATFORM, "name": "Harbour Market"} | change))


def outgoing(number: int = 1, **change: Any) -> Outgoing:
    """The message `msg_<number>` to buyer <number>, changed as asked."""
    given: dict[str, Any] = {
        "id": f"msg_{number}", "recall_id": "rcl_1", "version": 1, "kind": "stop_sale", "party": party(),
        "recipient": f"desk{number}@shop.example", "language": "en", "subject": "Stop the sale",
        "text": "Stop the sale today.\n", "html": "<p>Stop the sale today.</p>", "document": {},
        "message_id": f"msg_{number}", "created_at": NOW,
    }  # fmt: skip
    return Outgoing(**(given | change))


@dataclass
class Noted:
    """A handover log that is only remembered."""

    lines: list[str] = field(default_factory=list)

    def begins(self, outgoing_id: str) -> None:
        """`> id`"""
        self.lines.append(f"> {outgoing_id}")

    def ended(self, receipt: Receipt) -> None:
        """`< id result`"""
        self.lines.append(f"< {receipt.outgoing_id} {receipt.result}")
