"""The evidence: why one order line is in a recall, or is not, from the notice's clause to its buyer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from recall.domain.evidence_level import EvidenceLevel, evidence_level
from recall.domain.link import Link
from recall.domain.match import Match
from recall.domain.notice import Notice
from recall.ports import Blind
from recall.runtime import Runtime
from recall.store import confirmations, matches, outbox, recalls, scans
from recall.store.confirmations import Kept
from recall.store.outbox import Tracked
from recall.store.scans import EVERY_ITEM, Scan, is_of_index


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The whole chain of one order line."""

    recall_id: str
    reference: str
    match: Match
    links: tuple[Link, ...]
    """From the notice to the buyer, each with the hash or the id of what shows it."""
    dated: bool = False
    """Whether the scope names its product for a span of time alone."""
    scan: Scan | None = None
    """How the platform's lines of its trade item were read; None: they were given otherwise."""

    @property
    def level(self) -> EvidenceLevel:
        """How near to the very unit the evidence comes."""
        return evidence_level(self.match.line, rule=self.match.rule, dated=self.dated)

    @property
    def of_index(self) -> bool:
        """Whether the line was read before the recall alone, and the platform has not given it again."""
        return self.scan is not None and is_of_index(self.scan, sold_at=self.match.line.sold_at)

    def document(self) -> dict[str, object]:
        """The evidence as JSON."""
        match = self.match
        return {
            "recall": self.recall_id, "reference": self.reference, "platform": match.line.platform_id,
            "line": match.line.line_ref, "class": match.cls.value, "rule": match.rule.value,
            "reason": match.reason, "units": [match.units_lo, match.units_hi],
            "level": self.level.value, "links": [link.document() for link in self.links],
            "read": _reading(self.scan) | {"of_index": self.of_index} if self.scan else None,
        }  # fmt: skip


def evidence(
    runtime: Runtime, *, recall_id: str, platform_id: str, line_ref: str, as_of: datetime | None = None
) -> Evidence:
    """The evidence chain of one order line. Raises NotFound.

    With `as_of` the class and the way to it are those of that time, without what its buyer was told and said.
    """
    with runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        version = recalls.version_at(tx, recall_id=recall_id, as_of=as_of)
        notice = recalls.notice(tx, recall_id=recall_id, version=max(version, 1))
        of = {"recall_id": recall_id, "platform_id": platform_id, "line_ref": line_ref}
        match = matches.match(tx, **of, as_of=as_of)
        if as_of is not None:
            links = (*_published(notice, match), *match.chain)
            return Evidence(
                recall_id=recall_id, reference=recall.reference, match=match, links=links,
                dated=_dated(notice, match),
            )  # fmt: skip
        sent = outbox.messages(tx, recall_id=recall_id, party_id=platform_id, recipient=line_ref)
        read = scans.scans(tx, recall_id=recall_id, version=recall.version)
        ways = {scan.gtin: scan for scan in read if scan.platform_id == platform_id}
        scan = ways.get(match.line.gtin) or ways.get(EVERY_ITEM)
        said = confirmations.confirmations(tx, recall_id=recall_id, party_id=platform_id, line_ref=line_ref)
    links = (*_published(notice, match), *match.chain, *_told(sent), *_answered(said, party_id=platform_id))
    return Evidence(
        recall_id=recall_id, reference=recall.reference, match=match, links=links,
        dated=_dated(notice, match), scan=scan,
    )  # fmt: skip


def _dated(notice: Notice, match: Match) -> bool:
    """Whether the notice names the line's product for a span of time in which it was sold or made."""
    gtin = match.line.gtin
    return any((p.sold or p.made) and p.gtin in (None, gtin) for p in notice.products)


def _reading(scan: Scan) -> dict[str, object]:
    """How the lines were read: what proves that they are all, and what could not be read."""
    return {
        "complete": scan.complete, "rows": scan.rows, "total": scan.total, "passes": scan.passes,
        "digest": scan.digest, "sure_until": scan.sure.isoformat() if scan.sure else None, "why": scan.why,
        "indexed_until": scan.indexed.isoformat() if scan.indexed else None,
        "lines_of_others": scan.strange or 0, "blind": [_blind(each) for each in scan.blind],
    }  # fmt: skip


def _blind(blind: Blind) -> dict[str, str | None]:
    since, until = (at.isoformat() if at else None for at in (blind.since, blind.until))
    return {"why": blind.why, "since": since, "until": until}


BUYER = "its buyer, through the platform"
"""Whoever stands behind a line: the platform alone knows."""


def _published(notice: Notice, match: Match) -> Iterator[Link]:
    first = match.chain[0]
    if first.start.startswith("clause "):
        who = f"notice {notice.reference} of {notice.authority}"
        yield Link(
            rule="published", start=who, end=first.start, event=notice.digest(), at=_day(notice.published),
            source=notice.authority,
        )  # fmt: skip


def _day(published: date | None) -> datetime | None:
    return datetime.combine(published, time(), tzinfo=UTC) if published else None


def _told(sent: tuple[Tracked, ...]) -> Iterator[Link]:
    for tracked in reversed(sent):
        message = tracked.message
        yield Link(
            rule=f"{message.kind.value} {tracked.state.value}", start=f"order line {message.recipient}",
            end=BUYER, event=message.id, at=tracked.sent_at, source="engine",
        )  # fmt: skip


def _answered(said: tuple[Kept, ...], *, party_id: str) -> Iterator[Link]:
    for kept in reversed(said):
        confirmation = kept.confirmation
        outcome = "kept for a person" if kept.conflict else "posted"
        yield Link(
            rule="answered", start=BUYER,
            end=f"{confirmation.units} units {confirmation.outcome.value}, {outcome}",
            event=kept.id, at=confirmation.at, source=party_id,
        )  # fmt: skip
