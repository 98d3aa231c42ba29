"""Any string becomes a product code or a refusal."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.codes.content import check_digit
from recall.codes.reader import LONGEST, bracketed, decode_document, read_code
from recall.errors import CodeRefused

GTIN = "04006381333931"
BARCODE_TEXT = st.text(alphabet="0123456789()[]^\x1d%/?&=#:.]ACEQdeu *\\rnhtps", max_size=80)


def test_a_bare_gtin_of_any_length_is_kept_as_fourteen_digits() -> None:
    for raw in ("4006381333931", "04006381333931"):
        assert GTIN == read_code(raw).gtin
    assert "00000096385074" == read_code("96385074").gtin
    assert "00614141999996" == read_code("614141999996").gtin


def test_a_wrong_check_digit_names_the_expected_one() -> None:
    with pytest.raises(CodeRefused, match="expected check digit 1, got 0"):
        read_code("4006381333930")


@pytest.mark.parametrize(
    "raw",
    [
        "(01)04006381333930(10)LOT7",
        "]C10104006381333930",
        "https://id.gs1.org/01/04006381333930",
    ],
)
def test_a_wrong_check_digit_inside_a_longer_code_is_refused_too(raw: str) -> None:
    with pytest.raises(CodeRefused, match="expected check digit 1, got 0"):
        read_code(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "(01)04006381333931(10)0012aB(21)0007x",
        "^010400638133393110" + "0012aB^210007x",
        "\x1d010400638133393110" + "0012aB\x1d210007x",
        "]C1010400638133393110" + "0012aB\x1d210007x",
        "]d2010400638133393110" + "0012aB\x1d210007x",
        "010400638133393110" + "0012aB\x1d210007x",
        "https://id.gs1.org/01/04006381333931/10/0012aB/21/0007x",
        "]Q1https://id.gs1.org/01/04006381333931/10/0012aB/21/0007x",
        "HTTPS://id.gs1.org/shelf/9/01/04006381333931/10/0012aB/21/0007x?linkType=all#top",
    ],
)
def test_however_it_is_written_the_same_thing_has_one_canonical_form(raw: str) -> None:
    code = read_code(raw)
    assert "https://id.gs1.org/01/04006381333931/10/0012aB/21/0007x" == code.canonical
    assert (GTIN, "0012aB", "0007x") == (code.gtin, code.lot, code.serial)
    assert "item" == code.granularity
    assert raw == code.raw


def test_an_opening_bracket_in_a_value_is_escaped_and_comes_back() -> None:
    code = read_code(r"(01)04006381333931(10)A\(7)")
    assert "A(7)" == code.lot
    assert code.elements == read_code(bracketed(code.elements)).elements


@pytest.mark.parametrize(
    ("raw", "granularity"),
    [
        ("4006381333931", "model"),
        ("(01)04006381333931(10)L", "batch"),
        ("(01)04006381333931(21)S", "item"),
        ("(00)340123450000000017", "logistic"),
        ("(8003)04012345000092", "asset"),
        ("(8004)4012345AB", "asset"),
        ("urn:epc:id:sgln:4012345.00005.0", None),
    ],
)
def test_a_code_knows_how_much_it_names(raw: str, granularity: str | None) -> None:
    assert granularity == read_code(raw).granularity


def test_a_host_is_a_claim_unless_it_is_the_issuers_own() -> None:
    claimed = read_code("https://Shop.example/01/04006381333931")
    assert ("shop.example", "claimed") == (claimed.host, claimed.trust)
    issued = read_code("https://id.gs1.org/01/04006381333931")
    assert ("id.gs1.org", "issuer") == (issued.host, issued.trust)
    assert (None, "issuer") == (read_code("4006381333931").host, read_code("4006381333931").trust)


def test_dates_in_a_code_are_read_and_day_zero_is_the_last_of_the_month() -> None:
    code = read_code("(01)04006381333931(11)240229(17)280200")
    assert (("production", date(2024, 2, 29)), ("expiration", date(2028, 2, 29))) == code.dates


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "expected a GTIN"),
        ("hello", "expected a GTIN"),
        ("]", "symbology identifier"),
        ("]Q1TESTING", "expected a GTIN"),
        ("]E0400638133393", "13 digits"),
        ("^", "at least one element"),
        ("(10)LOT7", "together with 01"),
        ("(01)04006381333931(10)A(10)B", r"one value of AI \(10\)"),
        ("(01)04006381333931(21)S(235)T", "without AI"),
        ("(01)04006381333931(17)241301", "a month from 01 to 12"),
        ("(01)04006381333931(17)240231", "a day from 01 to 29"),
        ("(01)04006381333931(05)1", "a known application identifier"),
        ("(01)0400638133393", "expected 14 digits"),
        ("(01)04006381333931x(", "in brackets"),
        ("01" * 5000, "at most 8000 characters"),
        ("https://id.gs1.org/01/04006381333931/21/S/10/L", "in this order"),
        ("https://id.gs1.org/01/04006381333931?10=L", "attributes of the identity"),
        ("https://id.gs1.org/01/04006381333931/10/", "a value after each"),
        ("https://id.gs1.org/01/04006381333931/10/%00", "at most 20 characters"),
        ("https://id.gs1.org/01/04006381333931?99=a&99=a", "each application identifier once"),
        ("https://id.gs1.org/products/12", "a GS1 key"),
        ("https://id.gs1.org/01/04006381333931/10/a b", "a web address"),
        ("urn:epc:id:vin:1.2.3", "an EPC URN"),
        ("urn:epc:id:sgtin:40123.456", "the parts of"),
        ("(253)4012345000092(8030)AAAA", "a serial in AI"),
        ("(8013)A", "two check characters"),
        ("(8013)1987654Ad4X4bL5ttr2310cXX", "check characters 2K"),
    ],
)
def test_a_refusal_says_what_was_expected(raw: str, reason: str) -> None:
    with pytest.raises(CodeRefused, match=reason):
        read_code(raw)


def test_lenient_takes_the_old_forms_with_a_warning_and_strict_refuses_them() -> None:
    for raw, expected in [
        ("https://shop.example/01/4006381333931", "https://id.gs1.org/01/04006381333931"),
        ("https://shop.example/gtin/04006381333931/lot/L7", "https://id.gs1.org/01/04006381333931/10/L7"),
        (" 4006381333931\n", "https://id.gs1.org/01/04006381333931"),
        ("010400638133393110L7", "https://id.gs1.org/01/04006381333931/10/L7"),
    ]:
        code = read_code(raw, profile="lenient")
        assert expected == code.canonical
        assert code.warnings
        with pytest.raises(CodeRefused):
            read_code(raw)


@pytest.mark.parametrize(
    ("raw", "canonical", "warning"),
    [
        ("(10)LOT7", "(10)LOT7", "GS1 wants AI (10) together with 01"),
        ("(89)ABC(10)L", "(89)ABC(10)L", "the application identifier (89) is not known"),
        (
            f"https://a.example/01/{GTIN}?89=A",
            f"(01){GTIN}(89)A",
            "the application identifier (89) is not known",
        ),
        (
            "https://a.example/gtin/4006381333931?exp=280200",
            f"https://id.gs1.org/01/{GTIN}?17=280200",
            "the old word exp= was read as 17=",
        ),
        (
            "https://a.example/8004/40063813AB?01=4006381333931",
            f"https://id.gs1.org/8004/40063813AB?01={GTIN}",
            "the GTIN 4006381333931 was read with its leading zeros",
        ),
    ],
)
def test_lenient_says_what_it_forgave(raw: str, canonical: str, warning: str) -> None:
    code = read_code(raw, profile="lenient")
    assert canonical == code.canonical
    assert warning in " ".join(code.warnings)
    with pytest.raises(CodeRefused):
        read_code(raw)


def test_lenient_forgives_no_contradiction() -> None:
    for raw in ("10LOT7", "(10)A(10)B", f"(01){GTIN}(02){GTIN}(37)5", "(8A)1", "(012)5", f"(01){GTIN[:-1]}0"):
        with pytest.raises(CodeRefused):
            read_code(raw, profile="lenient")


def test_a_qualifier_that_has_no_place_in_the_path_may_stand_in_the_query() -> None:
    code = read_code(f"https://a.example/01/{GTIN}/235/TPX1?10=LOT7")
    assert ("LOT7", "item") == (code.lot, code.granularity)
    assert f"(01){GTIN}(235)TPX1(10)LOT7" == code.canonical


def test_a_percent_sign_without_digits_means_itself() -> None:
    assert "5%x" == read_code(f"https://a.example/01/{GTIN}/10/5%x").lot


def test_what_is_no_string_is_refused_like_a_wrong_one() -> None:
    for raw in (None, 4006381333931, b"4006381333931"):
        with pytest.raises(CodeRefused, match="expected a string"):
            read_code(raw)  # type: ignore[arg-type] # the test is that the reader is the gate


def test_elements_that_no_field_tells_are_kept_apart() -> None:
    code = read_code(f"(01){GTIN}(22)V1(10)L7(11)240101(240)X(91)Y")
    assert ("V1", (("240", "X"), ("91", "Y"))) == (code.variant, code.extra)
    assert GTIN == code.class_id


def test_the_chinese_profile_takes_a_narrower_alphabet_in_lot_and_serial() -> None:
    assert "A/7" == read_code("(01)04006381333931(10)A/7").lot
    with pytest.raises(CodeRefused, match="none of % & / < >"):
        read_code("(01)04006381333931(10)A/7", profile="cn")
    assert "A-7" == read_code("(01)04006381333931(10)A-7", profile="cn").lot
    with pytest.raises(CodeRefused, match=r"AI \(01\) before all others"):
        read_code("(00)340123450000000017", profile="cn")


def test_a_retail_scan_with_a_composite_component_keeps_both() -> None:
    code = read_code("]E402345673|]e099COMPOSITE\x1d98XYZ")
    assert (("01", "00000002345673"), ("99", "COMPOSITE"), ("98", "XYZ")) == code.elements
    assert "gtin" == read_code("]E04006381333931").scheme


def test_a_piece_of_an_item_still_tells_its_trade_item() -> None:
    assert GTIN == read_code("(8006)040063813339310102(21)S").gtin


def test_data_without_any_key_is_its_own_canonical_form() -> None:
    assert "(99)ABC" == read_code("(99)ABC").canonical
    assert "(01)04006381333931(8014)" not in read_code("(01)04006381333931(10)L").canonical


def test_a_code_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        read_code("4006381333931").lot = "other"  # type: ignore[misc] # the test is that this is refused


def test_the_decoded_document_has_one_form_for_good_and_bad() -> None:
    good = decode_document("(01)04006381333931(10)L7")
    bad = decode_document("nothing")
    assert {
        "input": "(01)04006381333931(10)L7",
        "valid": True,
        "scheme": "gs1-element-string",
        "canonical": "https://id.gs1.org/01/04006381333931/10/L7",
        "elements": [["01", GTIN], ["10", "L7"]],
        "gtin": GTIN,
        "lot": "L7",
        "serial": None,
        "error": None,
    } == good
    assert list(good) == list(bad)
    assert (False, None, []) == (bad["valid"], bad["canonical"], bad["elements"])
    assert "Cannot read 'nothing' as a product code" in (bad["error"] or "")


@given(
    st.one_of(st.text(max_size=200), BARCODE_TEXT, st.binary(max_size=80).map(lambda b: b.decode("latin-1")))
)
@example("]")
@example("(01)٠٤٠٠٦٣٨١٣٣٣٩٣١")
@example("٤٠٠٦٣٨١٣٣٣٩٣١")
@example("https://[::1/01/04006381333931")
@example("https://a/²/04006381333931?²=1")
@example("urn:epc:id:sgtin:" + "." * LONGEST)
@example("urn:epc:id:sgtin:012345678901..1")
@example("urn:epc:class:gtin:0123456789012.\n")
@example("urn:epc:id:cpi:0614141." + "%23" * 40 + ".1")
@example("\ud800")
@example("]Q1" * 2_000)
@example(" ]Q1" * 1_500)
def test_no_string_raises_anything_but_a_refusal(raw: str) -> None:
    for profile in ("strict", "lenient", "cn"):
        decoded = decode_document(raw, profile=profile)
        assert decoded["valid"] is (decoded["error"] is None)


VALUES = st.text(alphabet="!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz", min_size=1, max_size=20)
GTINS = st.from_regex(r"[0-9]{13}", fullmatch=True).map(lambda body: body + check_digit(body))


@given(GTINS, VALUES, VALUES)
def test_lot_and_serial_come_back_to_the_letter_through_every_form(gtin: str, lot: str, serial: str) -> None:
    elements = (("01", gtin), ("10", lot), ("21", serial))
    written = bracketed(elements)
    assert elements == read_code(written).elements
    assert elements == read_code(read_code(written).canonical).elements
    assert elements == read_code(f"^01{gtin}10{lot}^21{serial}").elements
