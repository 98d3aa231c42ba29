"""The pace: what a partner allows, and whether it is to be left alone; remembered beyond this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bucket of tokens: so many at once, and so many more each second."""

    burst: float
    per_second: float


class Pace(Protocol):
    """The pace of one party's system; `operation` names a bucket of the manifest's `[limits]`, "" the whole.

    An operation without a limit is held up only when the partner itself asked for it.
    """

    async def take(self, operation: str = "", *, cost: float = 1.0) -> None:
        """Take tokens before a call; a short wait is kept in place. Raises TryLater for a longer one."""

    def heard(
        self,
        operation: str = "",
        *,
        remaining: float | None = None,
        limit: Limit | None = None,
        after: float | None = None,
    ) -> None:
        """Keep what an answer said: tokens that are left, another limit, seconds to keep away for."""

    def went(self, *, well: bool) -> None:
        """Keep whether the system answered at all: one that fails again and again is left alone."""
