"""Notify the parties: one message a duty to whoever must act, one a line for the platforms to relay."""

from __future__ import annotations

from collections.abc import Iterator

from recall.domain.message import Message, MessageKind, Via, ways_to
from recall.domain.task import OPEN_STATES
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, recalls, silence, tasks
from recall.store.database import Tx


def notify_parties(runtime: Runtime, *, recall_id: str) -> int:
    """Queue what has not been queued for the version in force; the outbox itself refuses a second."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        queued = outbox.put(tx, list(_to_parties(runtime, tx, recall_id=recall_id)), at=now)
        lines = silence.untold_lines(tx, recall_id=recall_id)
        buyers = (_to_buyer(runtime, line, recall_id=recall_id, version=version) for line in lines)
        queued += outbox.put(tx, list(buyers), at=now)
        if queued:
            audit.append(
                tx, at=now, actor="engine", action="messages.queued", subject=recall_id, recall_id=recall_id,
                detail={"version": version, "messages": queued},
            )  # fmt: skip
        return queued


def _to_parties(runtime: Runtime, tx: Tx, *, recall_id: str) -> Iterator[Message]:
    seen = set[tuple[str, str]]()
    for task in tasks.tasks(tx, recall_id=recall_id, states=OPEN_STATES):
        if (task.party_id, task.duty) in seen:
            continue
        seen.add((task.party_id, task.duty))
        party = parties.party(tx, party_id=task.party_id)
        for via, recipient in ways_to(party):
            yield Message(
                id=runtime.new_id("msg"),
                recall_id=recall_id,
                version=task.version,
                party_id=party.id,
                via=via,
                kind=MessageKind(task.duty.value),
                recipient=recipient,
                language=party.language,
            )


def _to_buyer(runtime: Runtime, line: tuple[str, str], *, recall_id: str, version: int) -> Message:
    platform_id, line_ref = line
    return Message(
        id=runtime.new_id("msg"),
        recall_id=recall_id,
        version=version,
        party_id=platform_id,
        via=Via.RELAY,
        kind=MessageKind.NOTIFY_BUYER,
        recipient=line_ref,
        language="",
    )
