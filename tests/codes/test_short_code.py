"""Short codes: whatever is typed amiss is nobody's code, and never another notice's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.codes.short_code import ALPHABET, LENGTH, codes_in, read_short_code, short_code
from recall.errors import CodeRefused

CODES = st.binary(min_size=16, max_size=32).map(short_code)
SIGNS = st.sampled_from(ALPHABET)
PLACES = st.integers(0, LENGTH - 1)


def bare(code: str) -> str:
    return code.replace("-", "")


@given(code=CODES)
def test_a_code_is_read_however_it_is_spelt(code: str) -> None:
    signs = bare(code)
    alike = signs.replace("6", "G").replace("8", "b").replace("V", "u")
    for typed in (code, signs.lower(), f" {code.replace('-', ' ')} ", code.replace("-", "–"), alike):
        assert code == read_short_code(typed)


@given(code=CODES, place=PLACES, sign=SIGNS)
def test_one_wrong_sign_is_found(code: str, place: int, sign: str) -> None:
    signs = bare(code)
    wrong = signs[:place] + sign + signs[place + 1 :]
    if wrong != signs:
        with pytest.raises(CodeRefused, match="a last sign that fits"):
            read_short_code(wrong)


@given(code=CODES, one=PLACES, other=PLACES)
def test_two_signs_that_changed_places_are_found(code: str, one: int, other: int) -> None:
    signs = list(bare(code))
    signs[one], signs[other] = signs[other], signs[one]
    if "".join(signs) != bare(code):
        with pytest.raises(CodeRefused):
            read_short_code("".join(signs))


@pytest.mark.parametrize("pair", ["0O", "0Q", "1I", "1L", "IL", "2Z", "5S", "6G", "8B", "UV"])
def test_the_alphabet_has_no_two_signs_that_look_alike(pair: str) -> None:
    assert 1 >= len(set(pair) & set(ALPHABET))


def test_the_alphabet_is_as_long_as_the_prime_that_the_check_counts_by() -> None:
    assert 23 == len(ALPHABET) == len(set(ALPHABET))


@pytest.mark.parametrize("typed", ["", "K7MX", "K7MX-4DA9-PTR0", "K7MX-4DA9-PTR!", "K7MX-4DA9-PTRC-3"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(CodeRefused):
        read_short_code(typed)


@given(codes=st.lists(CODES, max_size=3, unique=True))
def test_the_codes_in_a_text_are_found_and_nothing_else(codes: list[str]) -> None:
    text = "Recall 2025-0616, tel. 3469-3469-3469. " + ", ".join(f"code {code.lower()}" for code in codes)
    assert tuple(codes) == codes_in(text)


def test_a_seed_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        short_code(b"short")
