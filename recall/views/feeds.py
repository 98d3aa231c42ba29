"""The view of the feeds: of each source when it was asked, answered and changed, and how old that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recall.domain.published import WatchedFeed
from recall.runtime import Runtime
from recall.store import published, watched
from recall.store.published import Volume
from recall.store.watched import Freshness

STALE = 3
"""A source is stale that has not answered for so many times its `every`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed as it stands at a time."""

    feed: WatchedFeed
    at: datetime
    fresh: Freshness | None
    """None: it was never asked."""
    volume: Volume

    @property
    def state(self) -> str:
        """`no_address`, `not_watched`, `watched`, `failing`, `stale`, or `waiting` (never asked)."""
        if self.fresh and self.fresh.error:
            return "failing"
        if self.age is not None and self.age > STALE * self.feed.every:
            return "stale"
        if not self.feed.address:
            return "no_address"
        if not self.feed.is_watched:
            return "not_watched"
        return "watched" if self.fresh and self.fresh.succeeded_at else "waiting"

    @property
    def age(self) -> float | None:
        """Seconds since it answered last; None: it never did."""
        answered = self.fresh.succeeded_at if self.fresh else None
        return (self.at - answered).total_seconds() if answered else None

    @property
    def next_at(self) -> datetime | None:
        """When it is asked next; None: it is not watched."""
        if not (self.feed.is_watched and self.feed.address):
            return None
        return self.fresh.due_at(every=self.feed.every) if self.fresh else self.at

    def document(self) -> dict[str, object]:
        """The row as plain JSON; times are ISO, ages and pauses seconds."""
        fresh = self.fresh
        return {
            "feed": self.feed.name, "title": self.feed.title, "jurisdiction": self.feed.jurisdiction,
            "address": self.feed.address, "state": self.state.replace("_", " "),
            "asked": _when(fresh.asked_at if fresh else None),
            "succeeded": _when(fresh.succeeded_at if fresh else None),
            "changed": _when(fresh.changed_at if fresh else None),
            "deep": _when(fresh.deep_at if fresh else None),
            "failed": _when(fresh.failed_at if fresh else None), "error": fresh.error if fresh else "",
            "failures": fresh.failures if fresh else 0, "every": self.feed.every,
            "age": round(self.age) if self.age is not None else None, "next": _when(self.next_at),
            "notices": self.volume.notices, "versions": self.volume.versions,
        }  # fmt: skip


def feed_list(runtime: Runtime, *, feeds: Sequence[WatchedFeed]) -> tuple[FeedRow, ...]:
    """Every feed, those that need a person first: failing, then stale, then the others in their order."""
    now = runtime.now()
    with runtime.store.read() as tx:
        fresh, volumes = watched.freshness(tx), published.volumes(tx)
    rows = [
        FeedRow(feed=feed, at=now, fresh=fresh.get(feed.name), volume=volumes.get(feed.name, Volume()))
        for feed in feeds
    ]
    return tuple(sorted(rows, key=lambda row: _URGENT.index(row.state) if row.state in _URGENT else 9))


_URGENT = ("failing", "stale")


def _when(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
