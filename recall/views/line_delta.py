"""Which order lines a change brought into a recall and which it released, told one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from recall.domain.match import Match
from recall.store import match_changes, matches
from recall.store.database import Tx
from recall.store.match_changes import LineChange


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDelta:
    """What changed between two times: how many lines, and the first of them one by one."""

    since: datetime
    """The last moment of the answer before."""
    at: datetime | None
    """When the last change came; None: there was none since."""
    counts: LineChange
    newly_in: tuple[Match, ...]
    released: tuple[Match, ...]
    """As they were matched before."""
    is_first: bool
    """Whether no line had been matched before: then all are newly in."""

    def document(self) -> dict[str, object]:
        """The delta as JSON; lines beyond the limit are counted."""
        return {
            "since": self.since.isoformat(),
            "at": self.at.isoformat() if self.at else None,
            "newly_in": _listed(self.newly_in, total=self.counts.newly_in),
            "released": _listed(self.released, total=self.counts.released),
            "reclassed": self.counts.reclassed,
        }


def line_delta(
    tx: Tx, *, recall_id: str, since: datetime | None, as_of: datetime | None, limit: int
) -> LineDelta | None:
    """What changed after `since` up to `as_of`; since None: what the last pass that changed lines did.

    None where no line was ever matched. At most `limit` lines of each kind are told one by one.
    """
    at = match_changes.last_change(tx, recall_id=recall_id, as_of=as_of)
    if at is None:
        return None
    start = match_changes.before(at) if since is None else since
    counts = match_changes.change(tx, recall_id=recall_id, since=start, as_of=as_of)
    newly_in = matches.newly_in(tx, recall_id=recall_id, since=start, as_of=as_of, limit=limit)
    released = matches.released(tx, recall_id=recall_id, since=start, as_of=as_of, limit=limit)
    return LineDelta(
        since=start, at=at if at > start else None, counts=counts, newly_in=newly_in, released=released,
        is_first=match_changes.last_change(tx, recall_id=recall_id, as_of=start) is None,
    )  # fmt: skip


def _listed(lines: Sequence[Match], *, total: int) -> dict[str, object]:
    listed = [
        {
            "platform": match.line.platform_id, "line": match.line.line_ref, "class": match.cls.value,
            "rule": match.rule.value, "units": [match.units_lo, match.units_hi], "reason": match.reason,
        }
        for match in lines
    ]  # fmt: skip
    return {"total": total, "not_listed": total - len(listed), "listed": listed}
