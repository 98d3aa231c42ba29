"""A compressed link says what its long form says; a packer that only these tests have makes them."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.codes.compression import decompressed
from recall.codes.content import check_digit
from recall.codes.digital_link import write_uri
from recall.codes.gs1 import Elements
from recall.codes.reader import read_code
from recall.errors import CodeRefused

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
GTIN = ("01", "04006381333931")
MOST = {"10": 20, "21": 20, "22": 20, "240": 30}
PACKINGS = (
    ("[0-9a-f]*", 1, 4, "0123456789abcdef"),
    ("[0-9A-F]*", 2, 4, "0123456789ABCDEF"),
    ("[0-9A-Za-z_-]*", 3, 6, BASE64),
    (".*", 4, 7, "".join(map(chr, range(128)))),
)


def digits(text: str) -> str:
    """A run of digits in the bits that hold any of its length."""
    return f"{int(text):0{(10 ** len(text) - 1).bit_length()}b}"


def text(value: str, *, most: int) -> str:
    """Text in the closest packing, its length before it."""
    length = f"{len(value):0{most.bit_length()}b}"
    if value.isdecimal():
        return f"000{length}{digits(value)}"
    for shape, number, width, characters in PACKINGS:
        if re.fullmatch(shape, value):
            packed = "".join(f"{characters.index(c):0{width}b}" for c in value)
            return f"{number:03b}{length}{packed}"
    raise AssertionError(value)


def packed(elements: Elements) -> str:
    """Elements as the segment of a compressed link."""
    bits = ""
    for ai, value in elements:
        bits += "".join(f"{int(digit):04b}" for digit in ai)
        bits += text(value, most=MOST[ai]) if ai in MOST else digits(value)
    return as_base64(bits)


def as_base64(bits: str) -> str:
    """Bits in characters of six, filled up with zeros."""
    bits += "0" * (-len(bits) % 6)
    return "".join(BASE64[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


GTINS = st.from_regex("[0-9]{13}", fullmatch=True).map(lambda body: body + check_digit(body))
LOTS = st.from_regex(
    "[0-9]{1,20}|[0-9a-f]{1,20}|[0-9A-F]{1,20}|[A-Za-z0-9_-]{1,20}|[!-%&-?A-Z]{1,9}", fullmatch=True
)


@given(
    GTINS, LOTS.filter(lambda lot: not set(lot) & set("#$")), LOTS.filter(lambda s: not set(s) & set("#$"))
)
@example("04006381333931", "0320887525", "000")
def test_a_packed_link_gives_every_letter_and_every_zero_back(gtin: str, lot: str, serial: str) -> None:
    elements = (("01", gtin), ("10", lot), ("21", serial), ("17", "280200"), ("3103", "000195"))
    code = read_code(f"https://a.example/goods/{packed(elements)}")
    assert (gtin, lot, serial) == (code.gtin, code.lot, code.serial)
    assert write_uri(elements) == code.canonical
    assert ("the link was compressed",) == code.warnings


def test_the_key_may_stand_before_what_is_packed_and_attributes_behind_it() -> None:
    code = read_code(f"https://a.example/01/{GTIN[1]}/{packed((('10', '007'), ('21', 'A')))}?17=280200&x=y")
    assert (GTIN, ("10", "007"), ("21", "A"), ("17", "280200")) == code.elements


def test_a_key_and_a_value_of_the_owners_own_are_skipped() -> None:
    foreign = (
        "1111"
        + f"{3:07b}"
        + "".join(f"{BASE64.index(c):06b}" for c in "key")
        + "000"
        + f"{2:07b}"
        + digits("07")
    )
    bits = "".join(f"{BASE64.index(c):06b}" for c in packed((GTIN,)))[: 8 + 47]
    assert [GTIN] == decompressed(as_base64(bits + foreign))


def test_two_digits_may_stand_for_a_series_and_neighbouring_digits_are_one_number() -> None:
    bits = "00001110" + digits(GTIN[1]) + digits("2804301200")
    assert [GTIN, ("7003", "2804301200")] == decompressed(as_base64(bits))


def test_a_part_that_may_be_missing_is_packed_with_its_length() -> None:
    key, serial = "4012345000092", "00A"
    bits = "001001010011" + digits(key) + text(serial, most=17)
    assert [("253", key + serial)] == decompressed(as_base64(bits))
    nothing = "001001010011" + digits(key) + "000" + "00000"
    assert [("253", key)] == decompressed(as_base64(nothing))


@pytest.mark.parametrize(
    "bits",
    [
        "10110000",  # no series and no digits
        "00001111" + "0" * 20,  # a series that breaks off
        "00000100" + "0" * 60,  # AI 04 was never given out
        "00000001" + "1" * 47,  # more than fourteen digits
        "00010000" + "101" + "00001" + "0000000",  # a packing that is none
        "00010000" + "000" + "11111",  # thirty-one digits that are not there
        "0" * 24,
    ],
)
def test_bits_that_say_nothing_are_no_link(bits: str) -> None:
    assert decompressed(as_base64(bits)) is None


@pytest.mark.parametrize(
    "segment",
    [
        packed((("10", "L7"),)),  # no key
        packed((GTIN, GTIN)),  # the key twice
        packed((("01", "04006381333930"),)),  # a wrong check digit
        "about-us", "NOPRIMARYAI", "a.b", "",
    ],
)  # fmt: skip
def test_a_segment_that_packs_no_identity_is_refused(segment: str) -> None:
    with pytest.raises(CodeRefused):
        read_code(f"https://a.example/{segment}")
