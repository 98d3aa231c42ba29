"""The link: one edge of an evidence chain, with who says so, when, and in which event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`rule` leads from `start` to `end`; `event` is the hash of what shows it.

    `source` is who says so: the party that captured the event, `notice <reference>` for a clause, the
    platform for an order line. `at` is when it happened, or was published.
    """

    rule: str
    start: str
    end: str
    event: str | None = None
    at: datetime | None = None
    source: str | None = None

    def document(self) -> dict[str, str | None]:
        """The link as flat JSON."""
        return {
            "rule": self.rule,
            "from": self.start,
            "to": self.end,
            "event": self.event,
            "time": self.at.isoformat() if self.at else None,
            "source": self.source,
        }

    @classmethod
    def read(cls, document: Mapping[str, str | None]) -> Link:
        """The link that `document` wrote."""
        at = document["time"]
        return cls(
            rule=document["rule"] or "", start=document["from"] or "", end=document["to"] or "",
            event=document["event"], at=datetime.fromisoformat(at) if at else None, source=document["source"],
        )  # fmt: skip
