"""The participant's documents as ours: exact codes, and a bad row refused alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.protocol import mapping
from recall.errors import GiveUp, OrderRefused

GTIN = "09521234502722"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "line": "HM-1", "listing": "L-1", "seller": "S-1", "gtin": GTIN, "lot": "C14-P6", "serial": None,
        "units": 1, "sold_at": "2024-01-02T03:04:05+08:00", "shipped_at": None, "ship_from": None,
        "region": "CN-44",
    } | changes  # fmt: skip


def page(*rows: object, **changes: Any) -> Any:
    document = {"lines": list(rows), "next": None, "total": len(rows), "window": {}} | changes
    return mapping.page_of(document, platform_id="p", gtin=GTIN, digest="d")


@pytest.mark.parametrize("lot", ["0012", "c14-p6", "C14 P6", "ＡＢ-1", "000"])
def test_zeros_and_case_of_a_lot_are_kept(lot: str) -> None:
    assert mapping.line_of(row(lot=lot), platform_id="p").lot == lot


def test_short_trade_items_are_filled_with_zeros() -> None:
    assert mapping.line_of(row(gtin="9521234502722"), platform_id="p").gtin == GTIN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("line", ""), ("line", None), ("line", 7), ("gtin", "95212345000I8"), ("gtin", "123"), ("units", 0),
        ("units", True), ("units", "1"), ("units", 1.5), ("units", 10**7), ("sold_at", None), ("lot", 12),
        ("sold_at", "yesterday"), ("sold_at", "2024-01-02T03:04:05"), ("shipped_at", "1.569521782042E9"),
        ("serial", "x" * 201), ("ship_from", []),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_alone_with_its_place(field: str, value: object) -> None:
    read = page(row(line="HM-1"), row(**{field: value}), row(line="HM-3"))
    assert [line.line_ref for line in read.lines] == ["HM-1", "HM-3"]
    assert len(read.refused) == 1
    assert f"/lines/1/{field}" in read.refused[0]


def test_a_row_that_is_no_object_is_refused_alone() -> None:
    read = page("text", row())
    assert [line.line_ref for line in read.lines] == ["HM-1"]
    assert "/lines/0" in read.refused[0]


def test_a_line_of_another_trade_item_is_kept_and_reported() -> None:
    read = page(row(gtin="09521234503927"), row(line="HM-2"))
    assert [line.line_ref for line in read.lines] == ["HM-1", "HM-2"]
    assert read.refused == ()
    assert "09521234503927" in read.strange[0]


def test_the_digest_of_a_row_does_not_hang_on_the_order_of_its_names() -> None:
    one = mapping.line_of(row(), platform_id="p")
    other = mapping.line_of(dict(reversed(row().items())), platform_id="p")
    assert one.digest == other.digest
    assert one.digest != mapping.line_of(row(units=2), platform_id="p").digest


@pytest.mark.parametrize(
    "changes", [{"lines": {}}, {"total": -1}, {"total": "1"}, {"total": True}, {"next": []}]
)
def test_a_page_without_rows_total_or_cursor_is_given_up(changes: dict[str, Any]) -> None:
    with pytest.raises(GiveUp):
        page(row(), **changes)


def test_a_window_that_cannot_be_read_is_not_known() -> None:
    read = page(row(), window={"from": "long ago", "to": "2025-01-01T00:00:00Z"})
    assert read.first is None
    assert read.last is not None


def test_a_listing_that_cannot_be_read_is_never_skipped() -> None:
    good = {"ref": "L", "gtin": GTIN, "seller": "S", "title": "T", "on_sale": True}
    assert [offer.ref for offer in mapping.listings_of({"listings": [good]})] == ["L"]
    with pytest.raises(OrderRefused, match="/listings/1"):
        mapping.listings_of({"listings": [good, {**good, "on_sale": "yes"}]})


def test_a_stop_confirmed_for_another_listing_is_not_believed() -> None:
    said = {"ref": "L-2", "before": "on_sale", "after": "stopped", "at": "2025-01-01T00:00:00Z"}
    assert mapping.stop_of(said, listing_ref="L-2").after == "stopped"
    with pytest.raises(GiveUp, match="another listing"):
        mapping.stop_of(said, listing_ref="L-1")


def test_rows_without_news_stay_at_their_place() -> None:
    assert mapping.rows_of({"receipts": []}, name="receipts", after="7").next == "7"
    assert mapping.rows_of({"receipts": [{"seq": 8}], "next": 8}, name="receipts", after="7").next == "8"
    with pytest.raises(GiveUp):
        mapping.rows_of({"receipts": [1]}, name="receipts", after="7")


def test_what_a_participant_does_not_state_it_cannot_do() -> None:
    stated = mapping.capabilities_of({"classes": ["A", "Z"], "capabilities": "none"})
    assert (stated.classes, stated.trace_level, stated.exact_total) == (("A",), "product", False)


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
documents = (
    scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=8), scalars, max_size=3)
)


@given(st.dictionaries(st.sampled_from(sorted(row())), documents))
def test_no_row_whatever_breaks_a_page(changes: dict[str, Any]) -> None:
    read = page({**row(), **changes})
    assert len(read.lines) + len(read.refused) >= 1


@given(st.dictionaries(st.sampled_from(["lines", "next", "total", "window"]), documents))
def test_a_page_of_any_form_is_read_or_given_up(document: dict[str, Any]) -> None:
    try:
        read = mapping.page_of(document, platform_id="p", gtin=GTIN, digest="d")
    except GiveUp:
        return
    assert json.dumps(document["total"]) == str(read.total)
