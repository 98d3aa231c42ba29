"""Done twice is done once, done half is not done, and what is done stands in the audit trail once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from recall.domain.confirmation import Outcome, RelayReceipt
from recall.domain.notice import Notice
from recall.domain.policy import Duty
from recall.epcis.document import read_document
from recall.steps.assess_completion import assess_completion
from recall.steps.capture_events import capture_events
from recall.steps.chase_late import chase_late
from recall.steps.open_recall import propose
from recall.steps.record_confirmation import acknowledge, record_confirmation, record_page, record_receipts
from recall.steps.release_goods import release_goods
from recall.store.database import Store
from recall.store.matches import Delta
from tests.builders import NOW
from tests.dumps import changed, dump
from tests.steps.acts import audited, entries, finish, said, task_of
from tests.world import FIRST, HARBOUR, HAULIER, HUB, MAKER, POLICY, SELLER, STEPS, World, notice, opened

SAYING = [step for step in STEPS if step is not release_goods]
"""The steps of a first pass that say something in the trail: nobody was told yet, so nobody is released."""
ACTIONS = ("scope.settled", "goods.traced", "orders.matched", "tasks.assigned", "messages.queued")
Act = Callable[[World], object]


EVENT = {
    "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving", "readPoint": {"id": HUB},
    "eventTime": "2024-01-01T10:00:00Z", "eventTimeZoneOffset": "+00:00",
    "epcList": ["https://id.gs1.org/00/095212345000000018"],
}  # fmt: skip


def capturing(world: World) -> object:
    events = tuple(read_document(json.dumps([EVENT]).encode()))
    return capture_events(world.runtime, events=events, captured_by=MAKER)


def proposing(world: World) -> object:
    other = Notice.read(notice(reference="SAMR-2025-06-18"))
    return propose(world.runtime, notice=other, policies=[POLICY], officer=FIRST)


def chasing(world: World) -> object:
    return chase_late(world.runtime, recall_id=world.recall_id)


def assessing(world: World) -> object:
    return assess_completion(world.runtime, recall_id=world.recall_id)


def confirming(world: World) -> object:
    counted = said(Outcome.QUARANTINED, 80, key="count-1", place=HUB, lot="A1")
    return record_confirmation(
        world.runtime, recall_id=world.recall_id, party_id=HAULIER, confirmation=counted
    )


def reading_a_page(world: World) -> object:
    page = [said(Outcome.RETURNED, 2, key="L-1-back", line_ref="L-1")]
    return record_page(
        world.runtime, recall_id=world.recall_id, party_id=HARBOUR, page=page, cursor=("harbour", "1")
    )


def reading_receipts(world: World) -> object:
    bounced = RelayReceipt(line_ref="L-4", kind="notify_buyer", delivered=False, at=NOW)
    return record_receipts(
        world.runtime, recall_id=world.recall_id, party_id=HARBOUR, page=[bounced], cursor=("mail", "1")
    )


def acknowledging(world: World) -> object:
    task = task_of(world, SELLER, Duty.STOP_SALE)
    return acknowledge(world.runtime, task_id=task.id, party_id=SELLER, accept=True)


LATER: Sequence[tuple[Act, str]] = (
    (capturing, "events.captured"), (proposing, "recall.proposed"), (confirming, "confirmation.recorded"),
    (reading_a_page, "confirmation.recorded"), (reading_receipts, "confirmation.recorded"),
    (acknowledging, "task.acknowledged"),
)  # fmt: skip
"""What happens to a recall that was told, and its entry in the audit trail."""


def test_each_step_of_a_pass_is_done_once_and_stands_in_the_trail_once(fresh: World) -> None:
    for step, action in zip(SAYING, ACTIONS, strict=True):
        take = partial(step, fresh.runtime, recall_id=fresh.recall_id)
        assert [action] == audited(fresh, take)
        before = dump(fresh.runtime.store)
        again = take()
        assert before == dump(fresh.runtime.store), action
        assert again in (0, Delta(newly_in=0, released=0, unchanged=4)) or action in ACTIONS[:2]


def test_a_whole_pass_again_changes_nothing_hours_later(queued: World) -> None:
    before = dump(queued.runtime.store)
    queued.clock.forward(hours=3)
    for step in STEPS:
        step(queued.runtime, recall_id=queued.recall_id)
    chasing(queued)
    assessing(queued)
    assert before == dump(queued.runtime.store)


def test_whatever_comes_in_twice_is_taken_once(queued: World) -> None:
    for act, action in LATER:
        assert [action] == audited(queued, partial(act, queued)), act.__name__
        before = dump(queued.runtime.store)
        assert [] == audited(queued, partial(act, queued)), act.__name__
        assert before == dump(queued.runtime.store), act.__name__


def test_a_round_of_chasing_and_the_coming_to_rest_are_done_once(world: World) -> None:
    world.clock.forward(days=6)
    chasing(world)
    finish(world)
    for act in (chasing, assessing):
        act(world)
        before = dump(world.runtime.store)
        act(world)
        assert before == dump(world.runtime.store), act.__name__
    assert 1 == [entry.action for entry in entries(world.runtime)].count("recall.monitoring")


@pytest.fixture
def opened_here(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """A recall just opened, in a SQLite file."""
    store = Store(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    yield opened(store)
    store.close()


def test_a_step_that_fails_at_its_end_leaves_nothing_of_itself(opened_here: World) -> None:
    """The audit entry is the last thing that a step writes: a database that refuses it undoes the whole."""
    world = opened_here
    for step in SAYING:
        undone(world, partial(step, world.runtime, recall_id=world.recall_id), name=step.__name__)
        step(world.runtime, recall_id=world.recall_id)
    for act, _ in LATER:
        undone(world, partial(act, world), name=act.__name__)


def undone(world: World, act: Callable[[], object], *, name: str) -> None:
    store, before = world.runtime.store, dump(world.runtime.store)
    with store.begin() as tx:
        refusal = "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        tx.write(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON audit {refusal}"))
    with pytest.raises(IntegrityError, match="the disk is full"):
        act()
    assert set() == changed(before, dump(store)), name
    with store.begin() as tx:
        tx.write(text("DROP TRIGGER full_disk"))


@pytest.mark.parametrize("survived", [0, 1, 3])
def test_a_step_that_dies_on_its_way_leaves_nothing_of_itself(fresh: World, survived: int) -> None:
    given = 0

    def dying(prefix: str) -> str:
        nonlocal given
        given += 1
        if given > survived:
            raise RuntimeError("killed")
        return fresh.runtime.new_id(prefix)

    mortal = replace(fresh.runtime, new_id=dying)
    for step in STEPS:
        before = dump(fresh.runtime.store)
        if step in SAYING[2:]:
            given = 0
            with pytest.raises(RuntimeError, match="killed"):
                step(mortal, recall_id=fresh.recall_id)
        assert before == dump(fresh.runtime.store), step.__name__
        step(fresh.runtime, recall_id=fresh.recall_id)
