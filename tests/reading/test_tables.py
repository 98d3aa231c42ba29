"""Tables that lost their blanks: what is cut out with certainty, and what is not."""

from __future__ import annotations

import pytest

from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text


def read(text: str) -> Reading:
    return read_text(text, language="en", order=Order.MONTH_FIRST)


def models(text: str) -> list[str | None]:
    return [product.model for product in read(text).products]


def names(text: str) -> list[tuple[str, str]]:
    told = (one for product in read(text).products for one in product.identifiers)
    return list(dict.fromkeys((one.scheme, one.value) for one in told))


def gtins(text: str) -> list[str | None]:
    return [product.gtin for product in read(text).products]


GLUED = (
    "Item #DescriptionUPC35069Sparkle Set03600029145235070Glitter Set036000291469"
    "35071Shine Set03600029147635072Glow Set036000291483"
)


def test_numbers_of_one_company_are_cut_out_of_the_figures_of_other_cells() -> None:
    assert ["00036000291452", "00036000291469", "00036000291476", "00036000291483"] == gtins(GLUED)
    assert [("item", str(number)) for number in range(35069, 35073)] == names(GLUED)


def test_a_number_of_a_known_company_whose_check_digit_is_wrong_is_kept_as_it_is_written() -> None:
    reading = read(GLUED.replace("036000291476", "036000291477"))
    assert any("036000291477" in warning for warning in reading.warnings)
    told = {one.value for product in reading.products for one in product.identifiers}
    assert "036000291477" in told
    assert "00036000291477" not in {product.gtin for product in reading.products}


def test_one_run_of_figures_alone_is_not_cut() -> None:
    assert [None] == gtins("The UPC is on the label. Batch 3506903600029145235070 was tested.")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Unit TypeModel NumbersHand-Held VacuumVC16020DENVC16020DMNR VC18020DENRVC18020DEN",
         ["VC16020DEN", "VC16020DMNR", "VC18020DENR", "VC18020DEN"]),
        ("These model numbers are included regardless of date:"
         "KWR070BLST3P8UKWR105BLST3P8UKWR140BNST3P8UKWR175BLT3HU1",
         ["KWR070BLST3P8U", "KWR105BLST3P8U", "KWR140BNST3P8U", "KWR175BLT3HU1"]),
        ("StyleModel NumberGray BearGLB26BEBlue CarGLB23BDRed FoxGLB04BD", ["GLB26BE", "GLB23BD", "GLB04BD"]),
    ],
)  # fmt: skip
def test_codes_of_one_head_are_cut_apart_where_none_is_as_long_as_two(text: str, codes: list[str]) -> None:
    assert codes == models(text)


def test_cells_of_two_columns_go_to_the_column_whose_shape_they_have() -> None:
    text = (
        "SKUProduct NameModel NumberColor7094740HelmetHB-10ARed7094741HelmetHB-11ABlue"
        "7107133HelmetHB-12AGreen"
    )
    told = [(product.model, [one.value for one in product.identifiers]) for product in read(text).products]
    assert [("HB-10A", ["7094740"]), ("HB-11A", ["7094741"]), ("HB-12A", ["7107133"])] == told


def test_a_cell_before_a_dash_and_a_name_is_still_one() -> None:
    text = "BrandStyle NumberMoon7903815 - HeartMoon7903816 - StarMoon7903824 - Cloud"
    assert [("style", "7903815"), ("style", "7903816"), ("style", "7903824")] == names(text)


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("ModelSerial Number StartEndAB-100C1000001C1000002AB-200C1000003C1000004AB-300C1000005C1000006",
         [("C1000001 - C1000002",), ("C1000003 - C1000004",), ("C1000005 - C1000006",)]),
        ("Model NumberVehicle Identification NumberKX450MSFNNJKAXXGMCSA008598 - JKAXXGMCSA011475 ",
         [("JKAXXGMCSA008598 - JKAXXGMCSA011475",)]),
        ("Serial Number RangePumpEU17121D010001 through EU20256N180999LT20211D140001 through LT22050D090960",
         [("EU17121D010001 - EU20256N180999", "LT20211D140001 - LT22050D090960")]),
        ("ModelSerial Number Start Serial Number End 10-A1 / CX 9-NGIC-0199-230400064 IC-0199-240300821",
         [("IC-0199-230400064 - IC-0199-240300821",)]),
    ],
)  # fmt: skip
def test_ends_of_ranges_are_cut_out_of_the_cells_beside_them(
    text: str, serials: list[tuple[str, ...]]
) -> None:
    assert serials == [product.serials for product in read(text).products]


def test_ends_that_are_not_one_range_are_kept_with_a_warning() -> None:
    reading = read("Serial Number RangePumpLT20211D140001 through LT22050D090960")
    assert any("is not one range" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Medicine NameLid ColorDate CodesPain PillsBlue2029J072232029J076232029J07723Sleep AidRed2127J06823",
         ("2029J07223", "2029J07623", "2029J07723", "2127J06823")),
        ("ProductsDate CodesPain Relief2307K, 2404K, 2411K08/2025Sleep Aid2307M11/2026",
         ("2307K", "2404K", "2411K")),
    ],
)  # fmt: skip
def test_codes_of_one_shape_are_cut_apart_and_dates_glued_to_them_are_not_theirs(
    text: str, codes: tuple[str, ...]
) -> None:
    assert codes == read(text).products[0].date_codes[: len(codes)]


def test_lots_in_a_column_of_their_own_are_lots() -> None:
    text = "ProductsBatch CodesExpiration DatesPrenatal2307050A, 2404096A, 2411100A08/2025, 05/2026"
    assert ("2307050A", "2404096A", "2411100A") == read(text).products[0].lots


def test_figures_before_inches_are_cut_where_one_width_alone_makes_sense_of_all() -> None:
    sensible = 'Model NumberDescription752657572" Mower752657961" Mower744922361" Mower'
    assert ["7526575", "7526579", "7449223"] == models(sensible)
    assert [] == models('Model NumberDescription627718" Brush627818" Brush646312" Brush')


def test_inches_and_words_in_capitals_are_no_part_of_the_code_before_them() -> None:
    assert [("sku", "10138977BLMB"), ("sku", "10138977EMPR")] == names(
        'StyleDescriptionSKUTable72" Table, Marble10138977BLMB72" Table, Brown10138977EMPR'
    )
    assert ["34692", "34785"] == models("Model/SKU #DescriptionDate Codes34692LATITUDE 90 34785LATITUDE 90")


def test_columns_parted_by_words_are_read_with_the_question_which_is_which() -> None:
    reading = read("SKUProduct NameModelRed Helmet7094740Blue Helmet7094741Green Helmet7107133")
    told = {one.value for product in reading.products for one in product.identifiers}
    assert {"7094740", "7094741", "7107133"} == told
    assert any("columns of sku and model" in warning for warning in reading.warnings)
