"""Days as fields of records write them: `2029/04/19`, `05/2027`, `31-JAN-2029`, `January 31, 2029`; pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from recall.reading.dates import Order, date_at
from recall.reading.text import folded
from recall.reading.window import Window

_YEAR_FIRST = re.compile(
    r"(?P<y>(?:19|20)\d\d)[-/.年](?P<m>\d{1,2})(?:[-/.月](?P<d>\d{1,2})日?|月)?(?![0-9/-])"
)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>(?:19|20)\d\d)(?![0-9/-])")
_MONTH_YEAR = re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>(?:19|20)\d\d)(?![0-9/-])")
_NAMED = re.compile(r"(?P<d>\d{1,2})[- ](?P<m>[A-Za-z]{3,9})[-. ]+(?P<y>(?:19|20)\d\d)(?![0-9])")
_CFIA = re.compile(
    r"(?P<y>(?:19|20)\d\d)[-. ]?(?P<m>JA|FE|MR|AL|MA|JN|JL|AU|SE|OC|NO|DE)[-. ]?(?P<d>\d{1,2})?\b"
)
"""Canada's months in two letters, the same in both languages (Food and Drug Regulations B.01.007)."""
_TWO_LETTERS = ("JA", "FE", "MR", "AL", "MA", "JN", "JL", "AU", "SE", "OC", "NO", "DE")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?![0-9A-Za-z])")


def window_at(text: str, *, start: int, order: Order) -> tuple[Window, int] | None:
    """The day, or the days of the month or year, that stand at `start`, and the place after them.

    None where no date stands there, or one that could be two: day and month first differ and `order` is
    unknown.
    """
    plain = folded(text)
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _MONTH_YEAR, _COMPACT, _CFIA):
        if found := pattern.match(plain, start):
            window = _in_figures(found.groupdict(), order=order)
            return (window, found.end()) if window else None
    spoken = _NAMED.match(plain, start)
    named = f"{spoken['d']} {spoken['m']} {spoken['y']}" if spoken else plain
    dated = date_at(named, start=0 if spoken else start, order=order)
    if dated is None or dated.first is None or dated.last is None:
        return None
    return Window(first=dated.first, last=dated.last), spoken.end() if spoken else dated.end


def window_of(text: str, *, order: Order) -> Window | None:
    """The days of a field that holds a date and nothing else of weight; None where it does not.

    >>> window_of("05/2027", order=Order.DAY_FIRST).document()
    {'from': '2027-05-01', 'to': '2027-05-31'}
    """
    found = window_at(text.strip(), start=0, order=order)
    return found[0] if found else None


def day_of(text: str, *, order: Order = Order.DAY_FIRST) -> date | None:
    """The day of a field such as `28/08/2026` or `2026-08-28T00:00:00Z`; None for a month, or no date."""
    window = window_of(text.strip().partition("T")[0], order=order)
    return window.first if window and window.first == window.last else None


def _in_figures(parts: dict[str, str], *, order: Order) -> Window | None:
    year = int(parts["y"])
    if "a" in parts:
        one, two = int(parts["a"]), int(parts["b"])
        if order is Order.UNKNOWN and one != two and max(one, two) <= 12:
            return None
        month_first = two > 12 or (order is Order.MONTH_FIRST and one <= 12)
        return _days(year, month=one if month_first else two, day=two if month_first else one)
    named = parts["m"] in _TWO_LETTERS
    month = _TWO_LETTERS.index(parts["m"]) + 1 if named else int(parts["m"])
    return _days(year, month=month, day=int(parts["d"]) if parts.get("d") else None)


def _days(year: int, *, month: int, day: int | None) -> Window | None:
    """One day, or a whole month; None for a day that no calendar has."""
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return None
    return Window(first=first, last=first if day else date(year, month, monthrange(year, month)[1]))
