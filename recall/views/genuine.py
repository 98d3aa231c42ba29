"""The view of what is genuine: what a short code stands for, and a notice with its signature."""

from __future__ import annotations

from dataclasses import dataclass

from recall.codes.short_code import read_short_code
from recall.domain.notice import Notice
from recall.domain.recall import Recall
from recall.errors import CodeRefused, NotFound, NotNow
from recall.runtime import Runtime
from recall.store import recalls, seals
from recall.store.seals import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Genuine:
    """A version that an authority approved and signed."""

    recall: Recall
    sealed: Sealed
    notice: Notice

    @property
    def standing(self) -> str:
        """`in_force`, `superseded`, `withdrawn` or `closed`."""
        return self.recall.standing(self.sealed.version)

    def document(self) -> dict[str, object]:
        """What the code says, as plain JSON."""
        return {
            "genuine": True, "code": self.sealed.code, "reference": self.recall.reference,
            "title": self.recall.title, "authority": self.recall.authority, "version": self.sealed.version,
            "standing": self.standing, "current_version": self.recall.version,
            "issued_at": self.sealed.issued_at.isoformat(), "digest": self.sealed.digest,
        }  # fmt: skip


def genuine(runtime: Runtime, *, typed: str) -> Genuine | None:
    """What a typed code stands for; None: no notice that was signed here. Raises CodeRefused for a slip."""
    code = read_short_code(typed)
    with runtime.store.read() as tx:
        sealed = seals.seal_of_code(tx, code=code)
        if sealed is None:
            return None
        recall = recalls.recall(tx, recall_id=sealed.recall_id)
        notice = recalls.notice(tx, recall_id=recall.id, version=sealed.version)
    return Genuine(recall=recall, sealed=sealed, notice=notice)


def is_slip(typed: str) -> bool:
    """Whether what was typed can be nobody's code: another length, or a check sign that does not fit."""
    try:
        read_short_code(typed)
    except CodeRefused:
        return True
    return False


def signed_notice(runtime: Runtime, *, reference: str, version: int | None = None) -> dict[str, object]:
    """A version (None: the one in force) with its signature, whole: what others keep and check offline.

    Raises NotFound, also for one that is not approved yet, and NotNow where it was never signed.
    """
    with runtime.store.read() as tx:
        recall = recalls.recall_by_reference(tx, reference=reference)
        if recall is None or recall.version == 0:
            raise NotFound(f"There is no notice {reference!r}", value=reference)
        chosen = recall.version if version is None else version
        sealed = seals.seal_of(tx, recall_id=recall.id, version=chosen)
        if sealed is None:
            raise NotNow(
                f"Version {chosen} of the notice is not signed", value=str(chosen),
                advice="Choose a version that was approved; the engine signs older ones when it starts.",
            )  # fmt: skip
        document = recalls.document_of(tx, recall_id=recall.id, version=chosen)
    return {"signature": sealed.signature, "code": sealed.code, "notice": document}


def code_of(runtime: Runtime, *, recall_id: str, version: int) -> str:
    """The short code of a version; empty where it was never signed."""
    with runtime.store.read() as tx:
        sealed = seals.seal_of(tx, recall_id=recall_id, version=version)
    return sealed.code if sealed else ""
