"""The public view: what everybody may know of a recall, from its notice alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recall.codes.reader import read_code
from recall.domain.laws import laws_of
from recall.domain.notice import Notice
from recall.domain.recall import Recall, RecallState
from recall.domain.status import Status
from recall.errors import CodeRefused, NotFound
from recall.runtime import Runtime
from recall.store import recalls
from recall.views.status import CodeStatus, code_status
from recall.views.status_words import Said, reason_said, status_said, unreadable_said
from recall.views.verdict import verdict_on

_HOST = "https://id.gs1.org"
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
    laws = laws_of(recall.policies)
    return PublicNotice(
        recall=recall, notice=notice, headline=laws.leading.notice.headline, remedies=laws.remedies
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a typed code shows, in words by language; no status where it cannot be read."""

    status: Status | None
    said: Said
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed, as a code with its status; neither where it cannot be read."""

    said: Said
    status: CodeStatus | None


def asked_status(runtime: Runtime, *, typed: str) -> Asked:
    """What every recall means for a code that a visitor typed, scanned, or was led here with."""
    text = typed.strip()
    try:
        address = f"{_HOST}{text}" if text.startswith("/") else text
        year = runtime.now().year
        code = read_code(address, profile="lenient", adapters=runtime.adapters, reference_year=year)
    except CodeRefused:
        return Asked(said=unreadable_said(), status=None)
    status = code_status(runtime, code=code)
    return Asked(said=status.said, status=status)


def product_code(runtime: Runtime, *, recall_id: str, typed: str) -> Told:
    """What a code shows that a visitor typed."""
    with runtime.store.read() as tx:
        finding = verdict_on(tx, recall_id=recall_id, typed=typed, adapters=runtime.adapters)
    if finding is None:
        return Told(status=None, said=unreadable_said(), reason={})
    return Told(status=finding.status, said=status_said(finding.status), reason=reason_said(finding))
