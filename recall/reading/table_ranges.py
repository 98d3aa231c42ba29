"""Ranges of serials in tables: `AB100100 - AB100900Blue`, or their ends in two columns without a blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from recall.reading.lists import range_doubt, shape
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind

_SPOKEN_OF = re.compile(r"serial|vehicle identification|\bVINs?\b", re.IGNORECASE)
_MARK = re.compile(r"(?<=\d)[ ]?(?:-|to|through|(?P<and>and))[ ]?(?=[A-Za-z0-9])")
_BEFORE = re.compile(r"(?<![$./-])[A-Za-z0-9]{4,40}$")
_BEHIND = re.compile(r"[A-Za-z0-9]{4,40}")
_BETWEEN = "between "
_REACH, _SHORTEST, _FIGURES, _LONG = 41, 5, 6, 10
_TWO_COLUMNS = re.compile(
    r"Serial[ ](?:Numbers?|No\.|#)[ ](?:Ranges?[ ])?(?:Start|Begins?|From|\(From\)|\(Start\))", re.IGNORECASE
)
_END = re.compile(r"[A-Z0-9][A-Z0-9-]{3,60}\d(?:(?=[A-Z][a-z])|(?![A-Z0-9-]))")
_GLUED = re.compile(r"(?P<first>(?P<head>[A-Z]{1,6})\d{4,12})(?P<last>(?P=head)\d{4,12})(?!\d)")
_LONGEST = 6_000
_CODES = re.compile(r"Date[ ]Code")
_WEEKS, _MANY, _FEW = "9999", 4, 2
"""The shape of a date code, and so many rows must hold ranges of such codes, or of others."""
_MOST_MARKS = 2_000
_YEARS = re.compile(r"(?:(?:19|20)\d\d){2}")


def ranges_in_tables(text: str) -> Iterator[Mention]:
    """Ranges of serials or date codes whose ends have one shape, where a text speaks of such at all."""
    if _CODES.search(text):
        yield from _of_rows(text, kind=ClauseKind.DATE_CODE)
    if _SPOKEN_OF.search(text) is None:
        return
    yield from _marked(text)
    yield from _of_rows(text, kind=ClauseKind.SERIAL)
    if columns := _TWO_COLUMNS.search(text):
        yield from _paired(text, start=columns.end(), end=columns.end() + _LONGEST)


def _marked(text: str) -> Iterator[Mention]:
    """`A - B` and `A through B`; cells may be glued to either side."""
    lowered = text.lower()
    for mark in _MARK.finditer(text):
        before = _BEFORE.search(text, max(0, mark.start() - _REACH), mark.start())
        behind = _BEHIND.match(text, mark.end())
        if before is None or behind is None:
            continue
        size = _size(before[0], behind[0])
        start = mark.start() - size
        if size and not (mark["and"] and not lowered.endswith(_BETWEEN, 0, start)):
            yield _mention(text, start=start, first=mark.start(), last=mark.end(), end=mark.end() + size)


def _of_rows(text: str, *, kind: ClauseKind) -> Iterator[Mention]:
    """Ranges of one shape in many rows, between the figures of other cells: `T-20A001 to A04248"`."""
    coded = kind is ClauseKind.DATE_CODE
    found = []
    for mark in islice(_MARK.finditer(text), _MOST_MARKS):
        before = _BEFORE.search(text, max(0, mark.start() - _REACH), mark.start())
        behind = _BEHIND.match(text, mark.end())
        if before and behind and not mark["and"]:
            sizes = [alike for alike in _sizes(before[0], behind[0]) if (alike == _WEEKS) is coded]
            found.append((mark, sizes))
    rows = Counter(alike for _, sizes in found for alike in sizes)
    for mark, sizes in found:
        alike = max(sizes, key=lambda one: rows[one], default="")
        rivals = sum(rows[one] == rows[alike] for one in sizes)
        if rivals == 1 and rows[alike] >= (_MANY if coded else _FEW):
            start, end = mark.start() - len(alike), mark.end() + len(alike)
            yield _mention(text, start=start, first=mark.start(), last=mark.end(), end=end, kind=kind)


def _sizes(before: str, behind: str) -> Iterator[str]:
    """The shapes that both ends of a range can have, where other signs than their own bound one of them."""
    for size in range(len(_WEEKS), min(len(before), len(behind)) + 1):
        first, last = before[-size:], behind[:size]
        left = size == len(before) or before[-size - 1].isdigit() is not first[0].isdigit()
        right = size == len(behind) or behind[size].isdigit() is not last[-1].isdigit()
        alike = shape(first)
        codes = alike == _WEEKS or first[0].isalpha()
        years = _YEARS.fullmatch(f"{first}{last}")
        alone = (left or right) and codes and not years and alike == shape(last)
        if alone and not range_doubt(first=first, last=last):
            yield alike


def _size(before: str, behind: str) -> int:
    """How many signs each end of a range has; 0 where that cannot be seen.

    The end behind the mark may go on as another cell where a letter follows a figure.
    """
    for size in range(_SHORTEST, min(len(before), len(behind)) + 1):
        first, last = before[-size:], behind[:size]
        ends = size == len(behind) or (last[-1].isdigit() and behind[size].isalpha())
        begins = size == len(before) or first[0].isalpha()
        if not (ends and begins) or (first.isdigit() and size < _FIGURES):
            continue
        if shape(first) == shape(last) and (
            not range_doubt(first=first, last=last) or (size >= _LONG and first[:2] == last[:2] > "9")
        ):
            return size
    return 0


def _paired(text: str, *, start: int, end: int) -> Iterator[Mention]:
    """The two ends in cells of their own, side by side."""
    for pair in _GLUED.finditer(text, start, end):
        if _are_ends(pair["first"], pair["last"]):
            middle = pair.end("first")
            yield _mention(text, start=pair.start(), first=middle, last=middle, end=pair.end())
    for cell in _END.finditer(text, start, end):
        beside = _END.match(text, cell.end() + 1) if text[cell.end() : cell.end() + 1] == " " else None
        if beside and _are_ends(cell[0][-len(beside[0]) :], beside[0]):
            begin = cell.end() - len(beside[0])
            yield _mention(text, start=begin, first=cell.end(), last=beside.start(), end=beside.end())


def _are_ends(first: str, last: str) -> bool:
    alike = shape(first) == shape(last) and first[:1].isalpha() and len(first) >= _SHORTEST
    return alike and not range_doubt(first=first, last=last)


def _mention(
    text: str, *, start: int, first: int, last: int, end: int, kind: ClauseKind = ClauseKind.SERIAL
) -> Mention:
    """The range whose ends are `text[start:first]` and `text[last:end]`."""
    one, two = text[start:first], text[last:end]
    doubt = range_doubt(first=one, last=two)
    return Mention(
        kind=kind, start=start, end=end, values=(f"{one} - {two}",),
        confidence=0.5 if doubt else 0.75, doubts=(doubt,) if doubt else (),
    )  # fmt: skip
