"""Notify the parties: one message a duty to whoever must act, one a line for the platforms to relay."""

from __future__ import annotations

from collections.abc import Iterator

from recall.domain.match import Match
from recall.domain.message import Message, MessageKind, Via, ways_to
from recall.domain.task import OPEN_STATES
from recall.runtime import Runtime
from recall.store import audit, matches, outbox, parties, recalls, tasks
from recall.store.database import Tx

_PAGE = 5_000


def notify_parties(runtime: Runtime, *, recall_id: str) -> int:
    """Queue what has not been queued for the version in force; the outbox itself refuses a second."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        version = recalls.recall(tx, recall_id=recall_id).version
        queued = outbox.put(tx, list(_to_parties(runtime, tx, recall_id=recall_id)), at=now)
        for page in _lines_to_tell(tx, recall_id=recall_id):
            messages = [_to_buyer(runtime, match, recall_id=recall_id, version=version) for match in page]
            queued += outbox.put(tx, messages, at=now)
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


def _lines_to_tell(tx: Tx, *, recall_id: str) -> Iterator[tuple[Match, ...]]:
    after: tuple[str, str] | None = None
    while page := matches.affected(tx, recall_id=recall_id, after=after, limit=_PAGE):
        yield page
        after = (page[-1].line.platform_id, page[-1].line.line_ref)


def _to_buyer(runtime: Runtime, match: Match, *, recall_id: str, version: int) -> Message:
    return Message(
        id=runtime.new_id("msg"),
        recall_id=recall_id,
        version=version,
        party_id=match.line.platform_id,
        via=Via.RELAY,
        kind=MessageKind.NOTIFY_BUYER,
        recipient=match.line.line_ref,
        language="",
    )
