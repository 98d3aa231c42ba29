"""Lists of codes as people shorten them: `C14-P6/P7` is C14-P6 and C14-P7; `A, B and C` is three.

A slash shares the part before the last segment. What could be read in two ways is a doubt and is not
guessed; a code is never changed beyond what the shorthand says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from recall.errors import NoticeRefused
from recall.reading.quantities import MEASURE_WORDS
from recall.reading.serial_range import SerialRange

MOST = 5_000
"""The most codes that one list is read to."""

_CODE = re.compile(r'"?([A-Za-z0-9][A-Za-z0-9._/#*+-]{0,79})(?:,")?"?')
_QUOTED = re.compile(r'"([A-Z0-9][A-Za-z0-9._/*+ -]{0,28}),?"')
_YEAR_AND_WEEK = re.compile(r"20\d\d \d\d-\d{2,3}(?!\d)")
_CAPITALS = re.compile(r"[A-Z]{2,12}(?:[-/+][A-Z0-9]{1,12}){0,6}(?![A-Za-z0-9+/-])")
_NO_NAMES = frozenset({
    "UPC", "UPCS", "SKU", "SKUS", "VIN", "VINS", "LED", "USB", "AC", "DC", "US", "USA", "UK", "EU",
    "FCC", "MSRP", "HTTPS", "HTTP", "PDF", "PSI", "RPM", "BTU", "LLC", "INC", "CPSC", "AND", "OR",
    "THE", "TO", "NO", "NOT", "IS", "ARE",
})  # fmt: skip
"""Capital letters that are words and no codes."""
_BETWEEN = re.compile(
    r"[ \t]*(?:[,;、&]|和|及|与|或|以及|\b(?:and|or|et|ou|und|oder)\b)(?:[ \t]*(?:and|or|et|ou|und|oder)\b)?"
    r"(?:[ \t]*(?P<from>from|between|de|von|models?|also)\b(?![-\w]))?[ \t]*",
    re.IGNORECASE,
)
_RANGE_MARK = re.compile(
    r"[ \t]*(?:至|到|~|から|\b(?:through|thru|to|à|au|bis)\b)[ \t]*|[ \t]+-[ \t]*|[ \t]*-[ \t]+",
    re.IGNORECASE,
)
_AND = re.compile(r"[ \t]+(?:and|et|und)[ \t]+(?:\bbetween[ \t]+)?", re.IGNORECASE)
_GLOSS = re.compile(r"型(?!号)|[ \t]*\([^()\n]{0,80}\)")
_RUNS = re.compile(r"[0-9]+|[A-Za-z]+|[^0-9A-Za-z]")
_SENTENCE = re.compile(r"\.(?=[A-Z][a-z])")
_DATE = re.compile(r"\d{4}年|\d{1,2}月")
_MEASURED = re.compile(
    r"[ ]?(?:units?|pieces|inch(?:es)?|in\.|feet|foot|pounds?|lbs?\b|ounces?|oz|years?|months|days"
    r"|percent|mm|cm|ml|mAh"
    r"|watts?|volts?|gallons?|quarts?|cc|panel|piece|pack|styles|models|sizes|colou?rs|different|Hz)\b"
    r"|[ ]?[\"%](?=[ ,;)])"
    rf"|[ ]?[{MEASURE_WORDS}]",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"[a-z]{5}|-[a-z]{3}|\.(?:com|org|net)\b|[a-z][A-Z][a-z]|[Xx]{4}|^20[Xx]{2}"
)  # words, cells that lost their blanks, signs for any


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list: a code, or a range when `last` is given."""

    first: str
    last: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The entries found from a place on, and the place after them."""

    items: tuple[Item, ...]
    end: int


def shape(code: str) -> str:
    """The shape of a code, sign by sign: `C14-P6` is `A99-A9`."""
    return re.sub(r"[0-9]", "9", re.sub(r"[A-Za-z]", "A", code))


def has_digit(code: str) -> bool:
    """Whether any sign of the code is a digit: what tells a code from a word."""
    return any(sign.isdigit() for sign in code)


def list_at(text: str, *, start: int, joins_ranges: bool = False, capitals: bool = False) -> CodeList:
    """The list of codes that begins at `start` of the folded text; empty when none begins there.

    With `joins_ranges` (after the word `between`) `A and B` is a range too; with `capitals` codes of capital
    letters alone are read.
    """
    items: list[Item] = []
    place = end = start
    while len(items) < MOST and (code := _code_at(text, start=place, capitals=capitals or len(items) > 1)):
        first, end = code
        mark = _RANGE_MARK.match(text, end)
        if mark is None and joins_ranges:
            gloss = _GLOSS.match(text, end)
            mark = _AND.match(text, gloss.end() if gloss else end)
        second = _code_at(text, start=mark.end(), capitals=False) if mark else None
        joins_ranges = joins_ranges and second is None and not items
        if second is not None:
            items.append(Item(first=first, last=second[0]))
            end = second[1]
        else:
            items.append(Item(first=first))
        gloss = _GLOSS.match(text, end)
        between = _BETWEEN.match(text, gloss.end() if gloss else end)
        if between is None:
            break
        joins_ranges = joins_ranges or between["from"] == "between"
        place = between.end()
    return CodeList(items=tuple(items), end=end)


def _code_at(text: str, *, start: int, capitals: bool) -> tuple[str, int] | None:
    """The code at `start` without its closing punctuation, and the place after it."""
    quoted = _QUOTED.match(text, start)
    if quoted and has_digit(quoted[1]) and not _GLUED.search(quoted[1]):
        return quoted[1].rstrip(" ./-+#"), quoted.end()
    if week := _YEAR_AND_WEEK.match(text, start):
        return week[0], week.end()
    if capitals and (named := _CAPITALS.match(text, start)) and named[0] not in _NO_NAMES:
        return named[0], named.end()
    found = _CODE.match(text, start)
    if found is None or _DATE.match(text, start) or not has_digit(found[1]):
        return None
    code = _SENTENCE.split(found[1])[0].rstrip(".-/+#")
    if code.replace(".", "").isdigit() and _MEASURED.match(text, found.end(1)):
        return None
    if _GLUED.search(code) or not has_digit(code):
        return None
    return code, found.end() if code == found[1] else found.start(1) + len(code)


def expand(token: str) -> tuple[tuple[str, ...], str | None]:
    """The codes that a token with slashes stands for, and the doubt if it can be read in two ways.

    >>> expand("C14-P6/P7")
    (('C14-P6', 'C14-P7'), None)
    >>> expand("05/24")[0]
    ('05/24',)
    """
    head, *tails = token.split("/")
    if not tails:
        return (token,), None
    codes = [head]
    for tail in tails:
        code = _shared(codes[-1], tail)
        if code is None:
            return (token,), f"'{token}' can be read in more than one way: name each code in full"
        codes.append(code)
    return tuple(dict.fromkeys(codes)), None


def _shared(head: str, tail: str) -> str | None:
    """`tail` with the part of `head` that the slash shares; None when that is not certain."""
    if not tail or (head.isdigit() and tail.isdigit()):
        return None
    if shape(head) == shape(tail):
        return tail
    cut = max(head.rfind(mark) for mark in "-._")
    if cut >= 0:
        return head[: cut + 1] + tail if _kinds(head[cut + 1 :]) == _kinds(tail) else None
    runs = _RUNS.findall(head)
    same_end = len(runs) > 1 and shape(runs[-1]) == shape(tail)
    return head[: -len(tail)] + tail if same_end else None


def _kinds(segment: str) -> str:
    """The kinds of signs in a segment, however many of each: `P6` and `P10` are both `A9`."""
    return "".join(shape(run)[0] for run in _RUNS.findall(segment))


def count_up(*, first: str, last: str) -> tuple[str, ...] | None:
    """Every code from `first` to `last` when they are one range of at most `MOST` codes; else None."""
    if range_doubt(first=first, last=last):
        return None
    codes = SerialRange.between(first=first, last=last)
    if codes.count > MOST:
        return None
    return tuple(f"{codes.prefix}{number:0{codes.width}d}" for number in range(codes.lo, codes.hi + 1))


def range_doubt(*, first: str, last: str) -> str | None:
    """Why `first - last` cannot be counted through: shapes, prefixes or order differ; None when it can."""
    try:
        SerialRange.between(first=first, last=last)
    except NoticeRefused as problem:
        return f"'{first} - {last}' is not one range: expected {problem.expected}, got {problem.got}"
    return None
