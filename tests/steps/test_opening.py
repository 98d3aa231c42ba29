"""Opening, amending and withdrawing a recall: two officers, one version at a time, and nothing by halves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recall.domain.notice import Notice
from recall.domain.recall import RecallState
from recall.domain.task import TaskState
from recall.errors import NotAllowed, NotFound, NoticeRefused, NotNow, RecallError
from recall.steps.assess_completion import assess_completion
from recall.steps.assign_tasks import assign_tasks
from recall.steps.chase_late import chase_late
from recall.steps.end_recall import withdraw
from recall.steps.notify_parties import notify_parties
from recall.steps.open_recall import amend, approve, propose
from recall.steps.settle_scope import settle_scope
from recall.store import recalls
from recall.store.outbox import MessageState
from tests.dumps import dump
from tests.steps.acts import ONE_MODEL, WIDER, amended, audited, in_state, tasks_of
from tests.world import FIRST, HARBOUR, POLICY, SECOND, World, deliver_all, notice

NEXT = Notice.read(notice(products=ONE_MODEL))
ANOTHER = Notice.read(notice(reference="SAMR-2025-06-30"))


def state_of(world: World) -> tuple[RecallState, int]:
    with world.runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=world.recall_id)
    return recall.state, recall.version


def test_a_proposal_has_no_effect_until_another_officer_approves(fresh: World) -> None:
    proposed = propose(fresh.runtime, notice=ANOTHER, policies=[POLICY], officer=FIRST)
    assert (RecallState.PROPOSED, 0) == (proposed.state, proposed.version)
    assert 0 == assign_tasks(fresh.runtime, recall_id=proposed.id)
    assert 0 == notify_parties(fresh.runtime, recall_id=proposed.id)
    with pytest.raises(NotAllowed):
        approve(fresh.runtime, recall_id=proposed.id, officer=FIRST)
    opened = approve(fresh.runtime, recall_id=proposed.id, officer=SECOND)
    assert (RecallState.OPEN, 1, SECOND) == (opened.state, opened.version, opened.approved_by)


def test_each_act_of_the_officers_stands_in_the_trail_once(queued: World) -> None:
    runtime, recall_id = queued.runtime, queued.recall_id
    acts: list[tuple[str, Callable[[], object]]] = [
        (
            "recall.amendment_proposed",
            lambda: amend(runtime, recall_id=recall_id, notice=NEXT, officer=SECOND),
        ),
        ("recall.amended", lambda: approve(runtime, recall_id=recall_id, officer=FIRST)),
        ("recall.withdrawn", lambda: withdraw(runtime, recall_id=recall_id, officer=FIRST, second=SECOND)),
    ]
    for action, act in acts:
        assert [action] == audited(queued, act)


REFUSED: list[tuple[type[RecallError], Callable[[World], object]]] = [
    (NotFound, lambda w: propose(w.runtime, notice=ANOTHER, policies=["xx-none"], officer=FIRST)),
    (NotFound, lambda w: propose(w.runtime, notice=ANOTHER, policies=[POLICY], officer="party_nobody")),
    (NotAllowed, lambda w: propose(w.runtime, notice=ANOTHER, policies=[POLICY], officer=HARBOUR)),
    (NotNow, lambda w: propose(w.runtime, notice=NEXT, policies=[POLICY], officer=FIRST)),
    (NotNow, lambda w: approve(w.runtime, recall_id=w.recall_id, officer=SECOND)),
    (NotAllowed, lambda w: approve(w.runtime, recall_id=w.recall_id, officer=HARBOUR)),
    (NotAllowed, lambda w: amend(w.runtime, recall_id=w.recall_id, notice=NEXT, officer=HARBOUR)),
    (NotAllowed, lambda w: withdraw(w.runtime, recall_id=w.recall_id, officer=FIRST, second=FIRST)),
    (NotAllowed, lambda w: withdraw(w.runtime, recall_id=w.recall_id, officer=FIRST, second=HARBOUR)),
]


@pytest.mark.parametrize(("error", "act"), REFUSED)
def test_what_is_refused_leaves_nothing_behind(
    world: World, error: type[RecallError], act: Callable[[World], object]
) -> None:
    before = dump(world.runtime.store)
    with pytest.raises(error):
        act(world)
    assert before == dump(world.runtime.store)


def test_one_amendment_waits_at_a_time_and_its_proposer_cannot_approve_it(world: World) -> None:
    assert 2 == amend(world.runtime, recall_id=world.recall_id, notice=NEXT, officer=SECOND)
    with pytest.raises(NotNow):
        amend(world.runtime, recall_id=world.recall_id, notice=NEXT, officer=FIRST)
    with pytest.raises(NotAllowed):
        approve(world.runtime, recall_id=world.recall_id, officer=SECOND)
    assert (RecallState.OPEN, 1) == state_of(world)
    approve(world.runtime, recall_id=world.recall_id, officer=FIRST)
    assert (RecallState.OPEN, 2) == state_of(world)


def test_a_scope_of_goods_that_nobody_knows_is_refused_whole(world: World) -> None:
    amended(world, [{"name": "Kettle", "model": "K-9", "lots": ["X1"]}])
    before = dump(world.runtime.store)
    with pytest.raises(NoticeRefused):
        settle_scope(world.runtime, recall_id=world.recall_id)
    assert before == dump(world.runtime.store)


def test_a_withdrawn_recall_asks_and_tells_nobody_anything_any_more(queued: World) -> None:
    waiting = in_state(queued, MessageState.WAITING)
    assert 15 == len(waiting)
    withdraw(queued.runtime, recall_id=queued.recall_id, officer=FIRST, second=SECOND)
    assert {TaskState.SUPERSEDED} == {task.state for task in tasks_of(queued)}
    assert waiting == in_state(queued, MessageState.SUPERSEDED)
    before = dump(queued.runtime.store)
    queued.clock.forward(days=30)
    for step in (assign_tasks, notify_parties, chase_late, assess_completion):
        step(queued.runtime, recall_id=queued.recall_id)
    assert [] == deliver_all(queued.runtime)
    assert before == dump(queued.runtime.store)


def test_a_withdrawn_recall_does_not_come_back_by_an_amendment_that_waited(world: World) -> None:
    amend(world.runtime, recall_id=world.recall_id, notice=NEXT, officer=FIRST)
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    before = dump(world.runtime.store)
    with pytest.raises(NotNow):
        approve(world.runtime, recall_id=world.recall_id, officer=SECOND)
    with pytest.raises(NotNow):
        withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    with pytest.raises(NotNow):
        amended(world, WIDER)
    assert before == dump(world.runtime.store)
