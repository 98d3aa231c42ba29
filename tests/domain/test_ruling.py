"""The ruling: its test in words is short and its own, however many serials it asks for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recall.domain.ruling import OneOf

SERIALS = st.frozensets(st.text("AB01", min_size=1, max_size=4))


@given(one=SERIALS, other=SERIALS)
def test_lists_of_serials_are_called_alike_only_where_they_are_the_same(
    one: frozenset[str], other: frozenset[str]
) -> None:
    assert (one == other) is (str(OneOf(one)) == str(OneOf(other)))


def test_a_test_of_many_serials_is_told_in_a_line() -> None:
    many = frozenset(f"D{number:06}" for number in range(10_000))
    assert str(OneOf(many)).startswith("serial among 10,000 (")
    assert len(str(OneOf(many))) < 120
