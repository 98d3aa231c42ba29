"""Fields of records: lots, days and statements are read as far as they are certain, and no further."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.cells import Lots, lots_of
from connectors.feeds.composed import Said, composed
from connectors.feeds.days import day_of, window_of
from connectors.feeds.tables import Page
from recall.domain.notice import ClauseKind, Window
from recall.reading.dates import Order


def lots(cell: str) -> Lots:
    read = lots_of(cell, order=Order.DAY_FIRST)
    assert 1 == len(read)
    return read[0]


def on(year: int, month: int, day: int) -> Window:
    return Window(first=date(year, month, day), last=date(year, month, day))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("737, 737A, 737B, 737C", ("737", "737A", "737B", "737C")),
        ("Canadian lots: 3213779, 3213780", ("3213779", "3213780")),
        ("Batch numbers: B-42; B-43 and B-44", ("B-42", "B-43", "B-44")),
        ("n° de lot : 180421 et 180422", ("180421", "180422")),
        ("C14-P6/P7", ("C14-P6", "C14-P7")),
        ("A1 (see the box)\nA2", ("A1", "A2")),
        ("lot42", ("lot42",)),
        ("092024", ("092024",)),
    ],
)
def test_lots_are_told_from_the_words_around_them(cell: str, expected: tuple[str, ...]) -> None:
    assert Lots(lots=expected) == lots(cell)


@pytest.mark.parametrize(
    "cell", ["", "-", "N/A", "lot", "Unknown", "non concerné", "Lot number: not specified"]
)
def test_a_field_that_says_nothing_names_no_lot_and_asks_nothing(cell: str) -> None:
    assert Lots() == lots(cell)


@pytest.mark.parametrize("cell", ["All lots", "tous les lots", "All batches", "Toutes"])
def test_all_lots_limit_nothing(cell: str) -> None:
    assert Lots(everything=True) == lots(cell)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("see label", ()), ("various", ()), ("garbled", ()), ("AB 1234", ("AB 1234",)),
        ("24323-25197", ("24323-25197",)), ("AB12 - 9X", ("AB12", "9X")), ("2105/2106", ("2105/2106",)),
    ],
)  # fmt: skip
def test_what_may_be_more_than_one_thing_is_asked(cell: str, kept: tuple[str, ...]) -> None:
    read = lots(cell)
    assert kept == read.lots
    assert 1 == len(read.doubts)


def test_more_than_all_is_asked_about() -> None:
    read = lots("All lots (since July 2023)")
    assert read.everything
    assert "since July 2023" in read.doubts[0]


def test_a_range_needs_one_shape() -> None:
    assert ("L2345 - L2360",) == lots("from L2345 to L2360").ranges == lots("L2345 - L2360").ranges


def test_an_expiry_in_the_field_limits_the_lots_beside_it() -> None:
    assert Lots(lots=("FA2B6004A",), expires=(on(2029, 4, 19),)) == lots(
        "Lot #: FA2B6004A Expiry: 2029/04/19"
    )
    pairs = lots_of("Lot 123 exp 2027-01-02; Lot 124 exp 2027-02-03", order=Order.DAY_FIRST)
    assert [(("123",), (on(2027, 1, 2),)), (("124",), (on(2027, 2, 3),))] == [
        (p.lots, p.expires) for p in pairs
    ]


@given(st.text(max_size=300), st.sampled_from(Order))
def test_no_field_is_too_strange(cell: str, order: Order) -> None:
    for read in lots_of(cell, order=order):
        assert all(lot.strip() == lot != "" for lot in read.lots)
    window_of(cell, order=order)


@given(st.lists(st.from_regex(r"[A-Z]{1,3}[0-9]{2,6}", fullmatch=True), min_size=1, unique=True))
def test_a_list_of_codes_is_kept_as_it_is_written(codes: list[str]) -> None:
    assert tuple(codes) == lots(", ".join(codes)).lots


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2029/04/19", date(2029, 4, 19), date(2029, 4, 19)),
        ("January 31, 2029", date(2029, 1, 31), date(2029, 1, 31)),
        ("31-JAN-2029", date(2029, 1, 31), date(2029, 1, 31)),
        ("05/2027", date(2027, 5, 1), date(2027, 5, 31)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2026 SE 05", date(2026, 9, 5), date(2026, 9, 5)),
        ("28/08/2026", date(2026, 8, 28), date(2026, 8, 28)),
        ("20260828", date(2026, 8, 28), date(2026, 8, 28)),
        ("2023年7月24日(報告日:2023年9月5日)", date(2023, 7, 24), date(2023, 7, 24)),
    ],
)
def test_days_are_read_in_every_usual_spelling(text: str, first: date, last: date) -> None:
    assert Window(first=first, last=last) == window_of(text, order=Order.DAY_FIRST)


def test_a_day_that_could_be_two_is_none() -> None:
    assert window_of("05/06/2027", order=Order.UNKNOWN) is None
    assert date(2027, 6, 5) == day_of("05/06/2027", order=Order.DAY_FIRST)
    assert date(2027, 5, 6) == day_of("05/06/2027", order=Order.MONTH_FIRST)
    assert day_of("2027-02-30") is None


@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from([None, *ClauseKind]))))
def test_every_statement_points_at_its_own_words(said: list[tuple[str, ClauseKind | None]]) -> None:
    text, clauses = composed(Said(heading="- ", words=words, kind=kind) for words, kind in said)
    assert [c.text for c in clauses] == [text[c.start : c.end] for c in clauses]


def test_a_page_is_read_as_words_and_never_as_markup() -> None:
    page = Page(
        "<title>T</title><h1>Kettles <b>recalled</b></h1><script>alert(1)</script>"
        "<table><tr><th>Lot<th>DIN<tr><td><p>A1</p><p>A2</p><td>00482323</table>"
    )
    assert "Kettles recalled\nLot\nDIN\nA1\nA2\n00482323" == page.words()
    assert [("Lot", "DIN")] == [table.head for table in page.tables()]
    assert [(("A1\nA2", "00482323"),)] == [table.rows for table in page.tables()]
    assert "Kettles recalled" == page.first("h1")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("html", ["", "<", "<div>" * 100_000, "<table>" * 20_000, "<p>x" * 100_000])
def test_a_page_without_end_is_read_in_time(html: str) -> None:
    page = Page(html)
    assert [] == list(page.tables())
    assert "<" not in page.words().removeprefix("<")
