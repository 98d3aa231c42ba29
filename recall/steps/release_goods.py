"""Release the goods: who was told of what is no longer in a recall is told so, once; who is in again, is not.

It looks at how everybody stands now, not at what has just changed: whenever it is run again, after a crash or
a message that came late, it says what is left to say and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from recall.domain.message import Message, MessageKind, Via, ways_to
from recall.domain.party import Party
from recall.domain.recall import ACTIVE_STATES, Recall, RecallState
from recall.domain.task import Act, By, Task, TaskState, move
from recall.domain.widening import by_party, is_released
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, party_events, recalls, shares, tasks, told, told_lines
from recall.store.database import Tx
from recall.store.told import Asked
from recall.store.told_lines import ToldLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What a pass released, and whether everything has been said that there was to say."""

    lines: int = 0
    """Order lines whose buyers get an all-clear."""
    parties: int = 0
    """Parties that get an all-clear, for all or for one site; of a closed recall: a closing word."""
    tasks: int = 0
    """Tasks that were superseded."""
    said: bool = False
    """Whether a recall that has ended has nothing more to say to anybody."""


def release_goods(runtime: Runtime, *, recall_id: str) -> Released:
    """Supersede the tasks that lost their ground, hold back what is no longer true, and queue all-clears.

    A recall that was withdrawn gives everybody who was told an all-clear; one that was closed takes leave of
    everybody who took part.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        desk = _Desk(runtime=runtime, tx=tx, recall=recall)
        if recall.state in ACTIVE_STATES:
            done = desk.narrowed()
        elif recall.state is RecallState.WITHDRAWN:
            done = desk.withdrawn()
        elif recall.state is RecallState.CLOSED:
            done = desk.closed()
        else:
            return Released(said=True)
        if done.lines or done.parties or done.tasks:
            audit.append(
                tx, at=now, actor="engine", action="goods.released", subject=recall_id, recall_id=recall_id,
                detail={
                    "version": recall.version, "lines": done.lines, "parties": done.parties,
                    "tasks": done.tasks,
                },
            )  # fmt: skip
        return done


class _Desk:
    """Writes the all-clears of one recall in one transaction."""

    def __init__(self, *, runtime: Runtime, tx: Tx, recall: Recall) -> None:
        self._runtime, self._tx, self._recall = runtime, tx, recall
        self._now = runtime.now()

    def narrowed(self) -> Released:
        """What a recall in force has let go of."""
        tx, recall_id = self._tx, self._recall.id
        told_lines.hold_back(tx, recall_id=recall_id)
        known = tasks.tasks(tx, recall_id=recall_id)
        held = by_party(shares.shares(tx, recall=self._recall))
        live = [task for task in known if task.state is not TaskState.SUPERSEDED]
        gone = [task for task in live if is_released(task, now=held)]
        staying = {task.party_id for task in live if task not in gone}
        self._take_back([task for task in known if not is_released(task, now=held)], staying)
        for task in gone:
            state = move(task.state, act=Act.SUPERSEDE, by=By.REGULATOR)
            tasks.save_task(tx, replace(task, state=state))
        part = (task for task in gone if task.place and task.party_id in staying)
        sites = [message for task in part for message in self._of_site(task)]
        leaving = (id for id in told.parties_asked(tx, recall_id=recall_id) if id not in staying)
        wholly = [message for id in leaving for message in self._to_party(id, reason="narrowed")]
        lines = told_lines.released_lines(tx, recall_id=recall_id)
        buyers = (self._to_buyer(line, reason="narrowed") for line in lines)
        return self._queued(buyers, [*sites, *wholly], tasks=len(gone))

    def _take_back(self, wanted: Sequence[Task], staying: Collection[str]) -> None:
        """Hold back the all-clears of those who hold affected goods again, there or at all."""
        for party_id in sorted(staying):
            told.take_back(self._tx, recall_id=self._recall.id, party_id=party_id)
        for task in wanted:
            if task.place and task.state is TaskState.SUPERSEDED:
                told.take_back(self._tx, recall_id=self._recall.id, party_id=task.party_id, task_id=task.id)

    def withdrawn(self) -> Released:
        """Everybody who was told."""
        tx, recall_id = self._tx, self._recall.id
        outbox.call_back(tx, recall_id=recall_id)
        asked = told.parties_asked(tx, recall_id=recall_id)
        wholly = [message for id in asked for message in self._to_party(id, reason="withdrawn")]
        lines = told_lines.told_lines(tx, recall_id=recall_id)
        return self._queued((self._to_buyer(line, reason="withdrawn") for line in lines), wholly)

    def closed(self) -> Released:
        """Everybody who took part and was not let off."""
        tx, recall_id = self._tx, self._recall.id
        outbox.call_back(tx, recall_id=recall_id)
        asked = told.parties_asked(tx, recall_id=recall_id)
        return self._queued([], [message for id in asked for message in self._closing(id, asked[id])])

    def _queued(self, buyers: Iterable[Message], others: Sequence[Message], *, tasks: int = 0) -> Released:
        lines = outbox.put(self._tx, buyers, at=self._now)
        new = outbox.put(self._tx, others, at=self._now)
        reached = {message.party_id for message in others} if new else set[str]()
        for party_id in sorted(reached):
            kind = next(m.kind for m in others if m.party_id == party_id)
            document = {"recall": self._recall.id, "version": self._recall.version}
            party_events.publish(
                self._tx, party_id=party_id, type=f"recall.{kind.value}", document=document, at=self._now
            )
        left = told.in_flight(self._tx, recall_id=self._recall.id)
        said = self._recall.state not in ACTIVE_STATES and not left
        return Released(lines=lines, parties=len(reached), tasks=tasks, said=said)

    def _to_buyer(self, line: ToldLine, *, reason: str) -> Message:
        return self._message(
            line.platform_id, kind=MessageKind.ALL_CLEAR_BUYER, via=Via.RELAY, recipient=line.line_ref,
            subject=line.message_id, facts={"reason": reason, **self._product(line.product)},
        )  # fmt: skip

    def _product(self, name: str) -> Mapping[str, str]:
        """What the line's product is called, where the catalogue knows it; else the notice says it."""
        return {"product": name} if name else {}

    def _to_party(self, party_id: str, *, reason: str) -> Iterator[Message]:
        """One all-clear to each address at which the party stands as told."""
        asked = told.parties_asked(self._tx, recall_id=self._recall.id)[party_id]
        for party, via, recipient in self._ways(party_id):
            how = asked.get(recipient)
            if how is not None and how.told:
                yield self._message(
                    party.id, kind=MessageKind.ALL_CLEAR, via=via, recipient=recipient,
                    language=party.language, subject=how.last, facts={"reason": reason, "place": "-"},
                )  # fmt: skip

    def _of_site(self, task: Task) -> Iterator[Message]:
        """An all-clear for one site to a party that was told of it and holds more elsewhere."""
        recall_id, kind = self._recall.id, MessageKind(task.duty.value)
        if kind not in told.kinds_reached(self._tx, recall_id=recall_id, party_id=task.party_id):
            return
        facts = {"reason": "narrowed", "place": task.place}
        before = told.site_clears(self._tx, recall_id=recall_id, task_id=task.id)
        for party, via, recipient in self._ways(task.party_id):
            yield self._message(
                party.id, kind=MessageKind.ALL_CLEAR, via=via, recipient=recipient, language=party.language,
                subject=task.id, facts=facts, round=before,
            )  # fmt: skip

    def _closing(self, party_id: str, asked: Mapping[str, Asked]) -> Iterator[Message]:
        for party, via, recipient in self._ways(party_id):
            how = asked.get(recipient)
            if how is not None and how.told:
                yield self._message(
                    party.id, kind=MessageKind.CLOSING, via=via, recipient=recipient, language=party.language
                )

    def _ways(self, party_id: str) -> Iterator[tuple[Party, Via, str]]:
        party = parties.party(self._tx, party_id=party_id)
        for via, recipient in ways_to(party):
            yield party, via, recipient

    def _message(
        self,
        party_id: str,
        *,
        kind: MessageKind,
        via: Via,
        recipient: str,
        language: str = "",
        subject: str = "",
        facts: Mapping[str, str] | None = None,
        round: int = 0,
    ) -> Message:
        return Message(
            id=self._runtime.new_id("msg"), recall_id=self._recall.id, version=self._recall.version,
            party_id=party_id, via=via, kind=kind, recipient=recipient, language=language, subject=subject,
            facts=facts or {}, round=round,
        )  # fmt: skip
