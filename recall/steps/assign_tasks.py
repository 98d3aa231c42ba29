"""Assign the tasks: what the policy asks of each party for what it holds, each with its legal clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from recall.domain.laws import Began, Laws, laws_of
from recall.domain.policy import Duty, Trigger
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.domain.task import OPEN_STATES, Act, By, Task, TaskState, move, tasks_for
from recall.domain.widening import Shares, by_party, is_widened
from recall.runtime import Runtime
from recall.store import added_laws, audit, party_events, recalls, shares, tasks
from recall.store.database import Tx

_Obligation = tuple[str, Duty, str, str]


def assign_tasks(runtime: Runtime, *, recall_id: str) -> int:
    """Assign the tasks of the version in force that are not assigned yet; returns how many are new.

    A recall that was withdrawn or closed meanwhile asks nothing of anybody.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        if recall.state not in ACTIVE_STATES:
            return 0
        held = shares.shares(tx, recall=recall)
        laws, since = laws_of(recall.policies), added_laws.laws_since(tx, recall)
        wanted = tasks_for(
            held,
            laws=laws,
            began=_began(recall, since),
            recall_id=recall_id,
            version=recall.version,
            now=now,
            new_id=runtime.new_id,
            calendar_of=runtime.calendar_of,
        )
        known = {_obligation(task): task for task in tasks.tasks(tx, recall_id=recall_id)}
        new = tasks.add_tasks(tx, [task for task in wanted if _obligation(task) not in known])
        again = {
            task.id: task
            for task in _asked_again(tx, wanted, known=known, held=by_party(held), recall=recall)
        }
        current = [again.get(task.id, task) for task in known.values()]
        sooner = _bound_sooner(current, held=by_party(held), laws=laws, since=since, runtime=runtime)
        again |= {task.id: replace(task, version=recall.version) for task in sooner}
        for task in again.values():
            tasks.save_task(tx, task)
        for task in (*new, *again.values()):
            document = {
                "recall": recall_id,
                "task": task.id,
                "version": task.version,
                "duty": task.duty.value,
            }
            document |= {"href": f"/v1/tasks/{task.id}", "due_at": task.due_at.isoformat()}
            document |= {"basis": task.basis, "confidence": task.confidence.value}
            party_events.publish(tx, party_id=task.party_id, type="task.issued", document=document, at=now)
        if new or again:
            audit.append(
                tx, at=now, actor="engine", action="tasks.assigned", subject=recall_id, recall_id=recall_id,
                detail={"version": recall.version, "tasks": len(new), "asked_again": len(again)},
            )  # fmt: skip
        return len(new) + len(again)


def _asked_again(
    tx: Tx, wanted: Sequence[Task], *, known: Mapping[_Obligation, Task], held: Shares, recall: Recall
) -> Iterator[Task]:
    """The known tasks that are asked again: of goods that were released and are back, and of goods that a
    newer version brought to where a party was asked already.

    A task that is done or declined starts anew with a clock of its own; the clock of an open one runs on, and
    its party is told of the version that widened it.
    """
    then = dict[tuple[int, datetime], Shares]()
    for task in wanted:
        before = known.get(_obligation(task))
        if before is None or (before.state is not TaskState.SUPERSEDED and before.version >= recall.version):
            continue
        if before.state is not TaskState.SUPERSEDED:
            asked = (before.version, before.issued_at)
            if asked not in then:
                was = shares.shares(tx, recall=recall, version=before.version, as_of=before.issued_at)
                then[asked] = by_party(was)
            share = then[asked].get(task.party_id)
            if share is None or not is_widened(before, now=held[task.party_id], then=share):
                continue
        yield _again(before, task)


def _again(before: Task, task: Task) -> Task:
    """A known task as it is asked now."""
    if before.state in OPEN_STATES:
        return replace(before, version=task.version, units=task.units)
    state = move(before.state, act=Act.REOPEN, by=By.REGULATOR)
    return replace(task, id=before.id, state=state, done_units=before.done_units)


def _obligation(task: Task) -> _Obligation:
    """What a party is asked once, whatever the version of the notice; each report of each law for itself."""
    return task.party_id, task.duty, task.place, task.clock if task.duty is Duty.REPORT else ""


def _bound_sooner(
    known: Iterable[Task], *, held: Shares, laws: Laws, since: Mapping[str, datetime], runtime: Runtime
) -> Iterator[Task]:
    """The open tasks that a law which came after them ends sooner than those that they were asked under.

    Its clock starts with itself; where it ends later, the one that runs goes on.
    """
    for task in known:
        party = held[task.party_id].party if task.party_id in held else None
        if party is None or task.duty is Duty.REPORT or task.state not in OPEN_STATES:
            continue
        bounds = [
            bound
            for policy in laws.policies
            if since[policy.id] > task.issued_at
            for bound in Laws(policies=(policy,)).bounds(
                duty=task.duty, role=party.role, timezone=party.timezone, since=since[policy.id],
                calendar_of=runtime.calendar_of,
            )
        ]  # fmt: skip
        bound = min(bounds, key=lambda bound: bound.due.at, default=None)
        if bound is not None and bound.due.at < task.due_at:
            yield replace(
                task, due_at=bound.due.at, basis=bound.basis, clock=bound.name,
                confidence=bound.clock.confidence,
            )  # fmt: skip


def _began(recall: Recall, since: Mapping[str, datetime]) -> Began:
    """When the recall's own events came that start a report's time, law by law."""
    rested = {Trigger.RESTED: recall.rested_at} if recall.rested_at else {}
    return {policy: {Trigger.OPENED: at, **rested} for policy, at in since.items()}
