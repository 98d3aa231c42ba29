"""Tables that lost their blanks, read as rows: two columns of codes, ranges, prefixes, days and years."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from recall.reading.alignment import divided
from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text
from recall.reading.window import Window


def read(text: str) -> Reading:
    return read_text(f"This recall is of toys. {text}", language="en", order=Order.MONTH_FIRST)


def rows(text: str) -> list[tuple[str | None, list[str]]]:
    return [(one.model, [name.value for name in one.identifiers]) for one in read(text).products]


TWO_COLUMNS = [("HB-10A", ["7094740"]), ("HB-11B", ["7094741"]), ("HB-12C", ["7107133"])]


@pytest.mark.parametrize(
    "text",
    [
        "Model NumberSKUColorHB-10A7094740RedHB-11B7094741BlueHB-12C7107133Green",
        "SKUModel Number7094740HB-10A7094741HB-11B7107133HB-12C",
        "SKUModelUPC7094740HB-10A0360002914527094741HB-11B0360002914697107133HB-12C036000291476",
    ],
)
def test_two_columns_are_cut_where_more_speaks_for_the_place_than_for_any_other(text: str) -> None:
    assert TWO_COLUMNS == rows(text)


def test_a_code_that_stands_elsewhere_in_the_text_tells_where_its_cell_ends() -> None:
    told = rows("The TK-440 is red. Model NumberItem NumberTK-4405094740RedTK-4505094752BlueTK-4605094766Sea")
    assert [("TK-440", []), ("TK-450", ["5094752"]), ("TK-460", ["5094766"])] == [
        (model, names if model != "TK-440" else []) for model, names in told
    ]


def test_two_columns_that_could_be_cut_in_two_ways_are_not_cut() -> None:
    assert [] == rows("Model NumberSKUColorHB10A7094740RedHB11A7094741BlueHB12A7107133Green")
    assert divided(["HB-10AL230345", "HB-10BL230346", "HB-10CL230347"], words=()) is None
    assert divided(["AB1234567", "AB1234577", "AB1234587"], words=()) is None


def test_a_name_that_is_glued_before_a_model_is_no_part_of_it() -> None:
    text = "BrandModel NumberSolo PAPA110Solo seriesPA155Solo seriesPA175Solo series"
    assert ["PA110", "PA155", "PA175"] == [model for model, _ in rows(text)]
    text = "Sold as MCS. BrandStyle/Name MCS7903815 - HeartLane7904011 - StarLane7904012 - Sea"
    assert ["7903815", "7904011", "7904012"] == [name for _, names in rows(text) for name in names]


@pytest.mark.parametrize(
    "text",
    [
        "ModelSerial NumbersHeightTX-200A0001 through A042048 inchesTX-300A0421 through A071160 inches",
        'Model NumberSerial Number RangeHeightTX-200A0001 - A042048"TX-300A0421 - A071160"',
    ],
)
def test_ranges_of_one_shape_are_cut_out_between_the_figures_of_other_cells(text: str) -> None:
    told = [(product.model, product.serials) for product in read(text).products]
    assert [("TX-200", ("A0001 - A0420",)), ("TX-300", ("A0421 - A0711",))] == told


def test_ranges_of_date_codes_are_cut_off_the_models_beside_them_in_many_rows() -> None:
    text = "Model NumberDate Code" + "".join(f"G71C000{sign}1100815 - 1253" for sign in "QRSTU")
    assert [(f"G71C000{sign}110", ("0815 - 1253",)) for sign in "QRSTU"] == [
        (product.model, product.date_codes) for product in read(text).products
    ]


def test_a_prefix_and_two_numbers_of_one_width_are_a_range() -> None:
    text = "Serial Number RangeModel YearPrefixMinMax2021K2D00006250000880K0D05137010514498"
    (product,) = read(f"{text}2022K0E 05020010502134").products
    assert (
        "K2D0000625 - K2D0000880",
        "K0D0513701 - K0D0514498",
        "K0E0502001 - K0E0502134",
    ) == product.serials


def test_prefixes_with_numbers_that_count_down_are_not_read() -> None:
    assert all(
        not product.serials for product in read("PrefixMinMaxK2D00008800000625K0D05144980513701").products
    )


@pytest.mark.parametrize(
    "text",
    [
        "Lot NumberManufacture DateL230345March 2023L230346April 2023",
        "Lot NumberDate ManufacturedL23034503/2023L23034604/2023",
        "Manufacture DateLot NumberMarch 2023L230345April 2023L230346",
    ],
)
def test_months_glued_to_the_lots_of_their_rows_are_read_and_are_no_part_of_them(text: str) -> None:
    (product,) = read(text).products
    assert ("L230345", "L230346") == product.lots
    assert (
        Window(first=date(2023, 3, 1), last=date(2023, 3, 31)),
        Window(first=date(2023, 4, 1), last=date(2023, 4, 30)),
    ) == product.made


def test_rows_that_end_and_begin_with_codes_are_cut_by_the_shapes_of_the_first_and_the_last_cell() -> None:
    assert [*TWO_COLUMNS, ("HB-12D", ["7107134"])] == rows(
        "Model NumberColorSKUHB-10ARed7094740HB-11BBlue7094741HB-12CSea7107133HB-12DOwl7107134"
    )


def test_a_lot_stands_beside_the_model_of_its_row() -> None:
    text = "ModelLot NumberDateHB-10A230345March 2023HB-10B230346April 2023HB-12C230399May 2023"
    assert [("HB-10A", ("230345",)), ("HB-10B", ("230346",)), ("HB-12C", ("230399",))] == [
        (product.model, product.lots) for product in read(text).products
    ]
    text = "ModelColorLot NumberFromHB-10Red230345PeruHB-11Blue230346ChinaHB-12Sea230399Peru"
    assert [("HB-10", ("230345",)), ("HB-11", ("230346",)), ("HB-12", ("230399",))] == [
        (product.model, product.lots) for product in read(text).products
    ]


def test_a_column_of_expiry_takes_its_days_and_two_columns_of_days_are_left_alone() -> None:
    (product,) = read(
        "ProductsBatch CodesExpiration DatesPrenatal2307050A08/2025Daily2404096A05/2026"
    ).products
    assert [date(2025, 8, 31), date(2026, 5, 31)] == [window.last for window in product.expires]
    two = read("ProductsManufacture DateExpiration DatePrenatal08/202308/2025Daily05/202405/2026")
    assert all(not product.expires and not product.made for product in two.products)


def test_the_years_of_a_column_of_model_years_are_read_off_the_names_before_them() -> None:
    text = "ModelModel YearsScout Classic2018-2020Scout Crew2019Scout 8002021-2022"
    assert {"2018", "2019", "2020", "2021", "2022"} == {
        year for one in read(text).products for year in one.years
    }


def test_models_of_four_signs_are_read_where_all_are_and_none_could_be_a_year() -> None:
    assert ["2512", "2513", "2516"] == [
        model
        for model, _ in rows("Model NumbersSize2512About 39 inches2513About 42 inches2516About 45 inches")
    ]
    assert [] == rows("Model NumbersSize2012About 39 inches2013About 42 inches2016About 45 inches")


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Unit TypeModel Numbers Walker WL3306DMNWL3508DEN WL3506DMNWL3608DEN", ["WL3306DMN", "WL3508DEN"]),
        ("Size Color Model Number Serial Number Begins With Pink PH11887 Red PH11888 Sea PH12540",
         ["PH11887", "PH11888"]),
        ("Name Model NumberVehicle Identification Number2025 KX450KX450MSFNN 2025 KX450 KX450PSFNN"
         " 2025 KX450 KX450NSFNN", ["KX450MSFNN", "KX450PSFNN"]),
    ],
)  # fmt: skip
def test_a_heading_beside_another_heading_is_one_though_a_blank_is_left(text: str, models: list[str]) -> None:
    assert models == [model for model, _ in rows(text)][:2]


def test_a_column_of_models_or_something_else_is_left_to_a_person() -> None:
    assert [] == rows(
        "NameModel Number(s) / Cohort InformationGateBG20240330HangGateBG20240331HangGateBG20240332Hang"
    )


def test_models_may_hold_strokes() -> None:
    text = "StyleModel NumberRed BearSM-20/35Blue BearSM-30/35Sea BearSM-40/35Owl"
    assert ["SM-20/35", "SM-30/35", "SM-40/35"] == [model for model, _ in rows(text)]


def test_item_numbers_are_cut_off_the_pieces_of_their_sets_whatever_their_width() -> None:
    text = "SKUProduct Name13721410-Piece Safari12247311-Piece Sea1564106-Piece Star9295210-Piece Owl"
    text = f"{text}1682996-Piece Sun1404746-Piece Moon1407336-Piece Sky1564286-Piece Toy"
    told = [name for _, names in rows(text) for name in names]
    assert {"137214", "122473", "156410", "168299", "140474"} <= set(told)


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("The model names are Red Fox, Blue Bear and Star Light.", ["Red Fox", "Blue Bear", "Star Light"]),
        ('The model name "NEW MOON" is on the tent.', ["NEW MOON"]),
        ("The model name Yoto Mini, SKU PRP860, is on the base.", ["Yoto Mini"]),
        ("The model name Aruba IV is not found on the label.", []),
        ("The model name and number are on the label.", []),
    ],
)
def test_names_of_models_are_models_where_they_are_called_so(text: str, models: list[str]) -> None:
    assert models == [model for model, _ in rows(text) if model]


def test_a_month_of_making_in_six_figures_is_that_month() -> None:
    (product,) = read("Production Date: 202503 or 202504.").products
    assert [date(2025, 3, 1), date(2025, 4, 1)] == [window.first for window in product.made]


def test_codes_behind_the_word_identifiers_are_read_and_asins_wherever_they_stand() -> None:
    text = "The lamps have the identifiers: B0ABCD12EF and 601099512. Sold as B0ABCD12EG on Amazon.com."
    told = {name.value for product in read(text).products for name in product.identifiers}
    assert {"B0ABCD12EF", "601099512", "B0ABCD12EG"} == told


@pytest.mark.parametrize("words", ["or later", "or greater", "and prior"])
def test_codes_that_are_left_open_are_read_with_the_question_how_far_they_go(words: str) -> None:
    reading = read(f"The date code is 2308 {words}.")
    assert [f"'2308 {words}' does not say where the range ends: ask for it"] == list(reading.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "Model NumberSKU" + "AB10A7094740Red" * 13_000,
        "Model NumberSKU" + "AB10A7094740" * 16_000,
        "Model NumberAB1234Red\n" * 9_000,
        "Serial Date Code " + "A001-" * 39_000,
        "PrefixMinMax" + "K2D00006250000880" * 11_000,
        "Model YearsAB" * 15_000,
        "Manufacture DateAB" * 11_000,
        "model name " + "Red, " * 39_000,
        "SKU" + "137214100-Piece" * 13_000,
    ],
)
def test_long_tables_are_read_in_the_time_that_their_length_takes(text: str) -> None:
    begun = perf_counter()
    read(text[:199_000])
    assert perf_counter() - begun < 4
