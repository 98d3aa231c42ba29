"""The versions of a notice as officers compare them: who submitted and decided each, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recall.domain.difference import Difference, differences
from recall.domain.notice import Notice
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.runtime import Runtime
from recall.store import added_laws, parties, recalls, seals, versions
from recall.store.versions import Version
from recall.views.preview import Preview, preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A version, its short code once it was signed, and what it says otherwise than the one before it."""

    version: Version
    code: str
    differences: tuple[Difference, ...]
    added_laws: tuple[str, ...] = ()
    """The policies that it brings to the recall."""

    @property
    def state(self) -> str:
        """`approved`, `rejected` or `waiting`."""
        if self.version.approved_by:
            return "approved"
        return "rejected" if self.version.rejected_by else "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsView:
    """The versions of one recall, the newest first."""

    recall: Recall
    versions: tuple[Changed, ...]
    active: bool
    """Whether a next version can be proposed."""
    preview: Preview | None
    """What an amendment that waits would bring in and change; None: none waits."""
    names: Mapping[str, str]


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
            added = added_laws.laws_added(tx, recall_id=recall_id, version=version.version)
            found.append(
                Changed(
                    version=version,
                    code=codes.get(version.version, ""),
                    differences=changes,
                    added_laws=added,
                )
            )
            before = notice if version.approved_by else before
    return tuple(reversed(found))


def notice_in_force(runtime: Runtime, *, recall_id: str) -> Notice:
    """The notice of the version in force; of a recall that is not open yet, the one proposed first."""
    with runtime.store.read() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        return recalls.notice(tx, recall_id=recall_id, version=max(version, 1))


def versions_view(runtime: Runtime, *, recall_id: str) -> VersionsView:
    """The versions of one recall, and what the one that waits would bring in and change. Raises NotFound."""
    with runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        waiting = recalls.pending_version(tx, recall_id=recall_id)
        names = {party.id: party.name for party in parties.parties(tx)}
        active = recall.state in ACTIVE_STATES
        notice = recalls.notice(tx, recall_id=recall_id, version=waiting) if waiting and active else None
    return VersionsView(
        recall=recall, versions=version_history(runtime, recall_id=recall_id), active=active, names=names,
        preview=preview(runtime, notice=notice, amends=recall_id) if notice else None,
    )  # fmt: skip
