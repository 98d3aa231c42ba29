"""Notify the parties: one message a duty to whoever must act, one a line for the platforms to relay."""

from __future__ import annotations

from collections.abc import Iterator

from recall.domain.message import Message, MessageKind, Via, ways_to
from recall.domain.policy import Duty
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.domain.task import OPEN_STATES
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, recalls, silence, tasks
from recall.store.database import Tx


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
        lines = silence.untold_lines(tx, recall_id=recall_id)
        buyers = (_to_buyer(runtime, line, recall_id=recall_id, version=version) for line in lines)
        queued += outbox.put(tx, list(buyers), at=now)
        if queued:
            audit.append(
                tx, at=now, actor="engine", action="messages.queued", subject=recall_id, recall_id=recall_id,
                detail={"version": version, "messages": queued},
            )  # fmt: skip
        return queued


def _to_parties(runtime: Runtime, tx: Tx, *, recall: Recall) -> Iterator[Message]:
    """One message for each duty with an open task that is newer than what the party was told of it."""
    asked = dict[tuple[str, Duty], int]()
    for task in tasks.tasks(tx, recall_id=recall.id, states=OPEN_STATES):
        about = (task.party_id, task.duty)
        asked[about] = max(task.version, asked.get(about, 0))
    told = outbox.versions_told(tx, recall_id=recall.id)
    for (party_id, duty), version in asked.items():
        party, kind = parties.party(tx, party_id=party_id), MessageKind(duty.value)
        for via, recipient in ways_to(party):
            if told.get((party_id, kind, recipient), 0) < version:
                yield Message(
                    id=runtime.new_id("msg"),
                    recall_id=recall.id,
                    version=recall.version,
                    party_id=party_id,
                    via=via,
                    kind=kind,
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
