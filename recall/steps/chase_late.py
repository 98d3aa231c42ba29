"""Chase the late: remind by the policy's marks, tell those above them, and ask silent buyers again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from recall.domain.laws import Laws, laws_of
from recall.domain.message import Message, MessageKind, Via, ways_to
from recall.domain.party import Party, Role
from recall.domain.recall import Recall, RecallState
from recall.domain.task import OPEN_STATES, Act, By, Task, TaskState, move
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, party_events, recalls, silence, tasks
from recall.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased:
    """What a round of chasing did."""

    reminded: int = 0
    escalated: int = 0
    buyers: int = 0


def chase_late(runtime: Runtime, *, recall_id: str) -> Chased:
    """Let clocks lapse, tell of each task once a mark, and remind each silent buyer once a round."""
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        if recall.state is not RecallState.OPEN:
            return Chased()
        laws = laws_of(recall.policies)
        late = [
            told
            for task in tasks.tasks(tx, recall_id=recall_id, states=OPEN_STATES)
            if (told := _mark(runtime, tx, task=task, laws=laws)) is not None
        ]
        buyers = _remind_buyers(runtime, tx, recall=recall, laws=laws)
        return Chased(
            reminded=late.count(MessageKind.REMINDER),
            escalated=late.count(MessageKind.ESCALATION),
            buyers=buyers,
        )


def _mark(runtime: Runtime, tx: Tx, *, task: Task, laws: Laws) -> MessageKind | None:
    """The highest mark of the clock that is reached and not yet told, told now."""
    now = runtime.now()
    party = parties.party(tx, party_id=task.party_id)
    elapsed = task.elapsed(now=now)
    reached = [mark for mark in laws.escalation(task.clock) if task.escalation < mark <= elapsed]
    if not reached:
        return None
    mark = max(reached)
    overdue = mark >= 100
    kind = MessageKind.ESCALATION if overdue else MessageKind.REMINDER
    state = task.state
    if overdue and state is not TaskState.OVERDUE:
        state = move(state, act=Act.LAPSE, by=By.CLOCK)
    tasks.save_task(tx, replace(task, state=state, escalation=mark))
    told = [party, *_above(tx, party)] if overdue else [party]
    outbox.put(tx, [m for p in told for m in _messages(runtime, p, task=task, kind=kind, mark=mark)], at=now)
    document = {"recall": task.recall_id, "task": task.id, "percent": mark}
    party_events.publish(tx, party_id=party.id, type=kind.value, document=document, at=now)
    audit.append(
        tx, at=now, actor="clock", action="task.overdue" if overdue else "task.reminded", subject=task.id,
        recall_id=task.recall_id, detail={"percent": mark, "told": [p.id for p in told]},
    )  # fmt: skip
    return kind


def _above(tx: Tx, party: Party) -> Iterator[Party]:
    """Those who are told that a party is late: a seller's platform, and the regulator."""
    if party.platform_id:
        yield parties.party(tx, party_id=party.platform_id)
    yield from (officer for officer in parties.parties(tx, role=Role.REGULATOR) if officer.email)


def _messages(
    runtime: Runtime, party: Party, *, task: Task, kind: MessageKind, mark: int
) -> Iterator[Message]:
    for via, recipient in ways_to(party):
        yield Message(
            id=runtime.new_id("msg"),
            recall_id=task.recall_id,
            version=task.version,
            party_id=party.id,
            via=via,
            kind=kind,
            recipient=recipient,
            language=party.language,
            facts={"percent": str(mark)},
            subject=task.id,
            round=mark,
        )


def _remind_buyers(runtime: Runtime, tx: Tx, *, recall: Recall, laws: Laws) -> int:
    """One reminder a round to each line that was told and has units outstanding without an answer.

    The last round that is due comes first: who missed several is asked once.
    """
    now, queued = runtime.now(), 0
    for number, days in reversed([*enumerate(laws.reminders_after_days, start=1)]):
        silent = silence.silent_lines(
            tx, recall_id=recall.id, told_before=now - timedelta(days=days), round=number
        )
        messages = [
            Message(
                id=runtime.new_id("msg"),
                recall_id=recall.id,
                version=recall.version,
                party_id=platform_id,
                via=Via.RELAY,
                kind=MessageKind.NOTIFY_BUYER,
                recipient=line_ref,
                language="",
                round=number,
            )
            for platform_id, line_ref in silent
        ]
        queued += outbox.put(tx, messages, at=now)
    if queued:
        audit.append(
            tx, at=now, actor="clock", action="buyers.reminded", subject=recall.id, recall_id=recall.id,
            detail={"lines": queued},
        )  # fmt: skip
    return queued
