"""The calendars: the library's holidays, put right by a file where a country has one."""

from __future__ import annotations

from datetime import date

import pytest

from flows.calendars import calendar, read_put
from recall.domain.policy import available_policies, load_policy
from recall.errors import InputRefused, NotFound


def test_a_make_up_sunday_is_a_working_day_and_the_bridged_monday_is_none() -> None:
    china = calendar("CN")
    assert china.is_working(date(2025, 9, 28))
    assert not china.is_working(date(2025, 10, 6))


def test_the_union_rests_when_every_member_does() -> None:
    union = calendar("EU")
    assert not union.is_working(date(2025, 12, 25))
    assert union.is_working(date(2025, 12, 26))


def test_a_part_of_a_country_has_days_of_its_own() -> None:
    cup_day = date(2025, 11, 4)
    assert [False, True] == [calendar(place).is_working(cup_day) for place in ("AU-VIC", "AU-NSW")]


def test_a_day_that_the_library_counts_too_many_is_put_right() -> None:
    assert calendar("AU-QLD").is_working(date(2025, 8, 13))


def test_every_place_of_every_policy_has_a_calendar_and_a_time() -> None:
    for policy in map(load_policy, available_policies()):
        for place in (policy.calendar.place, *policy.calendar.places):
            assert not calendar(place).is_working(date(2025, 1, 1))
            assert policy.calendar.zone(place).key


def test_a_place_that_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound, match="ISO 3166"):
        calendar("QQ")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('citation = "a law"\n[works]\n"28 September" = "make-up"', "XX.toml works"),
        ('citation = ""', "XX.toml citation"),
        ('citation = "a law"\nevery_year = ["1 May"]', "XX.toml every_year"),
        ('citation = "a law"\nmore = 1', "XX.toml more"),
        ("citation", "TOML"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, where: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_put(text, where="XX.toml")
    assert where in str(refusal.value)
