"""Chinese announcements: tables, labelled lines, batches and units."""

from __future__ import annotations

import pytest

from recall.reading.reader import read_text
from recall.reading.text import folded


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


def test_a_bar_code_a_serial_range_and_a_sold_window_are_read_in_chinese() -> None:
    reading = read_text(
        "型号：A-1，条码：6901234567892，序列号：SN100至SN199，2023年5月至6月期间销售，召回。"
    )
    product = reading.products[0]
    assert ("06901234567892", ("SN100 - SN199",)) == (product.gtin, product.serials)
    assert {"from": "2023-05-01", "to": "2023-06-30"} == product.sold[0].document()


@pytest.mark.parametrize(
    ("text", "lots", "said"),
    [
        ("批次：GB2103-01~GB2103-03。", ("GB2103-01", "GB2103-02", "GB2103-03"), None),
        ("批次号为2105及之前。", ("2105",), "has an open end"),
        ("批次：A1至B9。", ("A1", "B9"), "one prefix"),
        ("批次：A00000至A99999。", ("A00000", "A99999"), "too long a range"),
    ],
)
def test_a_range_of_batches_is_written_out_or_asked_for(
    text: str, lots: tuple[str, ...], said: str | None
) -> None:
    reading = read_text(text)
    assert lots == reading.products[0].lots
    assert [said is not None] * bool(said) == [str(said) in warning for warning in reading.warnings]


def test_lines_of_a_label_and_a_colon_are_read() -> None:
    reading = read_text(
        "产品名称：电热水壶，白色\n品牌：某某\n型号规格：SK-15\n生产日期：2020/01/05-2020/03/31\n数量：3500个\n"
        "召回原因：手柄可能脱落，存在烫伤危险。\n召回措施：免费更换。"
    )
    (product,) = reading.products
    assert ("电热水壶", "某某", "SK-15", 3500) == (
        product.name,
        product.brand,
        product.model,
        product.quantity,
    )
    assert [{"from": "2020-01-05", "to": "2020-03-31"}] == [window.document() for window in product.made]
    assert ("手柄可能脱落,存在烫伤危险。", "免费更换。") == (folded(reading.hazard), reading.remedy)


@pytest.mark.parametrize("text", ["公司将在3个月内处理，共3个型号。", "共同推进5个批次"])
def test_months_and_models_are_not_units(text: str) -> None:
    assert read_text(text, language="zh").quantity is None


def test_units_that_are_no_number_are_a_warning() -> None:
    reading = read_text("产品名称 | 玩具车\n型号/规格 | T-1\n涉及数量 | 若干\n生产批号/批次 | B1")
    assert ["no number of units" in warning for warning in reading.warnings] == [True]
    assert read_text("Model A-1.\nUnits: Millions").warnings == (
        "'Millions' is not a number of units: ask for one",
    )
