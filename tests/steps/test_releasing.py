"""The life of a recall: who was told of what is let off is cleared once; what is back is asked again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from recall.domain.confirmation import Outcome
from recall.domain.message import Message, MessageKind, Via
from recall.domain.policy import Duty
from recall.domain.recall import RecallState
from recall.domain.task import TaskState
from recall.ports import Receipt, Result
from recall.steps.admit_party import admit_party
from recall.steps.deliver_messages import claim_letters, settle_letters
from recall.steps.end_recall import close, withdraw
from recall.steps.release_goods import release_goods
from recall.store import orders
from recall.store.outbox import MessageState
from tests.dumps import dump
from tests.steps.acts import (
    FULFILLED_BY,
    ONE_MODEL,
    WIDER,
    amended,
    books,
    in_state,
    say,
    settled,
    task_of,
    tasks_of,
)
from tests.steps.test_amending import BOTH_MODELS, HAULIER_PARTY
from tests.world import (
    FACTORY,
    FIRST,
    HARBOUR,
    HAULIER,
    HUB,
    LANTERN,
    MAKER,
    SECOND,
    SELLER,
    STEPS,
    World,
    deliver_all,
)

OTHER_LOT = [{"name": "Power bank", "brand": "Example", "model": "PAC20-272", "lots": ["B2"]}]
D4_ALONE = [{"name": "Power bank", "brand": "Example", "model": "PAC20-392", "lots": ["D4"]}]
TOLD = {(HARBOUR, "L-1"), (HARBOUR, "L-3"), (HARBOUR, "L-4"), (LANTERN, "M-1")}


def changed(world: World, products: list[dict[str, object]]) -> list[Message]:
    """A new version, an hour later, and a pass over it; returns what was told by it."""
    world.clock.forward(hours=1)
    amended(world, products)
    return a_pass(world)


def a_pass(world: World) -> list[Message]:
    """A pass a minute later, and everything that waits arrives; returns what was told."""
    world.clock.forward(minutes=1)
    for step in STEPS:
        step(world.runtime, recall_id=world.recall_id)
    world.clock.forward(minutes=1)
    return deliver_all(world.runtime)


def said(messages: list[Message], kind: MessageKind) -> list[tuple[str, str]]:
    """(party, recipient) of the messages of a kind."""
    return sorted((message.party_id, message.recipient) for message in messages if message.kind is kind)


def test_buyers_of_a_lot_that_is_let_off_get_an_all_clear_about_their_own_product_once(world: World) -> None:
    told = changed(world, OTHER_LOT)
    cleared = [message for message in told if message.kind is MessageKind.ALL_CLEAR_BUYER]
    assert {(HARBOUR, "L-1"), (HARBOUR, "L-4"), (LANTERN, "M-1")} == {
        (message.party_id, message.recipient) for message in cleared
    }
    assert {"Example PAC20-272"} == {message.facts["product"] for message in cleared}
    assert [(HARBOUR, "L-2")] == said(told, MessageKind.NOTIFY_BUYER)
    assert [] == a_pass(world)
    assert books(world).balances


def test_a_line_that_is_back_is_told_again_and_cleared_again_each_time_once(world: World) -> None:
    for _ in range(2):
        assert [(LANTERN, "M-1")] == [
            pair
            for pair in said(changed(world, OTHER_LOT), MessageKind.ALL_CLEAR_BUYER)
            if pair[0] == LANTERN
        ]
        assert [(LANTERN, "M-1")] == [
            pair for pair in said(changed(world, ONE_MODEL), MessageKind.NOTIFY_BUYER) if pair[0] == LANTERN
        ]


def test_a_party_that_holds_nothing_any_more_gets_one_all_clear_and_its_tasks_end(world: World) -> None:
    with world.runtime.store.begin() as tx:
        tx.write(orders.LISTING.delete())
    told = changed(world, D4_ALONE)
    wholly = [m.party_id for m in told if m.kind is MessageKind.ALL_CLEAR and m.facts["place"] == "-"]
    assert sorted([SELLER, HARBOUR, LANTERN]) == sorted(wholly)
    assert {TaskState.SUPERSEDED} == {task.state for task in tasks_of(world, SELLER)}
    assert [] == a_pass(world)
    again = changed(world, BOTH_MODELS)
    assert (SELLER, "seller07@example.org") in said(again, MessageKind.STOP_SALE)
    assert {TaskState.ISSUED} == {task.state for task in tasks_of(world, SELLER)}
    assert SELLER in {party for party, _ in said(changed(world, D4_ALONE), MessageKind.ALL_CLEAR)}


def test_one_site_of_a_party_is_released_by_name_and_the_other_stays(world: World) -> None:
    admit_party(world.runtime, party=replace(HAULIER_PARTY, sites=(HUB, FACTORY)))
    changed(world, ONE_MODEL)
    changed(world, BOTH_MODELS)
    places = {task.place for task in tasks_of(world, HAULIER) if task.duty is Duty.QUARANTINE}
    assert {HUB, FACTORY} == places
    (cleared,) = (m for m in changed(world, ONE_MODEL) if m.kind is MessageKind.ALL_CLEAR)
    assert (HAULIER, FACTORY) == (cleared.party_id, cleared.facts["place"])
    states = {task.place: task.state for task in tasks_of(world, HAULIER) if task.duty is Duty.QUARANTINE}
    assert (TaskState.SUPERSEDED, TaskState.ISSUED) == (states[FACTORY], states[HUB])
    assert [] == a_pass(world)


def test_a_site_whose_duty_is_done_is_asked_again_for_what_a_wider_version_brings_there(world: World) -> None:
    before = task_of(world, HAULIER, Duty.QUARANTINE)
    world.clock.forward(hours=2)
    say(world, HAULIER, Outcome.QUARANTINED, 81, place=HUB, lot="A1", task_id=before.id)
    assert TaskState.DONE is task_of(world, HAULIER, Duty.QUARANTINE).state
    told = changed(world, WIDER)
    again = task_of(world, HAULIER, Duty.QUARANTINE)
    assert (before.id, TaskState.ISSUED, 2) == (again.id, again.state, again.version)
    assert again.due_at > before.due_at
    assert (HAULIER, "desk@example.org") in said(told, MessageKind.QUARANTINE)
    assert [] == a_pass(world)


def test_a_duty_that_is_done_stays_done_where_a_wider_version_brings_nothing(world: World) -> None:
    task = task_of(world, SELLER, Duty.STOP_SALE)
    say(world, SELLER, FULFILLED_BY[Duty.STOP_SALE], 0, task_id=task.id)
    done = task_of(world, SELLER, Duty.STOP_SALE)
    changed(world, WIDER)
    assert done == task_of(world, SELLER, Duty.STOP_SALE)


def test_an_open_task_takes_up_what_is_wider_and_its_clock_runs_on(world: World) -> None:
    before = task_of(world, HAULIER, Duty.QUARANTINE)
    told = changed(world, WIDER)
    after = task_of(world, HAULIER, Duty.QUARANTINE)
    assert (before.id, before.due_at, 2) == (after.id, after.due_at, after.version)
    assert after.units > before.units
    assert 1 == len([m for m in told if m.kind is MessageKind.QUARANTINE])


def test_what_waits_to_leave_of_a_line_that_was_let_off_never_leaves(queued: World) -> None:
    told = changed(queued, OTHER_LOT)
    lines = {recipient for _, recipient in said(told, MessageKind.NOTIFY_BUYER)}
    assert {"L-2", "L-3"} == lines
    assert [] == said(told, MessageKind.ALL_CLEAR_BUYER)


def test_a_withdrawn_recall_clears_everybody_who_was_told_and_nobody_else(world: World) -> None:
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    told = a_pass(world)
    assert TOLD == set(said(told, MessageKind.ALL_CLEAR_BUYER))
    assert {HARBOUR, LANTERN, SELLER, HAULIER} <= {party for party, _ in said(told, MessageKind.ALL_CLEAR)}
    assert {"withdrawn"} == {message.facts["reason"] for message in told}
    before = dump(world.runtime.store)
    assert release_goods(world.runtime, recall_id=world.recall_id).said
    assert before == dump(world.runtime.store)


def test_a_withdrawn_recall_that_told_nobody_clears_nobody(queued: World) -> None:
    withdraw(queued.runtime, recall_id=queued.recall_id, officer=FIRST, second=SECOND)
    assert [] == a_pass(queued)


def test_what_was_being_handed_over_when_the_recall_was_withdrawn_is_cleared_when_it_arrived(
    queued: World,
) -> None:
    letters = claim_letters(queued.runtime, holder="one", via=Via.RELAY, limit=100)
    withdraw(queued.runtime, recall_id=queued.recall_id, officer=FIRST, second=SECOND)
    assert not release_goods(queued.runtime, recall_id=queued.recall_id).said
    results = [Result.DELIVERED, Result.LATER, *[Result.REFUSED] * (len(letters) - 2)]
    receipts = [
        Receipt(outgoing_id=letter.message.id, result=result)
        for letter, result in zip(letters, results, strict=True)
    ]
    settle_letters(queued.runtime, holder="one", receipts=receipts)
    arrived = letters[0].message
    assert [(arrived.party_id, arrived.recipient)] == said(a_pass(queued), MessageKind.ALL_CLEAR_BUYER)
    assert release_goods(queued.runtime, recall_id=queued.recall_id).said


def test_a_hand_over_whose_holder_died_never_leaves_again_after_a_withdrawal(queued: World) -> None:
    (lost,) = claim_letters(queued.runtime, holder="one", via=Via.RELAY, limit=1)
    withdraw(queued.runtime, recall_id=queued.recall_id, officer=FIRST, second=SECOND)
    queued.clock.forward(minutes=10)
    assert [] == deliver_all(queued.runtime)
    line = (lost.message.party_id, "notify_buyer", lost.message.recipient)
    assert line in in_state(queued, MessageState.AMBIGUOUS)
    assert [line[::2]] == said(a_pass(queued), MessageKind.ALL_CLEAR_BUYER)


def test_a_closed_recall_takes_leave_of_those_who_took_part(world: World) -> None:
    settled(world)
    closed = close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    assert RecallState.CLOSED is closed.state
    told = a_pass(world)
    assert {MessageKind.CLOSING} == {message.kind for message in told}
    assert {HARBOUR, LANTERN, SELLER, HAULIER, MAKER} >= {message.party_id for message in told}
    assert [] == a_pass(world)


def test_a_farewell_says_what_its_templates_need(world: World) -> None:
    changed(world, ONE_MODEL)
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    release_goods(world.runtime, recall_id=world.recall_id)
    letters = [
        letter for via in Via for letter in claim_letters(world.runtime, holder="t", via=via, limit=99)
    ]
    assert letters
    for letter in letters:
        needed = {"recipient", "reason", "lots", "product", "code"}
        assert needed <= letter.facts.keys(), letter.message.kind


def test_a_release_that_fails_at_its_end_leaves_nothing_of_itself_and_is_made_up_for(world: World) -> None:
    world.clock.forward(hours=1)
    amended(world, OTHER_LOT)
    for step in STEPS[:3]:
        step(world.runtime, recall_id=world.recall_id)
    before = dump(world.runtime.store)
    with world.runtime.store.begin() as tx:
        refusal = "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        tx.write(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON audit {refusal}"))
    with pytest.raises(IntegrityError, match="the disk is full"):
        release_goods(world.runtime, recall_id=world.recall_id)
    assert before == dump(world.runtime.store)
    with world.runtime.store.begin() as tx:
        tx.write(text("DROP TRIGGER full_disk"))
    assert 3 == release_goods(world.runtime, recall_id=world.recall_id).lines
    assert 0 == release_goods(world.runtime, recall_id=world.recall_id).lines
