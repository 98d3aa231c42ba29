"""Fields of records: lots, days and statements are read as far as they are certain, and no further."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.composed import Said, composed
from connectors.feeds.fields import Coded, coded
from connectors.feeds.tables import Page
from recall.domain.notice import ClauseKind, NoticeProduct, Window
from recall.reading.dates import Order, day_of
from recall.reading.windows import labelled_windows_at


def product(cell: str) -> NoticeProduct:
    """The one product that a field of lots tells of, without a doubt."""
    read = coded(cell, order=Order.DAY_FIRST)
    assert ((), 1) == (read.doubts, len(read.products))
    return read.products[0]


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
        ("UB12, EXP34", ("UB12", "EXP34")),
        ("AAB, AAC", ("AAB", "AAC")),
        ("092024", ("092024",)),
        ("from L2345 to L2347", ("L2345", "L2346", "L2347")),
    ],
)
def test_lots_are_told_from_the_words_around_them(cell: str, expected: tuple[str, ...]) -> None:
    assert NoticeProduct(lots=expected) == product(cell)


@pytest.mark.parametrize(
    "cell", ["", "-", "N/A", "lot", "Unknown", "non concerné", "Lot number: not specified"]
)
def test_a_field_that_says_nothing_names_no_lot_and_asks_nothing(cell: str) -> None:
    assert Coded() == coded(cell, order=Order.DAY_FIRST)


@pytest.mark.parametrize("cell", ["All lots", "tous les lots", "All batches", "Toutes", "Lots: all"])
def test_all_lots_limit_nothing(cell: str) -> None:
    assert NoticeProduct() == product(cell)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("see label", ()), ("various", ()), ("garbled", ()), ("AB 1234", ("AB 1234",)),
        ("AB12 - 9X", ("AB12", "9X")), ("2105/2106", ("2105/2106",)),
    ],
)  # fmt: skip
def test_what_may_be_more_than_one_thing_is_asked(cell: str, kept: tuple[str, ...]) -> None:
    read = coded(cell, order=Order.DAY_FIRST)
    assert (kept, 1) == (read.products[0].lots, len(read.doubts))


def test_more_than_all_is_asked_about() -> None:
    read = coded("All lots (since July 2023)", order=Order.DAY_FIRST)
    assert (NoticeProduct(),) == read.products
    assert "since July 2023" in read.doubts[-1]


def test_a_long_range_stays_one() -> None:
    assert NoticeProduct(lot_ranges=("24323 - 25197",)) == product("24323-25197")


def test_an_expiry_in_the_field_limits_the_lots_beside_it() -> None:
    assert NoticeProduct(lots=("FA2B6004A",), expires=(on(2029, 4, 19),)) == product(
        "Lot #: FA2B6004A Expiry: 2029/04/19"
    )
    pairs = coded("Lot 123 exp 2027-01-02; Lot 124 exp 2027-02-03", order=Order.DAY_FIRST)
    assert [(("123",), (on(2027, 1, 2),)), (("124",), (on(2027, 2, 3),))] == [
        (p.lots, p.expires) for p in pairs.products
    ]


def test_the_head_of_a_field_says_what_its_codes_are() -> None:
    serials = coded("A100 - A199, B7", order=Order.DAY_FIRST, kind=ClauseKind.SERIAL)
    assert (NoticeProduct(serials=("A100 - A199", "B7")),) == serials.products
    days = coded("2026 SE 05 to 2026 OC 07", order=Order.DAY_FIRST, kind=ClauseKind.EXPIRES)
    assert (Window(first=date(2026, 9, 5), last=date(2026, 10, 7)),) == days.products[0].expires


@given(st.text(max_size=300), st.sampled_from(Order))
def test_no_field_is_too_strange(cell: str, order: Order) -> None:
    for read in coded(cell, order=order).products:
        assert all(lot.strip() == lot != "" for lot in read.lots)


@given(st.lists(st.from_regex(r"[A-Z]{1,3}[0-9]{2,6}", fullmatch=True), min_size=1, unique=True))
def test_a_list_of_codes_is_kept_as_it_is_written(codes: list[str]) -> None:
    assert tuple(codes) == product(", ".join(codes)).lots


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
    read = labelled_windows_at(text, start=0, order=Order.DAY_FIRST)
    assert (Window(first=first, last=last),) == (read.windows if read else ())


def test_a_day_that_could_be_two_is_none() -> None:
    assert day_of("05/06/2027", order=Order.UNKNOWN) is None
    assert date(2027, 6, 5) == day_of("05/06/2027", order=Order.DAY_FIRST)
    assert date(2027, 5, 6) == day_of("05/06/2027", order=Order.MONTH_FIRST)
    assert day_of("2027-02-30") is None


@pytest.mark.parametrize("text", ["2026-08-28T00:00:00Z", "28 AUG 2026", "20260828", "28-AUG-2026 12:00"])
def test_a_day_is_read_with_or_without_its_hour(text: str) -> None:
    assert date(2026, 8, 28) == day_of(text)


@pytest.mark.parametrize("text", ["2026", "08/2026", "soon", "", "2026 NO LOT"])
def test_a_month_a_year_or_a_word_is_no_day(text: str) -> None:
    assert day_of(text) is None


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
