"""Ranges of serials: counted by their last digits, with places in front that may hold any sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.reading.serial_range import SerialRange

WILD = SerialRange.parse("WV1******7H012345 - WV1******7H023456")


@pytest.mark.parametrize(
    ("serial", "held"),
    [
        ("WV1ZZZ7HZ7H012345", True),
        ("WV1AAA1227H020000", True),
        ("WV1ZZZ7HZ7H023457", False),
        ("WV2ZZZ7HZ7H012345", False),
        ("WV1ZZZ7HZ8H012345", False),
        ("WV1ZZZ7H7H012345", False),
        ("WV1", False),
    ],
)
def test_a_star_in_the_prefix_is_any_one_sign(serial: str, held: bool) -> None:
    assert held is WILD.holds(serial)


def test_a_range_with_stars_is_written_as_it_was_read_and_looked_for_under_its_plain_beginning() -> None:
    assert "WV1******7H012345 - WV1******7H023456" == str(WILD)
    first, last = WILD.span()
    assert first == "WV1" < "WV1ZZZ7HZ7H012345" < last
    assert not last < "WV1~"


@given(lo=st.integers(0, 99), more=st.integers(0, 99), number=st.integers(0, 999))
def test_a_range_holds_what_lies_in_its_span(lo: int, more: int, number: int) -> None:
    known = SerialRange(prefix="A", width=3, lo=lo, hi=lo + more)
    first, last = known.span()
    assert known.holds(f"A{number:03d}") == (first <= f"A{number:03d}" <= last)
