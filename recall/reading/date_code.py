"""The date code: days of making written into a lot or a serial, in an encoding that the notice declares."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from recall.errors import NoticeRefused
from recall.reading.window import Window

_TOKEN = re.compile(r"YYYY|YY|Y|WW|MM|DDD|DD|D")
_DECADES = range(1990, 2050, 10)
_SHAPES = frozenset({"Y", "YW", "YWD", "YM", "YMT", "YJ"})
"""What tells a span: a year with nothing, a week, a week and its day, a month, a month and its day, a day of
the year."""
_KINDS = {"YYYY": "Y", "YY": "Y", "Y": "Y", "WW": "W", "MM": "M", "DDD": "J", "DD": "T", "D": "D"}
_A_WEEK, _A_DAY = timedelta(days=6), timedelta()


class DatePart(StrEnum):
    """What a group of signs in an encoding tells."""

    YEAR = "Y"
    WEEK = "W"
    WEEKDAY = "D"
    MONTH = "M"
    DAY = "T"
    DAY_OF_YEAR = "J"


class CodeOf(StrEnum):
    """Where a date code stands."""

    LOT = "lot"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCode:
    """An encoding such as YYWW, WWYY, MMYY, YYDDD or YMMDD, and the place of its first sign (from 0).

    `Y` is a year's last digit, `YY` its last two (of this century), `WW` an ISO week with `D` its day (1 is
    Monday), `MM` a month with `DD` its day, `DDD` the day of the year.
    """

    encoding: str
    of: CodeOf
    start: int = 0

    @classmethod
    def parse(cls, *, encoding: str, of: str, start: int) -> DateCode:
        """Check an encoding; NoticeRefused when it is none, or tells no span of days."""
        if of not in set(CodeOf):
            raise NoticeRefused.of(of, expected="lot or serial", got=repr(of)[:40])
        kinds = sorted(_KINDS[token] for token in _TOKEN.findall(encoding))
        if _TOKEN.sub("", encoding) or kinds not in [sorted(shape) for shape in _SHAPES]:
            expected = "an encoding of a year and what else it tells, as YYWW, WWYY, MMYY, YYDDD"
            raise NoticeRefused.of(encoding[:40], expected=expected, got="another")
        return cls(encoding=encoding, of=CodeOf(of), start=start)

    @property
    def parts(self) -> tuple[tuple[str, DatePart], ...]:
        """Each group of signs with what it tells: `YY` the year, `WW` the week."""
        return tuple((token, DatePart(_KINDS[token])) for token in _TOKEN.findall(self.encoding))

    def decode(self, code: str) -> tuple[Window, ...]:
        """The spans of days that the code can mean; none when there is no date at its place.

        >>> DateCode(encoding="YYWW", of=CodeOf.LOT, start=1).decode("L2323-7")[0].first.isoformat()
        '2023-06-05'
        """
        told = code[self.start : self.start + len(self.encoding)]
        if len(told) < len(self.encoding) or not (told.isascii() and told.isdigit()):
            return ()
        tokens = {_KINDS[found[0]]: found.span() for found in _TOKEN.finditer(self.encoding)}
        values = {kind: told[first:last] for kind, (first, last) in tokens.items()}
        return tuple(span for year in _years(values["Y"]) if (span := _span(year, values)) is not None)


def _years(told: str) -> Iterator[int]:
    if len(told) == 1:
        yield from (decade + int(told) for decade in _DECADES)
    else:
        yield int(told) if len(told) == 4 else 2000 + int(told)


def _span(year: int, told: Mapping[str, str]) -> Window | None:
    """The days that the values of one year tell, or None where there is no such day."""
    try:
        if "W" in told:
            first = date.fromisocalendar(year, int(told["W"]), int(told.get("D", "1")))
            return Window(first=first, last=first + (_A_DAY if "D" in told else _A_WEEK))
        if "J" in told:
            first = date(year, 1, 1) + timedelta(days=int(told["J"]) - 1)
            return Window(first=first, last=first) if first.year == year else None
        month = int(told.get("M", "1"))
        first = date(year, month, int(told.get("T", "1")))
        if "T" in told:
            return Window(first=first, last=first)
        last = month if "M" in told else 12
        return Window(first=first, last=date(year, last, calendar.monthrange(year, last)[1]))
    except ValueError:
        return None
