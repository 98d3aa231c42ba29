"""The century of a two-digit year: the nearest to the present year, by GS1's sliding window."""

from __future__ import annotations

from datetime import date

import pytest

from recall.codes.content import calendar_date
from recall.codes.reader import read_code


@pytest.mark.parametrize(
    ("code", "then", "now"),
    [
        ("(01)09521234500018(11)000200", date(2000, 2, 29), date(2100, 2, 28)),
        ("(01)09521234500018(17)790131", date(1979, 1, 31), date(2079, 1, 31)),
        ("MA.156.M0.100761.21234561.Sx00008.M220117.L20220117", date(2022, 1, 17), date(2122, 1, 17)),
    ],
)
def test_the_present_year_decides_the_century_of_every_date(code: str, then: date, now: date) -> None:
    later = 2080
    assert [then] == [day for _, day in read_code(code, reference_year=2028).dates]
    assert [then] == [day for _, day in read_code(code).dates]
    assert [now] == [day for _, day in read_code(code, reference_year=later).dates]


def test_the_century_is_the_nearest_to_the_reference_year() -> None:
    assert date(2076, 1, 1) == calendar_date("760101", reference_year=2026)
    assert date(1977, 1, 1) == calendar_date("770101", reference_year=2026)
    assert date(2101, 1, 1) == calendar_date("010101", reference_year=2090)
