"""The document of a recall status: one format for the resolver and for checks without a network.

docs/reference/recall-status.md describes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from recall.codes.product_code import ProductCode
from recall.domain.laws import laws_of
from recall.domain.notice import Notice
from recall.domain.recall import Recall
from recall.domain.status import Finding, Status, most_serious
from recall.links import Links
from recall.views.status_words import next_said, reason_said, status_said

FORMAT = "recall-status/1"
About = Mapping[str, object]
"""What a recall is, for the public: nothing of parties, orders or units."""

_RANKS = {status: rank for rank, status in enumerate(Status)}


def about_recall(recall: Recall, notice: Notice, *, links: Links) -> About:
    """What everybody may know of a recall, and where to read on."""
    page = links.notice(recall.reference)
    return {
        "reference": recall.reference,
        "version": recall.version,
        "state": recall.state.value,
        "title": recall.title,
        "authority": recall.authority,
        "published": notice.published.isoformat() if notice.published else None,
        "opened": recall.opened_at.isoformat() if recall.opened_at else None,
        "hazard": notice.hazard,
        "remedies": list(laws_of(recall.policies).remedies),
        "remedy": notice.remedy,
        "language": notice.language,
        "notice": page,
        "notice_document": f"{page}.json",
        "affected_set": f"{links.base_url}/v1/recalls/{quote(recall.reference, safe='')}/affected-set",
    }


def issuer_of(links: Links) -> str:
    """Where the issuer says who it is and by which key it is known."""
    return f"{links.base_url}/.well-known/recall-issuer.json"


def status_document(
    code: ProductCode,
    found: Sequence[tuple[About, Finding]],
    *,
    as_of: datetime,
    issuer: str,
    is_known: bool | None = None,
) -> dict[str, object]:
    """The answer for a code: every recall that names its goods, the most serious first.

    `is_known`: whether it is known which goods the code stands for; None: where it names a product.
    """
    ranked = sorted(found, key=lambda each: _RANKS[each[1].status])
    known = code.gtin is not None if is_known is None else is_known
    status = status_of([finding for _, finding in ranked], is_known=known)
    return {
        "format": FORMAT,
        "code": {
            "canonical": code.canonical, "gtin": code.gtin, "lot": code.lot, "serial": code.serial,
            "granularity": code.granularity,
        },
        "status": status.value,
        "level": ranked[0][1].level.value if ranked else None,
        "message": dict(status_said(status)),
        "next": [dict(step) for step in next_said(status)],
        "recalls": [dict(about) | _finding_document(finding) for about, finding in ranked],
        "as_of": as_of.isoformat(),
        "issuer": issuer,
    }  # fmt: skip


def status_of(found: Sequence[Finding], *, is_known: bool) -> Status:
    """The most serious of what the recalls of its goods mean for a code, where these are known."""
    return most_serious(finding.status for finding in found) if is_known else Status.UNKNOWN


def _finding_document(finding: Finding) -> dict[str, object]:
    return {
        "status": finding.status.value,
        "level": finding.level.value,
        "reason": {"code": finding.reason.value} | dict(reason_said(finding)),
    }
