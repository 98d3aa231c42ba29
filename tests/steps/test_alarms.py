"""The alarms: a flood of false copies neither hides a later one, nor fills the disk, nor stays unseen."""

from __future__ import annotations

import json

import pytest

from recall.domain.copied import read_copy
from recall.domain.sender import SPAN
from recall.steps import check_copy as check
from recall.steps.check_copy import Checked, Verdict, check_copy
from recall.store import alarms
from tests.dumps import dump
from tests.steps.acts import audited
from tests.world import World, notice


def titles_of(world: World) -> list[tuple[str, int]]:
    """(false title, how often it was shown) of each alarm; `-` for all that are kept no more."""
    with world.runtime.store.read() as tx:
        found = alarms.alarms(tx, recall_id=world.recall_id)
    return [(a.differences[0].added[0] if a.differences else "-", a.times) for a in found]


def false(world: World, title: str, *, address: str | None = None) -> Checked:
    """Somebody shows a copy with another title."""
    copy = read_copy(json.dumps(notice(title=title)).encode())
    return check_copy(world.runtime, copy=copy, shown_by="public", address=address)


def test_a_flood_of_false_copies_neither_hides_a_later_one_nor_is_kept_without_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "MOST", 4)
    monkeypatch.setattr(alarms, "NEWEST", 2)
    for number in range(9):
        world.clock.forward(seconds=1)
        false(world, f"False {number}")
    for title in ("Real", "Real", "Real", "Flood A", "Flood B", "Flood C"):
        world.clock.forward(seconds=1)
        assert Verdict.DIFFERS is false(world, title).verdict
    kept = titles_of(world)
    assert ("Real", 3) == kept[0]
    assert [("Flood C", 1), ("Flood B", 1)] == kept[1:3]
    assert ("-", 15 - sum(times for _, times in kept[:-1])) == kept[-1]
    assert 5 == len(kept)


def test_a_flood_is_told_ever_more_seldom_in_the_trail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "MOST", 4)
    monkeypatch.setattr(alarms, "NEWEST", 2)
    told = audited(world, lambda: [false(world, f"False {n}") for n in range(40)])
    assert ["notice.copy_differs"] * 4 + ["notice.copies_flood"] * 3 == told  # at 8, 16, 32


def test_one_sender_raises_few_alarms_in_a_span_and_still_hears_what_its_copies_are_worth(
    world: World,
) -> None:
    for number in range(check.MOST_OF_ONE + 5):
        assert Verdict.DIFFERS is false(world, f"False {number}", address="192.0.2.1").verdict
    assert check.MOST_OF_ONE == len(titles_of(world))
    false(world, "Real", address="192.0.2.2")
    assert check.MOST_OF_ONE + 1 == len(titles_of(world))
    world.clock.forward(seconds=SPAN.total_seconds())
    false(world, "Later", address="192.0.2.1")
    assert ("Later", 1) == titles_of(world)[0]
    assert "192.0.2." not in str(dump(world.runtime.store))


def test_while_very_many_send_whoever_comes_first_is_heard_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_OF_ALL", 3)
    for number in range(5):
        false(world, f"False {number}", address="192.0.2.1")
    for _ in range(2):
        false(world, "Real", address="192.0.2.2")
    assert [*((f"False {n}", 1) for n in range(3)), ("Real", 1)] == sorted(titles_of(world))


def test_what_is_kept_of_one_false_copy_is_bounded(world: World) -> None:
    lots = [f"Z{number}" for number in range(5_000)]
    products = [{"name": f"P{n}" * 100, "model": f"M{n}", "lots": lots} for n in range(40)]
    raw = json.dumps(notice(products=products)).encode()
    check_copy(world.runtime, copy=read_copy(raw), shown_by="public")
    with world.runtime.store.read() as tx:
        (kept,) = alarms.alarms(tx, recall_id=world.recall_id)
    assert len(json.dumps(kept.document())) < 40_000
