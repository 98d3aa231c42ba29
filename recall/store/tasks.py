"""The tasks as they are kept: one a duty and place, whoever asks for it how often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint, select, update
from sqlmodel import Field

from recall.domain.ground import Confidence
from recall.domain.policy import Duty
from recall.domain.task import Task, TaskState
from recall.errors import NotFound
from recall.store import recalls
from recall.store.columns import Units, UtcTime
from recall.store.sql import Row, Tx, Values, chunks, columns_of, flat, insert_new, table_of


class TaskRow(Row, table=True):
    """One obligation of one party."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("recall_id", "version", "party_id", "duty", "place", "clock"),)
    id: str = Field(primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    version: int
    party_id: str = Field(foreign_key="party.id", index=True)
    duty: str
    place: str
    units: int = Field(sa_type=Units)
    issued_at: datetime = Field(sa_type=UtcTime)
    due_at: datetime = Field(sa_type=UtcTime)
    basis: str
    clock: str
    confidence: str
    state: str
    done_units: int = Field(sa_type=Units)
    escalation: int
    done_at: datetime | None = Field(sa_type=UtcTime)


_task = table_of(TaskRow)
_tasks = select(*columns_of(_task, Task))


def _read(row: Values) -> Task:
    kinds = {"duty": Duty(row["duty"]), "state": TaskState(row["state"])}
    return Task(**row | kinds | {"confidence": Confidence(row["confidence"])})


def add_tasks(tx: Tx, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Add the tasks that are not there yet; returns those. A second one of the same recall, version, party,
    duty, place and clock is ignored."""
    if not insert_new(tx, _task, [flat(task) for task in tasks]):
        return ()
    ids = chunks((task.id for task in tasks), size=500)
    kept = {name for some in ids for name in tx.scalars(select(_task.c.id).where(_task.c.id.in_(some)))}
    return tuple(task for task in tasks if task.id in kept)


def task(tx: Tx, *, task_id: str) -> Task:
    """The task of that id. Raises NotFound. In a transaction that writes its recall is locked first."""
    query = _tasks.where(_task.c.id == task_id)
    row = tx.first(query)
    if row is not None and tx.writes:
        recalls.recall(tx, recall_id=row["recall_id"])
        row = tx.first(query)
    if row is None:
        raise NotFound(f"There is no task {task_id!r}", value=task_id)
    return _read(row)


def tasks(
    tx: Tx,
    *,
    recall_id: str | None = None,
    party_id: str | None = None,
    states: Collection[TaskState] | None = None,
) -> tuple[Task, ...]:
    """Tasks of a recall, of a party, in some states; those due first come first."""
    query = _tasks
    if recall_id is not None:
        query = query.where(_task.c.recall_id == recall_id)
    if party_id is not None:
        query = query.where(_task.c.party_id == party_id)
    if states is not None:
        query = query.where(_task.c.state.in_([state.value for state in states]))
    return tuple(_read(row) for row in tx.rows(query.order_by(_task.c.due_at, _task.c.id)))


def save_task(tx: Tx, task: Task) -> None:
    """Keep how a known task stands now. Raises NotFound."""
    if not tx.write(update(_task).where(_task.c.id == task.id).values(flat(task))):
        raise NotFound(f"There is no task {task.id!r}", value=task.id)
