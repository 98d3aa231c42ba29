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

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DATE = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?P<zy>\d{4})[ ]?年(?:[ ]?(?P<zm>\d{1,2})[ ]?月(?:[ ]?(?P<zd>\d{1,2})[ ]?日)?)?"
    r"|(?P<em>\d{1,2})[ ]?月(?:[ ]?(?P<ed>\d{1,2})[ ]?日)?"
    r"|(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})(?![0-9A-Za-z-])"
    rf"|(?P<ld>\d{{1,2}})[ ](?P<lm>{_MONTH})[ ](?P<ly>\d{{4}})(?![0-9A-Za-z])"
    rf"|(?P<nm>{_MONTH})(?:[ ](?P<nd>\d{{1,2}})(?:st|nd|rd|th)?(?![0-9A-Za-z]))?"
    r"(?:,?[ ](?:of[ ])?(?P<ny>\d{4})(?![0-9A-Za-z-]))?"
    r"|(?P<sa>\d{1,2})/(?P<sb>\d{1,2})/(?P<sy>\d{4}|\d{2})(?![0-9A-Za-z/-])"
    r"|(?P<my>\d{1,2})/(?P<yy>\d{4})(?![0-9A-Za-z/-])"
    r"|(?P<y>(?:19|20)\d\d)(?![0-9A-Za-z/-])(?!,\d)"
    r"|(?P<now>(?:the )?present\b|today\b|now\b|至今|今)"
    r")",
    re.IGNORECASE,
)


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


def _dated(found: re.Match[str], *, order: Order) -> Dated:
    start, end, parts = found.start(), found.end(), found.groupdict()
    if parts["now"]:
        return Dated(start=start, end=end, present=True)
    if parts["sa"]:
        return _in_figures(found, order=order)
    named = parts["nm"] or parts["lm"]
    month = _MONTHS.index(named[:3].lower()) + 1 if named else _first(parts, "zm", "em", "im", "my")
    return Dated(
        start=start, end=end, year=_first(parts, "zy", "iy", "ly", "ny", "yy", "y"), month=month,
        day=_first(parts, "zd", "ed", "id", "ld", "nd"),
    )  # fmt: skip


def _in_figures(found: re.Match[str], *, order: Order) -> Dated:
    """`7/9/2026` in the order of its country; only one of the two orders may be possible anyway."""
    one, two, year = int(found["sa"]), int(found["sb"]), int(found["sy"])
    year += 2000 if year < 100 else 0
    if one > 12 or (order is Order.DAY_FIRST and two <= 12):
        one, two = two, one
    elif order is Order.UNKNOWN and two <= 12 and one != two:
        doubt = f"'{found[0]}' may be day or month first: write the month as a word"
        return Dated(start=found.start(), end=found.end(), doubt=doubt)
    return Dated(start=found.start(), end=found.end(), year=year, month=one, day=two)


def _first(parts: dict[str, str | None], *names: str) -> int | None:
    return next((int(value) for name in names if (value := parts[name])), None)
