"""English prose: models, serial numbers, trade items and headed lines."""

from __future__ import annotations

import pytest

from recall.reading.reader import read_text


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("The safes have the following serial number range: SQC200034980 - SQC202319171. The",
         ["SQC200034980 - SQC202319171"]),
        ("serial numbers ranging from 31706-35058, Y1025-Y1310, and 50075-52920.",
         ["31706 - 35058", "Y1025 - Y1310", "50075 - 52920"]),
        ("serial numbers from 18517201 to 18868311 and from 10006001 to 10006009.",
         ["18517201 - 18868311", "10006001 - 10006009"]),
        ("serial numbers that begin with J0D, J0E, and J2D.", ["J0D*", "J0E*", "J2D*"]),
        ("a serial number starting with “35S”.", ["35S*"]),
        ("a serial number between A100 and A200.", ["A100 - A200"]),
        ("The serial number is printed on the label.", []),
    ],
)  # fmt: skip
def test_serial_numbers_are_read_from_english_prose(text: str, serials: list[str]) -> None:
    products = read_text(text, language="en").products
    assert serials == [serial for product in products for serial in product.serials]


def test_a_range_of_two_prefixes_is_kept_as_written_with_a_warning() -> None:
    reading = read_text("serial numbers within ranges LT21091D180001 - LT22365D060025.", language="en")
    assert ("LT21091D180001 - LT22365D060025",) == reading.products[0].serials
    assert ["one prefix" in warning for warning in reading.warnings] == [True]


def test_a_range_far_wider_than_the_stated_units_is_a_warning() -> None:
    reading = read_text("Model A-1 with serial numbers A1000 - A9999.\nUnits: About 100")
    assert ["holds 9,000 numbers" in warning for warning in reading.warnings] == [True]


def test_models_lots_and_date_codes_are_read_from_english_prose() -> None:
    reading = read_text(
        "This recall involves clippers with model numbers SC607M and SC608M. Only these lot numbers: 35-22, "
        "40-22 and 15-23, with date codes ranging from 2126 to 2319, are affected. The number is on the back."
    )
    assert ["SC607M", "SC608M"] == [product.model for product in reading.products]
    assert {("35-22", "40-22", "15-23")} == {product.lots for product in reading.products}
    assert {("2126 - 2319",)} == {product.date_codes for product in reading.products}


def test_hazard_and_remedy_are_found_in_english_prose() -> None:
    reading = read_text(
        "Model A-1 is recalled. It can overheat, posing a fire hazard. Buyers get a full refund."
    )
    assert ("It can overheat, posing a fire hazard.", "Buyers get a full refund.") == (
        reading.hazard,
        reading.remedy,
    )


def test_a_number_in_a_headed_line_is_counted_once() -> None:
    reading = read_text(
        "Model A-1.\nUnits: About 20 units\nSold at: Shops from May 2020 through June 2021.\nHazard:"
    )
    assert ("Shops", 20, ()) == (reading.sold_by[0], reading.quantity, reading.warnings)
    assert "2020-05-01" == reading.products[0].sold[0].document()["from"]


def test_a_trade_item_with_a_wrong_check_digit_is_a_warning_and_not_a_product() -> None:
    reading = read_text("Model A-1 (UPC 885911843431). The UPC is on the box.", language="en")
    assert [None] == [product.gtin for product in reading.products]
    assert ["check digit is wrong" in warning for warning in reading.warnings] == [True]
