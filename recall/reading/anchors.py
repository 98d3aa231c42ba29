"""Columns of codes without blanks between them, cut into rows in the one way that fits every row.

`EVDT2828URDS416EVDT2751URDS424` is two columns: the first letters of a run begin one, and what all other
groups of letters before a figure end with begins the next, if other signs stand before it. Else the shapes
of the cells that stand alone tell those of the glued ones, or one width of figures does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, pairwise, product

from recall.reading.cells import Cell
from recall.reading.lists import has_digit, range_doubt, shape
from recall.reading.trade_items import trade_item

_RUN = re.compile(
    r"(?<![A-Z0-9$*#/-])(?<!\d\.)(?=[A-Z0-9/-]{0,30}\d)[A-Z0-9](?:[A-Z0-9]|[/-](?=[A-Z0-9])){2,4000}"
    r"(?:(?=[A-Z][a-z])|(?![A-Za-z0-9%\"'*/-]|[ ](?:(?!any\b|or\b|and\b)[a-z]|Lit)))"
)
_GROUP = re.compile(r"[A-Z]+(?=-?\d)")
_LEADING = re.compile(r"[A-Z]+(?=-?\d)|(?=\d)")
_ANY = re.compile(r"X{4,}")
"""So many of them stand for any signs."""
_FEWEST, _FEW_SURE, _SURE = 3, 2, 2
"""So many rows are believed; fewer where each column begins with so many letters."""
_SHORTEST, _LONGEST, _MOST, _MOST_SHAPES = 4, 24, 4_000, 12
_WIDTHS = range(4, 10)
"""Figures of a cell that no letters begin."""
_SHARED = 2
_ITEM, _ITEMS = "gtin", (12, 13, 14)
"""The column of trade items, and so many figures each may have."""

Row = tuple[Cell, ...]
_Piece = tuple[Cell, str]
"""A cell, and what tells its column: the letters that it begins with, or its shape."""


def anchored_rows(body: str, *, start: int, columns: Sequence[str]) -> list[Row]:
    """The rows of a table's body that begins at `start` of the text; none where a cut is not certain.

    Equal names in `columns` are the two ends of a range. Every row must have every column.

    >>> rows = anchored_rows("EV28UR416EV27UR424EV21UR489", start=0, columns=("model", "sku"))
    >>> [tuple(cell.code for cell in row) for row in rows]
    [('EV28', 'UR416'), ('EV27', 'UR424'), ('EV21', 'UR489')]
    """
    found = list(_RUN.finditer(body))
    runs = [Cell(start + run.start(), run[0]) for run in found]
    if not found or sum(len(run.code) for run in runs) > _MOST:
        return []
    glued = len(columns) > 1 or any(body[run.end() : run.end() + 1].isalpha() for run in found)
    for ways in (chain(_by_heads(runs, columns=columns), _by_width(runs, columns=columns)), _by_shapes(runs)):
        told = (_rows(way, columns=columns) for way in ways)
        fitting = {tuple(rows) for rows in told if rows and (glued or len(rows) > len(runs))}
        if fitting or len(columns) == 1:
            return list(fitting.pop()) if len(fitting) == 1 else []
    return []


def _by_heads(runs: Sequence[Cell], *, columns: Sequence[str]) -> Iterator[list[_Piece]]:
    """The pieces that begin with the letters of a column; one column may hold figures alone."""
    kinds = len(dict.fromkeys(columns))
    heads = _heads([run.code for run in runs], most=kinds, paired=kinds < len(columns))
    pieces = [list(_cut(run, heads=heads)) for run in runs]
    if len(heads) == kinds:
        whole = list(chain(*pieces))
        yield whole if all(head for _, head in whole) else []
    elif len(heads) == kinds - 1:
        bare = (at for at, name in enumerate(columns) if columns.count(name) == 1)
        for at in bare:
            yield from _bared(pieces, columns=columns, at=at)


def _heads(runs: Sequence[str], *, most: int, paired: bool) -> tuple[str, ...]:
    """The letters that begin the columns: those of the runs, then what the groups between them end with.

    One letter between figures may as well end a column, if none that is `paired` has two ends of a range.
    """
    heads = list(dict.fromkeys(found[0] for run in runs if (found := _LEADING.match(run)) and found[0]))
    while len(heads) < most:
        groups = [
            (run[found.start() - 1], found[0])
            for run in runs
            for found in _GROUP.finditer(run)
            if found.start() and not (heads and found[0].endswith(tuple(heads)))
        ]
        head = _common_end([group for _, group in groups])
        twofold = not paired and len(head) == 1 and all(group == head for _, group in groups)
        before = {group[: -len(head)][-1:] or sign for sign, group in groups} if head else set[str]()
        always = len(before) == 1 and before.pop().isalpha()
        if twofold and len(groups) >= _FEW_SURE:
            return ()
        if len(groups) < _FEW_SURE or not head or always:
            break
        heads.append(head)
    return tuple(sorted(heads, key=len, reverse=True)) if len(heads) <= most else ()


def _common_end(words: Sequence[str]) -> str:
    """The letters that all words end with."""
    shortest = min(words, key=len, default="")
    ends = (shortest[at:] for at in range(len(shortest)))
    return next((end for end in ends if all(word.endswith(end) for word in words)), "")


def _cut(run: Cell, *, heads: Sequence[str]) -> Iterator[_Piece]:
    """The pieces of a run: each from the letters that begin a column to the next such letters."""
    found = [
        (group.end() - len(head), head)
        for group in _GROUP.finditer(run.code)
        if (head := next((head for head in heads if group[0].endswith(head)), ""))
    ]
    if not found or found[0][0]:
        found.insert(0, (0, ""))
    for (first, head), (last, _) in pairwise([*found, (len(run.code), "")]):
        yield Cell(run.start + first, run.code[first:last]), head


def _bared(pieces: Sequence[Sequence[_Piece]], *, columns: Sequence[str], at: int) -> Iterator[list[_Piece]]:
    """Every way to cut the column number `at`, of figures alone, from the ends of the pieces before it.

    It is as wide as a cell of it that stands alone, or each cell has a right check digit, or all begin alike.
    """
    alone = {len(cell.code) for run in pieces for cell, head in run if not head}
    items = columns[at] == _ITEM
    for width in alone or (_ITEMS if items else _WIDTHS) if len(alone) < 2 else ():
        cut = list(_trimmed(pieces, width=width, turn=len(columns), at=at))
        figures = [cell.code for cell, head in cut if not head]
        before = {one.code[-1] for (one, head), (_, last) in pairwise(cut) if head and not last}
        begins = {code[0] for code in figures}
        counts = len(begins) == 1 and len(before) > 1 and "0" not in begins
        if all(map(_is_item, figures)) if items else alone or counts or all(map(str.isalpha, before)):
            yield cut


def _trimmed(pieces: Sequence[Sequence[_Piece]], *, width: int, turn: int, at: int) -> Iterator[_Piece]:
    """The pieces in their order, and the last figures of those after which the column `at` is due."""
    slot, following = 0, chain([run[0][1] for run in pieces[1:]], [""] if at else ["-"])
    for run, opens in zip(pieces, following, strict=True):
        for number, (cell, head) in enumerate(run, start=1):
            beside = run[number][1] if number < len(run) else opens
            slot = (slot + 1) % turn
            last = number == len(run)
            due = bool(head) and slot == at and (bool(beside) or (last and run is pieces[-1] and at > 0))
            if not due or (last and not at) or not cell.code[-width:].isdigit():
                yield cell, head
            else:
                rest = cell.code[:-width]
                yield Cell(cell.start, rest), head
                yield Cell(cell.start + len(rest), cell.code[-width:]), ""
                slot = (slot + 1) % turn


def _is_item(code: str) -> bool:
    return trade_item(code).gtin is not None


def _by_shapes(runs: Sequence[Cell]) -> Iterator[list[_Piece]]:
    """Every run as cells of the shapes that stand alone in several rows, if that can be done in one way."""
    shapes = Counter(shape(run.code) for run in runs)
    known = list[str]()
    for one in sorted((one for one, count in shapes.items() if count >= _FEW_SURE), key=len):
        known += [] if len(known) > _MOST_SHAPES or _parts(Cell(0, one), known=known) else [one]
    cut = [_parts(run, known=known) for run in runs] if len(known) <= _MOST_SHAPES else [()]
    if all(cut):
        yield list(chain(*cut))


def _parts(run: Cell, *, known: Sequence[str]) -> tuple[_Piece, ...]:
    """The cells of known shapes that a run consists of; nothing where none or several ways fit."""
    signs = shape(run.code)
    ways: list[list[tuple[_Piece, ...]]] = [[()]]
    for end in range(1, len(signs) + 1):
        fit = [one for one in known if len(one) <= end and signs.startswith(one, end - len(one))]
        ways.append([
            (*way, (Cell(run.start + end - len(one), run.code[end - len(one) : end]), one))
            for one in fit for way in ways[end - len(one)]
        ][:_FEW_SURE])  # fmt: skip
    return ways[-1][0] if len(ways[-1]) == 1 else ()


def _by_width(runs: Sequence[Cell], *, columns: Sequence[str]) -> Iterator[list[_Piece]]:
    """Figures alone: one column that begins alike, or a code beside an item with a check digit."""
    if not all(run.code.isdigit() for run in runs):
        return
    item = columns.index(_ITEM) if _ITEM in columns else None
    for width, last in product(_WIDTHS, _ITEMS if item is not None else (0,)):
        sizes = (width,) if item is None else (last, width) if item == 0 else (width, last)
        if len(columns) != len(sizes) or any(len(run.code) % sum(sizes) for run in runs):
            continue
        cells = [
            (Cell(run.start + begin + size, run.code[begin + size : begin + size + wide]), str(wide))
            for run in runs
            for begin in range(0, len(run.code), sum(sizes))
            for size, wide in zip((0, sizes[0]), sizes, strict=False)
        ]
        alike = len({cell.code[:_SHARED] for cell, _ in cells}) == 1 and len(cells) > len(runs)
        if alike if item is None else all(_is_item(cell.code) for cell, wide in cells if wide == str(last)):
            yield cells


def _rows(pieces: Sequence[_Piece], *, columns: Sequence[str]) -> list[Row]:
    """The pieces as rows, if no column is told like another and the cells of each row make sense."""
    width = len(columns)
    told: dict[str, set[str]] = {name: set() for name in columns}
    for number, (_, column) in enumerate(pieces):
        told[columns[number % width]].add(column)
    sure = all(
        name == _ITEM or (len(head) >= _SURE and head.isalpha())
        for name, heads in told.items()
        for head in heads
    )
    names = len(told) == 1 and any(
        two.code.startswith(one.code)
        and two.start == one.start + len(one.code)
        and two.code[len(one.code) :][:1].isalnum()
        for (one, _), (two, _) in pairwise(pieces)
    )
    few = names or len(pieces) < width * (1 if _ITEM in told else _FEW_SURE if sure else _FEWEST)
    if few or len(pieces) % width or any(one & two for one, two in combinations(told.values(), 2)):
        return []
    rows = [tuple(cell for cell, _ in pieces[at : at + width]) for at in range(0, len(pieces), width)]
    return rows if all(_makes_sense(row, columns=columns) for row in rows) else []


def _makes_sense(row: Row, *, columns: Sequence[str]) -> bool:
    """Whether each cell is a code, and the two ends of a range count up or stand for any signs."""
    if not all(_SHORTEST <= len(cell.code) <= _LONGEST and has_digit(cell.code) for cell in row):
        return False
    named = zip(row, columns, strict=True)
    ends = [(one.code, two.code) for (one, first), (two, last) in pairwise(named) if first == last]
    return all(
        shape(one) == shape(two) and (bool(_ANY.search(one)) or not range_doubt(first=one, last=two))
        for one, two in ends
    )
