"""The kinds of scope that importers meet in English prose, each in words of our own."""

from __future__ import annotations

from typing import Any

import pytest

from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text
from recall.reading.values import ClauseKind, NoticeProduct


def read(text: str) -> Reading:
    return read_text(text, language="en", order=Order.MONTH_FIRST)


def only(text: str) -> NoticeProduct:
    (product,) = read(text).products
    return product


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("serial number range: QRX300034980 - QRX302319171.", ("QRX300034980 - QRX302319171",)),
        ("serial numbers within ranges AB21091D180001 - AB22365D060025 and CD23125N250001 - CD24252D101110.",
         ("AB21091D180001 - AB22365D060025", "CD23125N250001 - CD24252D101110")),
        ("serial numbers ranging from 41706-45058, Z1025-Z1310 and 60075-62920.",
         ("41706 - 45058", "Z1025 - Z1310", "60075 - 62920")),
        ("serial numbers from 28517201 to 28868311 and from 20006001 to 20006009.",
         ("28517201 - 28868311", "20006001 - 20006009")),
        ("serial numbers that begin with K0D, K0E, and K2D.", ("K0D*", "K0E*", "K2D*")),
        ("Serial numbers (14 digits) starting with “36S” are included.", ("36S*",)),
        ("“S/N” and begins with the following numbers: 18, 19, 2301 or 2302.",
         ("18*", "19*", "2301*", "2302*")),
        ("last 8 digits of the VIN between: MT808000 and MT808150 and between MT100101 and MT101060.",
         ("MT808000 - MT808150", "MT100101 - MT101060")),
        ("serial number (first 8 digits): 32EK30-01 or 32EK30-02.", ("32EK30-01*", "32EK30-02*")),
    ],
)  # fmt: skip
def test_serials_by_range_by_prefix_and_by_their_first_signs(text: str, serials: tuple[str, ...]) -> None:
    assert serials == only(text).serials


@pytest.mark.parametrize(
    ("text", "codes", "made"),
    [
        ("date codes (YYWW): 2318, 2319.", ("2318", "2319"), ("2023-05-01", "2023-05-07")),
        ("date codes in YYYYMM format, from 202408 to 202412.",
         ("202408 - 202412",), ("2024-08-01", "2024-12-31")),
        ("date codes in MMDDYY format ranging from 030621 to 110822.",
         ("030621 - 110822",), ("2021-03-06", "2022-11-08")),
        ("date codes 22/3-23/11 (March 2022 to November 2023).",
         ("22/3-23/11",), ("2022-03-01", "2023-11-30")),
        ("a MONTHYEAR code in the product serial number between 0125 (January 2025) and 0725 (July 2025).",
         ("0125 - 0725",), ("2025-01-01", "2025-07-31")),
        ("date code “05/2023” on the tag.", ("05/2023",), ("2023-05-01", "2023-05-31")),
        ("date codes ranging from 2126 to 2319.", ("2126 - 2319",), None),
        ("date codes 25D, 26A, 26B, or 26C.", ("25D", "26A", "26B", "26C"), None),
    ],
)  # fmt: skip
def test_date_codes_tell_days_only_where_the_text_says_how(
    text: str, codes: tuple[str, ...], made: tuple[str, str] | None
) -> None:
    product = only(text)
    assert codes == product.date_codes
    told = product.document()["made"]
    assert (made is None) == (told == [])
    if made:
        assert {"from": made[0], "to": made[1]} == told[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("manufactured after October 2023", {"from": "2023-11-01", "to": None}),
        ("produced on or after June 17, 2024", {"from": "2024-06-17", "to": None}),
        ("a manufactured date prior to May 2023", {"from": None, "to": "2023-04-30"}),
        ("manufacturing dates through the end of 2023 and prior", {"from": None, "to": "2023-12-31"}),
        ("manufactured August 6, 2016, to October 3, 2017", {"from": "2016-08-06", "to": "2017-10-03"}),
        ("manufacturing date of 11.2024", {"from": "2024-11-01", "to": "2024-11-30"}),
        ("made prior to September 2022", {"from": None, "to": "2022-08-31"}),
    ],
)
def test_windows_of_making_open_and_closed(text: str, told: dict[str, Any]) -> None:
    assert [told] == only(f"The goods were {text}.").document()["made"]


def test_a_table_of_models_keeps_its_exception() -> None:
    reading = read(
        "The model numbers are: RFX129 and RFX137. Model Number Serial Number RFX129 Between B2001 to B2308"
        " - if model number is “RFX129-B” or RFX129-C”, it is not included in this"
        " recall.RFX137Between B2001 to B2312"
    )
    assert ["RFX129", "RFX137"] == [product.model for product in reading.products]
    assert {("RFX129-B", "RFX129-C")} == {product.excluded.models for product in reading.products}
    assert {("B2001 - B2308", "B2001 - B2312")} == {product.serials for product in reading.products}


def test_identifiers_go_with_the_model_of_their_sentence() -> None:
    reading = read(
        "Model number 75-902 (item number 884783) is small, model number 75-903 (item number 884784) is not."
    )
    assert [("75-902", "884783"), ("75-903", "884784")] == [
        (product.model, product.identifiers[0].value) for product in reading.products
    ]


@pytest.mark.parametrize(
    ("text", "scheme", "values"),
    [
        ("Amazon ASIN B06ABCMQFD", "asin", ["B06ABCMQFD"]),
        ("style numbers 519501 or 519502, followed by a colour code", "style", ["519501", "519502"]),
        ("Part number 90002", "part", ["90002"]),
        ("SKU numbers AG0002 (one) and TM0002 (two)", "sku", ["AG0002", "TM0002"]),
        ("The product code 6252801 is printed", "product", ["6252801"]),
        ("REF# 6382-BL", "reference", ["6382-BL"]),
    ],
)
def test_marketplace_and_makers_numbers_are_identifiers(text: str, scheme: str, values: list[str]) -> None:
    assert [(scheme, value) for value in values] == [(i.scheme, i.value) for i in only(text).identifiers]


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("model numbers LL-LF, LL-LF-BP10 and P2LL-LF", ["LL-LF", "LL-LF-BP10", "P2LL-LF"]),
        ("“Model No.: T-Y608” is printed", ["T-Y608"]),
        ("“Model: PX 550” is printed", ["PX 550"]),
        ("The DU-10 model is large", ["DU-10"]),
        ("models 1985, 19851 (also called Auto), 2151", ["1985", "19851", "2151"]),
        ("model numbers CS5+BFL, MPUS+BFL and MPUS", ["CS5+BFL", "MPUS+BFL", "MPUS"]),
        ("two models, sold in 14 colors; models 2-panel and 3-panel", []),
        ("Model Year 2023-2024 vehicles", []),
    ],
)
def test_models_are_codes_and_not_words(text: str, models: list[str]) -> None:
    reading = read(text)
    assert models == [product.model for product in reading.products if product.model]


def test_model_years_are_years_and_no_windows() -> None:
    product = only("This recall involves model years 2021-2023 and model year 2025 carts sold here.")
    assert (("2021", "2022", "2023", "2025"), ()) == (product.years, product.sold)


def test_ranges_of_a_table_without_blanks_are_found() -> None:
    reading = read("Serial Number RangesSW190035551 - SW190038050SW190070151 - SW190072650")
    assert ("SW190035551 - SW190038050", "SW190070151 - SW190072650") == reading.products[0].serials


def test_cells_without_blanks_are_models_where_their_shapes_agree() -> None:
    reading = read("NameModel NumberBig VaultCD4030BBig Vault with ShelfCD4040BTop VaultCD4055B")
    assert ["CD4030B", "CD4040B", "CD4055B"] == [product.model for product in reading.products]


def test_a_lone_year_far_from_its_word_is_no_window() -> None:
    reading = read(
        "The goods were made of wood, in the shape of a house, with a bell and a door of the type 2018 house."
    )
    assert ClauseKind.MADE not in {clause.kind for clause in reading.clauses}


def test_between_in_a_table_makes_a_range() -> None:
    product = only("The model KFX121. Model Number Serial Number KFX121 Between C2001 and C2310")
    assert ("KFX121", ("C2001 - C2310",)) == (product.model, product.serials)


def test_what_an_earlier_recall_named_is_not_in_this_one() -> None:
    product = only(
        "This involves model KFX121. Units with model numbers KFX129 and KFX137 were previously recalled."
    )
    assert ("KFX121", ("KFX129", "KFX137")) == (product.model, product.excluded.models)


def test_beside_other_codes_only_cells_like_the_first_are_models() -> None:
    table = (
        "Model NumberSerial No. (From)Serial No. (To)RDE4411ST 607K11 807K12 RDE4413ST 506K13 408K14"
        " RDE4613BD 606K15"
    )
    assert ["RDE4411ST", "RDE4413ST", "RDE4613BD"] == [product.model for product in read(table).products]


def test_a_table_whose_cells_cannot_be_told_apart_is_left_to_a_person() -> None:
    assert () == read("Model NumberSKUAB100D2000AB101D2001AB102D2002").products


def test_a_window_ends_where_the_next_cell_is_glued_to_it() -> None:
    product = only("Boilers manufactured between April 2024 and April 2025Model of the series.")
    assert [{"from": "2024-04-01", "to": "2025-04-30"}] == product.document()["made"]


@pytest.mark.parametrize(
    "text", ["Healthy people are usually not affected by bacteria.", "It was not subject to a test."]
)
def test_words_of_exclusion_that_speak_of_something_else_exclude_nothing(text: str) -> None:
    assert ClauseKind.EXCLUSION not in {clause.kind for clause in read(f"Model A-10. {text}").clauses}
