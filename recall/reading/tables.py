"""Tables that lost their blanks: `Model NumberColorAB100BlackAB200White`, under a heading that is glued too.

A cell is believed only where others of its shape stand beside it. Where two columns hold codes, a cell is of
the column whose shape it has, if the shapes take turns.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from recall.reading.lists import shape
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind
from recall.reading.words.columns import CODES, NAMES, OTHERS

_HEAD = re.compile(
    rf"(?=[MSIPA])(?:{NAMES}|" + "|".join(f"(?P<{scheme}>{words})" for scheme, words in CODES.items()) + ")"
)
_CODE = r"[ ]?(?:[A-Z][a-z]+[ ]?)?[A-Z0-9-]*\d"
_GLUED = re.compile(
    rf"[A-Z][a-z]+[ ]?(?:of[ ]|[A-Z0-9(]|/|-[A-Z])|[A-Z0-9]{{3}}"
    rf"|[ ](?=[A-Z0-9-]{{4,20}}\d|(?:{OTHERS}){_CODE})"
)
_HEADINGS = re.compile(rf"(?:[ ]{{0,2}}(?:{NAMES}|{'|'.join(CODES.values())}|{OTHERS})){{0,12}}")
_CELL = re.compile(
    r"(?<![A-Z0-9$*#-])(?<!\d\.)(?=[A-Z0-9/_-]{0,20}\d)[A-Z0-9][A-Z0-9/_-]{2,18}[A-Z0-9]"
    r"(?:(?=[A-Z][a-z])|(?<=\d)(?=[a-z]{4})|(?![A-Za-z0-9.%\"'*/-]|[ ](?:[a-z]|Lit)))"
)
_TOKEN = re.compile(
    r"(?<![A-Z0-9$*#/-])(?<!\d\.)(?P<head>[A-Z]{2})(?=[A-Z0-9-]{0,18}\d)[A-Z0-9-]{8,2000}"
    r"(?:(?=[A-Z][a-z])|(?![A-Za-z0-9]))"
)
"""Codes without a blank between them, where they all begin with the same two letters."""
_OTHER_COLUMN = re.compile(r"Serial|S/N|Date Code|Lot|VIN|Vehicle")
"""A column of codes that name no article: then only cells of the first common form do."""
_MARK = re.compile(r"[ ]?(?:-|to|through)[ ]?")
_AFTER_MARK = re.compile(r"[ ]?(?:-|to|through)[ ]?$")
"""What parts the ends of a range: neither is a cell of its own."""
_END = re.compile(r"\n|[.:][ ]?(?:The|This|These|Note|Consumers|Only|In)[ ]")
_NO_CODE = re.compile(
    r"\$\d{1,3}(?:(?:,\d{3})+(?:\.\d\d)?|\.\d\d)|(?<![A-Za-z0-9])(?:CR|LR|SR|AG)\d{2,4}(?:/\d{2,4})?(?![A-Z0-9])"
)
"""Prices, and the types of batteries: a cell may be glued to either."""
_NAMED = re.compile(
    r"\b(?:(?P<model>models?)|(?P<sku>SKU)|(?P<item>items?)|(?P<style>styles?)|(?P<part>parts?))"
    r"[ ]?(?:numbers?|nos?\b|#|codes?)",
    re.IGNORECASE,
)
"""What the codes after it are, in a heading or in a sentence."""
_LONG, _FAMILY, _SHOWN = 12, 4, 5
_LONGEST, _HEADING = 6_000, 120
_FEWEST = 3
_SHORTEST, _MANY = 5, 4
"""Signs of a code that is cut out of a run, and so many of them that need no heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its first heading of codes ends at `heading`, its cells stand in `text[start:end]`.

    `schemes` are its columns of codes, in their order.
    """

    heading: int
    start: int
    end: int
    schemes: tuple[str, ...]
    fewest: int
    """So many cells of a shape are believed: two where the heading is glued to the next one."""


def table_mentions(text: str, *, items: Sequence[Mention]) -> Iterator[Mention]:
    """The models and item numbers of each table; `items` are the trade items of the text, in their order."""
    places = [item.start for item in items]
    for table in tables_in(text):
        inside = items[bisect_left(places, table.start) : bisect_left(places, table.end)]
        cells = _cells(text, table=table, items=inside)
        if len(table.schemes) == 1:
            yield from _of_one_column(text, table=table, cells=cells)
        else:
            yield from _of_columns(table, cells=cells)


def runs_of_codes(text: str) -> Iterator[Mention]:
    """Many codes without a blank between them where a word before says what they are, heading or not."""
    for token in _TOKEN.finditer(text):
        parts = _split(token[0], head=token["head"]) if len(token[0]) >= _MANY * _SHORTEST else []
        named = list(_NAMED.finditer(text, max(0, token.start() - _HEADING), token.start()))
        if len(parts) < _MANY or not named:
            continue
        scheme = (named[-1].lastgroup or "").lower()
        for place, part in zip(accumulate(map(len, parts), initial=token.start()), parts, strict=False):
            if len(part) >= _SHORTEST:
                yield _mention(_Cell(place, part), scheme=scheme)


def tables_in(text: str) -> Iterator[Table]:
    """The tables whose heading names a column of codes and is glued to what follows."""
    done = 0
    for head in _HEAD.finditer(text):
        if head.start() < done or not head.lastgroup or not _GLUED.match(text, head.end()):
            continue
        end = _END.search(text, head.end(), head.end() + _LONGEST)
        done = end.start() if end else min(len(text), head.end() + _LONGEST)
        headings = _HEADINGS.match(text, head.end(), done)
        start = headings.end() if headings else head.end()
        named = _HEAD.finditer(text, head.start(), min(done, head.end() + _HEADING))
        schemes = tuple(dict.fromkeys(found.lastgroup for found in named if found.lastgroup))
        apart = start == head.end() and text[start : start + 1] == " "
        yield Table(
            heading=head.end(),
            start=start,
            end=done,
            schemes=schemes,
            fewest=_FEWEST if apart else _FEWEST - 1,
        )


@dataclass(frozen=True, slots=True)
class _Cell:
    """A code that may be a cell: where it begins in the text, and its signs."""

    start: int
    code: str

    @property
    def is_long(self) -> bool:
        """Whether the code is long enough that its first signs tell its family."""
        return len(self.code) >= _LONG and not self.code.isdigit()


def _cells(text: str, *, table: Table, items: Sequence[Mention]) -> list[_Cell]:
    """Everything in a table that looks like a code, in its order."""
    body = _NO_CODE.sub(lambda found: " " * len(found[0]), text[table.start : table.end])
    for item in items:
        body = _blanked(body, item.start - table.start, item.end - table.start)
    cells: list[_Cell] = []
    for token in _TOKEN.finditer(body):
        parts = _split(token[0], head=token["head"])
        if len(parts) > 1:
            body = _blanked(body, *token.span())
            places = accumulate(map(len, parts), initial=table.start + token.start())
            cells += (cell for cell in map(_Cell, places, parts) if len(cell.code) >= _SHORTEST)
    cells += (
        _Cell(table.start + found.start(), found[0])
        for found in _CELL.finditer(body)
        if not _is_end(body, found)
    )
    return sorted(
        (cell for cell in cells if not (cell.code.isdigit() and len(cell.code) in (12, 13, 14))),
        key=lambda cell: cell.start,
    )


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


def _split(token: str, *, head: str) -> list[str]:
    """Codes that begin with the same two letters, where none is as long as two of them; else the token.

    The first may be shorter: the name of a row.

    >>> _split("LX16020DENLX16020DMNRLX18020DEN", head="LX")
    ['LX16020DEN', 'LX16020DMNR', 'LX18020DEN']
    """
    starts = [found.start() for found in re.finditer(rf"{head}[A-Z]{{0,3}}\d", token)]
    if not starts or starts[0]:
        return [token]
    parts = [token[start:end] for start, end in pairwise([*starts, len(token)])]
    sizes = [len(part) for part in parts[len(parts[0]) < _SHORTEST :]] or [0]
    return parts if min(sizes) >= _SHORTEST and max(sizes) < 2 * min(sizes) else [token]


def _of_one_column(text: str, *, table: Table, cells: list[_Cell]) -> Iterator[Mention]:
    shapes = Counter(shape(cell.code) for cell in cells)
    families = Counter(cell.code[:_FAMILY] for cell in cells if not cell.code.isdigit())
    if not cells or max(shapes[shape(cells[0].code)], families[cells[0].code[:_FAMILY]]) < table.fewest:
        return
    if _OTHER_COLUMN.search(text, table.heading, cells[0].start):
        forms = Counter(_form(cell) for cell in cells)
        common = min(_FEWEST, max(forms.values()) / 2)
        first = next(form for cell in cells if forms[form := _form(cell)] >= common)
        cells = [cell for cell in cells if _form(cell) == first]
    figures = shape(cells[0].code) if cells[0].code.isdigit() else ""
    kept, left = list[_Cell](), list[str]()
    for cell in cells:
        kind = shape(cell.code)
        mixed = "A" in kind and "9" in kind and cell.code.count("X") < 4
        if len(kind) < 5 or not (mixed or kind == figures):
            continue
        related = cell.is_long and families[cell.code[:_FAMILY]] >= table.fewest
        if shapes[kind] >= table.fewest or related:
            kept.append(cell)
        elif cell.is_long:
            left.append(cell.code)
    doubts = (f"the table may name further codes: {', '.join(left[:_SHOWN])}",) if left else ()
    for number, cell in enumerate(kept):
        yield _mention(cell, scheme=table.schemes[0], doubts=() if number else doubts)


def _form(cell: _Cell) -> str:
    """Letters and figures in their turns, however many of each: `RDE4411ST` is `A9A`."""
    return re.sub(r"(.)\1+", r"\1", shape(cell.code))


def _of_columns(table: Table, *, cells: list[_Cell]) -> Iterator[Mention]:
    """The cells of several columns, where each has a shape of its own and the shapes take turns."""
    count = len(table.schemes)
    shapes = [shape(cell.code) for cell in cells]
    turn = shapes[:count]
    regular = len(set(turn)) == count and len(cells) >= count * table.fewest
    if not regular or shapes != turn * (len(cells) // count):
        return
    for first in range(0, len(cells), count):
        row = cells[first : first + count]
        model = table.schemes.index("model") if "model" in table.schemes else 0
        for scheme, cell in zip(table.schemes, row, strict=True):
            yield _mention(cell, scheme=scheme, beside=row[model].start)


def _mention(cell: _Cell, *, scheme: str, doubts: tuple[str, ...] = (), beside: int | None = None) -> Mention:
    model = scheme == "model"
    return Mention(
        kind=ClauseKind.MODEL if model else ClauseKind.IDENTIFIER, scheme="" if model else scheme,
        start=cell.start, end=cell.start + len(cell.code), values=(cell.code,), confidence=0.7, doubts=doubts,
        beside=beside,
    )  # fmt: skip
