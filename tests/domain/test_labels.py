"""Holding a reading against a label: what is right, what was missed, what was made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.labels import Fact, Judgement, Label, Score, facts_of, judge, score
from recall.domain.notice import (
    ClauseKind,
    Identifier,
    Notice,
    NoticeClause,
    NoticeExclusion,
    NoticeProduct,
    Window,
)  # fmt: skip
from recall.errors import NoticeRefused
from tests.builders import make_notice

MAY = Window(first=date(2024, 5, 1), last=date(2024, 5, 31))
LOTS = st.frozensets(st.sampled_from(["A1", "A2", "B1", "B2"]))


def read(**parts: Any) -> Notice:
    return make_notice(reference="24-329", products=(NoticeProduct(**parts),), quantity=None)


def labelled(also: dict[str, list[str]] | None = None, **facts: list[str]) -> Label:
    return Label.read({"recall": "24329", "file": "f", "facts": facts, "also": also or {}}, where="f:1")


def held(label: Label, notice: Notice) -> tuple[int, int, int]:
    """How many facts are right, missed and wrong."""
    told = judge(label, [notice])
    return len(told.right), len(told.missed), len(told.wrong)


@given(stated=LOTS, found=LOTS)
def test_right_missed_and_wrong_are_what_is_shared_and_what_only_one_side_has(
    stated: frozenset[str], found: frozenset[str]
) -> None:
    told = judge(labelled(lot=sorted(stated)), [read(lots=tuple(sorted(found)))])
    assert stated & found == {fact.value for fact in told.right}
    assert stated - found == {fact.value for fact in told.missed}
    assert found - stated == {fact.value for fact in told.wrong}
    assert (stated <= found) is told.whole


@pytest.mark.parametrize(
    ("label", "notice"),
    [
        (labelled(model=["PS 550"]), read(model="ps550")),
        (labelled(model=["NO.9828"]), read(model="9828")),
        (labelled(model=["X-3/4”"]), read(model="X-3/4")),
        (labelled(identifier=["274HC"]), read(model="274HC")),
        (labelled(model=["274HC"]), read(identifiers=(Identifier(scheme="item", value="274HC"),))),
        (labelled(gtin=["0 25600 08618 6"]), read(gtin="00025600086186")),
        (labelled(gtin=["53065"]), read(identifiers=(Identifier(scheme="upc_as_written", value="53065"),))),
        (labelled(date_code=["0123"]), read(lots=("0123",))),
        (labelled(serial=["13AR*"]), read(serials=("13AR**",))),
        (labelled(sold=["2024-05"]), read(sold=(MAY,))),
        (labelled(made=["../2024-05"]), read(made=(replace(MAY, first=None),))),
        (labelled(expires=["2024-05-01/.."]), read(expires=(replace(MAY, last=None),))),
        (labelled(exclusion=["B-2"]), read(excluded=NoticeExclusion(models=("B-2",)))),
        (labelled(lot=["B-2"]), read(components=(NoticeProduct(lots=("B-2",)),))),
    ],
)
def test_the_same_fact_in_other_signs_is_right(label: Label, notice: Notice) -> None:
    assert (1, 0, 0) == held(label, notice)


def test_a_window_of_another_kind_is_wrong() -> None:
    assert (0, 1, 1) == held(labelled(made=["2024-05"]), read(sold=(MAY,)))


def test_what_may_be_read_as_well_is_neither_asked_for_nor_blamed() -> None:
    label = labelled(model=["A"], also={"quantity": ["56"]})
    assert (1, 0, 0) == held(label, read(model="A", quantity=56))
    assert (1, 0, 0) == held(label, read(model="A"))
    assert (1, 0, 1) == held(label, read(model="A", quantity=57))


def test_a_short_range_may_be_read_member_by_member_but_none_may_be_missing() -> None:
    label = labelled(lot=["L08 - L11"])
    assert (1, 0, 0) == held(label, read(lots=("L08", "L09", "L10", "L11")))
    assert (0, 1, 3) == held(label, read(lots=("L08", "L09", "L11")))


def test_a_long_range_is_not_spelled_out() -> None:
    members = tuple(f"L{number:03d}" for number in range(300))
    assert (0, 1, 300) == held(labelled(lot=["L000 - L299"]), read(lots=members))


def test_a_range_of_vehicle_numbers_may_be_read_in_pieces_of_model_years() -> None:
    pieces = ("W0LD000008 - W0LD999999", "W0LE000000 - W0LE999999", "W0LF000000 - W0LF019277")
    assert (1, 0, 0) == held(labelled(serial=["W0LD000008 - W0LF019277"]), read(serials=pieces))


@pytest.mark.parametrize(
    "pieces",
    [
        ("W0LD000008 - W0LD999999", "W0LE000000 - W0LE999999"),  # the end is missing
        ("W0LD000000 - W0LD999999", "W0LF000000 - W0LF019277"),  # begins too early
        ("W?LD000008 - W?LD999999", "W?LF000000 - W?LF019277"),  # gives up a sign that both ends share
        ("W0LD00008 - W0LD99999", "W0LF00000 - W0LF19277"),  # of another width
    ],
)
def test_pieces_that_are_not_the_range_are_wrong(pieces: tuple[str, ...]) -> None:
    label = labelled(serial=["W0LD000008 - W0LF019277"])
    assert (0, 1, 2) == held(label, read(serials=pieces))


def test_ends_of_two_widths_have_no_pieces() -> None:
    assert (0, 1, 1) == held(labelled(serial=["A100008 - A1010059"]), read(serials=("A100008 - A999999",)))


def test_every_record_of_a_number_is_judged_together() -> None:
    label = labelled(model=["A", "B"])
    told = judge(label, [read(model="A"), read(model="B")])
    assert told.whole
    assert not told.wrong


def test_a_notice_that_was_not_given_is_refused_and_not_whole() -> None:
    told = judge(labelled(), [])
    assert told.refused
    assert not told.whole


def test_a_label_is_of_the_notice_with_its_number_and_without_one_of_each() -> None:
    assert labelled().is_of(make_notice(reference="24-329"))
    assert not labelled().is_of(make_notice(reference="24-330"))
    assert replace(labelled(), recall="").is_of(make_notice(reference="24-330"))


def test_the_facts_of_a_notice_are_its_counts_and_that_all_are_meant() -> None:
    clause = NoticeClause(kind=ClauseKind.ALL, text="all", start=0, end=3, confidence=0.9)
    notice = make_notice(text="all", products=(), quantity=7, clauses=(clause,))
    assert {Fact(kind="quantity", value="7"), Fact(kind="all", value="all")} == set(facts_of(notice))


def test_shares_are_none_where_there_is_nothing_to_share() -> None:
    assert (None, None) == (Score().precision, Score().recall)
    assert (0.75, 0.5) == (Score(right=3, missed=3, wrong=1).precision, Score(right=3, missed=3).recall)


def test_a_kind_is_counted_by_the_label_and_where_it_is_wrong_by_the_reader() -> None:
    told: list[Judgement] = [judge(labelled(identifier=["A"], lot=["B"]), [read(model="A", serials=("C",))])]
    assert Score(right=1) == score(told, kind="identifier")
    assert Score(missed=1) == score(told, kind="lot")
    assert Score(wrong=1) == score(told, kind="serial")
    assert Score(right=1, missed=1, wrong=1) == score(told)


def test_a_kind_that_no_label_has_is_refused_with_its_place() -> None:
    with pytest.raises(NoticeRefused) as refused:
        labelled(colour=["red"])
    assert "f:1" == refused.value.where
