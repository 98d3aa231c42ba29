"""The audit trail: entries chained by hash, so that none can be changed, dropped or slipped in unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64
"""What the first entry points back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: who did what to what, and when."""

    seq: int
    at: datetime
    recall_id: str | None
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]
    previous: str
    hash: str


def entry_hash(
    *,
    seq: int,
    at: datetime,
    recall_id: str | None,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    previous: str,
) -> str:
    """sha256 (hex) over the entry's canonical JSON: sorted keys, no spaces, UTF-8, the time in UTC."""
    body = [seq, at.isoformat(), recall_id, actor, action, subject, detail, previous]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def chained(
    *,
    previous: Entry | None,
    at: datetime,
    recall_id: str | None,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
) -> Entry:
    """The entry that follows `previous`."""
    seq = previous.seq + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    digest = entry_hash(
        seq=seq, at=at, recall_id=recall_id, actor=actor, action=action, subject=subject, detail=detail,
        previous=before,
    )  # fmt: skip
    return Entry(
        seq=seq, at=at, recall_id=recall_id, actor=actor, action=action, subject=subject, detail=detail,
        previous=before, hash=digest,
    )  # fmt: skip


def first_broken(entries: Iterable[Entry]) -> int | None:
    """The seq of the first entry that does not follow from those before it; None: the chain holds."""
    seq, before = 0, GENESIS
    for entry in entries:
        digest = entry_hash(
            seq=entry.seq, at=entry.at, recall_id=entry.recall_id, actor=entry.actor, action=entry.action,
            subject=entry.subject, detail=entry.detail, previous=entry.previous,
        )  # fmt: skip
        if entry.seq != seq + 1 or entry.previous != before or entry.hash != digest:
            return entry.seq
        seq, before = entry.seq, entry.hash
    return None
