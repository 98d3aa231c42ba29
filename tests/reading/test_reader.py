"""The reader: what a text says, where it says it, and what it leaves to a person."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.errors import NoticeRefused
from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text
from recall.reading.text import LONGEST, clean, folded, is_clean, language_of
from recall.reading.values import ClauseKind

WORDS = st.sampled_from(
    ["型号：", "PB-1", "生产批次", "C14-P6/P7", "、", "，", "。", "\n", " ", "2023年6月5日", "至",
     "2024年1月", "制造", "生产日期：", "涉及数量", "331578台", "共计", "召回", "不在召回范围", "品牌 | ",
     "罗马仕牌电源", "Model ",
     "serial numbers ", "A100 - A299",
     "lot ", "UPC ", "885911843430", "from ", "May 2020", " through ", "sold ", "Units: ",
     "About 3,820", "Hazard: fire",
     "\x00", "\u202e", "\ud800", "“", "（", ". The ", "date codes ", "2126 to 2319",
     "all lots", "not included in"]
)  # fmt: skip
NOTICES = st.one_of(st.lists(WORDS, max_size=40).map("".join), st.text(max_size=300))


def said(reading: Reading, *, kind: ClauseKind) -> list[str]:
    return [clause.text for clause in reading.clauses if clause.kind is kind]


@given(text=NOTICES, language=st.sampled_from(["zh", "en"]), order=st.sampled_from(list(Order)))
def test_every_clause_stands_in_the_text_where_it_says(text: str, language: str, order: Order) -> None:
    reading = read_text(text, language=language, order=order)
    assert is_clean(reading.text)
    for clause in reading.clauses:
        assert reading.text[clause.start : clause.end] == clause.text
        assert 0 <= clause.confidence <= 1
        assert all(number < len(reading.products) for number in clause.products)


@given(text=st.text(max_size=300))
def test_folding_keeps_every_place_and_cleaning_is_done_once(text: str) -> None:
    cleaned = clean(text)
    assert len(folded(cleaned)) == len(cleaned)
    assert cleaned == clean(cleaned)
    assert is_clean(cleaned)


def test_the_statements_of_a_sentence_belong_to_its_model() -> None:
    reading = read_text(
        "召回2023年1月至2024年12月期间制造的部分某某牌插座。\n"
        "型号：A-1，生产批次：K1-B1/B2，制造日期：2023年2月，涉及数量：10台；\n"
        "型号：A-2，批号：K3-B7，涉及数量：5台。\n共计15台。"
    )
    first, second = reading.products
    assert ("A-1", ("K1-B1", "K1-B2"), 10) == (first.model, first.lots, first.quantity)
    assert ("A-2", ("K3-B7",), 5) == (second.model, second.lots, second.quantity)
    assert ["2023-02-01", "2023-01-01"] == [
        product.made[0].document()["from"] for product in reading.products
    ]
    assert (15, ()) == (reading.quantity, reading.warnings)
    assert [(0,), (1,)] == [clause.products for clause in reading.clauses if clause.kind is ClauseKind.LOT]


def test_a_total_that_is_not_the_sum_is_a_warning() -> None:
    reading = read_text("型号：A-1，涉及数量：10台；\n型号：A-2，涉及数量：5台。\n共计16台。")
    assert 16 == reading.quantity
    assert ("the stated total 16 is not the sum of the parts, 15",) == reading.warnings


def test_a_table_of_a_label_and_a_cell_a_line_is_read() -> None:
    reading = read_text(
        "产品名称 | 玩具车\n品牌 | ——\n涉及数量 | 1.2万只\n型号/规格 | 均码、大号\n"
        "生产起止日期 | 2022年7月8日至8月9日\n生产批号/批次 | 见附件\n存在的缺陷 | 小零件脱落\n"
        "具体召回措施 | 免费更换"
    )
    assert [("玩具车", None, "均码"), ("玩具车", None, "大号")] == [
        (product.name, product.brand, product.model) for product in reading.products
    ]
    assert (12_000, "小零件脱落", "免费更换") == (reading.quantity, reading.hazard, reading.remedy)
    assert ["names no lot" in warning for warning in reading.warnings] == [True]


def test_labelled_lines_under_a_model_belong_to_it() -> None:
    reading = read_text("型号：A-1\n批次：B1\n型号：A-2\n批次：B2\n数量：不详\n")
    assert [("A-1", ("B1",)), ("A-2", ("B2",))] == [(p.model, p.lots) for p in reading.products]


def test_a_bar_code_a_serial_range_and_a_sold_window_are_read_in_chinese() -> None:
    reading = read_text(
        "型号：A-1，条码：6901234567892，序列号：SN100至SN199，2023年5月至6月期间销售，召回。"
    )
    product = reading.products[0]
    assert ("06901234567892", ("SN100 - SN199",)) == (product.gtin, product.serials)
    assert {"from": "2023-05-01", "to": "2023-06-30"} == product.sold[0].document()


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


def test_as_many_lots_as_models_are_not_paired_by_guess() -> None:
    reading = read_text("Models A-1 and A-2, lots B1 and B2.", language="en")
    assert [("B1", "B2"), ("B1", "B2")] == [product.lots for product in reading.products]
    assert ["each lot is taken for every model" in warning for warning in reading.warnings] == [True]


def test_gtins_that_no_sentence_gives_to_a_model_are_products_of_their_own() -> None:
    reading = read_text("Models A-1 and A-2, UPC 885911843430 and 0-70257-52226-6.", language="en")
    assert [("A-1", None), ("A-2", None), (None, "00885911843430"), (None, "00070257522266")] == [
        (product.model, product.gtin) for product in reading.products
    ]
    assert ["say which belongs to which" in warning for warning in reading.warnings] == [True]


def test_what_is_excluded_is_not_read_as_included() -> None:
    reading = read_text("Model A-1 is recalled. Model A-1B is not included in this recall.", language="en")
    assert ["A-1"] == [product.model for product in reading.products]
    assert ["Model A-1B is not included in this recall."] == said(reading, kind=ClauseKind.EXCLUSION)
    assert ["a person must say what" in warning for warning in reading.warnings] == [True]
    chinese = read_text("型号：A-1。型号：A-9不在召回范围。")
    assert ["A-1"] == [product.model for product in chinese.products]


def test_several_quantities_and_totals_are_doubts() -> None:
    quantities = read_text("Model A-1, 10 units in white, 20 units in black.", language="en")
    assert ("several quantities are stated for A-1: 10, 20",) == quantities.warnings
    totals = read_text("Model A-1.\nUnits: 10\nThat is a total of 12 units.", language="en")
    assert ("several totals are stated: 10, 12",) == totals.warnings


def test_a_text_that_says_nothing_of_a_product_has_none() -> None:
    assert () == read_text("Nothing here.", language="en").products
    assert ["all lots"] == said(read_text("It covers all lots.", language="en"), kind=ClauseKind.ALL)
    assert ["所有批次"] == said(read_text("召回所有批次。"), kind=ClauseKind.ALL)


def test_the_language_is_seen_from_the_text() -> None:
    texts = (
        "召回部分移动电源", "A recall", "リコールのお知らせです", "Rappel de produits: les lots",
        "Rückruf der Ware",
    )  # fmt: skip
    assert ["zh", "en", "ja", "fr", "de"] == [language_of(text) for text in texts]
    with pytest.raises(NoticeRefused, match="a language of zh, en, fr, de, ja"):
        read_text("Un avviso", language="it")


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(NoticeRefused, match="at most 200,000 characters"):
        read_text("召回" * LONGEST)


@pytest.mark.parametrize(
    "piece",
    [
        "型号",
        "a ",
        "serial numbers the ",
        "2023年",
        "C14-P6/",
        "1,000",
        "((((",
        "from May 2020 ",
        "批次：A1、",
        "Model A1, ",
    ],
)
def test_a_text_that_repeats_itself_is_read_in_a_moment(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    for language in ("zh", "en"):
        begin = time.process_time()
        read_text(text, language=language)
        assert time.process_time() - begin < 10


def test_codes_that_stand_apart_from_very_many_models_are_refused() -> None:
    lines = [f"Model A{number}.\nIt has serial number S{number}." for number in range(1100)]
    with pytest.raises(NoticeRefused, match="Say which codes belong to which model"):
        read_text("\n".join(lines), language="en")
