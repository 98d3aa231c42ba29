"""Prose in a language of labels and codes: `model number K-1`, `made from May 2020 through June 2021`.

What differs between the languages is their vocabulary alone; Chinese, whose labels may stand behind their
codes, has a reader of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from recall.reading.barcodes import barcodes
from recall.reading.dates import Order
from recall.reading.exclusions import without_excluded
from recall.reading.grammar import Grammar, grammar_of, kind_of
from recall.reading.headed import line_mentions
from recall.reading.labelled import labelled_mention, models_before, years_in
from recall.reading.mentions import Mention, Sentences
from recall.reading.printed import printed_codes, quoted_codes
from recall.reading.quantities import english_quantity_at, quantities_of
from recall.reading.spoken import spoken
from recall.reading.table_ranges import ranges_in_tables
from recall.reading.table_rows import rows_of
from recall.reading.tables import runs_of_codes, table_mentions
from recall.reading.values import ClauseKind
from recall.reading.windows import Windows, windows_in

_CONTEXT = 400
_BEHIND = re.compile(r"[ \t]*(?:まで)?(?:の間)?に?")
_OF_KINDS = re.compile(
    r"[ ](?:different[ ])?(?:models?|styles?|colou?rs?|designs?|types?|kinds?|versions?|reports?"
    r"|digits|characters|letters)\b"
)
"""What is counted in a total that is none of units."""
_NEAR, _BESIDE = 30, 60
_NO_WINDOWS = frozenset({ClauseKind.TOTAL, ClauseKind.HAZARD, ClauseKind.REMEDY})
"""Lines whose dates are not of the goods."""


def prose_mentions(text: str, *, language: str, order: Order) -> list[Mention]:
    """Every statement of scope, hazard and remedy in the folded text, in its order."""
    grammar, sentences = grammar_of(language), Sentences(text)
    years = list(years_in(text, grammar=grammar))
    codes = _apart([*years, *_labelled(text, grammar=grammar)])
    rows = list(rows_of(text, order=order)) if language == "en" else []
    items = _apart([*barcodes(text), *ranges_in_tables(text), *rows])
    more = list(items)
    if language == "en":
        tables = list(table_mentions(text, items=items))
        cut = [mention for mention in tables if mention.beside is not None]
        codes = [*_but_glued(codes, cells=cut), *cut]
        codes = _apart(codes)
        more += [*models_before(text), *tables, *runs_of_codes(text)]
        more += [*printed_codes(text), *quoted_codes(text), *spoken(text)]
    codes += _apart_from(codes, more)
    codes.sort(key=lambda mention: mention.start)
    lines = list(line_mentions(text, grammar=grammar, order=order))
    taken = [*codes, *(line for line in lines if line.kind in _NO_WINDOWS)]
    windows = _windows(
        text, grammar=grammar, order=order, taken=_Spans.of(_apart(taken)), sellers=_seller_lines(text, lines)
    )
    found = [*codes, *windows, *_units(text, grammar=grammar, lines=lines), *lines]
    kept = without_excluded(text, found, grammar=grammar, sentences=sentences)
    kept += _whole_sentences(text, grammar=grammar, sentences=sentences, known={m.kind for m in kept})
    return sorted(kept, key=lambda mention: (mention.start, mention.end))


def _labelled(text: str, *, grammar: Grammar) -> Iterator[Mention]:
    done = 0
    for found in grammar.label.finditer(text):
        if found.start() < done:
            continue
        kind, scheme = kind_of(found)
        mention = labelled_mention(text, found=found, kind=kind, scheme=scheme, grammar=grammar)
        if mention is not None:
            done = mention.end
            yield mention


def _but_glued(mentions: Sequence[Mention], *, cells: Sequence[Mention]) -> Iterator[Mention]:
    """Those that are no cells of a table behind their heading, taken for one code."""
    for mention in mentions:
        inside = (cell for cell in cells if mention.start <= cell.start < mention.end)
        cell = next(inside, None)
        if cell is None or set(cell.values) & set(mention.values):
            yield mention


def _apart(mentions: Sequence[Mention]) -> list[Mention]:
    """The statements in order, without those that begin inside the one before."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _apart_from(known: Sequence[Mention], more: Sequence[Mention]) -> list[Mention]:
    """Those of `more` that touch none of `known` nor one another."""
    spans = _Spans.of(known)
    return [mention for mention in _apart(more) if not spans.touch(mention.start, mention.end)]


class _Spans:
    """Places that are taken."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    @classmethod
    def of(cls, mentions: Sequence[Mention]) -> _Spans:
        return cls([(mention.start, mention.end) for mention in mentions])

    def touch(self, start: int, end: int) -> bool:
        """Whether any of them shares a sign with `start:end`; they do not overlap one another."""
        number = bisect_right(self._starts, start) - 1
        return any(first < end and start < last for first, last in self._spans[max(0, number) : number + 2])


def _seller_lines(text: str, lines: Sequence[Mention]) -> _Spans:
    """The lines that say where the goods were sold, whole: a window there is one of selling."""
    sellers = [line for line in lines if line.kind is ClauseKind.SELLER]
    ends = (text.find("\n", line.start) for line in sellers)
    return _Spans(
        [(line.start, end if end >= 0 else len(text)) for line, end in zip(sellers, ends, strict=True)]
    )


def _windows(
    text: str, *, grammar: Grammar, order: Order, taken: _Spans, sellers: _Spans
) -> Iterator[Mention]:
    done, labels = 0, list(grammar.when.finditer(text))
    ends = [label.end() for label in labels]
    for group in windows_in(text, order=order):
        written = text[group.start : group.end]
        if taken.touch(group.start, group.end) or not any(map(str.isdigit, written)):
            continue
        reach = max(done if group.start - done > _BESIDE else 0, group.start - _CONTEXT)
        begins = max(text.rfind(mark, reach, group.start) + len(mark) for mark in ("\n", ". ", "。"))
        opening = begins if begins > reach else reach
        number = bisect_right(ends, group.start) - 1
        before = labels[number] if number >= 0 and labels[number].start() >= opening else None
        behind_it = _BEHIND.match(text, group.end)
        label = before or grammar.when.match(text, behind_it.end() if behind_it else group.end)
        if label is None:
            if sellers.touch(group.start, group.end) and not written.isdigit():
                done = group.end
                yield _window(ClauseKind.SOLD, group=group)
            continue
        between = text[label.end() : group.start]
        near = label.end() <= group.start and len(between) < _NEAR and ":" not in between
        near = near and label.start() >= done and not taken.touch(label.start(), group.end)
        behind = label.start() >= group.end
        if not (near or behind) and written.isdigit():
            continue
        done = group.end
        mention = _window(ClauseKind(label.lastgroup or ""), group=group)
        yield replace(
            mention,
            start=label.start() if near else group.start,
            end=label.end() if behind else group.end,
        )


def _window(kind: ClauseKind, *, group: Windows) -> Mention:
    return Mention(
        kind=kind, start=group.start, end=group.end, windows=group.windows, doubts=group.doubts,
        confidence=0.5 if group.doubts else 0.9,
    )  # fmt: skip


def _units(text: str, *, grammar: Grammar, lines: Sequence[Mention]) -> Iterator[Mention]:
    totals = set[int]()
    for found in grammar.total.finditer(text):
        quantity = english_quantity_at(text, start=found.end())
        if quantity and not _OF_KINDS.match(text, quantity.end):
            totals.add(quantity.start)
            yield Mention(kind=ClauseKind.TOTAL, start=found.start(), end=quantity.end, number=quantity.value)
    taken = _Spans.of([line for line in lines if line.kind is not ClauseKind.QUANTITY])
    for quantity in quantities_of(text, unit=grammar.unit):
        if not taken.touch(quantity.start, quantity.end) and quantity.start not in totals:
            yield Mention(
                kind=ClauseKind.QUANTITY, start=quantity.start, end=quantity.end, number=quantity.value,
                confidence=0.9 if quantity.exact else 0.8,
            )  # fmt: skip


def _whole_sentences(
    text: str, *, grammar: Grammar, sentences: Sentences, known: set[ClauseKind]
) -> Iterator[Mention]:
    """Words for `all`; hazard and remedy as whole sentences where no line states them."""
    for found in grammar.every.finditer(text):
        yield Mention(kind=ClauseKind.ALL, start=found.start(), end=found.end(), confidence=0.6)
    for kind, wanted in ((ClauseKind.HAZARD, grammar.hazard), (ClauseKind.REMEDY, grammar.remedy)):
        hit = None if kind in known else wanted.search(text)
        if hit:
            start, end = sentences.span(hit.start())
            yield Mention(kind=kind, start=start, end=end, values=(text[start:end],), confidence=0.7)
