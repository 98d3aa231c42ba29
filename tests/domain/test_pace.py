"""The pace: tokens fill by the second, waits are exact, and who goes on failing is left alone longer."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from recall.domain.pace import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Bucket
from tests.builders import NOW

AMAZON = Bucket(tokens=20, at=NOW, burst=20, per_second=0.0056)


def test_a_thousand_pages_at_the_pace_of_amazon_take_two_days() -> None:
    bucket, now = AMAZON, NOW
    for _ in range(1000):
        now += timedelta(seconds=bucket.wait(1, now=now))
        bucket = bucket.taken(1, now=now)
    assert 174_990 < (now - NOW).total_seconds() < 175_010


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0.1, 5)), max_size=40))
def test_never_more_is_taken_than_fits_into_the_time(calls: list[tuple[float, float]]) -> None:
    bucket = Bucket(tokens=10, at=NOW, burst=10, per_second=0.5)
    now, taken = NOW, 0.0
    for pause, cost in calls:
        now += timedelta(seconds=pause)
        now += timedelta(seconds=bucket.wait(cost, now=now) + 1e-6)
        bucket, taken = bucket.taken(cost, now=now), taken + cost
        assert -1e-3 <= bucket.tokens <= 10
    assert taken <= 10 + (now - NOW).total_seconds() * 0.5 + 1e-3


def test_a_clock_that_goes_back_fills_nothing() -> None:
    empty = Bucket(tokens=0, at=NOW, burst=5, per_second=1)
    assert 0 == empty.now(NOW - timedelta(hours=1)).tokens
    assert 5 == empty.now(NOW + timedelta(hours=1)).tokens


def test_what_costs_more_than_the_bucket_holds_waits_for_a_full_one() -> None:
    empty = Bucket(tokens=0, at=NOW, burst=5, per_second=1)
    assert 5 == empty.wait(50, now=NOW)


def test_an_answer_never_gives_more_tokens_than_we_count() -> None:
    assert 3 == AMAZON.told(now=NOW, remaining=3).tokens
    assert 20 == AMAZON.told(now=NOW, remaining=999).tokens
    assert (40, 2) == (lambda b: (b.burst, b.per_second))(AMAZON.told(now=NOW, burst=40, per_second=2))


def test_the_longer_of_two_waits_holds() -> None:
    held = AMAZON.told(now=NOW, after=600).told(now=NOW, after=60)
    assert 600 == held.wait(1, now=NOW)
    assert 0 == held.wait(1, now=NOW + timedelta(seconds=600))


def test_pauses_double_from_the_sixth_failure_and_end_with_a_success() -> None:
    bucket, pauses = AMAZON, []
    for _ in range(20):
        bucket = bucket.failed(now=NOW)
        pauses.append(bucket.wait(0, now=NOW))
    assert [0.0] * (FAILURES - 1) == pauses[: FAILURES - 1]
    assert [FIRST_PAUSE, 60, 120] == pauses[FAILURES - 1 : FAILURES + 2]
    assert LONGEST_PAUSE == pauses[-1]
    assert (0, 0.0) == (bucket.succeeded().failures, bucket.succeeded().wait(1, now=NOW))
