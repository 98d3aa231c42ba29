"""Dates: every way to write one, the parts that stand there, and the orders that cannot be told apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.reading.dates import Order, date_at, labelled_date_at
from recall.reading.months import month_number


def parts(text: str, *, order: Order = Order.MONTH_FIRST) -> tuple[int | None, int | None, int | None] | None:
    dated = labelled_date_at(text, start=0, order=order)
    return (dated.year, dated.month, dated.day) if dated and dated.end == len(text) else None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("04/26", (2026, 4, None)),
        ("03/17/2029", (2029, 3, 17)),
        ("JULY-2028", (2028, 7, None)),
        ("21/MAR/2028", (2028, 3, 21)),
        ("24 DEC 27", (2027, 12, 24)),
        ("02FEB2028", (2028, 2, 2)),
        ("21DEC19", (2019, 12, 21)),
        ("14-NOV-19", (2019, 11, 14)),
        ("Feb.17,2028", (2028, 2, 17)),
        ("NOV/06/2027", (2027, 11, 6)),
        ("September 11th 2026", (2026, 9, 11)),
        ("April of 2023", (2023, 4, None)),
        ("APR.2025", (2025, 4, None)),
        ("JUN 21 27", (2027, 6, 21)),
        ("Nov. 3", (None, 11, 3)),
        ("2025.12.20", (2025, 12, 20)),
        ("2027-05", (2027, 5, None)),
        ("07.29.2026", (2026, 7, 29)),
        ("12-27-28", (2028, 12, 27)),
        ("4/5/ 2029", (2029, 4, 5)),
        ("20270113", (2027, 1, 13)),
        ("09282027", (2027, 9, 28)),
        ("031526", (2026, 3, 15)),
        ("1er août 2024", (2024, 8, 1)),
        ("12 févr. 2024", (2024, 2, 12)),
        ("5. März 2022", (2022, 3, 5)),
        ("31. Dezember 2024", (2024, 12, 31)),
        ("2024年6月8日", (2024, 6, 8)),
        ("M2027", None),
        ("123456789", None),
    ],
)  # fmt: skip
def test_behind_a_label_a_date_is_read_in_every_way_to_write_it(
    text: str, told: tuple[int | None, int | None, int | None] | None
) -> None:
    assert told == parts(text)


@pytest.mark.parametrize("text", ["04/26", "12-27-28", "2027-05", "20270113", "031526"])
def test_without_a_label_figures_that_may_be_a_code_are_no_date(text: str) -> None:
    assert date_at(text, start=0, order=Order.MONTH_FIRST) is None


def test_six_figures_are_a_day_only_in_one_likely_order() -> None:
    assert (2027, 2, 25) == parts("022527")
    assert (2025, 4, 1) == parts("250401")
    assert (2024, 3, 9) == parts("090324", order=Order.DAY_FIRST)
    doubtful = labelled_date_at("200622", start=0, order=Order.DAY_FIRST)
    assert doubtful is not None
    assert "write it in full" in (doubtful.doubt or "")
    assert labelled_date_at("999999", start=0, order=Order.MONTH_FIRST) is None


def test_the_order_of_the_country_is_kept() -> None:
    assert (2026, 6, 10) == parts("10.06.26", order=Order.DAY_FIRST)
    assert (2026, 10, 6) == parts("10.06.26", order=Order.MONTH_FIRST)


@given(day=st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31)))
def test_each_day_reads_back_from_each_way_to_write_it(day: date) -> None:
    ways = [
        day.isoformat(),
        f"{day:%d%b%Y}",
        f"{day:%b %d, %Y}",
        f"{day:%m/%d/%Y}",
        f"{day:%Y%m%d}",
        f"{day:%d-%b-%y}",
    ]
    assert {(day.year, day.month, day.day)} == {parts(way) for way in ways}


def test_a_month_is_known_by_its_names_with_and_without_accents() -> None:
    assert [2, 2, 3, 8, 12] == [month_number(name) for name in ("févr.", "Fevr", "MÄRZ", "aout", "dez")]


def test_the_last_day_of_a_month_is_its_last() -> None:
    dated = date_at("February 2024", start=0, order=Order.UNKNOWN)
    assert dated is not None
    assert date(2024, 3, 1) - timedelta(days=1) == dated.last
