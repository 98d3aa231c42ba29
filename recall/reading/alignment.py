"""Two columns of codes without a blank between them: where the one cell ends, seen from all rows at once.

Each way to cut gives one of the two columns one shape in every row. The way is believed for which more speaks
than for any other: letters meet figures at the cut, a cell stands elsewhere in the text, a column counts on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import cached_property

from recall.reading.cells import even
from recall.reading.lists import has_digit, shape

_RUN = re.compile(
    r"(?<![A-Z0-9$*#-])(?<!\d\.)(?=[A-Z0-9-]{0,30}\d)[A-Z0-9][A-Z0-9-]{6,2000}[A-Z0-9]"
    r"(?:(?=[A-Z][a-z])|(?![A-Za-z0-9.%\"'*/-]))"
)
"""Two cells that are glued, or many rows of them, as far as the signs alone tell."""
FEWEST = 3
"""So many rows must agree."""
_LEAST, _MOST, _MOST_ROWS, _WORD = 4, 40, 500, 3
"""Signs of a cell, at most of both of them, rows of a table, and signs of a word that is known."""
_KNOWN, _COUNTS, _MEET, _FIGURES_ALONE = 4, 3, 2, 2
"""How much each sign speaks for a cut; the best one must be ahead by more than one for each row."""
_FIGURES = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,40}")

Rows = tuple[tuple[str, str], ...]


class Words:
    """The words and codes of a text, counted once when they are first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def count(self) -> Counter[str]:
        """How often each stands in the text."""
        return Counter(_WORDS.findall(self._text))

    def outside(self, start: int, end: int) -> Container[str]:
        """Those that stand in another place than `start:end` too."""
        return _Outside(self, start=start, end=end)

    def inside(self, start: int, end: int) -> Counter[str]:
        """How often each stands in `start:end`."""
        return Counter(_WORDS.findall(self._text[start:end]))


class _Outside:
    def __init__(self, words: Words, *, start: int, end: int) -> None:
        self._words, self._start, self._end = words, start, end

    @cached_property
    def _inside(self) -> Counter[str]:
        return self._words.inside(self._start, self._end)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._words.count[word] > self._inside[word]


def glued_rows(body: str) -> list[tuple[int, str]]:
    """The runs of a table that may be two cells, each with its place; a run of many rows is cut into them."""
    rows: list[tuple[int, str]] = []
    for run in _RUN.finditer(body):
        place = run.start()
        for part in even(run[0]):
            rows += [(place, part)] if len(part) <= _MOST else []
            place += len(part)
    return rows


def divided(runs: Sequence[str], *, words: Container[str]) -> list[tuple[str, str]] | None:
    """The two cells of each run, or None where no way to cut has more rows for it than every other.

    `words` are the words and codes of the text outside of the table.

    >>> divided(["7094740HB10A", "7094741HB11A", "7107133HB12A"], words=())
    [('7094740', 'HB10A'), ('7094741', 'HB11A'), ('7107133', 'HB12A')]
    """
    if not FEWEST <= len(runs) <= _MOST_ROWS:
        return None
    ways: dict[Rows, int] = {}
    for rows in _ways(runs):
        if _is_table(rows):
            ways[rows] = sum(_speaks_for(*row, words=words) for row in rows) + _columns_speak(rows)
    best = sorted(ways.values(), reverse=True)
    if not best or best[0] < len(runs) or (len(best) > 1 and best[0] - best[1] <= len(runs)):
        return None
    believed: Rows = max(ways, key=lambda rows: ways[rows])
    return list(believed)


def _ways(runs: Sequence[str]) -> Iterator[Rows]:
    """Cut so many signs from the front of every run, or so many from its back."""
    for size in range(_LEAST, min(map(len, runs)) - _LEAST + 1):
        yield tuple((run[:size], run[size:]) for run in runs)
        yield tuple((run[:-size], run[-size:]) for run in runs)


def _is_table(rows: Rows) -> bool:
    """Whether one column has one shape, the other turns from letters to figures alike, and all are codes."""
    first, second = ([row[side] for row in rows] for side in (0, 1))
    whole = all(has_digit(code) and "-" not in code[0] + code[-1] for code in (*first, *second))
    shapes = min(len(set(map(shape, column))) for column in (first, second))
    zeros = any(after[0] == "0" and before[-1].isdigit() for before, after in rows)
    return whole and shapes == 1 and not zeros and all(_alike(column) for column in (first, second))


def _alike(column: Sequence[str]) -> bool:
    """Whether each code of a column has the turns of the longest, or the first ones of them."""
    forms = sorted({re.sub(r"(.)\1+", r"\1", shape(code)) for code in column}, key=len)
    return all(forms[-1].startswith(form) for form in forms)


def _columns_speak(rows: Rows) -> int:
    """What speaks for a cut in all rows: figures alone, and a column that counts on before a sign of all."""
    ends, begins = {before[-1] for before, _ in rows}, {after[0] for _, after in rows}
    counts = len(begins) == 1 and len(ends) > 1
    figures = any(all(row[side].isdigit() for row in rows) for side in (0, 1))
    return (_COUNTS * counts + _FIGURES_ALONE * figures) * len(rows)


def _speaks_for(before: str, after: str, *, words: Container[str]) -> int:
    """What speaks for the cut of one row: a cell that stands elsewhere, and kinds of signs that meet."""
    figures = _FIGURES.findall(before)
    known = {before, after} | {one for one in figures[-1:] if before.endswith(one) and len(one) >= _WORD}
    meet = before[-1].isdigit() is not after[0].isdigit()
    return _KNOWN * any(one in words for one in known) + _MEET * meet
