"""The view of an issued notice: the version in force, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recall.domain.notice import Notice
from recall.domain.recall import Recall
from recall.errors import NotNow
from recall.runtime import Runtime
from recall.store import recalls, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A recall with its notice in force."""

    recall: Recall
    notice: Notice
    at: datetime
    """When two officers had approved that version."""


def issued_notice(runtime: Runtime, *, recall_id: str) -> Issued:
    """The version in force. Raises NotFound for an unknown recall, NotNow before the first is approved."""
    with runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        known = {each.version: each for each in versions.versions(tx, recall_id=recall_id)}
        at = known[recall.version].approved_at if recall.version else None
        if at is None:
            raise NotNow("No version of the notice is in force", value=recall.reference, got=recall.state)
        notice = recalls.notice(tx, recall_id=recall_id, version=recall.version)
    return Issued(recall=recall, notice=notice, at=at)
