"""What differs between two notices, and between a notice and what somebody shows as it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.copied import read_copy
from recall.domain.difference import Difference, differences, shown
from recall.domain.notice import Notice, NoticeProduct
from recall.errors import InputRefused
from tests.builders import make_notice

LOTS = st.frozensets(st.sampled_from(["A1", "A2", "B1", "B2"]))


def with_lots(*lots: str, **parts: Any) -> Notice:
    product = NoticeProduct(name="Power bank", model="P-1", lots=lots)
    return make_notice(reference="R-1", products=(product,), **parts)


@given(before=LOTS, after=LOTS)
def test_the_difference_of_two_lists_of_lots_is_what_came_and_what_went(
    before: frozenset[str], after: frozenset[str]
) -> None:
    found = differences(with_lots(*sorted(before)), with_lots(*sorted(after)))
    came, went = tuple(sorted(after - before)), tuple(sorted(before - after))
    wanted = (Difference(product="P-1", field="lots", added=came, removed=went),) if came or went else ()
    assert wanted == found


def test_the_order_of_lots_and_the_places_of_clauses_are_no_difference() -> None:
    assert () == differences(with_lots("A1", "A2"), with_lots("A2", "A1", warnings=("look",)))


def test_a_product_that_came_is_told_with_all_that_it_says_and_one_that_went_by_its_name() -> None:
    one, two = with_lots("A1"), with_lots("A1")
    other = NoticeProduct(model="P-2", lots=("Z9",))
    wider = replace(two, products=(*two.products, other))
    came = differences(one, wider)
    assert Difference(product="P-2", field="product", added=("P-2",)) in came
    assert Difference(product="P-2", field="lots", added=("Z9",)) in came
    assert (Difference(product="P-2", field="product", removed=("P-2",)),) == differences(wider, one)


def test_a_value_that_changed_is_removed_and_added() -> None:
    (found,) = differences(with_lots("A1", hazard="fire"), with_lots("A1", hazard="smoke"))
    assert ("hazard", ("smoke",), ("fire",)) == (found.field, found.added, found.removed)
    assert "hazard +smoke -fire" == found.in_words()
    assert found == Difference.read(json.loads(json.dumps(found.document())))


def copy_of(notice: Notice, **parts: Any) -> bytes:
    return json.dumps(notice.document() | parts).encode()


def test_a_copy_in_json_is_read_alone_in_a_list_or_beside_its_signature() -> None:
    notice = with_lots("A1")
    document = notice.document()
    for form in (document, [document], {"notices": [document]}, {"notice": document, "signature": "x"}):
        assert notice == read_copy(json.dumps(form).encode()).notice


@pytest.mark.parametrize(
    "raw", [b"{", b"[]", b"[1]", b"\xff\xfe\x00", b"{}", b"[" * 100_000, b"x" * 4_000_001]
)
def test_what_is_no_copy_of_anything_is_refused(raw: bytes) -> None:
    with pytest.raises(InputRefused):
        read_copy(raw)


def test_a_text_that_is_the_notices_own_says_nothing_else() -> None:
    notice = with_lots("A1", text="型号：P-1，生产批次：A1", language="zh")
    assert () == read_copy("型号：P-1，生产批次：A1\n".encode()).differences(notice)


def test_a_text_with_another_lot_says_which_came_and_which_is_missing() -> None:
    notice = with_lots("A-1", "A-2", text="型号：P-1，生产批次：A-1、A-2")
    (found,) = read_copy("型号：P-1，生产批次：A-1、A-9".encode()).differences(notice)
    assert ("lots", ("A-9",), ("A-2",)) == (found.field, found.added, found.removed)


@given(text=st.text())
def test_what_is_shown_of_a_text_is_one_short_line_that_hides_nothing(text: str) -> None:
    line = shown(text)
    assert len(line) <= 200
    assert not any(sign < " " or sign in "\u202e\u2066\u200b\ufeff" for sign in line)
