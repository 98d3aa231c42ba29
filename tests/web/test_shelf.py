"""The shelf: what is on it is given at once, few are made at a time, and a crowd is sent away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from recall.errors import TooMany
from recall.views.shelf import Shelf


def test_what_was_asked_for_longest_ago_leaves_first() -> None:
    shelf, made = Shelf[str](kept=2), list[str]()

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert name == shelf.get(name, lambda name=name: make(name))
    assert ["a", "b", "c", "b"] == made


def test_no_more_are_made_at_a_time_than_there_are_makers() -> None:
    shelf, lock, now, most = Shelf[int](kept=9, makers=2, waiting=9), Lock(), [0], [0]

    def make() -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        Event().wait(0.05)
        with lock:
            now[0] -= 1
        return now[0]

    with ThreadPoolExecutor(8) as pool:
        for asked in [pool.submit(shelf.get, str(number), make) for number in range(8)]:
            asked.result()
    assert 2 == most[0]


def test_a_crowd_is_sent_away_at_once_but_for_what_is_there() -> None:
    shelf, begun, may_end = Shelf[str](kept=9, makers=1, waiting=1), Event(), Event()
    assert "there" == shelf.get("there", lambda: "there")

    def slowly() -> str:
        begun.set()
        assert may_end.wait(20)
        return "slow"

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(shelf.get, "slow", slowly)
        assert begun.wait(20)
        for name in ("slow", "other"):
            with pytest.raises(TooMany, match="still to be made"):
                shelf.get(name, lambda: "never")
        assert "there" == shelf.get("there", lambda: "never")
        may_end.set()
        assert "slow" == slow.result()
    assert "other" == shelf.get("other", lambda: "other")


def test_what_could_not_be_made_is_tried_again() -> None:
    shelf, failures = Shelf[str](kept=2), [OSError("no room")]

    def make() -> str:
        if failures:
            raise failures.pop()
        return "made"

    with pytest.raises(OSError, match="no room"):
        shelf.get("a", make)
    assert "made" == shelf.get("a", make)
