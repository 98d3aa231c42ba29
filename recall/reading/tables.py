"""Tables that lost their blanks: `Model NumberColorAB100BlackAB200White`, under a heading that is glued too.

A cell is believed only where others of its shape stand beside it. Where two columns hold codes, a cell is of
the column whose shape it has, if the shapes take turns.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from recall.reading.alignment import Words, divided, glued_rows
from recall.reading.anchors import Row, anchored_rows
from recall.reading.cells import SHORTEST, Cell, body_of, cells_in, cells_of, headless, runs_in, unwrapped
from recall.reading.lists import shape
from recall.reading.mentions import Mention
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind
from recall.reading.words.columns import CODES, ENDS, ITEMS, MARKS, MEASURES, NAMES, OTHERS

_HEAD = re.compile(
    rf"(?=[MSIPABDEFGLTU])(?:{NAMES}|"
    + "|".join(f"(?P<{scheme}>{words})" for scheme, words in (CODES | MARKS | ENDS | ITEMS).items())
    + ")"
)
_CODE = r"[ ]?(?:[A-Z][a-z]+[ ]?)?[A-Z0-9-]*\d"
_GLUED = re.compile(
    rf"[A-Z][a-z]+[ ]?(?:of[ ]|[A-Z0-9(#]|/|-[A-Z])|[A-Z0-9][A-Z0-9-][A-Z0-9]"
    rf"|[ ]{{1,2}}(?=[A-Z0-9-]{{4,20}}\d|(?:{OTHERS})(?:{_CODE}|[ ][A-Z0-9]))"
)
_OR = re.compile(r"(?:\(s\))?[ ]?/")
_HEADINGS = re.compile(
    rf"(?:[ ]{{0,2}}(?:{NAMES}|{'|'.join((CODES | MARKS | ENDS | ITEMS).values())}|{OTHERS})){{0,12}}"
)
_BESIDE = re.compile(rf"{_HEADINGS.pattern}(?<=[a-zA-Z)#.])(?<!^)[ ]?(?=[A-Z0-9][A-Za-z0-9-]{{2}})")
_OTHER_COLUMN = re.compile(r"Serial|S/N|Date Code|Lot|VIN|Vehicle")
"""A column of codes that name no article: then only cells of the first common form do."""
_MEASURES = re.compile(rf"[ ]?(?:{MEASURES})")
_DATED = re.compile(r"20[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
"""A day of making at the beginning of a code: no article."""
_END = re.compile(r"\n|[.:][ ]?(?:The|This|These|Note|Consumers|Only|In)[ ]")
_NAMED = re.compile(
    r"\b(?:(?P<model>models?)|(?P<sku>SKU)|(?P<item>items?)|(?P<style>styles?)|(?P<part>parts?))"
    r"[ ]?(?:numbers?|nos?\b|#|codes?)",
    re.IGNORECASE,
)
"""What the codes after it are, in a heading or in a sentence."""
_KINDS = {"model": ClauseKind.MODEL, "lot": ClauseKind.LOT, "date_code": ClauseKind.DATE_CODE}
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONG, _FAMILY, _SHOWN = 12, 4, 5
_LONGEST, _HEADING, _MOST_TABLES = 6_000, 120, 200
_FEWEST, _MANY, _PAIR = 3, 4, 2
"""So many cells of a shape are believed, and so many codes in a run need no heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its first heading of codes ends at `heading`, its cells stand in `text[start:end]`.

    `schemes` are its columns of codes, in their order.
    """

    heading: int
    start: int
    end: int
    schemes: tuple[str, ...]
    columns: tuple[str, ...]
    """The same with those of the ends of ranges, `serial` twice."""
    marked: tuple[str, ...]
    """The same with a column of lots or date codes, where there is one of each; else nothing."""
    fewest: int
    """So many cells of a shape are believed: two where the heading is glued to the next one."""
    measured: bool
    """Whether a column of numbers stands behind one of codes: then figures at a code's end may be of both."""
    parted: bool
    """Whether a column of words stands between each two columns of codes: none can be glued to another."""


def table_mentions(text: str, *, items: Sequence[Mention]) -> Iterator[Mention]:
    """The codes of each table's columns; `items` are what is known of the text already, in its order."""
    places, words = [item.start for item in items], Words(text)
    for table in islice(tables_in(text), _MOST_TABLES):
        inside = items[bisect_left(places, table.start) : bisect_left(places, table.end)]
        outside = words.outside(table.heading, table.end)
        found = list[Mention]()
        if table.marked:
            marked = replace(table, schemes=table.marked, parted=False)
            found = _read(text, table=marked, known=inside, words=outside)
        found = found or _read(text, table=table, known=inside, words=outside)
        yield from (mention for mention in found if _is_whole(mention, table=table))


def _is_whole(mention: Mention, *, table: Table) -> bool:
    """Whether a cell of an article's column is neither a day nor a code that a number may be glued to."""
    if mention.kind not in (ClauseKind.MODEL, ClauseKind.IDENTIFIER):
        return True
    return not any(_DATED.match(code) or (table.measured and code[-1].isdigit()) for code in mention.values)


def _read(text: str, *, table: Table, known: Sequence[Mention], words: Container[str]) -> list[Mention]:
    """The codes of one table."""
    for columns, there in _tries(text, table=table, known=known):
        body = body_of(text, start=table.start, end=table.end, known=there)
        if rows := anchored_rows(body, start=table.start, columns=columns):
            return [mention for row in rows for mention in _told(row, columns=columns)]
    if not table.schemes:
        return []
    single = len(table.schemes) == 1
    cells = cells_in(text, start=table.start, end=table.end, known=known, one_column=single)
    cells = headless(cells, names=words) if cells else cells
    if single:
        return list(_of_one_column(text, table=table, cells=cells))
    if len(table.schemes) == _PAIR and not table.parted:
        pairs = _pairs(text, table=table, known=known, words=words)
        if pairs:
            return [mention for row in pairs for mention in _row(row, table=table)]
    return list(_of_columns(text, table=table, cells=unwrapped(cells)))


def runs_of_codes(text: str) -> Iterator[Mention]:
    """Many codes without a blank between them where a word before says what they are, heading or not."""
    for start, parts in runs_in(text):
        named = list(_NAMED.finditer(text, max(0, start - _HEADING), start)) if len(parts) >= _MANY else []
        if named:
            scheme = (named[-1].lastgroup or "").lower()
            yield from (_mention(cell, scheme=scheme) for cell in cells_of(parts, start=start))


def tables_in(text: str) -> Iterator[Table]:
    """The tables whose heading names a column of codes and is glued to what follows."""
    done = 0
    for head in _HEAD.finditer(text):
        if head.start() < done or not head.lastgroup:
            continue
        behind = text[max(0, head.start() - 1)].islower() and not _OR.match(text, head.end())
        beside = _BESIDE.match(text, head.end())
        if not (behind or beside or _GLUED.match(text, head.end())):
            continue
        end = _END.search(text, head.end(), head.end() + _LONGEST)
        done = end.start() if end else min(len(text), head.end() + _LONGEST)
        headings = _HEADINGS.match(text, head.end(), done)
        start = headings.end() if headings else head.end()
        named = [head, *_HEAD.finditer(text, head.end(), min(done, head.end() + _HEADING))]
        told = [one for one in named if one.lastgroup and one.lastgroup not in ENDS | ITEMS]
        columns = [one for one in told if one.lastgroup in CODES] or told[:1]
        both = tuple(dict.fromkeys(one.lastgroup for one in told if one.lastgroup))
        yield Table(
            heading=head.end(), start=start, end=done,
            schemes=tuple(dict.fromkeys(one.lastgroup or "" for one in columns)),
            columns=tuple(_columns(one.lastgroup or "" for one in named)),
            marked=both if len(both) == _PAIR and len(MARKS.keys() & both) == 1 else (),
            fewest=_FEWEST if start == head.end() and text[start : start + 1] == " " else _FEWEST - 1,
            measured=any(_MEASURES.match(text, one.end()) for one in named),
            parted=all(text[one.end() : two.start()].strip() for one, two in pairwise(columns)),
        )  # fmt: skip


def _tries(
    text: str, *, table: Table, known: Sequence[Mention]
) -> Iterator[tuple[Sequence[str], Sequence[Mention]]]:
    """The columns to look for, and what is taken as known: first all columns, then those not read already."""
    marked = [one for one in known if one.kind is ClauseKind.SERIAL and not _two_cells(text, one)]
    others = [one for one in known if one.kind not in (ClauseKind.SERIAL, ClauseKind.GTIN)]
    yield table.columns, [*others, *marked]
    left = [name for name in table.columns if name != "gtin"]
    if left and (marked or "serial" not in left):
        yield [name for name in left if not (marked and name == "serial")], known


def _two_cells(text: str, mention: Mention) -> bool:
    """Whether nothing but a blank stands between the two ends of a range."""
    written = text[mention.start : mention.end].replace(" ", "")
    return written in (value.replace(" - ", "") for value in mention.values)


def _columns(names: Iterable[str]) -> Iterator[str]:
    """Each column once, but that of serials for both of its ends."""
    for name in dict.fromkeys(filter(None, names)):
        yield "serial" if name in ENDS else name


def _told(row: Row, *, columns: Sequence[str]) -> Iterator[Mention]:
    """The codes of one row, its two ends of a range as one, beside the row's model."""
    beside = row[columns.index("model") if "model" in columns else 0].start
    ends = [cell for cell, name in zip(row, columns, strict=True) if name == "serial"]
    for cell, name in zip(row, columns, strict=True):
        if name == "gtin":
            gtin = trade_item(cell.code).gtin or cell.code
            yield replace(_mention(cell, scheme="", beside=beside), kind=ClauseKind.GTIN, values=(gtin,))
        elif name != "serial":
            yield _mention(cell, scheme=name, beside=beside)
    if len(ends) == _PAIR:
        first, last = ends
        yield Mention(
            kind=ClauseKind.SERIAL, start=first.start, end=last.start + len(last.code), beside=beside,
            values=(f"{first.code} - {last.code}",), confidence=0.75,
        )  # fmt: skip


def _of_one_column(text: str, *, table: Table, cells: list[Cell], doubt: str = "") -> Iterator[Mention]:
    shapes = Counter(shape(cell.code) for cell in cells)
    families = Counter(cell.code[:_FAMILY] for cell in cells if not cell.code.isdigit())
    if not cells or max(shapes[shape(cells[0].code)], families[cells[0].code[:_FAMILY]]) < table.fewest:
        return
    if table.schemes[0] in CODES and _OTHER_COLUMN.search(text, table.heading, cells[0].start):
        forms = Counter(_form(cell) for cell in cells)
        common = min(_FEWEST, max(forms.values()) / 2)
        first = next(form for cell in cells if forms[form := _form(cell)] >= common)
        cells = [cell for cell in cells if _form(cell) == first]
    figures = shape(cells[0].code) if cells[0].code.isdigit() else ""
    least = _least(text, cells, table=table)
    kept, left = list[Cell](), list[str]()
    for cell in cells:
        kind = shape(cell.code)
        mixed = "A" in kind and "9" in kind and cell.code.count("X") < 4
        near = bool(figures) and kind.strip("9") == "" and abs(len(kind) - len(figures)) == 1
        if len(kind) < least or not (mixed or kind == figures or (near and shapes[kind] >= _FEWEST)):
            continue
        long = len(cell.code) >= _LONG and not cell.code.isdigit()
        if shapes[kind] >= table.fewest or (long and families[cell.code[:_FAMILY]] >= table.fewest):
            kept.append(cell)
        elif long:
            left.append(cell.code)
    doubts = [f"the table may name further codes: {', '.join(left[:_SHOWN])}"] if left else []
    doubts += [doubt] if doubt else []
    for number, cell in enumerate(kept):
        yield _mention(cell, scheme=table.schemes[0], doubts=() if number else tuple(doubts))


def _least(text: str, cells: Sequence[Cell], *, table: Table) -> int:
    """The signs that a cell must have: fewer where all cells are as short, none a year or a second word."""
    short = len({shape(cell.code) for cell in cells}) == 1 and len(cells) >= _FEWEST
    short = short and all(text[cell.start - 1] != " " for cell in cells)
    years = any(_YEAR.fullmatch(cell.code) for cell in cells)
    return SHORTEST - 1 if short and not years and table.schemes[0] in CODES else SHORTEST


def _form(cell: Cell) -> str:
    """Letters and figures in their turns, however many of each: `RDE4411ST` is `A9A`."""
    return re.sub(r"(.)\1+", r"\1", shape(cell.code))


def _of_columns(text: str, *, table: Table, cells: list[Cell]) -> Iterator[Mention]:
    """The cells of several columns, where each has a shape of its own and the shapes take turns."""
    count = len(table.schemes)
    for told in (lambda cell: shape(cell.code), _form):
        if len(cells) >= count * table.fewest and _take_turns(cells, count=count, told=told):
            for first in range(0, len(cells), count):
                yield from _row(cells[first : first + count], table=table)
            return
    if table.parted:
        doubt = f"the table has columns of {' and '.join(table.schemes)}: say which of its codes are which"
        yield from _of_one_column(text, table=table, cells=cells, doubt=doubt)


def _row(row: Sequence[Cell], *, table: Table) -> Iterator[Mention]:
    """The codes of one row, each in its column, beside the row's model."""
    model = table.schemes.index("model") if "model" in table.schemes else 0
    for scheme, cell in zip(table.schemes, row, strict=True):
        yield _mention(cell, scheme=scheme, beside=row[model].start)


def _pairs(
    text: str, *, table: Table, known: Sequence[Mention], words: Container[str]
) -> list[tuple[Cell, Cell]]:
    """The rows of two columns of codes that are glued to one another; none where the cut is not certain."""
    body = body_of(text, start=table.start, end=table.end, known=known)
    rows = glued_rows(body)
    cut = divided([run for _, run in rows], words=words) or ()
    starts = [table.start + start for start, _ in rows]
    return [
        (Cell(start, one), Cell(start + len(one), two))
        for start, (one, two) in zip(starts, cut, strict=False)
    ]


def _take_turns(cells: Sequence[Cell], *, count: int, told: Callable[[Cell], str]) -> bool:
    turn = [told(cell) for cell in cells[:count]]
    return len(set(turn)) == count and [told(cell) for cell in cells] == turn * (len(cells) // count)


def _mention(cell: Cell, *, scheme: str, doubts: tuple[str, ...] = (), beside: int | None = None) -> Mention:
    kind = _KINDS.get(scheme, ClauseKind.IDENTIFIER)
    return Mention(
        kind=kind, scheme=scheme if kind is ClauseKind.IDENTIFIER else "",
        start=cell.start, end=cell.start + len(cell.code), values=(cell.code,), confidence=0.7, doubts=doubts,
        beside=beside,
    )  # fmt: skip
