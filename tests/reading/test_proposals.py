"""Proposals from outside: words that stand in the text, and what they mean by the reader's own rules."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.errors import NoticeRefused
from recall.reading.proposals import meaning_of, place_of
from recall.reading.values import ClauseKind as K


@pytest.mark.parametrize(
    ("kind", "quote", "means"),
    [
        (K.LOT, "C14-P6", ("C14-P6",)),
        (K.LOT, "A100 to A199", ("A100 - A199",)),
        (K.SERIAL, "SN100 to SN199", ("SN100 - SN199",)),
        (K.SERIAL, "SN100", ("SN100",)),
        (K.MODEL, "Slope", ("Slope",)),
        (K.GTIN, "6901234567892", ("06901234567892",)),
        (K.YEAR, "model year 2021", ("2021",)),
        (K.QUANTITY, "about 1,980 units", ("1980",)),
        (K.MADE, "from March 2021 through August 2023", ("2021-03-01 to 2023-08-31",)),
        (K.EXPIRES, "2027-05-31", ("2027-05-31 to 2027-05-31",)),
        (K.HAZARD, "it may  catch\nfire", ("it may catch fire",)),
    ],
)
def test_quoted_words_mean_what_the_reader_would_read(kind: K, quote: str, means: tuple[str, ...]) -> None:
    assert means == meaning_of(kind, quote)


@pytest.mark.parametrize(
    ("kind", "quote", "why"),
    [
        (K.GTIN, "6901234567893", "check digit"),
        (K.SERIAL, "SN100 to XY199", "one prefix"),
        (K.SERIAL, "SN199 to SN100", "lower serial number first"),
        (K.LOT, "the lots on the label", "one code"),
        (K.LOT, "9" * 61, "one code"),
        (K.QUANTITY, "1,980 of one and 35 of another", "one number"),
        (K.YEAR, "2020 and 2021", "one model year"),
        (K.MADE, "long ago", "days that can be read in one way"),
        (K.ALL, "all units", "a kind of clause that can be proposed"),
    ],
)
def test_words_that_mean_nothing_of_their_kind_are_refused(kind: K, quote: str, why: str) -> None:
    with pytest.raises(NoticeRefused, match=why):
        meaning_of(kind, quote)


@pytest.mark.parametrize(
    ("quote", "place"),
    [("A12", 7), ("A1", None), ("12", None), ("a12", None), ("A12,  B7", None), ("", None), (" ", None),
     ("批次", 18), ("B7批次", 16), ("x" * 501, None)],
)  # fmt: skip
def test_a_quote_stands_sign_by_sign_and_is_no_part_of_a_code(quote: str, place: int | None) -> None:
    assert place == place_of(quote, "XA12Y. A12, the B7批次 9A12")


@given(text=st.text(max_size=60), quote=st.text(max_size=12))
def test_where_a_quote_is_found_it_stands(text: str, quote: str) -> None:
    place = place_of(quote, text)
    assert place is None or text[place : place + len(quote)] == quote


@given(kind=st.sampled_from(list(K)), quote=st.text(max_size=40))
def test_any_words_mean_something_or_are_refused(kind: K, quote: str) -> None:
    with suppress(NoticeRefused):
        assert "" not in meaning_of(kind, quote) or not quote.strip()
