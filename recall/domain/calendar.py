"""The calendar: on which days work is done somewhere, and when a period of a law runs out there.

Every law here leaves the day of the event out and lets a day end with its last hour. How they differ is data:
`Reckoning` says whether the end rolls to a working day, whether hours pause on days off, when hours begin.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field

from recall.domain.ground import Ground

IsHoliday = Callable[[date], bool]
"""Whether a day is no working day for another reason than the weekend."""

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_SATURDAY = 6


class Unit(StrEnum):
    """What a period is counted in."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working days of one place."""

    place: str
    """ISO 3166: a country (`DE`), one of its parts (`AU-NSW`); `EU` for the days that all members keep."""
    is_holiday: IsHoliday
    works: frozenset[date] = frozenset()
    """Days of a weekend on which work is done: the make-up days of a bridged holiday."""
    announced_through: int | None = None
    """The last year whose days off have been announced; None: they are fixed by a standing law."""

    def is_working(self, day: date) -> bool:
        """Whether work is done that day."""
        return day in self.works or (day.isoweekday() < _SATURDAY and not self.is_holiday(day))

    def is_provisional(self, day: date) -> bool:
        """Whether the day's year has not been announced: its days off are a forecast."""
        return self.announced_through is not None and day.year > self.announced_through


class Reckoning(Ground):
    """How a law counts its periods: the `[calendar]` of a policy."""

    place: str = Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    """Whose days off count where nothing else is said."""
    timezone: str
    """Where the law's days end (IANA), unless a place says otherwise."""
    places: Mapping[str, str] = {}
    """Places inside the law's reach that have days off or a time of their own, each with its time zone."""
    hours_begin: str = Field(default="at_once", pattern="^(at_once|next_hour)$")
    """`next_hour`: the hour of the event does not count (Reg. (EEC) 1182/71 art. 3(1))."""
    pauses: bool = False
    """Whether hours and days stand still on weekends and holidays (16 CFR 1115.14)."""
    rolls: bool = False
    """Whether a period that is not in hours and ends on a day off goes on to the next working day."""
    least_working_days: int = Field(default=0, ge=0, le=5)
    """How many working days a period of two days or more includes at least (1182/71 art. 3(5))."""

    def place_of(self, timezone: str) -> tuple[str, ZoneInfo]:
        """The place of a party by its time zone, where the law tells its places apart; else the law's own."""
        place = next((place for place, zone in self.places.items() if zone == timezone), self.place)
        return place, self.zone(place)

    def zone(self, place: str) -> ZoneInfo:
        """The time of a place."""
        return ZoneInfo(self.places.get(place, self.timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a period runs out."""

    at: datetime
    """The first moment after it, in UTC."""
    provisional: bool
    """Whether it reaches into a year whose days off are not announced yet."""


def due(
    *, amount: int, unit: Unit, since: datetime, rules: Reckoning, zone: ZoneInfo, calendar: Calendar
) -> Due:
    """When a period runs out that an event at `since` (aware) starts.

    Hours are hours that pass. All else counts whole local days, the event's day left out, up to the last
    midnight: `working_days` count working days; months and years end on the day of the same number, or on the
    month's last.
    """
    if unit is Unit.HOURS:
        at = _after_hours(amount, since, rules=rules, zone=zone, calendar=calendar)
    else:
        first = since.astimezone(zone).date()
        if unit is Unit.WORKING_DAYS or (unit is Unit.DAYS and rules.pauses):
            last = _working_day(first, number=amount, calendar=calendar)
        else:
            last = _rolled(_last_day(first, amount=amount, unit=unit), first, rules=rules, calendar=calendar)
        at = end_of(last, zone=zone)
    last_day = (at - timedelta(microseconds=1)).astimezone(zone).date()
    return Due(at=at, provisional=calendar.is_provisional(last_day))


def end_of(day: date, *, zone: ZoneInfo) -> datetime:
    """The midnight after a local day, in UTC.

    >>> end_of(date(2025, 3, 30), zone=ZoneInfo("Europe/Berlin")).isoformat()  # a day of 23 hours
    '2025-03-30T22:00:00+00:00'
    """
    return datetime.combine(day + _DAY, datetime.min.time(), tzinfo=zone).astimezone(UTC)


def after_months(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last.

    >>> after_months(date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _after_hours(
    hours: int, since: datetime, *, rules: Reckoning, zone: ZoneInfo, calendar: Calendar
) -> datetime:
    at, left = since.astimezone(UTC), hours * _HOUR
    if rules.hours_begin == "next_hour":
        begun = since.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        at = begun.astimezone(UTC) + _HOUR
    if not rules.pauses:
        return at + left
    while True:
        day = at.astimezone(zone).date()
        midnight = end_of(day, zone=zone)
        if calendar.is_working(day):
            if left <= midnight - at:
                return at + left
            left -= midnight - at
        at = midnight


def _last_day(first: date, *, amount: int, unit: Unit) -> date:
    match unit:
        case Unit.MONTHS:
            return after_months(first, amount)
        case Unit.YEARS:
            return after_months(first, 12 * amount)
        case Unit.WEEKS:
            return first + 7 * amount * _DAY
        case _:
            return first + amount * _DAY


def _working_day(first: date, *, number: int, calendar: Calendar) -> date:
    """The so-manyeth working day after a day."""
    day = first
    while number > 0:
        day += _DAY
        number -= calendar.is_working(day)
    return day


def _rolled(last: date, first: date, *, rules: Reckoning, calendar: Calendar) -> date:
    """The last day moved on as the law moves it."""
    least = rules.least_working_days if last - first >= 2 * _DAY else 0
    if rules.rolls and not calendar.is_working(last):
        last = _working_day(last, number=1, calendar=calendar)
    return max(last, _working_day(first, number=least, calendar=calendar))
