"""The life of a recall: who was told of what is let off is cleared once; what is back is asked again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.domain.confirmation import Outcome
from recall.domain.message import Message, MessageKind, Via
from recall.domain.policy import Duty
from recall.domain.recall import RecallState
from recall.domain.task import OPEN_STATES, TaskState
from recall.errors import NotAllowed, NotNow
from recall.ports import Receipt, Result
from recall.steps.admit_party import admit_party
from recall.steps.assess_completion import assess_completion
from recall.steps.deliver_messages import claim_letters, settle_letters
from recall.steps.end_recall import close, withdraw
from recall.steps.release_goods import release_goods
from recall.store import orders
from recall.store.database import Store
from recall.store.outbox import MessageState
from tests.dumps import dump
from tests.steps.acts import (
    FULFILLED_BY,
    ONE_MODEL,
    WIDER,
    amended,
    books,
    finish,
    in_state,
    say,
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
    build,
    copied,
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
        tx.write(orders._listing.delete())
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


def test_only_a_recall_that_rests_is_closed_by_two_and_takes_leave_of_those_who_took_part(
    world: World,
) -> None:
    with pytest.raises(NotNow):
        close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    finish(world)
    assess_completion(world.runtime, recall_id=world.recall_id)
    for task in tasks_of(world):
        assert task.state not in OPEN_STATES
    with pytest.raises(NotAllowed):
        close(world.runtime, recall_id=world.recall_id, officer=FIRST, second=FIRST)
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


# -- whatever happens, in whatever order ------------------------------------------------------------------

SCOPES = {"one": ONE_MODEL, "both": BOTH_MODELS, "wider": WIDER, "other": OTHER_LOT, "second": D4_ALONE}
ACTS = st.lists(
    st.sampled_from([*SCOPES, "pass", "crash", "deliver", "lose", "pass", "deliver"]), min_size=1, max_size=9
)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """A world that has told everybody, and its file: built once, to be copied for each history."""
    path = tmp_path_factory.mktemp("life") / "recall.db"
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    world = build(store)
    store.close()
    return world, path


class History:
    """What a buyer of each line has heard, whatever was decided, lost or repeated meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: dict[tuple[str, str], list[MessageKind]] = {
            line: [MessageKind.NOTIFY_BUYER] for line in TOLD
        }

    def take(self, act: str) -> None:
        """One thing that happens, some minutes after the one before."""
        self.world.clock.forward(minutes=7)
        if act in SCOPES:
            amended(self.world, SCOPES[act])
        elif act == "pass":
            self.steps(len(STEPS))
        elif act == "crash":
            self.steps(4)  # it dies before anybody is asked or told
        else:
            self.deliver(lost=act == "lose")

    def steps(self, count: int) -> None:
        for step in STEPS[:count]:
            step(self.world.runtime, recall_id=self.world.recall_id)

    def deliver(self, *, lost: bool = False) -> None:
        """Everything that waits arrives; or (`lost`) whoever hands it over dies before it says so."""
        for via in Via:
            while letters := claim_letters(self.world.runtime, holder="h", via=via, limit=50):
                self.hear([letter.message for letter in letters])
                if lost:
                    return
                receipts = [Receipt(outgoing_id=each.message.id, result=Result.DELIVERED) for each in letters]
                settle_letters(self.world.runtime, holder="h", receipts=receipts)

    def hear(self, messages: list[Message]) -> None:
        for message in messages:
            if message.via is Via.RELAY:
                self.heard.setdefault((message.party_id, message.recipient), []).append(message.kind)

    def affected(self) -> set[tuple[str, str]]:
        """The lines that are in the recall now."""
        from recall.store import matches

        with self.world.runtime.store.read() as tx:
            found = matches.affected(tx, recall_id=self.world.recall_id)
        return {(match.line.platform_id, match.line.line_ref) for match in found}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(acts=ACTS)
def test_in_the_end_everybody_has_heard_what_holds_and_nobody_twice(
    origin: tuple[World, Path], tmp_path: Path, acts: list[str]
) -> None:
    world, path = origin
    history = History(copied(world, of=path, to=tmp_path / f"{len(list(tmp_path.iterdir()))}.db"))
    for act in acts:
        history.take(act)
    for _ in range(3):  # hold-backs run out, and the last passes say what is left to say
        history.world.clock.forward(hours=1)
        history.steps(len(STEPS))
        history.deliver()
    affected = history.affected()
    for line, heard in history.heard.items():
        wanted = MessageKind.NOTIFY_BUYER if line in affected else MessageKind.ALL_CLEAR_BUYER
        assert wanted is heard[-1], (line, heard)
        if "lose" not in acts:
            turns = [kind for kind, before in zip(heard, [None, *heard], strict=False) if kind is not before]
            assert turns == heard, (line, "told the same twice")
    assert affected <= history.heard.keys()
    before = dump(history.world.runtime.store)
    history.steps(len(STEPS))
    assert before == dump(history.world.runtime.store)
    history.world.runtime.store.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["other", "one", "second", "pass", "deliver"]), max_size=5))
def test_after_a_withdrawal_nobody_is_left_told(
    origin: tuple[World, Path], tmp_path: Path, acts: list[str]
) -> None:
    world, path = origin
    history = History(copied(world, of=path, to=tmp_path / f"{len(list(tmp_path.iterdir()))}.db"))
    for act in acts:
        history.take(act)
    there = history.world
    withdraw(there.runtime, recall_id=there.recall_id, officer=FIRST, second=SECOND)
    for _ in range(3):
        there.clock.forward(hours=1)
        release_goods(there.runtime, recall_id=there.recall_id)
        history.deliver()
    assert {MessageKind.ALL_CLEAR_BUYER} == {heard[-1] for heard in history.heard.values()}
    assert all(Counter(heard)[MessageKind.ALL_CLEAR_BUYER] <= Counter(heard)[MessageKind.NOTIFY_BUYER]
               for heard in history.heard.values())  # fmt: skip
    there.runtime.store.close()
