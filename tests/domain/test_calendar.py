"""The calendar: every golden case is right, and no reckoning gives a party less or more than its law."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendars import calendar
from recall.domain.calendar import Calendar, Reckoning, Unit, due, end_of
from recall.domain.policy import available_policies, load_policy
from tests.builders import no_holidays

UNITS = {
    "h": Unit.HOURS, "wd": Unit.WORKING_DAYS, "d": Unit.DAYS, "w": Unit.WEEKS, "m": Unit.MONTHS,
    "y": Unit.YEARS,
}  # fmt: skip
FILE = Path(__file__).with_name("golden_clocks.csv")


class Case(NamedTuple):
    """A line of the file."""

    policy: str
    place: str
    since: str
    period: str
    due: str
    why: str


LINES = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")][1:]
CASES = [Case(*line.split(";", maxsplit=5)) for line in LINES]


def expected(case: Case, *, zone: ZoneInfo) -> datetime:
    """A day means its last hour; a time is local, or UTC where it says so."""
    if len(case.due) == len("2025-06-16"):
        return end_of(date.fromisoformat(case.due), zone=zone)
    if case.due.endswith("Z"):
        return datetime.fromisoformat(case.due.removesuffix("Z")).replace(tzinfo=UTC)
    return datetime.fromisoformat(case.due).replace(tzinfo=zone)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.place} {c.since} {c.period} {c.due}")
def test_a_clock_runs_out_when_the_calendar_on_paper_says(case: Case) -> None:
    rules = load_policy(case.policy).calendar
    zone = rules.zone(case.place)
    amount, unit = re.fullmatch(r"(\d+)([a-z]+)", case.period).groups()  # type: ignore[union-attr] # no other form
    end = due(
        amount=int(amount), unit=UNITS[unit], since=datetime.fromisoformat(case.since).replace(tzinfo=zone),
        rules=rules, zone=zone, calendar=calendar(case.place),
    )  # fmt: skip
    assert expected(case, zone=zone) == end.at, case.why


def test_there_are_cases_enough_of_every_law_and_each_says_why() -> None:
    assert 200 <= len(CASES)
    assert set(available_policies()) == {case.policy for case in CASES}
    assert all(case.why for case in CASES)
    assert len({case[:5] for case in CASES}) == len(CASES)


MOMENTS = st.datetimes(
    datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001 - the zone stands beside
)  # fmt: skip
LAWS = st.sampled_from([load_policy(name).calendar for name in available_policies()])


@given(LAWS, MOMENTS, st.integers(1, 40), st.sampled_from(Unit))
def test_more_time_is_never_less(rules: Reckoning, since: datetime, amount: int, unit: Unit) -> None:
    zone, days = rules.zone(rules.place), calendar(rules.place)
    shorter, longer = (
        due(amount=n, unit=unit, since=since, rules=rules, zone=zone, calendar=days).at
        for n in (amount, amount + 1)
    )
    assert since < shorter <= longer


@given(LAWS, MOMENTS, st.integers(1, 40))
def test_working_days_end_with_the_last_hour_of_a_working_day(
    rules: Reckoning, since: datetime, amount: int
) -> None:
    zone, days = rules.zone(rules.place), calendar(rules.place)
    end = due(amount=amount, unit=Unit.WORKING_DAYS, since=since, rules=rules, zone=zone, calendar=days).at
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    assert days.is_working(last)
    assert end == end_of(last, zone=zone)
    first = since.astimezone(zone).date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert amount == sum(map(days.is_working, between))


@given(MOMENTS, st.integers(2, 40))
def test_two_days_or_more_in_the_union_include_two_working_days(since: datetime, amount: int) -> None:
    rules = load_policy("eu-gpsr").calendar
    zone, days = rules.zone("DE"), calendar("DE")
    end = due(amount=amount, unit=Unit.DAYS, since=since, rules=rules, zone=zone, calendar=days).at
    first = since.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert 2 <= sum(map(days.is_working, between))
    assert days.is_working(last)


def test_a_year_that_nobody_has_announced_is_a_forecast() -> None:
    rules, zone = load_policy("cn-samr").calendar, ZoneInfo("Asia/Shanghai")
    ends = [
        due(
            amount=3, unit=Unit.WORKING_DAYS, since=datetime(2026, 12, day, tzinfo=zone), rules=rules,
            zone=zone, calendar=calendar("CN"),
        )
        for day in (28, 29)
    ]  # fmt: skip
    assert [False, True] == [end.provisional for end in ends]


def test_a_party_is_counted_by_the_holidays_of_its_place_where_the_law_tells_places_apart() -> None:
    union, china = load_policy("eu-gpsr").calendar, load_policy("cn-samr").calendar
    assert ("DE", ZoneInfo("Europe/Berlin")) == union.place_of("Europe/Berlin")
    assert ("EU", ZoneInfo("Europe/Brussels")) == union.place_of("Asia/Shanghai")
    assert ("CN", ZoneInfo("Asia/Shanghai")) == china.place_of("Europe/Berlin")


def test_a_make_up_day_is_a_working_day_though_it_is_a_sunday() -> None:
    sunday = date(2025, 9, 28)
    assert not no_holidays("XX").is_working(sunday)
    assert Calendar(place="XX", is_holiday=lambda _: False, works=frozenset({sunday})).is_working(sunday)
