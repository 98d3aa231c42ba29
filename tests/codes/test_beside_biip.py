"""Where a code is right, another reader finds the same in it; where it is wrong, only ours may refuse it."""

from __future__ import annotations

import biip
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.codes.content import check_digit
from recall.codes.gs1 import SEPARATOR
from recall.codes.reader import read_code
from recall.errors import CodeRefused

GTINS = st.from_regex("[0-9]{13}", fullmatch=True).map(lambda body: body + check_digit(body))
TEXTS = st.from_regex("[0-9A-Za-z_/.-]{1,20}", fullmatch=True)
DAYS = st.dates().map(lambda day: f"{day:%y%m%d}")


@given(GTINS, DAYS, TEXTS, TEXTS)
def test_both_readers_find_the_same_elements(gtin: str, day: str, lot: str, serial: str) -> None:
    scan = f"]C101{gtin}11{day}10{lot}{SEPARATOR}21{serial}"
    message = biip.parse(scan).gs1_message
    assert message is not None
    assert tuple((part.ai.ai, part.value) for part in message.element_strings) == read_code(scan).elements


@given(GTINS)
def test_both_readers_find_the_same_gtin(gtin: str) -> None:
    other = biip.parse(gtin).gtin
    assert other is not None
    assert other.as_gtin_14() == read_code(gtin).gtin


def test_a_wrong_check_digit_inside_a_message_is_refused_by_ours_alone() -> None:
    wrong = "010952012345678910A"
    assert biip.parse(wrong).gs1_message is not None
    with pytest.raises(CodeRefused, match="expected check digit 8, got 9"):
        read_code(wrong, profile="lenient")
