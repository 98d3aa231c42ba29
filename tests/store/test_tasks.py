"""The tasks: one a duty and place, and a task that is read to be changed waits for its turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from recall.domain.policy import Duty
from recall.domain.recall import Recall
from recall.domain.task import Task, TaskState
from recall.errors import NotFound
from recall.store import tasks
from recall.store.database import Store
from tests.builders import DAY, NOW, make_task


def task_of(recall: Recall, **parts: Any) -> Task:
    return make_task(**{"recall_id": recall.id, "party_id": "party_platform"} | parts)


def test_a_task_comes_back_as_it_went_in(store: Store, recall: Recall) -> None:
    task = task_of(recall, place="https://id.gs1.org/414/6901234000016", duty=Duty.QUARANTINE)
    with store.begin() as tx:
        assert (task,) == tasks.add_tasks(tx, [task])
    with store.read() as tx:
        assert task == tasks.task(tx, task_id=task.id)
        with pytest.raises(NotFound, match="tsk_unknown"):
            tasks.task(tx, task_id="tsk_unknown")


def test_a_second_task_of_the_same_duty_and_place_is_ignored(store: Store, recall: Recall) -> None:
    first, elsewhere = task_of(recall), task_of(recall, place="site")
    with store.begin() as tx:
        assert (first,) == tasks.add_tasks(tx, [first])
        assert (elsewhere,) == tasks.add_tasks(tx, [task_of(recall), elsewhere])
        assert () == tasks.add_tasks(tx, [task_of(recall)])
        assert {first, elsewhere} == set(tasks.tasks(tx))


def test_tasks_are_found_by_recall_party_and_state_those_due_first_before(
    store: Store, recall: Recall
) -> None:
    later = task_of(recall, duty=Duty.REPORT, due_at=NOW + 9 * DAY)
    soon = task_of(recall)
    theirs = task_of(recall, party_id="party_other", state=TaskState.DONE, done_at=NOW)
    with store.begin() as tx:
        tasks.add_tasks(tx, [later, soon, theirs])
        assert (soon, later) == tasks.tasks(tx, recall_id=recall.id, party_id="party_platform")
        assert (theirs,) == tasks.tasks(tx, states={TaskState.DONE})
        assert () == tasks.tasks(tx, recall_id="rcl_unknown")


def test_a_task_is_kept_as_it_is_now(store: Store, recall: Recall) -> None:
    task = task_of(recall)
    done = replace(task, state=TaskState.DONE, done_units=3, escalation=80, done_at=NOW + DAY)
    with store.begin() as tx:
        tasks.add_tasks(tx, [task])
        tasks.save_task(tx, done)
        assert done == tasks.task(tx, task_id=task.id)
        with pytest.raises(NotFound, match="There is no task"):
            tasks.save_task(tx, task_of(recall))


def test_two_who_count_on_the_same_task_lose_no_unit(store: Store, recall: Recall) -> None:
    task = task_of(recall)
    with store.begin() as tx:
        tasks.add_tasks(tx, [task])

    def count(_: int) -> None:
        for _ in range(10):
            with store.begin() as tx:
                now = tasks.task(tx, task_id=task.id)
                tasks.save_task(tx, replace(now, done_units=now.done_units + 1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, range(4)))
    with store.read() as tx:
        assert 40 == tasks.task(tx, task_id=task.id).done_units
