"""The window: a span of days, open on a side where the notice leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days from `first` to `last`, both included; None: open on that side."""

    first: date | None = None
    last: date | None = None

    def overlaps(self, *, first: date, last: date) -> bool:
        """Whether any day of `first`..`last` lies in the window.

        >>> Window(first=date(2023, 6, 5), last=date(2023, 7, 28)).overlaps(
        ...     first=date(2023, 7, 28), last=date(2023, 8, 2))
        True
        """
        return (self.first is None or last >= self.first) and (self.last is None or first <= self.last)

    def document(self) -> dict[str, str | None]:
        """`{"from", "to"}` as ISO dates or null."""
        return {
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
        }
