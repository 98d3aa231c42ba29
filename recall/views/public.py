"""The public view: what everybody may know of a recall, from its notice alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recall.domain.notice import Notice
from recall.domain.policy import load_policy
from recall.domain.recall import Recall, RecallState
from recall.errors import NotFound
from recall.runtime import Runtime
from recall.store import recalls
from recall.views.verdict import CodeVerdict, verdict_on

_HIDDEN = frozenset({RecallState.PROPOSED, RecallState.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNotice:
    """A notice in force, or one that was."""

    recall: Recall
    notice: Notice
    headline: Mapping[str, str]
    """The words that the law of its country puts above a notice, by language."""
    remedies: tuple[str, ...]

    def document(self) -> dict[str, object]:
        """The notice in the form of answer for notices, with the state of its recall."""
        return self.notice.document() | {
            "state": self.recall.state.value, "version": self.recall.version,
            "remedies": list(self.remedies),
        }  # fmt: skip


def public_recalls(runtime: Runtime) -> tuple[Recall, ...]:
    """The recalls that were approved, newest first."""
    with runtime.store.read() as tx:
        return tuple(recall for recall in recalls.recalls(tx) if recall.state not in _HIDDEN)


def public_notice(runtime: Runtime, *, reference: str) -> PublicNotice:
    """The notice of that reference. Raises NotFound, also for one that is not approved yet."""
    with runtime.store.read() as tx:
        recall = recalls.recall_by_reference(tx, reference=reference)
        if recall is None or recall.state in _HIDDEN:
            raise NotFound(f"There is no notice {reference!r}", value=reference)
        notice = recalls.notice(tx, recall_id=recall.id, version=recall.version)
    policy = load_policy(recall.policy)
    return PublicNotice(recall=recall, notice=notice, headline=policy.headline, remedies=policy.remedies)


def product_code(runtime: Runtime, *, recall_id: str, typed: str) -> CodeVerdict:
    """What a code shows that a visitor typed."""
    with runtime.store.read() as tx:
        return verdict_on(tx, recall_id=recall_id, typed=typed)
