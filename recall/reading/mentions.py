"""A mention: one statement found in a text, before it is known which product it belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from recall.reading.lists import CodeList, count_up, expand, range_doubt
from recall.reading.values import ClauseKind, NoticeExclusion
from recall.reading.window import Window

_LOT_DIGITS, _SERIAL_DIGITS = 5, 4
"""From so many signs a side on a dash without blanks may part the ends of a range."""
_MOST_COUNTED = 200
_SENTENCE_END = re.compile(r"。|\n|[.!?](?=[ \t]+[\"(]?[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A statement at `start:end` of the text: codes, windows or a number, and what is doubtful about it."""

    kind: ClauseKind
    start: int
    end: int
    confidence: float = 0.9
    values: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    number: int | None = None
    doubts: tuple[str, ...] = ()
    scheme: str = ""
    """Whose numbers the values are, where they are identifiers."""
    respective: bool = False
    """Whether the text says that the values go with the models one by one, in their order."""
    beside: int | None = None
    """Where the code stands whose row of a table this is in; None where it stands on its own."""
    let_off: NoticeExclusion | None = None
    """What an exclusion lets off, as far as it could be read."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where the sentences of a text begin: statements in one sentence belong together."""

    text: str
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        ends = (found.end() for found in _SENTENCE_END.finditer(self.text))
        object.__setattr__(self, "starts", (0, *ends))

    def number(self, place: int) -> int:
        """Which sentence, counted from 0, the place is in."""
        return bisect_right(self.starts, place) - 1

    def span(self, place: int) -> tuple[int, int]:
        """Start and end of the sentence at the place, without blanks around it."""
        number = self.number(place)
        start = self.starts[number]
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        inside = self.text[start:end]
        return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def lots_mention(codes: CodeList, *, start: int) -> Mention:
    """Lots written as codes, as shorthand, or as a range that can be counted through."""
    values: list[str] = []
    doubts: list[str] = []
    for item in codes.items:
        first, last = (item.first, item.last) if item.last else _tight_range(item.first, least=_LOT_DIGITS)
        if last is None:
            lots, doubt = expand(first)
        else:
            doubt = range_doubt(first=first, last=last)
            lots = (first, last) if doubt else _few(first=first, last=last)
        values += lots
        doubts += [doubt] if doubt else []
    return Mention(
        kind=ClauseKind.LOT, start=start, end=codes.end, confidence=0.5 if doubts else 0.95,
        values=tuple(dict.fromkeys(values)), doubts=tuple(doubts),
    )  # fmt: skip


def ranges_mention(kind: ClauseKind, codes: CodeList, *, start: int, prefix: bool = False) -> Mention:
    """Serials or date codes: single ones, ranges `A - B`, or prefixes `A*`."""
    values: list[str] = []
    doubts: list[str] = []
    for item in codes.items:
        first, last = (item.first, item.last) if item.last else _tight_range(item.first, least=_SERIAL_DIGITS)
        if last is None:
            values.append(f"{first.rstrip('*')}*" if prefix else first)
            continue
        values.append(f"{first} - {last}")
        doubt = range_doubt(first=first, last=last)
        doubts += [doubt] if doubt else []
    return Mention(
        kind=kind, start=start, end=codes.end, confidence=0.5 if doubts else 0.9,
        values=tuple(dict.fromkeys(values)), doubts=tuple(doubts),
    )  # fmt: skip


def _few(*, first: str, last: str) -> tuple[str, ...]:
    """The lots of a short range one by one, a long one as the range that it is."""
    counted = count_up(first=first, last=last)
    return counted if counted and len(counted) <= _MOST_COUNTED else (f"{first} - {last}",)


def _tight_range(code: str, *, least: int) -> tuple[str, str | None]:
    """`31706-35058` as a range: a dash between two parts that count up from one to the other."""
    first, dash, last = code.partition("-")
    counts = (
        bool(dash) and len(first) >= least and "-" not in last and not range_doubt(first=first, last=last)
    )
    return (first, last) if counts else (code, None)
