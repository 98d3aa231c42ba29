"""The cells of a table that lost its blanks: where one code ends and the next begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from recall.reading.lists import shape
from recall.reading.mentions import Mention
from recall.reading.months import MONTH

_CELL = re.compile(
    r"(?<![A-Z0-9$*#-])(?<!\d\.)(?=[A-Z0-9/_-]{0,20}\d)[A-Z0-9][A-Z0-9/_-]{2,18}[A-Z0-9]"
    r"(?:(?=[A-Z][a-z])(?!(?:Ah|Wh|Hz)(?![a-z]))|(?<=\d)(?=[a-z]{4})(?!xxx)"
    r"|(?![A-Za-z0-9.%\"'*/-]|[ ](?:(?!any\b)[a-z]|Lit)))"
)
_RUN = re.compile(
    r"(?<![A-Z0-9$*#/-])(?<!\d\.)(?=[A-Z0-9-]{0,18}\d)[A-Z0-9-]{8,2000}"
    r"(?:(?=[A-Z][a-z])|(?![A-Za-z0-9]))"
)
"""Perhaps many codes without a blank between them."""
_NO_CODE = re.compile(
    r"\$\d{1,3}(?:(?:,\d{3})+(?:\.\d\d)?|\.\d\d)"
    r"|(?<![A-Za-z0-9])(?:CR|LR|SR|AG)\d{2,4}(?:/\d{2,4})?(?![A-Z0-9])"
    rf"|(?i:{MONTH})[ ](?:\d{{1,2}},?[ ])?20\d\d"
    r"|\d{1,2}/\d{1,2}/20\d\d|(?:0[1-9]|1[0-2])/20\d\d|(?<!\d)(?:19|20)\d\d-(?:19|20)\d\d"
    r"|(?<=[A-Z])\d{1,3}(?=\")|(?<![A-Za-z0-9/.-])(?:19|20)\d\d(?:(?=[A-Z][a-z])|(?![A-Za-z0-9/.-]))"
    r"|(?<![A-Z0-9/.-])(?:0?[1-9]|1[0-2])/[12]\d(?![a-z0-9/-]|[A-Z](?![a-z]))"
)
"""Prices, types of batteries, dates, months, spans of years and inches: a cell may be glued to any."""
_MEASURED = re.compile(
    r"(?<![0-9$*#./-])(?P<code>\d{6,10})(?=\"|-(?:[Pp]iece|[Dd]rawer|[Pp]ack|[Ff]oot|[Ii]nch)\b)"
)
"""A code of figures that is glued to a number of inches or of pieces."""
_LEAST_MEASURE, _FEWEST, _LONG_COLUMN = 2, 3, 8
_FIGURES_THEN_WORD = re.compile(r"(\d{4,})[A-Z]{5,}")
_MARK = re.compile(r"[ ]?(?:-|to|through)[ ]?")
_AFTER_MARK = re.compile(r"[ ]?(?:-|to|through)[ ]?$")
"""What parts the ends of a range: neither is a cell of its own."""
_TWICE = re.compile(r"([A-Z]{2,6}\d{0,4})(?=\1)")
_LETTERS = re.compile(r"[A-Z]{2,12}(?=\d)")
SHORTEST = 5
"""Signs of a code that is cut out of a run."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A code that may be a cell: where it begins in the text, and its signs."""

    start: int
    code: str


def cells_in(text: str, *, start: int, end: int, known: Sequence[Mention], one_column: bool) -> list[Cell]:
    """Everything in `text[start:end]` that looks like a code, in its order, but what is `known` already.

    With `one_column` codes of one shape may stand without a blank between them.
    """
    body = body_of(text, start=start, end=end, known=known)
    cells: list[Cell] = []
    for run in _RUN.finditer(body):
        parts = split(run[0], by_shape=one_column)
        if len(parts) > 1:
            body = _blanked(body, *run.span())
            cells += cells_of(parts, start=start + run.start())
    cells += (
        Cell(start + found.start(), word[1] if (word := _FIGURES_THEN_WORD.fullmatch(found[0])) else found[0])
        for found in _CELL.finditer(body)
        if not _is_end(body, found)
    )
    cells += (Cell(start + cell.start, cell.code) for cell in _before_measures(body))
    return sorted(
        (cell for cell in cells if not (cell.code.isdigit() and len(cell.code) in (12, 13, 14))),
        key=lambda cell: cell.start,
    )


def body_of(text: str, *, start: int, end: int, known: Sequence[Mention]) -> str:
    """`text[start:end]` with blanks for what is `known` already and for prices, dates and the like."""
    body = _NO_CODE.sub(lambda found: " " * len(found[0]), text[start:end])
    for mention in known:
        body = _blanked(body, mention.start - start, mention.end - start)
    return body


def runs_in(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every run of codes that begin with the same letters: its place, and the codes."""
    for run in _RUN.finditer(text):
        yield run.start(), split(run[0], by_shape=False)


def headless(cells: Sequence[Cell], *, names: Container[str]) -> list[Cell]:
    """The cells without a name that is glued before them: `PAPA110` is `PA110` beside `PA155`.

    A name is the beginning said twice, or a word of `names` before a code whose shape other cells have.
    """
    shapes = Counter(shape(cell.code) for cell in cells)
    codes = {cell.code for cell in cells}
    heads = Counter(code[:size] for code in codes for size in range(2, 11) if size < len(code))
    return [
        Cell(cell.start + len(head), cell.code[len(head) :])
        if (head := _head(cell.code, heads=heads, shapes=shapes, names=names))
        else cell
        for cell in cells
    ]


def _head(code: str, *, heads: Counter[str], shapes: Counter[str], names: Container[str]) -> str:
    twice, letters = _TWICE.match(code), _LETTERS.match(code)
    if twice and heads[twice[1]] > 1:
        return twice[1]
    if letters and letters[0] in names and shapes[shape(code[letters.end() :])] > 1:
        return letters[0]
    return ""


def unwrapped(cells: list[Cell]) -> list[Cell]:
    """The cells, where the last one of each row is glued to the first one of the next: both shapes are known.

    The first cell of the table and its last one stand alone, so that they tell the two shapes.
    """
    if len(cells) < _FEWEST + 1:
        return cells
    first, *glued, last = cells
    size, shapes = len(last.code), (shape(last.code), shape(first.code))
    if any((shape(cell.code[:size]), shape(cell.code[size:])) != shapes for cell in glued):
        return cells
    parts = (
        part
        for cell in glued
        for part in (Cell(cell.start, cell.code[:size]), Cell(cell.start + size, cell.code[size:]))
    )
    return [first, *parts, last]


def cells_of(parts: Sequence[str], *, start: int) -> list[Cell]:
    """The cells that stand one behind the other from `start` on, but a short one, which names a row."""
    places = accumulate(map(len, parts), initial=start)
    return [cell for cell in map(Cell, places, parts) if len(cell.code) >= SHORTEST]


def split(run: str, *, by_shape: bool) -> list[str]:
    """The codes of a run that begin with the same two letters, or are of one shape; else the run.

    Of the former none may be as long as two of them; the first may be shorter: the name of a row.

    >>> split("LX16020DENLX16020DMNRLX18020DEN", by_shape=False)
    ['LX16020DEN', 'LX16020DMNR', 'LX18020DEN']
    >>> split("2029J072232029J076232127J06823", by_shape=True)
    ['2029J07223', '2029J07623', '2127J06823']
    """
    head = run[:2]
    starts = [found.start() for found in re.finditer(rf"{head}[A-Z]{{0,3}}\d", run)] if head.isalpha() else []
    if starts and starts[0] == 0:
        parts = [run[start:end] for start, end in pairwise([*starts, len(run)])]
        sizes = [len(part) for part in parts[len(parts[0]) < SHORTEST :]] or [0]
        if min(sizes) >= SHORTEST and max(sizes) < 2 * min(sizes):
            return parts
    return even(run) if by_shape else [run]


def even(run: str) -> list[str]:
    """The parts of a run whose shapes repeat; letters and figures must both be in each."""
    signs = shape(run)
    for size in range(SHORTEST, len(run) // _FEWEST + 1):
        period = signs[:size]
        if len(run) % size == 0 and {"A", "9"} <= set(period) and signs == period * (len(run) // size):
            return [run[place : place + size] for place in range(0, len(run), size)]
    return [run]


def _before_measures(body: str) -> Iterator[Cell]:
    """Codes cut where all of a column then have one shape and sensible numbers are left for the measure.

    In a long column some may be a sign shorter or longer, where what is left is a measure of the others too.
    """
    found = list(_MEASURED.finditer(body))
    if len(found) < _LEAST_MEASURE:
        return
    cuts = [_cut(found, size=size) for size in range(4, 9)]
    even = [cells for cells in cuts if len({len(cell.code) for cell in cells}) == 1]
    cuts = even or [cells for cells in cuts if len(cells) >= _LONG_COLUMN]
    if len(cuts) == 1:
        yield from cuts[0]


def _cut(found: Sequence[re.Match[str]], *, size: int) -> list[Cell]:
    """The codes if most have that size; none if that makes no sense."""
    left = {one["code"][size:] for one in found if _measures(one["code"][size:])}
    cells = []
    for one in found:
        fits = [width for width in (size, size - 1, size + 1) if one["code"][width:] in left]
        if not fits:
            return []
        cells.append(Cell(one.start(), one["code"][: fits[0]]))
    usual = [cell for cell in cells if len(cell.code) == size]
    same = len({shape(cell.code) for cell in usual}) == 1
    return cells if same and len(usual) * 3 >= len(cells) * 2 else []


def _measures(figures: str) -> bool:
    return 1 <= len(figures) <= 2 and figures[0] != "0" and int(figures) >= _LEAST_MEASURE


def _is_end(body: str, found: re.Match[str]) -> bool:
    """Whether a code of the same shape stands before or after it, behind a mark of ranges."""
    size, alike = len(found[0]), shape(found[0])
    after = _MARK.match(body, found.end())
    before = _AFTER_MARK.search(body, max(0, found.start() - 9), found.start())
    return bool(
        (after and shape(body[after.end() : after.end() + size]) == alike)
        or (before and shape(body[max(0, before.start() - size) : before.start()]) == alike)
    )


def _blanked(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"
