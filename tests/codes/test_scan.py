"""What scanners send becomes GS1's notation of it, and the other way round."""

from __future__ import annotations

import pytest

from recall.codes.gs1 import SEPARATOR
from recall.codes.reader import read_code
from recall.codes.scan import read_scan, write_scan
from recall.errors import CodeRefused

GTIN = "04006381333931"
ELEMENTS = f"01{GTIN}10L7{SEPARATOR}21A"
MESSAGE = f"^01{GTIN}10L7^21A"


@pytest.mark.parametrize(
    ("symbology", "message", "scan"),
    [
        ("QR", MESSAGE, f"]Q3{ELEMENTS}"),
        ("DM", MESSAGE, f"]d2{ELEMENTS}"),
        ("DotCode", MESSAGE, f"]J1{ELEMENTS}"),
        ("DataBarExpanded", MESSAGE, f"]e0{ELEMENTS}"),
        ("GS1_128_CCA", MESSAGE, f"]C1{ELEMENTS}"),
        ("QR", "free text", "]Q1free text"),
        ("DM", "\\^not FNC1", "]d1^not FNC1"),
        ("DotCode", "\\\\^", "]J0\\^"),
        ("QR", "a|b", "]Q1a|b"),
        ("QR", "http://a.example/01/" + GTIN, "]Q1http://a.example/01/" + GTIN),
        ("EAN13", "4006381333931", "]E04006381333931"),
        ("EAN8", "96385074", "]E496385074"),
        ("EAN13", "4006381333931|^99A^98B", f"]E04006381333931|]e099A{SEPARATOR}98B"),
    ],
)
def test_a_message_and_its_scan_become_one_another(symbology: str, message: str, scan: str) -> None:
    assert scan == write_scan(symbology, message)
    assert (symbology, message) == read_scan(scan)


@pytest.mark.parametrize(
    ("symbology", "message", "scan"),
    [
        ("UPCA", "61414199999", "]E00614141999996"),
        ("UPCA", "^0100614141999996", "]E00614141999996"),
        ("EAN8", "9638507", "]E496385074"),
        ("DataBarOmni", f"^01{GTIN}", f"]e001{GTIN}"),
        ("DataBarLimited", f"{GTIN}|^99A", f"]e001{GTIN}99A"),
        ("DataBarExpanded", f"^01{GTIN}|^99A", f"]e001{GTIN}99A"),
        ("GS1_128_CCC", f"^01{GTIN}10L7|^99A", f"]e001{GTIN}10L7{SEPARATOR}99A"),
    ],
)
def test_linear_symbols_are_written_with_what_they_need(symbology: str, message: str, scan: str) -> None:
    assert scan == write_scan(symbology, message)
    assert GTIN == read_code(scan).gtin or "UPC" in symbology or "EAN" in symbology


@pytest.mark.parametrize(
    ("symbology", "message"),
    [
        ("PDF417", MESSAGE),
        ("QR", "https://a.example/products/7"),
        ("DataBarExpanded", "no elements"),
        ("GS1_128_CCA", "^01123"),
        ("EAN13", "4006381333930"),
        ("EAN13", "40063813"),
        ("EAN13", "4006381333931|99A"),
        ("DataBarLimited", "24012345678905"),
    ],
)
def test_what_a_symbology_cannot_carry_is_refused(symbology: str, message: str) -> None:
    with pytest.raises(CodeRefused):
        write_scan(symbology, message)


@pytest.mark.parametrize(
    "scan",
    ["", "]", "]X9", "]Q3", f"]C101{GTIN}^10L", "]E04006381333930", "]E0400638133393", "]I14006381333931",
     "]Q1https://a.example/products/7",
        "]E04006381333931|]e0"],
)  # fmt: skip
def test_a_scan_that_is_wrong_inside_is_refused(scan: str) -> None:
    with pytest.raises(CodeRefused):
        read_scan(scan)


def test_a_box_of_goods_tells_its_trade_item() -> None:
    assert ("gtin", "14006381333938") == (
        read_code("]I114006381333938").scheme,
        read_code("]I114006381333938").gtin,
    )


def test_text_in_a_symbol_for_text_is_read_like_any_other_and_kept_as_it_came() -> None:
    code = read_code(f"]d1(01){GTIN}(10)L7")
    assert ("L7", f"]d1(01){GTIN}(10)L7") == (code.lot, code.raw)
