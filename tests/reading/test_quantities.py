"""Quantities and trade items: the number that is stated, in whatever words."""

from __future__ import annotations

import pytest

from recall.reading.quantities import chinese_quantities, stated_units
from recall.reading.reader import read_text
from recall.reading.trade_items import trade_item


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("涉及数量:331578台", [331578]),
        ("数量为3792 件", [3792]),
        ("约1.2万件、3万余台", [12_000, 30_000]),
        ("1,234套", [1234]),
        ("10000毫安", []),
        ("1.5台", []),
    ],
)
def test_a_chinese_number_counts_with_its_measure_word(text: str, values: list[int]) -> None:
    assert values == [quantity.value for quantity in chinese_quantities(text)]


@pytest.mark.parametrize(
    ("text", "units", "left_open"),
    [
        ("About 3,820 (in addition, about 700 were sold in Canada)", 3820, True),
        ("9,100", 9100, False),
        ("About 2.7 million", 2_700_000, False),
        ("More than 1.2 million", 1_200_000, False),
        ("About 1,300 in the U.S. and about 225 in Canada", 1300, True),
        ("About 1,100 pairs", 1100, False),
        ("Millions", None, True),
        ("", None, False),
    ],
)
def test_a_units_field_gives_the_number_of_its_own_country(
    text: str, units: int | None, left_open: bool
) -> None:
    stated, doubts = stated_units(text)
    assert (units, left_open) == (stated, bool(doubts))


@pytest.mark.parametrize(
    ("written", "gtin", "said"),
    [
        ("0-70257-52226-6", "00070257522266", None),
        ("885911843430", "00885911843430", None),
        ("10850180006517", "10850180006517", None),
        ("36000291452", "00036000291452", "a leading zero was put back"),
        ("885911843431", None, "check digit"),
        ("12345", None, "5 digits"),
    ],
)
def test_a_trade_item_is_kept_only_with_a_right_check_digit(
    written: str, gtin: str | None, said: str | None
) -> None:
    item = trade_item(written)
    assert gtin == item.gtin
    assert (said is None and item.note is None) or (said or "") in (item.note or "")


@pytest.mark.parametrize(
    ("units", "total", "parts"),
    [
        ("About 1,980 13-Drawer Chests and 35 12-Drawer Chests", 2_015,
         [("13-Drawer Chests", None, 1_980), ("12-Drawer Chests", None, 35)]),
        ("About 4,200 carts and 393 spare doors (In addition, about 291 were sold in Canada)", 4_593,
         [("carts", None, 4_200), ("spare doors", None, 393)]),
        ("About 2.1 million were sold in the United States and about 99,000 in Canada", 2_100_000,
         [("", None, 2_100_000)]),
    ],
)  # fmt: skip
def test_counts_of_several_products_make_a_product_each(
    units: str, total: int, parts: list[tuple[str, str | None, int]]
) -> None:
    reading = read_text(f"This recall involves goods with lot number A1.\nUnits: {units}", language="en")
    assert total == reading.quantity
    assert parts == [(product.name, product.model, product.quantity) for product in reading.products]


def test_a_count_goes_to_the_model_that_its_words_name_and_is_asked_about_else() -> None:
    text = "This recall involves models KX-5000 and KX-6000.\nUnits: About 75,400 KX-5000s and about {}"
    named = read_text(text.format("119,000 KX-6000 sets"), language="en")
    assert [("KX-5000", 75_400), ("KX-6000", 119_000)] == [(p.model, p.quantity) for p in named.products]
    asked = read_text(text.format("300 spare lids"), language="en")
    assert [("KX-5000", 75_400), ("KX-6000", None), (None, 300)] == [
        (p.model, p.quantity) for p in asked.products
    ]
    assert ("300 units are of 'spare lids': say which model that is",) == asked.warnings


def test_a_total_of_models_is_no_total_of_units() -> None:
    assert 9_100 == read_text("It has a total of 21 models.\nUnits: 9,100", language="en").quantity
