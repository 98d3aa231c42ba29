"""Codes without a label, in brackets behind one, and in tables whose cells lost their blanks."""

from __future__ import annotations

import pytest

from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text


def read(text: str) -> Reading:
    return read_text(text, language="en", order=Order.MONTH_FIRST)


def models(text: str) -> list[str | None]:
    return [product.model for product in read(text).products if product.model]


def identifiers(text: str) -> list[tuple[str, str]]:
    found = (one for product in read(text).products for one in product.identifiers)
    return list(dict.fromkeys((one.scheme, one.value) for one in found))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("The dresser is white. “QRT40211-BK” is embossed on its underside.", ["QRT40211-BK"]),
        ("It has a metal frame. QR2291_04 or QR2291_07 are printed on a label of the packaging.",
         ["QR2291_04", "QR2291_07"]),
        ("The sticker has the name “Ridge” and C2270Y written on it.", ["C2270Y"]),
    ],
)  # fmt: skip
def test_a_code_that_is_said_to_be_printed_is_a_model(text: str, codes: list[str]) -> None:
    assert codes == models(text)


def test_what_no_label_names_is_read_with_less_confidence() -> None:
    (clause,) = read("The lamp is red. “QRT40211-BK” is embossed on it.").clauses
    assert 0.8 > clause.confidence


@pytest.mark.parametrize(
    "text",
    [
        "The lamp is red. “Northwind” is printed on its base.",
        "The lamp is red. 2023 is printed on its base.",
        "The lamp is red. “QRT40211-BK” is a name that some shops gave it.",
    ],
)
def test_words_years_and_codes_that_are_not_printed_are_none(text: str) -> None:
    assert [] == models(text)


def test_figures_count_as_item_numbers_only_behind_the_word_number() -> None:
    text = "The numbers 6412201 (Blue Rattle) or 6311102 (Red Rattle) are printed on the packaging."
    assert [("item", "6412201"), ("item", "6311102")] == identifiers(text)
    assert [] == identifiers(text.replace("The numbers ", "Then "))


def test_lots_that_fill_brackets_behind_their_label_are_read() -> None:
    (product,) = read("A six-digit lot code (052031, 062031 or 072032) appears on the underside.").products
    assert ("052031", "062031", "072032") == product.lots


def test_brackets_that_hold_more_than_codes_are_not_a_list() -> None:
    assert () == read("A lot code (052031 is an example of its form) appears on the underside.").products


def test_an_identifier_of_capitals_in_three_parts_needs_no_digit() -> None:
    text = "This recall involves Bracelets (SKU QF-BL-MOON-GLD) and Necklaces (SKU QF-NK-MOON-GLD)."
    assert [("sku", "QF-BL-MOON-GLD"), ("sku", "QF-NK-MOON-GLD")] == identifiers(text)
    assert [] == identifiers("The SKU SHOWN on the box tells it.")


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("ModelColor531QRESINBGBeige531QRESINBK Black531QRESINBL Stone Blue531QRESINWHWhite",
         ["531QRESINBG", "531QRESINBK", "531QRESINBL", "531QRESINWH"]),
        ("Product NameStyle NumberMoon Pajama200189404Moon Night Gown200191005Star Pajama200189223",
         ["200189404", "200191005", "200189223"]),
        ("Item NumberDescriptionTypeItem Price Range00463Pack of six (6)CR2032$0.65 to $1.1000464Pack of nine"
         " (9)CR2025$1.10 to $1.5000465Pack of two (2)CR2032$0.89 to $1.50", ["00463", "00464", "00465"]),
    ],
)  # fmt: skip
def test_cells_glued_to_names_and_prices_are_told_by_their_shape(table: str, codes: list[str]) -> None:
    named = [value for _, value in identifiers(f"This recall involves chairs.\n{table}")]
    assert codes == named + models(f"This recall involves chairs.\n{table}")


def test_long_codes_of_one_family_are_kept_and_others_are_told_of() -> None:
    reading = read(
        "(P/N) or (P/C) #ColorShape of Holes7QZLGH9142UYB4V0blackRound7QZLGH1067CSWRBV0blackOval"
        "7QZLG106755UOBB9V0silverOvalMMZY10672554KZF0V0silverRound"
    )
    found = list(dict.fromkeys(one.value for product in reading.products for one in product.identifiers))
    assert ["7QZLGH9142UYB4V0", "7QZLGH1067CSWRBV0", "7QZLG106755UOBB9V0"] == found
    assert any("MMZY10672554KZF0V0" in warning for warning in reading.warnings)


def test_serials_that_begin_with_a_small_letter_make_ranges_too() -> None:
    text = "ModelSerial Number RangeHeightClimber LT (12.5m)qX0014492 through qX0036407<9m"
    assert ("qX0014492 - qX0036407",) == read(text).products[0].serials


@pytest.mark.parametrize(
    ("line", "windows"),
    [
        ("Sold at: Corner U.S. stores in the north and Florida from March 2021 through August 2023 for $4.",
         ["2021-03-01/2023-08-31"]),
        ("Sold at: Shop.example from May 2020 through April 2025 for between about $15 and $35 for the small"
         " steamer of the two kinds, and from May 2020 through January 2024 for $11 for the other one.",
         ["2020-05-01/2025-04-30", "2020-05-01/2024-01-31"]),
    ],
)  # fmt: skip
def test_every_window_of_a_seller_s_line_is_one_of_selling(line: str, windows: list[str]) -> None:
    (product,) = read(f"This recall involves steamers, model QX-100.\n{line}").products
    assert windows == [f"{window.first}/{window.last}" for window in product.sold]


def test_all_production_dates_are_all() -> None:
    clauses = read("Model H-701 chairs. All production dates are included.").clauses
    assert "all" in [clause.kind.value for clause in clauses]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("They have a white label with either “CX192Y-N4” (white) or “CX193Y-N4” (red).",
         ["CX192Y-N4", "CX193Y-N4"]),
        ("“KL837-15” and the date of August 2025 are molded into the underside.", ["KL837-15"]),
        ("“NO. HK1015” along with a number appears on the front.", ["HK1015"]),
        ("“RN64664” and “CR2032” are printed on the tag.", []),
        ("Reviewers called it “TX2000” for a joke.", []),
    ],
)  # fmt: skip
def test_codes_in_quotes_are_models_in_a_sentence_about_what_is_printed(text: str, codes: list[str]) -> None:
    assert codes == models(f"This recall involves chairs.\n{text}")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("The model number listed in the leaflet is KR-708S.", ["KR-708S"]),
        ("The model number of the lantern is KGAAL9 and it is red.", ["KGAAL9"]),
        ("The model number is one of 3 that were sold.", []),
        ("The model number begins with “KANY” on the label.", ["KANY*"]),
        ("Lamps with a model number beginning with 14GBXAT or more.", ["14GBXAT*"]),
    ],
)
def test_a_code_may_stand_behind_the_words_of_its_sentence(text: str, codes: list[str]) -> None:
    assert codes == models(f"This recall involves lamps.\n{text}")


def test_a_serial_may_begin_with_a_letter_in_quotes() -> None:
    assert ("W*",) == read("cylinders with a serial number beginning with a “W,” and a valve").products[
        0
    ].serials


def test_a_date_glued_to_a_word_is_no_month_of_its_end() -> None:
    assert () == read("Model K-100 was made. Shop.example10/10/2024 is the day.").products[0].made
