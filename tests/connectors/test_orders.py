"""What kinds share that read whole orders: barcodes of every length, and which lines are an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.hooks import hook_of
from connectors.orders import forms_of, gtin_of, picked, time_of, units_of
from recall.domain.match import OrderLine
from recall.errors import GiveUp, OrderRefused

LINE = OrderLine(
    platform_id="p", line_ref="1", listing_ref="", seller_ref="", gtin="04006381333931", lot=None,
    serial=None, units=1, sold_at=datetime(2025, 6, 1, tzinfo=UTC), shipped_at=None, ship_from=None,
    region=None, digest="",
)  # fmt: skip
OTHER = replace(LINE, gtin="09501101530003", line_ref="2")


@given(st.from_regex(r"[0-9]{14}", fullmatch=True))
def test_every_form_of_a_trade_item_is_read_as_that_trade_item(gtin: str) -> None:
    assert {gtin} == {gtin_of(form) for form in forms_of(gtin)}


@pytest.mark.parametrize("code", [None, "", 4006381333931, "400638133393", "ABC-1234", "123456789012345"])
def test_what_is_no_barcode_of_a_trade_item_is_none(code: object) -> None:
    expected = "00400638133393" if code == "400638133393" else None
    assert expected == gtin_of(code)


def test_what_stands_beside_an_asked_line_is_no_answer() -> None:
    told = picked([((LINE, OTHER), ())], gtin=LINE.gtin, filtered=True)
    assert ((LINE,), ()) == (told.lines, told.strange)


def test_an_order_that_a_filter_should_have_held_back_is_kept_and_named() -> None:
    told = picked([((OTHER,), ())], gtin=LINE.gtin, filtered=True)
    assert ((OTHER,), 1) == (told.lines, len(told.strange))


def test_an_order_whose_asked_line_cannot_be_read_is_not_strange() -> None:
    told = picked([((OTHER,), ("why",))], gtin=LINE.gtin, filtered=True)
    assert ((), (), ("why",)) == (told.lines, told.strange, told.refused)


def test_without_a_filter_others_are_passed_by() -> None:
    told = picked([((OTHER,), ()), ((LINE,), ())], gtin=LINE.gtin, filtered=False)
    assert ((LINE,), ()) == (told.lines, told.strange)


@pytest.mark.parametrize("units", [0, -1, True, 1.5, "1", None, 1_000_001])
def test_a_quantity_that_is_none_is_refused(units: object) -> None:
    with pytest.raises(OrderRefused):
        units_of({"quantity": units}, "quantity", where="")


@pytest.mark.parametrize("time", [None, "", "yesterday", "2025-06-01T10:00:00", 1.5e12])
def test_a_time_without_its_offset_is_refused(time: object) -> None:
    with pytest.raises(OrderRefused):
        time_of({"at": time}, "at", where="")


def test_a_time_that_is_meant_in_utc_needs_no_offset() -> None:
    expected = datetime(2025, 6, 1, 10, tzinfo=UTC)
    assert expected == time_of({"at": "2025-06-01T10:00:00"}, "at", where="", utc=True)


@pytest.mark.parametrize(("secret", "signature"), [(None, "x"), ("", ""), ("key", None), ("key", "é")])
def test_a_hook_that_cannot_be_believed_is_refused(secret: str | None, signature: str | None) -> None:
    with pytest.raises(GiveUp):
        hook_of(b"{}", secret=secret, signature=signature)
