"""Notify the parties: one message a duty to whoever must act, one a line for the platforms to relay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from recall.domain.message import Message, MessageKind, Via, ways_to
from recall.domain.party import Party
from recall.domain.policy import Duty
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.domain.task import OPEN_STATES, Task
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, recalls, tasks, told, told_lines
from recall.store.database import Tx
from recall.store.told import Asked


def notify_parties(runtime: Runtime, *, recall_id: str) -> int:
    """Queue what nobody was told yet, in the words of the version in force; returns how many are new.

    A recall that was withdrawn or closed meanwhile tells nobody anything.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        if recall.state not in ACTIVE_STATES:
            return 0
        version = recall.version
        queued = outbox.put(tx, list(_to_parties(runtime, tx, recall=recall)), at=now)
        queued += told_lines.revive(tx, recall_id=recall_id, version=version, at=now)
        lines = told_lines.untold_lines(tx, recall_id=recall_id)
        buyers = (_to_buyer(runtime, line, recall_id=recall_id, version=version) for line in lines)
        queued += outbox.put(tx, buyers, at=now)
        if queued:
            audit.append(
                tx, at=now, actor="engine", action="messages.queued", subject=recall_id, recall_id=recall_id,
                detail={"version": version, "messages": queued},
            )  # fmt: skip
        return queued


def _to_parties(runtime: Runtime, tx: Tx, *, recall: Recall) -> Iterator[Message]:
    """One message for each duty with an open task that is newer than what the party was told of it.

    A task that came later under the same version has a message of its own.
    """
    asked, known_of = dict[tuple[str, Duty], int](), told.versions_told(tx, recall_id=recall.id)
    standing = told.parties_asked(tx, recall_id=recall.id)
    known = tasks.tasks(tx, recall_id=recall.id)
    first = _first_asked(known)
    for task in known:
        if task.state not in OPEN_STATES:
            continue
        about = (task.party_id, task.duty)
        asked[about] = max(task.version, asked.get(about, 0))
        if task.issued_at > first[*about, task.version]:
            party = parties.party(tx, party_id=task.party_id)
            for message in _asking(
                runtime, party, task.duty, recall_id=recall.id, version=task.version, task=task
            ):
                yield _again(message, standing)
    for (party_id, duty), version in asked.items():
        party, kind = parties.party(tx, party_id=party_id), MessageKind(duty.value)
        for message in _asking(runtime, party, duty, recall_id=recall.id, version=recall.version):
            if known_of.get((party_id, kind, message.recipient), 0) < version:
                yield _again(message, standing)


def _again(message: Message, standing: Mapping[str, Mapping[str, Asked]]) -> Message:
    """What is said anew after an all-clear is another message than the one before it."""
    asked = standing.get(message.party_id, {}).get(message.recipient)
    return replace(message, round=asked.clears) if asked else message


def _first_asked(known: Sequence[Task]) -> Mapping[tuple[str, Duty, int], datetime]:
    """When each party was first asked each duty under each version."""
    first = dict[tuple[str, Duty, int], datetime]()
    for task in known:
        about = (task.party_id, task.duty, task.version)
        first[about] = min(first.get(about, task.issued_at), task.issued_at)
    return first


def _asking(
    runtime: Runtime, party: Party, duty: Duty, *, recall_id: str, version: int, task: Task | None = None
) -> Iterator[Message]:
    for via, recipient in ways_to(party):
        yield Message(
            id=runtime.new_id("msg"),
            recall_id=recall_id,
            version=version,
            party_id=party.id,
            via=via,
            kind=MessageKind(duty.value),
            recipient=recipient,
            language=party.language,
            subject=task.id if task else "",
        )


def _to_buyer(runtime: Runtime, line: tuple[str, str, str], *, recall_id: str, version: int) -> Message:
    platform_id, line_ref, after = line
    return Message(
        id=runtime.new_id("msg"),
        recall_id=recall_id,
        version=version,
        party_id=platform_id,
        via=Via.RELAY,
        kind=MessageKind.NOTIFY_BUYER,
        recipient=line_ref,
        language="",
        subject=after,
    )
