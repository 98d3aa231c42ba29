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


def test_what_is_excluded_is_not_read_as_included() -> None:
    reading = read_text("Model A-1 is recalled. Model A-1B is not included in this recall.", language="en")
    assert ["A-1"] == [product.model for product in reading.products]
    assert ["Model A-1B is not included in this recall."] == said(reading, kind=ClauseKind.EXCLUSION)
    assert ["a person must say what" in warning for warning in reading.warnings] == [True]
    chinese = read_text("型号：A-1。型号：A-9不在召回范围。")
    assert ["A-1"] == [product.model for product in chinese.products]


def test_a_text_that_says_nothing_of_a_product_has_none() -> None:
    assert () == read_text("Nothing here.", language="en").products
    assert ["all lots"] == said(read_text("It covers all lots.", language="en"), kind=ClauseKind.ALL)
    assert ["所有批次"] == said(read_text("召回所有批次。"), kind=ClauseKind.ALL)


def test_the_language_is_seen_from_the_text() -> None:
    assert ["zh", "en", "ja"] == [
        language_of(text) for text in ("召回部分移动电源", "A recall", "リコールのお知らせです")
    ]
    with pytest.raises(NoticeRefused, match="Chinese or English"):
        read_text("リコールのお知らせです")


def test_a_text_of_more_than_a_million_characters_is_refused() -> None:
    with pytest.raises(NoticeRefused, match="at most 1,000,000 characters"):
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
    text = piece * (200_000 // len(piece))
    for language in ("zh", "en"):
        begin = time.perf_counter()
        read_text(text, language=language)
        assert time.perf_counter() - begin < 10


@pytest.mark.parametrize(
    ("text", "models", "said"),
    [
        ("型号：SK-1501/SK-1502。", ["SK-1501", "SK-1502"], None),
        ("型号：C450-A/B。", ["C450-A/B"], "may be one model or several"),
        ("型号：C100至C900。", ["C100", "C900"], "may be a range of models"),
        ("Model numbers starting with RE1122.", ["RE1122"], "how models begin"),
        ("Models 2-panel and X-1.", [], None),
        ("Models from 2022 and X-1.", ["X-1"], None),
        ("Models from 2022.", [], None),
    ],
)
def test_a_model_is_only_what_is_written_as_one(text: str, models: list[str], said: str | None) -> None:
    reading = read_text(text)
    assert models == [product.model for product in reading.products]
    assert [said is not None] * bool(said) == [str(said) in warning for warning in reading.warnings]
