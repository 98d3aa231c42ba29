"""Rows of tables that lost their blanks, read as rows: prefixes with two ends, days and model years.

A heading says what a column holds; a cut is believed where it makes sense of every row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product, zip_longest

from recall.reading.dates import Order
from recall.reading.lists import has_digit
from recall.reading.mentions import Mention
from recall.reading.months import MONTH
from recall.reading.values import ClauseKind
from recall.reading.windows import labelled_windows_at

_LONGEST = 6_000
_PREFIXED = re.compile(
    r"Prefix(?:es)?[ ]?(?:[A-Z][a-z]+[ ]){0,2}(?:Min|Start|From|First|Low|Begin)[a-z]{0,6}"
    r"(?:[ ]?(?:Number|No\.|#))?"
    r"[ ]?(?:[A-Z][a-z]+[ ]){0,2}(?:Max|End|To|Last|High)[a-z]{0,6}(?:[ ]?(?:Numbers?|No\.|#))?"
)
_PREFIXES, _NUMBERS = range(1, 7), range(4, 11)
"""So many signs may a prefix have, and so many figures each end behind it."""
_YEAR = r"(?:19|20)\d\d"
_ANY_YEAR = re.compile(rf"{_YEAR}(?:-{_YEAR})?")
_FEWEST, _MANY = 2, 3
_DATED = re.compile(
    r"(?:(?P<made>(?:Manufactur(?:e|ed|ing)|Production|Mfg\.?)[ ]?Dates?"
    r"|Dates?[ ](?:of[ ])?(?:Manufactured?|Production))"
    r"|(?P<expires>(?:Expiration|Expiry|Best[ ]By|Use[ ]By|Sell[ ]By)[ ]?Dates?)"
    r"|(?P<sold>Dates?[ ]Sold|Sold[ ]Dates?))(?:[ ]?Range)?(?:\(s\))?(?=[ ]{0,2}[A-Z0-9][A-Za-z0-9])"
)
_DAY = (
    rf"(?:(?i:{MONTH})[ ](?:\d{{1,2}},?[ ])?{_YEAR}"
    rf"|(?:0[1-9]|1[0-2]|(?<!\d)[1-9])/(?:[0-3]?\d/)?{_YEAR})"
)
_DAYS = re.compile(rf"{_DAY}(?:[ ]?(?:-|to|through)[ ]?{_DAY})?(?![/-]\d)")
_IN_PROSE = re.compile(r"\b(?:between|from|and|in|of|since|before|after|until|during|to|by|or|than)[ ]$")
_SHORT_DAYS = re.compile(r"(?<![\d/])(?:0?[1-9]|1[0-2])/[12]\d(?![\d/])")
_SPOKEN_SHORT = re.compile(r"\bMM?/YY\b")
_YEARS_HEAD = re.compile(r"(?:Model[ ]|(?<=[a-z]))Years?(?:\(s\))?:?(?=[ ]?[A-Z0-9][A-Za-z0-9])")
_YEARS = re.compile(rf"(?:(?<=[A-Za-z)])|(?<=\d)(?={_YEAR}-))({_YEAR})(?:-({_YEAR}))?(?=[A-Z][a-z]|[ \n]|$)")
_MOST_YEARS = 40
_END = re.compile(r"\n|[.:][ ]?(?:The|This|These|Note|Consumers|Only|In)[ ]")


def rows_of(text: str, *, order: Order) -> Iterator[Mention]:
    """Everything that rows of the folded text say; `order` says how its dates in figures are written."""
    yield from _prefixed(text)
    yield from _dated(text, order=order)
    yield from _of_years(text)


def _body(text: str, start: int) -> int:
    """Where the table ends whose heading ends at `start`."""
    end = _END.search(text, start, start + _LONGEST)
    return end.start() if end else min(len(text), start + _LONGEST)


def _prefixed(text: str) -> Iterator[Mention]:
    """`PrefixMinMaxJ2D00006250000880J0D05137010514498`: one width of prefixes and one of numbers fits all."""
    head = _PREFIXED.search(text)
    if head is None:
        return
    start, end = head.end(), _body(text, head.end())
    fitting = []
    for prefix, number in product(_PREFIXES, _NUMBERS):
        row = re.compile(
            rf"(?<![A-Z])(?P<prefix>[A-Z][A-Z0-9]{{{prefix - 1}}})[ ]{{0,3}}(?P<min>\d{{{number}}})[ ]{{0,3}}"
            rf"(?P<max>\d{{{number}}})(?=[ ]{{0,2}}(?:{_YEAR})?[ ]{{0,2}}(?:[A-Z]|$|\n|[.]))"
        )
        rows = list(row.finditer(text, start, end))
        if len(rows) >= _FEWEST and _fits(text, rows, start=start):
            fitting.append(rows)
    most = max(map(len, fitting), default=0)
    best = [rows for rows in fitting if len(rows) == most]
    for found in best[0] if len(best) == 1 else ():
        yield Mention(
            kind=ClauseKind.SERIAL, start=found.start(), end=found.end(), confidence=0.7,
            values=(f"{found['prefix']}{found['min']} - {found['prefix']}{found['max']}",),
        )  # fmt: skip


def _fits(text: str, rows: Sequence[re.Match[str]], *, start: int) -> bool:
    """Whether every row counts up and no figure is left between them but a year."""
    ends = (start, *(row.end() for row in rows))
    gaps = (text[end : row.start()] for end, row in zip(ends, rows, strict=False))
    left = any(has_digit(_ANY_YEAR.sub("", gap)) for gap in gaps)
    return not left and all(row["min"] <= row["max"] for row in rows)


def _dated(text: str, *, order: Order) -> Iterator[Mention]:
    """The days of a column that its heading names, if it is the only one of days."""
    heads, short = list(_DATED.finditer(text)), _SPOKEN_SHORT.search(text)
    done = 0
    for head, following in zip_longest(heads, heads[1:]):
        if head.start() < done:
            continue
        done = end = _body(text, head.end())
        if following and following.start() < end:
            continue
        days = [*_DAYS.finditer(text, head.end(), end)]
        days += _SHORT_DAYS.finditer(text, head.end(), end) if short else ()
        for found in (day for day in days if not _IN_PROSE.search(text, day.start() - 12, day.start())):
            group = labelled_windows_at(found[0], start=0, order=order)
            if group and group.end == len(found[0]) and not group.doubts:
                yield Mention(
                    kind=ClauseKind(head.lastgroup or ""), start=found.start(), end=found.end(),
                    windows=group.windows, confidence=0.7,
                )  # fmt: skip


def _of_years(text: str) -> Iterator[Mention]:
    """`Model YearsScout Classic2018-2023Scout Crew2019-2023`: the years of a column of years."""
    done = 0
    for head in _YEARS_HEAD.finditer(text):
        if head.start() < done:
            continue
        done = _body(text, head.end())
        found = list(_YEARS.finditer(text, head.end(), done))
        for one in found if len(found) >= _MANY else ():
            years = range(int(one[1]), int(one[2] or one[1]) + 1)
            if 0 < len(years) <= _MOST_YEARS:
                yield Mention(
                    kind=ClauseKind.YEAR, start=one.start(), end=one.end(), confidence=0.7,
                    values=tuple(map(str, years)),
                )  # fmt: skip
