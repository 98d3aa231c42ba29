"""What one form says, every other form says too; and no string whatever breaks the reader."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.codes.application_identifiers import TABLE
from recall.codes.content import check_digit
from recall.codes.digital_link import read_uri, write_uri
from recall.codes.gs1 import SEPARATOR, Elements, bracketed, read_bracketed, read_separated, separated
from recall.codes.reader import read_code
from tests.codes.strings import SEEDS, near_misses, random_codes, try_out

BESIDE_A_GTIN = ("20", "240", "241", "243", "30", "3103", "3922", "7005", "710", "8012", "90", "91", "99")
"""Attributes that a trade item may have, and that no check but their shape restrains."""

gtins = st.from_regex("[0-9]{13}", fullmatch=True).map(lambda body: body + check_digit(body))
days = st.dates().map(lambda day: f"{day:%y%m%d}")


def of(ai: str) -> st.SearchStrategy[tuple[str, str]]:
    """An element with any value that the identifier's shape allows."""
    return st.tuples(st.just(ai), st.from_regex(TABLE[ai].pattern, fullmatch=True))


@st.composite
def trade_items(draw: st.DrawFn) -> Elements:
    """A GTIN with qualifiers, dates and attributes, in any order, that GS1 lets stand together."""
    rest = [draw(of(ai)) for ai in ("22", "10", "21") if draw(st.booleans())]
    rest += [(ai, draw(days)) for ai in ("11", "15", "17") if draw(st.booleans())]
    others = draw(st.lists(st.sampled_from(BESIDE_A_GTIN), unique=True, max_size=5))
    if "3922" in others:  # a price needs the quantity it is for
        others = sorted({*others, "30"})
    rest += [draw(of(ai)) for ai in others]
    return (("01", draw(gtins)), *draw(st.permutations(rest)))


@given(trade_items())
def test_bracketed_and_scanned_forms_give_the_elements_back(elements: Elements) -> None:
    assert elements == read_bracketed(bracketed(elements))[0]
    assert elements == read_separated(separated(elements), raw="")[0]


@given(trade_items())
def test_an_address_gives_all_elements_back_and_is_its_own_canonical_form(elements: Elements) -> None:
    address = write_uri(elements)
    assert address is not None
    host, back, warnings = read_uri(address)
    assert ("id.gs1.org", set(elements), ()) == (host, set(back), warnings)
    assert address == write_uri(back)


@given(trade_items(), st.sampled_from(["https://Shop.example", "https://a.example/goods/9/", "HTTP://b"]))
def test_the_owners_stem_changes_the_host_and_nothing_else(elements: Elements, stem: str) -> None:
    address = write_uri(elements, stem=stem)
    assert address is not None
    claimed, own = read_code(address), read_code(f"]C1{separated(elements)}")
    assert (own.canonical, own.lot, own.serial, own.dates) == (
        claimed.canonical, claimed.lot, claimed.serial, claimed.dates,
    )  # fmt: skip
    assert "claimed" == claimed.trust


@given(trade_items())
def test_a_separator_too_many_at_the_end_changes_nothing(elements: Elements) -> None:
    written = separated(elements)
    assert read_code(f"]C1{written}").elements == read_code(f"]C1{written}{SEPARATOR}").elements


@given(near_misses())
@example("]Q1" * 2_000)
@example(" ]Q1" * 1_500)
@example("(" * 8_000)
@example("urn:epc:id:cpi:0614141." + "%23" * 400 + ".1")
def test_any_string_is_a_code_or_a_refusal(raw: str) -> None:
    try_out(raw)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_code_cut_short_or_changed_anywhere_is_a_code_or_a_refusal(seed: str) -> None:
    chance = random.Random(seed)
    for at in range(len(seed)):
        try_out(seed[:at])
        try_out(seed[:at] + chance.choice("0Az/%(^\x1d²") + seed[at + 1 :])


def test_codes_made_at_random_are_all_read_and_all_different() -> None:
    codes = list(random_codes(400, seed=1))
    assert 400 == len({read_code(code).raw for code in codes})
