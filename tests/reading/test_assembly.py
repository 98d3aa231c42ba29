"""Whose a statement is: its sentence's model, every product, or a question to a person."""

from __future__ import annotations

import pytest

from recall.errors import NoticeRefused
from recall.reading.reader import read_text
from recall.reading.values import ClauseKind


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


def test_labelled_lines_under_a_model_belong_to_it() -> None:
    reading = read_text("型号：A-1\n批次：B1\n型号：A-2\n批次：B2\n数量：不详\n")
    assert [("A-1", ("B1",)), ("A-2", ("B2",))] == [(p.model, p.lots) for p in reading.products]


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


def test_several_quantities_and_totals_are_doubts() -> None:
    quantities = read_text("Model A-1, 10 units in white, 20 units in black.", language="en")
    assert ("several quantities are stated for A-1: 10, 20",) == quantities.warnings
    totals = read_text("Model A-1.\nUnits: 10\nThat is a total of 12 units.", language="en")
    assert ("several totals are stated: 10, 12",) == totals.warnings


def test_codes_that_stand_apart_from_very_many_models_are_refused() -> None:
    lines = [f"Model A{number}.\nIt has serial number S{number}." for number in range(1100)]
    with pytest.raises(NoticeRefused, match="Say which codes belong to which model"):
        read_text("\n".join(lines), language="en")


def test_a_list_of_all_models_gives_way_to_what_is_said_of_each() -> None:
    reading = read_text(
        "召回部分型号为A-1、A-2、A-3的某某牌插座，涉及数量30台。其中，型号A-1，生产日期2024年1月，数量10台；"
        "型号A-2，生产日期2024年2月，数量8台。"
    )
    assert [("A-1", 10), ("A-2", 8), ("A-3", None)] == [(p.model, p.quantity) for p in reading.products]
    assert [["2024-01-01"], ["2024-02-01"], []] == [
        [window.document()["from"] for window in product.made] for product in reading.products
    ]
    assert (30, ()) == (reading.quantity, reading.warnings)
    assert {("插座", "某某")} == {(product.name, product.brand) for product in reading.products}


def test_a_lone_model_takes_every_statement_but_a_summary_of_its_windows() -> None:
    reading = read_text(
        "召回2024年1月至2024年12月期间生产的插座。型号：A-1，批次：B1，生产日期：2024年3月。另有批次：B2。"
    )
    (product,) = reading.products
    assert ("B1", "B2") == product.lots
    assert ["2024-03-01"] == [window.document()["from"] for window in product.made]


def test_a_batch_that_stands_apart_from_models_with_batches_is_asked_for() -> None:
    reading = read_text("型号：A-1，批次：B1。型号：A-2，批次：B2。另有批次：B3。")
    assert [("B1",), ("B2",)] == [product.lots for product in reading.products]
    assert ("a lot statement stands apart from the models: say which it belongs to",) == reading.warnings
