"""Exclusions: what a sentence lets off is not read as included, and is let off where its codes are clear."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from recall.reading.grammar import Grammar
from recall.reading.mentions import Mention, Sentences
from recall.reading.values import ClauseKind, NoticeExclusion
from recall.reading.window import Window

_REACH = 160
"""How far before the words that exclude the excluded may stand."""
_OPENS = re.compile(r"\b(?:if|unless|but|however|models?|units|wenn|si)\b|[;–]", re.IGNORECASE)
_GLUED_END = re.compile(r"\.(?=[A-Z])")
_OF_SOMETHING_ELSE = frozenset({ClauseKind.TOTAL, ClauseKind.HAZARD, ClauseKind.REMEDY})
"""Lines that exclude no goods, whatever their words."""
_EARLIER = re.compile(r"\bpreviously\b", re.IGNORECASE)
_CODED = frozenset({
    ClauseKind.MODEL, ClauseKind.LOT, ClauseKind.SERIAL, ClauseKind.MADE, ClauseKind.DATE_CODE,
    ClauseKind.SOLD,
    ClauseKind.GTIN, ClauseKind.IDENTIFIER, ClauseKind.YEAR, ClauseKind.QUANTITY, ClauseKind.PACKED,
    ClauseKind.EXPIRES,
})  # fmt: skip


def without_excluded(
    text: str, mentions: Sequence[Mention], *, grammar: Grammar, sentences: Sentences
) -> list[Mention]:
    """The statements that are of the scope, with one of its own for each exclusion."""
    spans: list[tuple[int, int]] = []
    elsewhere = sorted((m.start, m.end) for m in mentions if m.kind in _OF_SOMETHING_ELSE)
    for hit in grammar.excluded.finditer(text):
        if _holder(elsewhere, hit.start()) is not None:
            continue
        start, end = sentences.span(hit.start())
        start = max(start, hit.start() - _REACH)
        opens = list(_OPENS.finditer(text, start, hit.start()))
        start = opens[-1].start() if opens else start
        glued = _GLUED_END.search(text, hit.end(), end)
        end = glued.start() + 1 if glued else end
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    if not spans:
        return list(mentions)
    excluded: list[list[Mention]] = [[] for _ in spans]
    kept = []
    for mention in mentions:
        number = _holder(spans, mention.start)
        if number is None or mention.kind not in _CODED:
            kept.append(mention)
        else:
            excluded[number].append(mention)
    return kept + [
        _exclusion(text, start=start, end=end, told=told)
        for (start, end), told in zip(spans, excluded, strict=True)
        if told or not _EARLIER.search(text, start, end)
    ]


def _holder(spans: Sequence[tuple[int, int]], place: int) -> int | None:
    """Which of some spans, in their order and apart, holds a place."""
    number = bisect_right(spans, (place, sys.maxsize)) - 1
    return number if number >= 0 and place < spans[number][1] else None


def _exclusion(text: str, *, start: int, end: int, told: Sequence[Mention]) -> Mention:
    """One exclusion; the words are kept, and asked about, also where its codes were read."""
    let_off = NoticeExclusion(
        lots=_values(told, kind=ClauseKind.LOT), serials=_values(told, kind=ClauseKind.SERIAL),
        made=_windows(told),
    )  # fmt: skip
    if let_off == NoticeExclusion():
        let_off = replace(let_off, models=_values(told, kind=ClauseKind.MODEL))
    return Mention(
        kind=ClauseKind.EXCLUSION, start=start, end=end, confidence=0.5, let_off=let_off,
        doubts=(f"'{text[start:end][:80]}' excludes something: a person must say what",),
    )  # fmt: skip


def _values(told: Sequence[Mention], *, kind: ClauseKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for mention in told if mention.kind is kind for value in mention.values))


def _windows(told: Sequence[Mention]) -> tuple[Window, ...]:
    return tuple(window for mention in told if mention.kind is ClauseKind.MADE for window in mention.windows)
