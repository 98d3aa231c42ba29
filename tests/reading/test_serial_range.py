"""The serial range: counted by the digits that end it, and written back as it was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.errors import NoticeRefused
from recall.reading.serial_range import SerialRange


@given(prefix=st.from_regex(r"[A-Z]{0,3}", fullmatch=True), lo=st.integers(0, 99), hi=st.integers(0, 99))
def test_a_range_holds_its_ends_and_reads_back(prefix: str, lo: int, hi: int) -> None:
    lo, hi = sorted((lo, hi))
    serials = SerialRange.between(first=f"{prefix}{lo:03d}", last=f"{prefix}{hi:03d}")
    assert serials == SerialRange.parse(str(serials))
    assert hi - lo + 1 == serials.count
    assert serials.holds(f"{prefix}{lo:03d}")
    assert serials.holds(f"{prefix}{hi:03d}")
    assert not serials.holds(f"{prefix}{hi + 1:03d}")


@pytest.mark.parametrize("serial", ["A15", "B015", "A0015", "A01", "a015", "A01５", ""])
def test_a_serial_of_another_shape_is_not_in_the_range(serial: str) -> None:
    assert not SerialRange.parse("A010 - A020").holds(serial)


@pytest.mark.parametrize("text", ["A010", "A010-A020", "A010 - B020", "A010 - A20", "A020 - A010", "A - B"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(NoticeRefused):
        SerialRange.parse(text)
