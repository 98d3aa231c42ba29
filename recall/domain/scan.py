"""The scan: when all order lines of a trade item are surely read, whatever the platform does meanwhile; pure.

- Where a key never changes and the total is exact, one pass that reads as many is enough.
- Else passes go on until two after each other give the same lines, as many as the platform says.
- What was sold while that went on is read again after the sale was stopped, a grace later, with a look-back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(minutes=30)
"""After a stop: orders that were on their way are placed by then."""
LOOK_BACK = timedelta(days=1)
"""Orders show up late: a reading by time begins so much earlier than the last one was sure of."""
EVERY = timedelta(hours=1)
"""Goods whose sale nobody has stopped are looked at again so often."""
MOST_PASSES = 8
"""Passes in one run: a system that never stands still is left until the next run."""


class Next(StrEnum):
    """What is to be done after a page."""

    PAGE = "page"
    PASS = "pass"  # noqa: S105 - a pass over the pages, no word to log in with
    DONE = "done"
    LATER = "later"
    """Enough for this run: it is begun again at the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a platform's lines can be read, by its capabilities."""

    steady: bool
    """Whether lines come by a key that never changes."""
    counted: bool
    """Whether the platform says exactly how many there are."""
    windowed: bool = False
    """Whether lines can be asked for by the time at which they were sold."""

    @property
    def once(self) -> bool:
        """Whether one pass can prove itself."""
        return self.steady and self.counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass over the pages, after a page of it."""

    number: int
    """From 1, in this run."""
    read: int
    """How many of what the platform counts were read: rows each once, those that could not be read too."""
    total: int | None
    ended: bool
    """Whether that was the last page."""
    same: bool | None = None
    """Whether it gave the lines of the pass before it, no more and no fewer; None: it is the first."""


def after(done: Pass, *, way: Way) -> Next:
    """What follows a page."""
    if not done.ended:
        return Next.PAGE
    counted = done.total if way.counted else None
    if way.once:
        proven = done.read >= (done.total or 0)
    else:
        proven = done.same is True and (counted is None or done.read == counted)
    if proven:
        return Next.DONE
    return Next.PASS if done.number < MOST_PASSES and not way.once else Next.LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """That a complete scan is read again, from a time on (None: all of it)."""

    since: datetime | None
    why: str


def reread(
    *, way: Way, began: datetime | None, sure: datetime | None, stopped_at: datetime | None, now: datetime
) -> Reread | None:
    """Whether a complete scan must be read again now.

    `began` is when its first pass began, `sure` until when every line is known to be read, `stopped_at` when
    the last of the listings was stopped (None: one is on sale, or nobody knows).
    """
    begin = sure or began
    since = begin - LOOK_BACK if way.windowed and begin is not None else None
    if stopped_at is not None:
        due = stopped_at + GRACE
        if begin is not None and begin >= due:
            return None
        return Reread(since=since, why="sold while it was read, before the stop held") if now >= due else None
    if begin is None or now - begin >= EVERY:
        return Reread(since=since, why="its sale is not stopped yet")
    return None
