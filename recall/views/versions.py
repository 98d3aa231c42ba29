"""The versions of a notice as officers compare them: who submitted and decided each, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass

from recall.domain.difference import Difference, differences
from recall.runtime import Runtime
from recall.store import recalls, seals, versions
from recall.store.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A version, its short code once it was signed, and what it says otherwise than the one before it."""

    version: Version
    code: str
    differences: tuple[Difference, ...]

    @property
    def state(self) -> str:
        """`approved`, `rejected` or `waiting`."""
        if self.version.approved_by:
            return "approved"
        return "rejected" if self.version.rejected_by else "waiting"


def version_list(runtime: Runtime, *, recall_id: str) -> tuple[Version, ...]:
    """Every version that was submitted, the first first."""
    with runtime.store.read() as tx:
        return versions.versions(tx, recall_id=recall_id)


def version_history(runtime: Runtime, *, recall_id: str) -> tuple[Changed, ...]:
    """Every version with its changes, the newest first; each is held against the last approved before it."""
    with runtime.store.read() as tx:
        codes = {sealed.version: sealed.code for sealed in seals.seals(tx, recall_id=recall_id)}
        found, before = list[Changed](), None
        for version in versions.versions(tx, recall_id=recall_id):
            notice = recalls.notice(tx, recall_id=recall_id, version=version.version)
            changes = differences(before, notice) if before is not None else ()
            found.append(Changed(version=version, code=codes.get(version.version, ""), differences=changes))
            before = notice if version.approved_by else before
    return tuple(reversed(found))
