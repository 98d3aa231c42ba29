"""The answer of a recall: clauses, what the trace found, lines by class, and what changed; now or then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from recall.domain.match import MatchClass, Rule
from recall.domain.recall import Recall
from recall.domain.scope import ScopeClause
from recall.domain.trace import Trace
from recall.store import matches, recalls, trace_deltas
from recall.store.database import Tx
from recall.store.matches import MatchCount
from recall.store.trace_deltas import PassDelta
from recall.views.line_delta import LineDelta, line_delta
from recall.views.traced import trace_document

_ClassRow = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a recall says at a time."""

    recall: Recall
    version: int
    as_of: datetime | None
    """None: now."""
    clauses: tuple[ScopeClause, ...]
    trace: Trace
    classes: tuple[_ClassRow, ...]
    """(class, rule, lines, units) of all platforms together; those let off are counted only now."""
    delta: PassDelta | None
    lines: LineDelta | None

    def document(self, *, most_items: int) -> dict[str, object]:
        """The answer as JSON; at most `most_items` single items are listed."""
        head = {
            "id": self.recall.id, "reference": self.recall.reference, "version": self.version,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "clauses": [clause.in_words() for clause in self.clauses],
        }  # fmt: skip
        change = {
            "delta": self.delta.document() if self.delta else None,
            "line_delta": self.lines.document() if self.lines else None,
            "matches": [dict(zip(_CLASS_KEYS, row, strict=True)) for row in self.classes],
        }
        return head | trace_document(self.trace, most_items=most_items) | change


_CLASS_KEYS = ("class", "rule", "lines", "units")


def answer(tx: Tx, recall: Recall, *, as_of: datetime | None, since: datetime | None, limit: int) -> Answer:
    """The answer at a time, with at most `limit` lines a kind that changed after `since`.

    `since` None: those that the last change brought in or released.
    """
    version = recalls.version_at(tx, recall_id=recall.id, as_of=as_of)
    summary = matches.match_summary(tx, recall_id=recall.id, as_of=as_of)
    let_off = matches.excluded(tx, recall_id=recall.id) if as_of is None else {}
    return Answer(
        recall=recall, version=version, as_of=as_of,
        clauses=recalls.scope(tx, recall_id=recall.id, version=version).clauses,
        trace=matches.trace(tx, recall_id=recall.id, as_of=as_of),
        classes=tuple(_classes(summary, let_off)),
        delta=trace_deltas.last_delta(tx, recall_id=recall.id, as_of=as_of),
        lines=line_delta(tx, recall_id=recall.id, since=since, as_of=as_of, limit=limit),
    )  # fmt: skip


def _classes(counts: tuple[MatchCount, ...], let_off: Mapping[Rule, int]) -> list[_ClassRow]:
    """Lines and units by class and rule, of all platforms together."""
    lines, units = Counter[tuple[MatchClass, str]](), Counter[tuple[MatchClass, str]]()
    for count in counts:
        lines[count.cls, count.rule.value] += count.lines
        units[count.cls, count.rule.value] += count.units
    for rule, number in let_off.items():
        lines[MatchClass.EXCLUDED, rule.value] += number
    order = list(MatchClass)
    ranked = sorted(lines, key=lambda key: (order.index(key[0]), key[1]))
    return [(cls.value, rule, lines[cls, rule], units[cls, rule]) for cls, rule in ranked]
