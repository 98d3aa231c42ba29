"""The digest list: whatever was put in is found, and its text tells none of it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recall.domain.digests import WIDTH, DigestList
from recall.errors import InputRefused

SALT = b"0123456789abcdef"
pairs = some.tuples(some.just("09521234500018") | some.just("09521234500025"), some.text(max_size=20))


@given(inside=some.sets(pairs, max_size=40), others=some.sets(pairs, max_size=20))
def test_a_list_holds_what_was_put_in_and_nothing_else(
    inside: set[tuple[str, str]], others: set[tuple[str, str]]
) -> None:
    known = DigestList.read(DigestList.of(inside, salt=SALT).document(), salt=SALT)
    assert len(inside) == len(known)
    assert all(known.holds(*pair) for pair in inside)
    assert not any(known.holds(*pair) for pair in others - inside)


def test_a_digest_is_the_first_bytes_of_sha256_over_salt_gtin_and_code() -> None:
    digest = hashlib.sha256(SALT + b"09521234500018" + "A/1é".encode()).digest()[:WIDTH]
    assert digest == DigestList.of([("09521234500018", "A/1é")], salt=SALT).digests


def test_lists_under_two_salts_have_nothing_in_common() -> None:
    codes = [("09521234500018", str(number)) for number in range(100)]
    one, two = (DigestList.of(codes, salt=salt).digests for salt in (SALT, SALT[::-1]))
    assert set() == {one[n : n + WIDTH] for n in range(0, 800, WIDTH)} & {
        two[n : n + WIDTH] for n in range(0, 800, WIDTH)
    }


@pytest.mark.parametrize("wrong", [None, {}, {"digests": 7}, {"digests": "!"}, {"digests": "AAAA"}])
def test_what_is_no_list_is_refused(wrong: object) -> None:
    with pytest.raises(InputRefused):
        DigestList.read(wrong, salt=SALT)
