"""Tables that lost their blanks: `Model NumberColorAB100BlackAB200White`, under a heading that is glued too.

A cell is believed only where others of its shape stand beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from recall.reading.lists import range_doubt, shape
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind

_HEAD = re.compile(
    r"(?=[MSIP])(?:(?P<model>Model(?:[ ]?(?:/SKU|SKU))?[ ]?(?:Numbers?|No\.?|#|s)?)"
    r"|(?P<sku>SKU[ ]?(?:Numbers?|#)?)"
    r"|(?P<item>Item[ ]?(?:Numbers?|No\.?|#|Code))|(?P<style>(?:PID/)?Style[ ]?(?:Numbers?|#))"
    r"|(?P<product>Product[ ]?(?:Code|Number)(?:/SKU)?)"
    r"|(?P<part>Part[ ]?(?:Numbers?|#)|P/N\)?(?:[ ]or[ ]\(P/C\))?[ ]?#))"
)
_GLUED = re.compile(r"(?:[A-Z][a-z]+[ ]?(?:of[ ]|[A-Z0-9(]|/)|[A-Z0-9]{3}|[ ](?=[A-Z0-9-]{4,20}\d))")
_RANGE = re.compile(
    r"(?:(?P<head>[A-Za-z]{1,8})(?P<number>\d{4,16})|(?<![A-Za-z0-9.$/-])(?P<plain>\d{6,16}))"
    r"[ ]?(?:-|to|through|(?P<and>and))[ ]?"
    r"(?=[A-Za-z0-9])"
)
_CELL = re.compile(
    r"(?<![A-Z0-9$.*#-])(?=[A-Z0-9/_-]{0,20}\d)[A-Z0-9][A-Z0-9/_-]{2,18}[A-Z0-9]"
    r"(?:(?=[A-Z][a-z])|(?<=\d)(?=[a-z]{4})|(?![A-Za-z0-9.%\"'*/-]|[ ](?:[a-z]|Lit)))"
)
_OTHER_COLUMN = re.compile(r"Serial|S/N|Date Code")
"""A column of codes that are no models: then only cells like the first one are."""
_END = re.compile(r"\n|[.:][ ]?(?:The|This|These|Note|Consumers|Only|In)[ ]")
_NO_CODE = re.compile(
    r"\$\d{1,3}(?:,\d{3})*\.\d\d|(?<![A-Za-z0-9])(?:CR|LR|SR|AG)\d{2,4}(?:/\d{2,4})?(?![A-Z0-9])"
)
"""Prices, which have two decimals, and the types of batteries: a cell may be glued to either."""
_LONG, _FAMILY, _SHOWN = 12, 4, 5
_LONGEST = 6_000
_FEWEST = 3


def table_mentions(text: str) -> Iterator[Mention]:
    """The models or item numbers of each table whose heading names one of them alone."""
    done = 0
    for head in _HEAD.finditer(text):
        if head.start() < done or not _GLUED.match(text, head.end()):
            continue
        end = _END.search(text, head.end(), head.end() + _LONGEST)
        stop = end.start() if end else min(len(text), head.end() + _LONGEST)
        done = stop
        kinds = {found.lastgroup for found in _HEAD.finditer(text, head.start(), min(stop, head.end() + 120))}
        if len(kinds) == 1:
            yield from _cells(text, start=head.end(), end=stop, name=head.lastgroup or "model")


def _cells(text: str, *, start: int, end: int, name: str) -> Iterator[Mention]:
    table = _NO_CODE.sub(lambda found: " " * len(found[0]), text[start:end])
    cells = list(_CELL.finditer(table))
    cells = [cell for cell in cells if not (cell[0].isdigit() and len(cell[0]) in (12, 13, 14))]
    shapes = Counter(shape(cell[0]) for cell in cells)
    families = Counter(cell[0][:_FAMILY] for cell in cells if _is_long(cell[0]))
    if not cells or max(shapes[shape(cells[0][0])], families[cells[0][0][:_FAMILY]]) < _FEWEST:
        return
    if _OTHER_COLUMN.search(text, start, start + 120):
        cells = [cell for cell in cells if shape(cell[0]) == shape(cells[0][0])]
    figures = shape(cells[0][0]) if cells[0][0].isdigit() else ""
    kept, left = list[re.Match[str]](), list[str]()
    for cell in cells:
        kind = shape(cell[0])
        mixed = "A" in kind and "9" in kind and cell[0].count("X") < 4
        if len(kind) < 5 or not (mixed or kind == figures):
            continue
        related = _is_long(cell[0]) and families[cell[0][:_FAMILY]] >= _FEWEST
        if shapes[kind] >= _FEWEST or related:
            kept.append(cell)
        elif _is_long(cell[0]):
            left.append(cell[0])
    doubts = (f"the table may name further codes: {', '.join(left[:_SHOWN])}",) if left else ()
    model = name == "model"
    for number, cell in enumerate(kept):
        yield Mention(
            kind=ClauseKind.MODEL if model else ClauseKind.IDENTIFIER, scheme="" if model else name,
            start=start + cell.start(), end=start + cell.end(), values=(cell[0],), confidence=0.7,
            doubts=() if number else doubts,
        )  # fmt: skip


def _is_long(code: str) -> bool:
    """Whether a code is long enough that its first signs tell its family."""
    return len(code) >= _LONG and not code.isdigit()


def ranges_in_tables(text: str) -> Iterator[Mention]:
    """Ranges of serials whose ends have one shape, where a text speaks of serials at all."""
    if "serial" not in text.lower():
        return
    for found in _RANGE.finditer(text):
        if found["and"] and not text[max(0, found.start() - 8) : found.start()].lower().endswith("between "):
            continue
        head, number = found["head"] or "", found["plain"] or found["number"]
        for cut in range(len(head) + 1):  # letters of the cell before may stand in front
            first = head[cut:] + number
            last = text[found.end() : found.end() + len(first)]
            if (cut and not head[cut:]) or shape(first) != shape(last) or range_doubt(first=first, last=last):
                continue
            yield Mention(
                kind=ClauseKind.SERIAL, start=found.start() + cut, end=found.end() + len(last),
                values=(f"{first} - {last}",), confidence=0.75,
            )  # fmt: skip
            break
