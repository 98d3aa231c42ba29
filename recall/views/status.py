"""The status view: what a code shows of every recall in force, and nothing of any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recall.codes.product_code import ProductCode
from recall.domain.notice import Notice
from recall.domain.recall import Recall
from recall.domain.status import Finding, Status, find
from recall.links import Links
from recall.runtime import Runtime
from recall.store import recalled, recalls
from recall.store.database import Tx
from recall.views.status_document import about_recall, issuer_of, status_document, status_of
from recall.views.status_words import Said, next_said, reason_said, status_said


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallFinding:
    """One recall of the code's trade item, and what it means for the code."""

    recall: Recall
    notice: Notice
    finding: Finding
    traced_at: datetime | None
    changed_at: datetime | None
    """When the version in force came into force."""

    @property
    def reason(self) -> Said:
        """Why, by language."""
        return reason_said(self.finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStatus:
    """The answer for one code: the most serious of what its recalls mean for it, and all of them."""

    code: ProductCode
    status: Status
    found: tuple[RecallFinding, ...]
    as_of: datetime
    """Up to when what is known is in the answer: the oldest of the traces behind it."""

    @property
    def changed_at(self) -> datetime | None:
        """When the newest of its recalls' versions came into force."""
        return max((each.changed_at for each in self.found if each.changed_at), default=None)

    @property
    def said(self) -> Said:
        """The status in words."""
        return status_said(self.status)

    @property
    def next(self) -> tuple[Said, ...]:
        """What to do now."""
        return next_said(self.status)

    def document(self, *, links: Links) -> dict[str, object]:
        """The answer as docs/reference/recall-status.md describes it."""
        found = [(about_recall(each.recall, each.notice, links=links), each.finding) for each in self.found]
        return status_document(self.code, found, as_of=self.as_of, issuer=issuer_of(links))


def code_status(runtime: Runtime, *, code: ProductCode) -> CodeStatus:
    """What the code shows of every recall in force: the union of them."""
    now = runtime.now()
    if code.gtin is None:
        return CodeStatus(code=code, status=Status.UNKNOWN, found=(), as_of=now)
    with runtime.store.read() as tx:
        about = recalled.recalls_of(tx, gtin=code.gtin)
        found = tuple(_finding(tx, recall, code) for recall in about)
    status = status_of(code, [each.finding for each in found])
    as_of = min((each.traced_at or each.changed_at or now for each in found), default=now)
    return CodeStatus(code=code, status=status, found=found, as_of=as_of)


def _finding(tx: Tx, recall: Recall, code: ProductCode) -> RecallFinding:
    scope = recalls.scope(tx, recall_id=recall.id, version=recall.version)
    traced_at = recalled.traced_at(tx, recall_id=recall.id, version=recall.version)
    goods = recalled.TracedGoods(tx=tx, recall_id=recall.id, traced_at=traced_at)
    finding = find(scope, goods, gtin=code.gtin or "", lot=code.lot, serial=code.serial)
    notice = recalls.notice(tx, recall_id=recall.id, version=recall.version)
    changed_at = recalled.changed_at(tx, recall_id=recall.id, version=recall.version)
    return RecallFinding(
        recall=recall, notice=notice, finding=finding, traced_at=traced_at, changed_at=changed_at
    )
