"""Lists of codes: what shorthand stands for, what is a range, and what is left to a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.reading.lists import Item, count_up, expand, list_at, range_doubt

SEGMENT = st.from_regex(r"[A-Z]{1,2}[0-9]{1,3}", fullmatch=True)
HEAD = st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True)


@pytest.mark.parametrize(
    ("token", "codes"),
    [
        ("C14-P6/P7", ("C14-P6", "C14-P7")),
        ("M20-P8/Q1", ("M20-P8", "M20-Q1")),
        ("A.1/2/3", ("A.1", "A.2", "A.3")),
        ("P8-B9/B10", ("P8-B9", "P8-B10")),
        ("ABC123/124", ("ABC123", "ABC124")),
        ("AB12/CD34", ("AB12", "CD34")),
        ("PB-1", ("PB-1",)),
    ],
)
def test_a_slash_shares_the_part_before_the_last_segment(token: str, codes: tuple[str, ...]) -> None:
    assert (codes, None) == expand(token)


@pytest.mark.parametrize("token", ["05/24", "C14-P6/", "P12/3", "C14-P6/7X", "20230101/02"])
def test_a_slash_that_can_be_read_in_two_ways_is_a_doubt_and_stays_as_written(token: str) -> None:
    codes, doubt = expand(token)
    assert (token,) == codes
    assert doubt is not None
    assert token in doubt


@given(head=HEAD, segments=st.lists(SEGMENT, min_size=2, max_size=4, unique=True))
def test_shorthand_of_segments_of_one_kind_is_written_out_in_order(head: str, segments: list[str]) -> None:
    same = [segment for segment in segments if segment[:2].isalpha() == segments[0][:2].isalpha()]
    codes, doubt = expand(f"{head}-{'/'.join(same)}")
    assert [f"{head}-{segment}" for segment in same] == list(codes)
    assert doubt is None


@given(prefix=st.from_regex(r"[A-Z]{0,3}", fullmatch=True), lo=st.integers(0, 900), more=st.integers(0, 99))
def test_a_range_of_one_shape_is_counted_through_with_its_zeros(prefix: str, lo: int, more: int) -> None:
    first, last = f"{prefix}{lo:04d}", f"{prefix}{lo + more:04d}"
    codes = count_up(first=first, last=last)
    assert codes is not None
    assert (more + 1, first, last) == (len(codes), codes[0], codes[-1])


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("A001", "A01", "one width"),
        ("A001", "1001", "one prefix"),
        ("LT21091D180001", "LT22365D060025", "one prefix"),
        ("12A", "13A", "end in digits"),
        ("A9", "A1", "the lower serial number first"),
    ],
)
def test_a_range_that_cannot_be_counted_says_why(first: str, last: str, said: str) -> None:
    doubt = range_doubt(first=first, last=last)
    assert doubt is not None
    assert said in doubt
    assert count_up(first=first, last=last) is None


def test_a_range_of_lots_that_is_too_long_is_not_written_out() -> None:
    assert count_up(first="A000000", last="A999999") is None


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("NR07和NR08,生产日期", [("NR07", None), ("NR08", None)]),
        ("A1、B2,制造日期:2023年6月", [("A1", None), ("B2", None)]),
        ("A1 (white), B2 and C3. The", [("A1", None), ("B2", None), ("C3", None)]),
        ("SQC200034980 - SQC202319171. The", [("SQC200034980", "SQC202319171")]),
        ("A1至A9、B1", [("A1", "A9"), ("B1", None)]),
        ("10 to 19 and from 30 to 39", [("10", "19"), ("30", "39")]),
        ("35-22, 40-22", [("35-22", None), ("40-22", None)]),
        ("found on the label", []),
        ("NumbersSize2512About", []),
    ],
)
def test_a_list_is_read_until_it_is_no_list_any_more(text: str, items: list[tuple[str, str | None]]) -> None:
    expected = tuple(Item(first=first, last=last) for first, last in items)
    assert expected == list_at(text, start=0).items


def test_after_between_the_word_and_makes_a_range() -> None:
    assert (Item(first="A1", last="A9"),) == list_at("A1 and A9", start=0, joins_ranges=True).items
