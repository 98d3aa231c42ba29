"""Deliver the messages: claim a batch from the outbox, compose it, and settle what became of it.

Between claiming and settling the flow hands the letters over; nothing is held open meanwhile but a hold that
runs out unless `keep_letters` renews it. A letter that cannot be composed fails alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from recall.domain.laws import laws_of
from recall.domain.message import FAREWELL, TO_BUYERS, Message, MessageKind, Via
from recall.domain.notice import Notice
from recall.domain.party import Party
from recall.domain.policy import Duty
from recall.domain.task import Task, TaskState
from recall.errors import NotNow, RecallError
from recall.links import LineLink, TaskLink
from recall.ports import Receipt, Result
from recall.reading.stated import Place
from recall.runtime import Runtime
from recall.store import claims, ledger, parties, recalls, seals, tasks, told
from recall.store.claims import Log
from recall.store.database import Tx
from recall.store.outbox_table import Claimed

UNWRITABLE = (RecallError, LookupError, ValueError, TypeError)
"""What a message may raise that says or names what is not there; no failure of the database is among them."""
TRIES = 28
"""After so many, five days later, a message is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A claimed message with everything its template needs."""

    message: Message
    party: Party
    address: str
    """Where it goes: an address, a URL or a line's reference; a buyer's address stands here alone."""
    message_id: str
    created_at: datetime
    facts: Mapping[str, str]
    link: str


def no_log(holder: str) -> Log | None:  # noqa: ARG001 - a reader of logs is asked by the name of a holder
    """The log of a holder that wrote none, or that wrote it on another machine."""
    return None


def claim_letters(
    runtime: Runtime, *, holder: str, via: Via, limit: int, log_of: Callable[[str], Log | None] = no_log
) -> tuple[Letter, ...]:
    """Claim what is due on one channel and mark it as being handed over, before anything leaves.

    What a holder left that died is taken over first, by what it wrote (`log_of`). Nothing is returned only
    when nothing is due.
    """
    while True:
        now = runtime.now()
        with runtime.store.begin() as tx:
            claims.take_over(tx, now=now, log_of=log_of, backoff=_backoff)
            claimed = claims.claim(tx, holder=holder, now=now, limit=limit, via=via)
            stale = told.drop_stale(tx, ids=[row.message.id for row in claimed])
            ids = [row.message.id for row in claimed if row.message.id not in stale]
            going = claims.handing_over(tx, ids=ids, holder=holder, now=now)
            rows = [row for row in claimed if row.message.id in going]
            letters = _compose(runtime, tx, rows, holder=holder)
        if letters or not claimed:
            return letters


def keep_letters(runtime: Runtime, *, holder: str) -> None:
    """The holder lives, and keeps what it holds."""
    with runtime.store.begin() as tx:
        claims.keep(tx, holder=holder, now=runtime.now())


def settle_letters(runtime: Runtime, *, holder: str, receipts: Sequence[Receipt]) -> None:
    """Write down what became of the letters that `holder` handed over."""
    with runtime.store.begin() as tx:
        claims.settle(tx, receipts, holder=holder, now=runtime.now(), backoff=_backoff)
        told.drop_stale(tx, ids=[r.outgoing_id for r in receipts if r.result not in _ENDS])


_ENDS = frozenset({Result.DELIVERED, Result.ACCEPTED, Result.REFUSED})


def _backoff(attempts: int) -> float | None:
    """Seconds before the next try: a minute, doubling, at most six hours; None: it was tried often enough."""
    return float(min(60 * 2 ** max(0, attempts - 1), 6 * 3600)) if attempts < TRIES else None


def unwritten(outgoing_id: str, error: Exception) -> Receipt:
    """What becomes of a letter that cannot be written now: it is tried again, like one that nobody took."""
    detail = f"cannot be written: {type(error).__name__}: {error}"
    return Receipt(outgoing_id=outgoing_id, result=Result.LATER, detail=detail[:300])


def _compose(runtime: Runtime, tx: Tx, rows: Sequence[Claimed], *, holder: str) -> tuple[Letter, ...]:
    """The letters that can be composed; the others are settled, each with its reason."""
    desk = _Desk(runtime=runtime, tx=tx, rows=rows)
    letters, failed = list[Letter](), list[Receipt]()
    for row in rows:
        try:
            letters.append(desk.letter(row))
        except UNWRITABLE as error:
            failed.append(unwritten(row.message.id, error))
    if failed:
        claims.settle(tx, failed, holder=holder, now=runtime.now(), backoff=_backoff)
    return tuple(letters)


def drafted(runtime: Runtime, *, recall_id: str, kind: MessageKind) -> Mapping[str, str]:
    """The facts of a message as it would be written now, to the first whom it concerns; nothing is queued.

    Its link is the public page, for nobody's own page is to be opened from a draft. Raises NotFound, and
    NotNow as long as nobody has a task.
    """
    with runtime.store.read() as tx:
        recall, known = recalls.recall(tx, recall_id=recall_id), tasks.tasks(tx, recall_id=recall_id)
        if not known:
            raise NotNow(
                f"Nobody has a task in {recall.reference} yet", value=recall.reference,
                advice="Parties are told of their tasks once goods were traced and orders matched.",
            )  # fmt: skip
        about = [task for task in known if task.duty.value == kind.value] or [known[0]]
        sellers = [task for task in known if task.duty is Duty.NOTIFY_BUYERS] or about
        party = parties.party(tx, party_id=about[0].party_id)
        desk = _Desk(runtime=runtime, tx=tx, rows=())
        common = desk.of_recall(recall_id=recall_id, version=recall.version)
        ours = [task for task in about if task.party_id == party.id]
        return (
            common
            | facts_of_tasks(ours, zone=party.timezone)
            | {
                "link": common["page"],
                "recipient": party.name,
                "late_party": party.name,
                "sold_by": parties.party(tx, party_id=sellers[0].party_id).name,
                "reason": "narrowed",
            }
        )


class _Desk:
    """Composes one batch's letters, reading each recall, notice and party once."""

    def __init__(self, *, runtime: Runtime, tx: Tx, rows: Sequence[Claimed]) -> None:
        self._runtime, self._tx = runtime, tx
        self._common: dict[tuple[str, int], dict[str, str]] = {}
        self._parties: dict[str, Party] = {}
        sealed = [row.message for row in rows if _is_sealed(row.message)]
        self._addresses = runtime.contacts.addresses(tx, sealed) if sealed else {}

    def letter(self, row: Claimed) -> Letter:
        """One letter; a buyer's carries the link to its line, a party's the link to its tasks.

        A link's time is the message's own, not this attempt's: what is sent again is the same, to the byte.
        """
        message, written, links = row.message, row.created_at, self._runtime.links
        party = self._party(message.party_id)
        if message.kind in TO_BUYERS:
            line = LineLink(recall_id=message.recall_id, platform_id=party.id, line_ref=message.recipient)
            link, facts = links.line(line, now=written), {"sold_by": party.name}
        else:
            link = links.tasks(TaskLink(recall_id=message.recall_id, party_id=party.id), now=written)
            facts = self._of_tasks(message, party)
        return Letter(
            message=message,
            party=party,
            address=self._addresses[message.id] if _is_sealed(message) else message.recipient,
            message_id=row.message_id,
            created_at=row.created_at,
            facts=self.of_recall(recall_id=message.recall_id, version=message.version)
            | facts
            | {"recipient": party.name}
            | dict(message.facts),
            link=link,
        )

    def _party(self, party_id: str) -> Party:
        if party_id not in self._parties:
            self._parties[party_id] = parties.party(self._tx, party_id=party_id)
        return self._parties[party_id]

    def of_recall(self, *, recall_id: str, version: int) -> dict[str, str]:
        """What a version of a recall says in every letter."""
        key = (recall_id, version)
        if key not in self._common:
            recall = recalls.recall(self._tx, recall_id=recall_id)
            notice = recalls.notice(self._tx, recall_id=recall_id, version=version)
            sealed = seals.seal_of(self._tx, recall_id=recall.id, version=version)
            page = self._runtime.links.notice(recall.reference)
            stated = facts_of_notice(notice)
            self._common[key] = stated | {
                "remedies": "\n".join(laws_of(recall.policies).remedies),
                "code": sealed.code if sealed else "-",
                "page": page,
                "contact": page,
                "picture": self._runtime.links.picture(stated["code_place"]),
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


def _is_sealed(message: Message) -> bool:
    """Whether only the contacts know where it goes."""
    return message.kind in TO_BUYERS and message.via is not Via.RELAY


def facts_of_notice(notice: Notice) -> dict[str, str]:
    """What every message says of the notice, as flat text."""
    lots = {lot for product in notice.products for lot in product.lots}
    names = dict.fromkeys(f"{p.brand or ''} {p.model or p.name or ''}".strip() for p in notice.products)
    places = [p.code_place.place for p in notice.products if p.code_place]
    return {
        "issuer": notice.authority,
        "reference": notice.reference,
        "product": ", ".join(names),
        "lots": ", ".join(sorted(lots)),
        "hazard": notice.hazard,
        "code_place": places[0].value if places else Place.LABEL.value,
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
