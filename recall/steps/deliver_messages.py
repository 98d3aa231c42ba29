"""Deliver the messages: claim a batch from the outbox, compose it, and settle what became of it.

Between claiming and settling the flow hands the letters over; nothing is held open meanwhile but a lease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from recall.domain.laws import laws_of
from recall.domain.message import FAREWELL, Message, Via
from recall.domain.notice import Notice
from recall.domain.party import Party
from recall.domain.task import Task, TaskState
from recall.links import LineLink, TaskLink
from recall.ports import Receipt
from recall.runtime import Runtime
from recall.store import ledger, outbox, parties, recalls, seals, tasks, told
from recall.store.database import Tx
from recall.store.outbox import Claimed

HANDS: Mapping[Via, timedelta] = {
    Via.EMAIL: timedelta(minutes=12),
    Via.WEBHOOK: timedelta(minutes=2),
    Via.RELAY: timedelta(minutes=2),
    Via.INBOX: timedelta(minutes=1),
}
"""How long one hand-over may take before it counts as lost; a mail server has ten minutes (RFC 5321)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A claimed message with everything its template needs."""

    message: Message
    party: Party
    message_id: str
    created_at: datetime
    facts: Mapping[str, str]
    link: str


def claim_letters(runtime: Runtime, *, holder: str, via: Via, limit: int) -> tuple[Letter, ...]:
    """Claim what is due on one channel and mark it as being handed over, before anything leaves."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        claimed = outbox.claim(tx, holder=holder, now=now, limit=limit, via=via)
        if not claimed:
            return ()
        stale = told.drop_stale(tx, ids=[row.message.id for row in claimed])
        ids = [row.message.id for row in claimed if row.message.id not in stale]
        going = outbox.handing_over(tx, ids=ids, holder=holder, now=now, hold=HANDS[via])
        desk = _Desk(runtime=runtime, tx=tx)
        return tuple(desk.letter(row) for row in claimed if row.message.id in going)


def settle_letters(runtime: Runtime, *, holder: str, receipts: Sequence[Receipt]) -> None:
    """Write down what became of the letters that `holder` handed over."""
    with runtime.store.begin() as tx:
        outbox.settle(tx, receipts, holder=holder, now=runtime.now(), backoff=_backoff)
        told.drop_stale(tx, ids=[receipt.outgoing_id for receipt in receipts])


def _backoff(attempts: int) -> float:
    """Seconds before the next try: a minute, doubling, at most six hours."""
    return float(min(60 * 2 ** max(0, attempts - 1), 6 * 3600))


class _Desk:
    """Composes one batch's letters, reading each recall, notice and party once."""

    def __init__(self, *, runtime: Runtime, tx: Tx) -> None:
        self._runtime, self._tx = runtime, tx
        self._common: dict[tuple[str, int], dict[str, str]] = {}
        self._parties: dict[str, Party] = {}

    def letter(self, row: Claimed) -> Letter:
        """One letter; a buyer's carries the link to its line, a party's the link to its tasks.

        A link's time is the message's own, not this attempt's: what is sent again is the same, to the byte.
        """
        message, written, links = row.message, row.created_at, self._runtime.links
        party = self._party(message.party_id)
        if message.via is Via.RELAY:
            line = LineLink(recall_id=message.recall_id, platform_id=party.id, line_ref=message.recipient)
            link, facts = links.line(line, now=written), {"sold_by": party.name}
        else:
            link = links.tasks(TaskLink(recall_id=message.recall_id, party_id=party.id), now=written)
            facts = self._of_tasks(message, party)
        return Letter(
            message=message,
            party=party,
            message_id=row.message_id,
            created_at=row.created_at,
            facts=self._of_recall(message) | facts | {"recipient": party.name} | dict(message.facts),
            link=link,
        )

    def _party(self, party_id: str) -> Party:
        if party_id not in self._parties:
            self._parties[party_id] = parties.party(self._tx, party_id=party_id)
        return self._parties[party_id]

    def _of_recall(self, message: Message) -> dict[str, str]:
        key = (message.recall_id, message.version)
        if key not in self._common:
            recall = recalls.recall(self._tx, recall_id=message.recall_id)
            notice = recalls.notice(self._tx, recall_id=message.recall_id, version=message.version)
            sealed = seals.seal_of(self._tx, recall_id=recall.id, version=message.version)
            page = self._runtime.links.notice(recall.reference)
            self._common[key] = facts_of_notice(notice) | {
                "remedies": "\n".join(laws_of(recall.policies).remedies),
                "code": sealed.code if sealed else "-",
                "page": page,
                "contact": page,
            }
        return self._common[key]

    def _of_tasks(self, message: Message, party: Party) -> dict[str, str]:
        """A reminder is about one task, every other message about all of its duty that still are asked."""
        if message.kind in FAREWELL:
            return self._of_the_end(message)
        if message.task_id:
            late = tasks.task(self._tx, task_id=message.task_id)
            return facts_of_tasks([late], zone=party.timezone) | {
                "late_party": self._party(late.party_id).name
            }
        about = [
            task
            for task in tasks.tasks(self._tx, recall_id=message.recall_id, party_id=party.id)
            if task.duty.value == message.kind.value
        ]
        asked = [task for task in about if task.state is not TaskState.SUPERSEDED]
        return facts_of_tasks(asked or about, zone=party.timezone)

    def _of_the_end(self, message: Message) -> dict[str, str]:
        """What a farewell says of the books."""
        books = ledger.ledger(self._tx, recall_id=message.recall_id)
        done = books.recovered + books.corrected + books.disposed
        return {"units": str(books.affected), "done": str(done)}


def facts_of_notice(notice: Notice) -> dict[str, str]:
    """What every message says of the notice, as flat text."""
    lots = {lot for product in notice.products for lot in product.lots}
    names = dict.fromkeys(f"{p.brand or ''} {p.model or p.name or ''}".strip() for p in notice.products)
    return {
        "issuer": notice.authority,
        "reference": notice.reference,
        "product": ", ".join(names),
        "lots": ", ".join(sorted(lots)),
        "hazard": notice.hazard,
    }


def facts_of_tasks(about: Sequence[Task], *, zone: str) -> dict[str, str]:
    """What a party's message says of its tasks: the nearest deadline, in the party's own time."""
    nearest = min(about, key=lambda task: task.due_at)
    due = nearest.due_at.astimezone(ZoneInfo(zone))
    return {
        "duty": nearest.duty.value,
        "due": f"{due:%Y-%m-%d %H:%M} ({zone})",
        "basis": nearest.basis,
        "units": str(sum(task.units for task in about)),
        "done": str(sum(task.done_units for task in about)),
        "place": ", ".join(task.place for task in about if task.place) or "-",
    }
