"""Windows of time: the many ways to write them, and the ways that are not one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.reading.dates import Order
from recall.reading.window import Window
from recall.reading.windows import windows_in

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))


def read(text: str, *, order: Order = Order.MONTH_FIRST) -> list[tuple[str | None, str | None]]:
    """Every window of a text as ISO days."""
    windows = [window for group in windows_in(text, order=order) for window in group.windows]
    return [(window.document()["from"], window.document()["to"]) for window in windows]


def doubts(text: str, *, order: Order = Order.MONTH_FIRST) -> list[str]:
    return [doubt for group in windows_in(text, order=order) for doubt in group.doubts]


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("2023年6月5日至2023年7月28日、2024年1月5日至2024年2月8日",
         [("2023-06-05", "2023-07-28"), ("2024-01-05", "2024-02-08")]),
        ("2023年8月至2024年1月", [("2023-08-01", "2024-01-31")]),
        ("2016年4月至6月", [("2016-04-01", "2016-06-30")]),
        ("2023年6月5日-7月31日期间", [("2023-06-05", "2023-07-31")]),
        ("2018年6月1日至6月20日及7月3日至7月9日",
         [("2018-06-01", "2018-06-20"), ("2018-07-03", "2018-07-09")]),
        ("2024 年 2 月", [("2024-02-01", "2024-02-29")]),
        ("2022年7月8日", [("2022-07-08", "2022-07-08")]),
        ("2023年5月以前", [(None, "2023-05-31")]),
        ("2023年5月以后", [("2023-05-01", None)]),
        ("between September 2023 and February 2024", [("2023-09-01", "2024-02-29")]),
        ("from June 5 through July 28, 2023 and from January 5, 2024 through February 8, 2024",
         [("2023-06-05", "2023-07-28"), ("2024-01-05", "2024-02-08")]),
        ("in October and November 2024", [("2024-10-01", "2024-10-31"), ("2024-11-01", "2024-11-30")]),
        ("on or before August 31, 2024", [(None, "2024-08-31")]),
        ("August 2021 or earlier", [(None, "2021-08-31")]),
        ("August 2021 or later", [("2021-08-01", None)]),
        ("after October 2022", [("2022-11-01", None)]),
        ("after 12/1/2025", [("2025-12-02", None)]),
        ("prior to July 2023", [(None, "2023-06-30")]),
        ("since 2019", [("2019-01-01", None)]),
        ("from November 2019 through present", [("2019-11-01", None)]),
        ("5 March 2021", [("2021-03-05", "2021-03-05")]),
        ("2024-08-12", [("2024-08-12", "2024-08-12")]),
        ("13/2/2024", [("2024-02-13", "2024-02-13")]),
        ("11/2023", [("2023-11-01", "2023-11-30")]),
        ("the may bug; model PAC20-2023X; $2,023", []),
    ],
)  # fmt: skip
def test_a_window_is_read_as_it_is_written(text: str, windows: list[tuple[str | None, str | None]]) -> None:
    assert windows == read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023年2月30日", "not a full date"),
        ("2023年13月至2024年1月", "not a window of days"),
        ("2023年2月31日至2024年1月", "not a window of days"),
        ("from March 2024 through January 2024", "ends before it begins"),
        ("March", "give its year"),
    ],
)
def test_what_is_no_window_is_a_doubt(text: str, said: str) -> None:
    assert [] == read(text)
    assert said in doubts(text)[0]


def test_a_date_in_figures_is_asked_for_where_the_country_is_not_known() -> None:
    assert ["day or month first" in doubt for doubt in doubts("7/9/2026", order=Order.UNKNOWN)] == [True]
    assert [("2026-09-07", "2026-09-07")] == read("7/9/2026", order=Order.DAY_FIRST)
    assert [("2026-07-09", "2026-07-09")] == read("7/9/26", order=Order.MONTH_FIRST)
    assert ["day or month first" in d for d in doubts("7/9/2026 to 8/9/2026", order=Order.UNKNOWN)] == [True]


@given(first=DAYS, days=st.integers(0, 3000))
def test_every_window_of_days_is_read_in_chinese_and_in_english(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    expected = [(first.isoformat(), last.isoformat())]
    chinese = [f"{day.year}年{day.month}月{day.day}日" for day in (first, last)]
    english = [f"{day:%B} {day.day}, {day.year}" for day in (first, last)]
    assert expected == read(f"制造日期:{chinese[0]}至{chinese[1]},涉及")
    assert expected == read(f"made from {english[0]} through {english[1]}.")


def test_a_window_overlaps_a_span_that_shares_one_day_with_it() -> None:
    window = Window(first=date(2024, 1, 1), last=date(2024, 1, 31))
    assert window.overlaps(first=date(2024, 1, 31), last=date(2024, 2, 2))
    assert not window.overlaps(first=date(2024, 2, 1), last=date(2024, 2, 2))
    assert Window().overlaps(first=date(1990, 1, 1), last=date(1990, 1, 1))
