"""Dates as notices write them: whole days, months or years, some with a part left out.

A date in figures alone is read in the order that its country writes; without that, it is a doubt.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from recall.reading.months import CANADIAN_MONTH, MONTH, month_number
from recall.reading.text import folded

_END = r"(?![0-9])(?!(?-i:[a-z]|[A-Z](?![a-z])))"
"""A date ends before a sign that goes on with it; a new word may be glued to it, as in flattened tables."""
_BEFORE = r"(?<![0-9A-Za-z])(?<!\d/)"
_CHINESE = (
    r"(?P<zy>\d{4})[ ]?年(?!款)(?:[ ]?(?P<zm>\d{1,2})[ ]?月(?:[ ]?(?P<zd>\d{1,2})[ ]?日)?)?"
    r"|(?P<em>\d{1,2})[ ]?月(?:[ ]?(?P<ed>\d{1,2})[ ]?日)?"
)
_ISO = (
    r"(?P<iy>(?:19|20)\d\d)(?P<is>[-/.])(?P<im>\d{1,2})(?P=is)(?P<id>\d{1,2})(?![0-9A-Za-z])"
    r"(?!-\d{1,2}(?!\d))"
)
_DAY_NAMED = (
    rf"(?P<ld>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[ /-]?(?P<lm>{MONTH})[ /,-]?[ ]?"
    rf"(?P<ly>\d{{4}}|\d{{2}}){_END}(?!/)"
)
_YEAR_AFTER_DAY = rf"(?:,?[ ]?(?:of[ ])?(?P<ny>\d{{4}}){_END}(?!-\d))?"
_MONTH_NAMED = (
    rf"(?P<nm>{MONTH})(?:[ /-]?(?P<nd>\d{{1,2}})(?:st|nd|rd|th)?(?:(?=,[ ]?\d{{4}})|{_END})[/-]?)?"
    rf"{_YEAR_AFTER_DAY}"
)
_MONTH_YEAR = rf"(?P<om>{MONTH})[ -]?(?:of[ ])?(?P<oy>(?:19|20)\d\d){_END}(?!-\d)"
_FIGURES = (
    r"(?P<sa>\d{1,2})/(?P<sb>\d{1,2})/[ ]?(?P<sy>\d{4}|\d{2})(?![0-9A-Za-z/])(?!-(?!\d{1,2}/))"
    r"|(?P<da>\d{1,2})(?P<ds>[.-])(?P<db>\d{1,2})(?P=ds)(?P<dy>(?:19|20)\d\d)(?![0-9A-Za-z/-])"
    r"|(?P<my>\d{1,2})[/.-](?P<yy>(?:19|20)\d{2})(?![0-9A-Za-z/-])"
)
_SHORT = (
    r"(?P<ka>\d{1,2})(?P<ks>[.-])(?P<kb>\d{1,2})(?P=ks)(?P<ky>\d{2})(?![0-9A-Za-z/-])"
    rf"|(?P<hm>{MONTH})[ -]?(?P<hd>\d{{1,2}})[ ,]{{1,2}}(?P<hy>\d{{2}})(?![0-9A-Za-z/-])"
    r"|(?P<vm>\d{1,2})/(?P<vy>\d{2})(?![0-9A-Za-z/-])"
    r"|(?P<wy>(?:19|20)\d\d)[-/.](?P<wm>0[1-9]|1[0-2])(?![0-9A-Za-z/-])"
    rf"|(?P<fy>(?:19|20)\d\d)[-. ]?(?P<fm>{CANADIAN_MONTH})"
    r"(?:[-. ]?(?P<fd>\d{1,2})(?![0-9A-Za-z/-])|(?![-. ]?[0-9A-Za-z]))"
    r"|(?P<cy>20\d\d)(?P<cm>[01]\d)(?P<cd>[0-3]\d)(?![0-9A-Za-z/-])"
    r"|(?P<pa>\d{2})(?P<pb>\d{2})(?P<py>20\d\d)(?![0-9A-Za-z/-])"
)
_YEAR = r"(?P<y>(?:19|20)\d\d)(?![0-9A-Za-z/-])(?!,\d)(?!\.\d)"
_NOW = r"(?P<now>(?:the )?present\b|today\b|now\b|至今|今|現在)"
_PROSE = "|".join((_CHINESE, _ISO, _DAY_NAMED, _MONTH_YEAR, _MONTH_NAMED, _FIGURES, _YEAR, _NOW))
_LABELLED = "|".join((_CHINESE, _ISO, _DAY_NAMED, _MONTH_YEAR, _SHORT, _MONTH_NAMED, _FIGURES, _YEAR, _NOW))
_FIRST_SIGNS = (
    r"(?=\d|j(?:an|än|ui?[nl])|f[eé][bv]|m(?:a[riy]|är)|a(?:pr|vr|ug|o[uû])|sep|o[ck]t|nov|d[eé][czc]"
    r"|the p|pre|tod|now|至|今|現)"
)
"""How a date can begin: most places of a text are ruled out by that."""
_DATE = re.compile(f"{_BEFORE}{_FIRST_SIGNS}(?:{_PROSE})", re.IGNORECASE)
_CODE_DATE = re.compile(f"{_BEFORE}{_FIRST_SIGNS}(?:{_LABELLED})", re.IGNORECASE)
_SIX = re.compile(r"(?<![0-9A-Za-z])(\d\d)(\d\d)(\d\d)(?![0-9A-Za-z/-])")
_HOUR = re.compile(r"(?<=\d)T(?=\d)")
_CENTURY = 2000
_LIKELY = range(15, 45)
"""The years of the century that six figures without a mark may tell."""


class Order(StrEnum):
    """How a country writes a date in figures."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date as written at a place: year, month and day as far as they stand there."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    present: bool = False
    doubt: str | None = None

    @property
    def first(self) -> date | None:
        """Its first day; None without a year or for a day that no calendar has."""
        return self._on(month=self.month or 1, day=self.day or 1)

    @property
    def last(self) -> date | None:
        """Its last day: the end of the month or of the year when no finer part stands there."""
        if self.year is None or not 1 <= self.year <= 9999 or not 1 <= (self.month or 12) <= 12:
            return None
        month = self.month or 12
        return self._on(month=month, day=self.day or monthrange(self.year, month)[1])

    def _on(self, *, month: int, day: int) -> date | None:
        try:
            return date(self.year, month, day) if self.year else None
        except ValueError:
            return None


def dates_in(text: str, *, order: Order) -> Iterator[Dated]:
    """Every date of the folded text, in its order."""
    for found in _DATE.finditer(text):
        yield _dated(found, order=order)


def date_at(text: str, *, start: int, order: Order) -> Dated | None:
    """The date that stands at `start` of the folded text."""
    found = _DATE.match(text, start)
    return _dated(found, order=order) if found else None


def labelled_date_at(text: str, *, start: int, order: Order) -> Dated | None:
    """The date at `start` where a label has said that one follows: `05/24`, `12-28-27`, `20260212` too."""
    found = _CODE_DATE.match(text, start)
    if found:
        return _dated(found, order=order)
    six = _SIX.match(text, start)
    return _compact(six, order=order) if six else None


def day_of(text: str, *, order: Order = Order.DAY_FIRST) -> date | None:
    """The day of a field such as `28/08/2026` or `2026-08-28T00:00:00Z`; None for a month, or no date."""
    dated = labelled_date_at(folded(_HOUR.sub(" ", text.strip())), start=0, order=order)
    return dated.first if dated and dated.first == dated.last else None


def _compact(found: re.Match[str], *, order: Order) -> Dated | None:
    """Six figures in the one order that makes a likely day of them; a doubt where two orders do."""
    one, two, three = (int(part) for part in found.groups())
    ways = {(three, one, two), (one, two, three)} if order is not Order.DAY_FIRST else {(one, two, three)}
    if order is not Order.MONTH_FIRST:
        ways.add((three, two, one))
    likely = [
        (year, month, day) for year, month, day in sorted(ways)
        if year in _LIKELY and 1 <= month <= 12 and 1 <= day <= 31
    ]  # fmt: skip
    if len(likely) > 1:
        doubt = f"'{found[0]}' may be read in {len(likely)} orders of year, month and day: write it in full"
        return Dated(start=found.start(), end=found.end(), doubt=doubt)
    if not likely:
        return None
    year, month, day = likely[0]
    return Dated(start=found.start(), end=found.end(), year=_CENTURY + year, month=month, day=day)


def _dated(found: re.Match[str], *, order: Order) -> Dated:
    start, end, parts = found.start(), found.end(), found.groupdict()
    if parts["now"]:
        return Dated(start=start, end=end, present=True)
    for names in (("sa", "sb", "sy"), ("da", "db", "dy"), ("ka", "kb", "ky"), ("pa", "pb", "py")):
        if parts.get(names[0]):
            return _in_figures(found, *(int(parts[name]) for name in names), order=order)
    named = parts["nm"] or parts["lm"] or parts["om"] or parts.get("hm") or parts.get("fm")
    month = month_number(named) if named else _first(parts, "zm", "em", "im", "my", "vm", "wm", "cm")
    year = _first(parts, "zy", "iy", "ly", "ny", "oy", "hy", "yy", "vy", "wy", "fy", "cy", "y")
    return Dated(
        start=start, end=end, year=year + _CENTURY if year is not None and year < 100 else year, month=month,
        day=_first(parts, "zd", "ed", "id", "ld", "nd", "hd", "fd", "cd"),
    )  # fmt: skip


def _in_figures(found: re.Match[str], one: int, two: int, year: int, *, order: Order) -> Dated:
    """`7/9/2026` in the order of its country; only one of the two orders may be possible anyway."""
    year += _CENTURY if year < 100 else 0
    if one > 12 or (order is Order.DAY_FIRST and two <= 12):
        one, two = two, one
    elif order is Order.UNKNOWN and two <= 12 and one != two:
        doubt = f"'{found[0]}' may be day or month first: write the month as a word"
        return Dated(start=found.start(), end=found.end(), doubt=doubt)
    return Dated(start=found.start(), end=found.end(), year=year, month=one, day=two)


def _first(parts: dict[str, str | None], *names: str) -> int | None:
    return next((int(value) for name in names if (value := parts.get(name))), None)
