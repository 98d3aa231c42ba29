"""The status view: what a code shows of every recall in force, and nothing of any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from recall.codes.product_code import ProductCode
from recall.domain.notice import Notice
from recall.domain.policy import load_policy
from recall.domain.recall import Recall
from recall.domain.status import Finding, Level, Status, find, most_serious
from recall.links import Links
from recall.runtime import Runtime
from recall.store import recalled, recalls
from recall.store.database import Tx
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

    def document(self, *, links: Links) -> dict[str, object]:
        """The recall as the format of answer for recall statuses has it."""
        recall, notice, reference = self.recall, self.notice, quote(self.recall.reference, safe="")
        return {
            "reference": recall.reference,
            "version": recall.version,
            "state": recall.state.value,
            "title": recall.title,
            "authority": recall.authority,
            "published": notice.published.isoformat() if notice.published else None,
            "opened": recall.opened_at.isoformat() if recall.opened_at else None,
            "status": self.finding.status.value,
            "level": self.finding.level.value,
            "reason": {"code": self.finding.reason.value} | dict(self.reason),
            "hazard": notice.hazard,
            "remedies": list(load_policy(recall.policy).remedies),
            "remedy": notice.remedy,
            "language": notice.language,
            "notice": links.notice(recall.reference),
            "notice_document": f"{links.notice(recall.reference)}.json",
            "affected_set": f"{links.base_url}/v1/recalls/{reference}/affected-set",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStatus:
    """The answer for one code: the most serious of what its recalls mean for it, and all of them."""

    code: ProductCode
    status: Status
    found: tuple[RecallFinding, ...]
    as_of: datetime
    """Up to when what is known is in the answer: the oldest of the traces behind it."""

    @property
    def level(self) -> Level | None:
        """The level of the identity that decided; None where no recall names the product."""
        return self.found[0].finding.level if self.found else None

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
        code = self.code
        return {
            "format": "recall-status/1",
            "code": {
                "canonical": code.canonical, "gtin": code.gtin, "lot": code.lot, "serial": code.serial,
                "granularity": code.granularity,
            },
            "status": self.status.value,
            "level": self.level.value if self.level else None,
            "message": dict(self.said),
            "next": [dict(step) for step in self.next],
            "recalls": [each.document(links=links) for each in self.found],
            "as_of": self.as_of.isoformat(),
            "issuer": f"{links.base_url}/.well-known/recall-issuer.json",
        }  # fmt: skip


def code_status(runtime: Runtime, *, code: ProductCode) -> CodeStatus:
    """What the code shows of every recall in force: the union of them, the most serious first."""
    now = runtime.now()
    if code.gtin is None:
        return CodeStatus(code=code, status=Status.UNKNOWN, found=(), as_of=now)
    with runtime.store.read() as tx:
        about = recalled.recalls_of(tx, gtin=code.gtin)
        found = [_finding(tx, recall, code) for recall in about]
    ranks: Mapping[Status, int] = {status: rank for rank, status in enumerate(Status)}
    found.sort(key=lambda each: ranks[each.finding.status])
    status = most_serious(each.finding.status for each in found)
    as_of = min((each.traced_at or each.changed_at or now for each in found), default=now)
    return CodeStatus(code=code, status=status, found=tuple(found), as_of=as_of)


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
