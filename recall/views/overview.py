"""The regulator's view: every recall, and one of them whole, read in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from recall.domain.completion import Ledger, unmet
from recall.domain.laws import laws_of
from recall.domain.match import MatchClass
from recall.domain.message import Via
from recall.domain.party import Party, Role
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.domain.task import OPEN_STATES, Task, TaskState
from recall.domain.trace import AffectedLot
from recall.runtime import Runtime
from recall.store import (
    added_laws,
    alarms,
    audit,
    confirmations,
    counts,
    ledger,
    matches,
    outbox,
    parties,
    recalls,
    tasks,
)
from recall.store.confirmations import Kept
from recall.store.database import Tx
from recall.store.matches import MatchCount
from recall.store.outbox import MessageState
from recall.store.standing import standing
from recall.views.figures import (
    ClockRow,
    ConflictRow,
    Funnel,
    Overview,
    PartyRow,
    Stage,
    Targeting,
)
from recall.views.law_clocks import law_clocks

__all__ = ["Overview", "overview", "recall_line", "recall_list"]

TIMELINE = 60
"""How many of the newest entries of the audit trail an overview carries."""

_STAGES: Mapping[str, tuple[str, ...]] = {
    "opened": ("recall.opened",),
    "scope": ("scope.settled",),
    "traced": ("goods.traced",),
    "matched": ("orders.matched",),
    "assigned": ("tasks.assigned",),
    "notified": ("messages.queued",),
    "confirmed": ("confirmation.recorded", "confirmation.conflict"),
    "completed": ("recall.monitoring",),
}
"""Each stage, and the entries of the audit trail that show it."""


def recall_list(runtime: Runtime) -> tuple[Recall, ...]:
    """Every recall, newest first."""
    with runtime.store.read() as tx:
        return recalls.recalls(tx)


def recall_line(recall: Recall) -> dict[str, object]:
    """A recall as a list shows it."""
    return {
        "id": recall.id, "reference": recall.reference, "title": recall.title, "authority": recall.authority,
        "state": recall.state.value, "version": recall.version,
        "proposed_at": recall.proposed_at.isoformat(),
        "opened_at": recall.opened_at.isoformat() if recall.opened_at else None,
    }  # fmt: skip


def overview(runtime: Runtime, *, recall_id: str) -> Overview:
    """One recall, whole. Raises NotFound."""
    now = runtime.now()
    with runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        notice = recalls.notice(tx, recall_id=recall_id, version=max(recall.version, 1))
        known = {party.id: party for party in parties.parties(tx)}
        lots = matches.affected_lots(tx, recall_id=recall_id)
        books = ledger.ledger(tx, recall_id=recall_id)
        summary = matches.match_summary(tx, recall_id=recall_id)
        due = tasks.tasks(tx, recall_id=recall_id)
        return Overview(
            recall=recall,
            at=now,
            hazard=notice.hazard,
            stated_units=notice.quantity,
            affected_lots=len(lots),
            made_units=_made_units(lots),
            funnel=_funnel(books=books, told=counts.units_told(tx, recall_id=recall_id)),
            ledger=books,
            targeting=_targeting(summary, released=sum(matches.excluded(tx, recall_id=recall_id).values())),
            stages=_stages(tx, recall_id=recall_id),
            parties=_party_rows(tx, recall_id=recall_id, known=known, due=due, summary=summary, now=now),
            clocks=tuple(_clock(task, party=known[task.party_id], now=now) for task in due),
            laws=law_clocks(
                recall,
                since=added_laws.laws_since(tx, recall),
                tasks=due,
                parties=known,
                now=now,
                calendar_of=runtime.calendar_of,
            ),
            unmet=_unmet(tx, recall),
            conflicts=_conflicts(tx, recall_id=recall_id, known=known),
            alarms=alarms.alarms(tx, recall_id=recall_id),
            timeline=audit.newest(tx, recall_id=recall_id, limit=TIMELINE),
            names={party.id: party.name for party in known.values()},
        )


def _unmet(tx: Tx, recall: Recall) -> tuple[str, ...]:
    """What is still to be done of the active measures; of a recall without any there is nothing to say."""
    if recall.state not in ACTIVE_STATES:
        return ()
    return unmet(standing(tx, recall=recall, laws=laws_of(recall.policies)))


def _made_units(lots: Sequence[AffectedLot]) -> int:
    """Units of the lots that the notice names; what was made of these is in them already."""
    return sum(lot.units for lot in lots if len(lot.chain) == 1)


def _funnel(*, books: Ledger, told: int) -> Funnel:
    gone = books.recovered + books.corrected + books.disposed
    return Funnel(
        in_scope=books.entered,
        located=books.affected,
        notified=told,
        answered=gone + books.unreachable,
        recovered=gone,
        disposed=books.disposed,
    )


def _targeting(summary: Iterable[MatchCount], *, released: int) -> Targeting:
    lines, units = Counter[MatchClass](), Counter[MatchClass]()
    for count in summary:
        lines[count.cls] += count.lines
        units[count.cls] += count.units
    confirmed, possible = lines[MatchClass.CONFIRMED], lines[MatchClass.POSSIBLE]
    return Targeting(
        told=confirmed + possible, blanket=confirmed + possible + released,
        confirmed=confirmed, possible=possible,
        released=released, possible_units=units[MatchClass.POSSIBLE],
    )  # fmt: skip


def _stages(tx: Tx, *, recall_id: str) -> tuple[Stage, ...]:
    first = audit.first_times(tx, recall_id=recall_id)
    return tuple(
        Stage(name=name, at=min((first[action] for action in actions if action in first), default=None))
        for name, actions in _STAGES.items()
    )


def _party_rows(
    tx: Tx,
    *,
    recall_id: str,
    known: Mapping[str, Party],
    due: Sequence[Task],
    summary: Sequence[MatchCount],
    now: datetime,
) -> tuple[PartyRow, ...]:
    """A row for each party that has a task or holds affected units, in the order of the roles."""
    holds = _Shares(tx, recall_id=recall_id, summary=summary)
    told = Counter[str]()
    for count in outbox.message_counts(tx, recall_id=recall_id):
        if count.via is not Via.RELAY and count.state in _REACHED:
            told[count.party_id] += count.n
    rows = []
    for party in known.values():
        own = [task for task in due if task.party_id == party.id and task.state is not TaskState.SUPERSEDED]
        lines, units, answered = holds.of(party)
        if own or units:
            rows.append(
                PartyRow(
                    party=party, tasks=len(own), told=told[party.id], lines=lines, units=units,
                    acknowledged=sum(task.state in _TAKEN_ON for task in own),
                    done=sum(task.state is TaskState.DONE for task in own),
                    late=sum(_clock(task, party=party, now=now).is_late for task in own),
                    answered=answered,
                )
            )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.party.role), row.party.name)))


_REACHED = frozenset({MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.AMBIGUOUS})
_TAKEN_ON = frozenset({TaskState.ACKNOWLEDGED, TaskState.DONE})
_ORDER = (Role.REGULATOR, Role.MANUFACTURER, Role.PLATFORM, Role.SELLER, Role.LOGISTICS, Role.BUYER)


class _Shares:
    """What each party answers for: the lines it carries or sold, and the stock at its sites."""

    def __init__(self, tx: Tx, *, recall_id: str, summary: Sequence[MatchCount]) -> None:
        self._books = ledger.units_by_party(tx, recall_id=recall_id)
        self._sold = counts.units_by_seller(tx, recall_id=recall_id)
        self._lines = Counter[str]()
        for count in summary:
            if count.cls is not MatchClass.EXCLUDED:
                self._lines[count.platform_id] += count.lines
                self._lines[f"{count.platform_id}/{count.seller_ref}"] += count.lines

    def of(self, party: Party) -> tuple[int, int, int]:
        """Affected lines, affected units, and how many of the units are answered."""
        own = self._books.get(party.id, Ledger())
        units, answered = own.affected, own.affected - own.outstanding
        if party.role is not Role.SELLER:
            return self._lines[party.id], units, answered
        sold, said = self._sold.get((party.platform_id or "", party.reference or ""), (0, 0))
        return self._lines[f"{party.platform_id}/{party.reference}"], units + sold, answered + said


def _clock(task: Task, *, party: Party, now: datetime) -> ClockRow:
    end = task.done_at if task.done_at and task.state not in OPEN_STATES else now
    left = round((task.due_at - end).total_seconds())
    return ClockRow(task=task, party=party, left_seconds=left, elapsed=min(100, task.elapsed(now=end)))


def _conflicts(tx: Tx, *, recall_id: str, known: Mapping[str, Party]) -> tuple[ConflictRow, ...]:
    waiting = confirmations.confirmations(tx, recall_id=recall_id, conflicts_only=True)
    return tuple(_conflict(kept, party=known.get(kept.party_id)) for kept in waiting)


def _conflict(kept: Kept, *, party: Party | None) -> ConflictRow:
    said = kept.confirmation
    about = said.line_ref or " ".join(part for part in (said.lot, said.place) if part)
    return ConflictRow(
        id=kept.id, party=party.name if party else kept.party_id, outcome=said.outcome.value,
        units=said.units, about=about, reason=kept.conflict or "", at=kept.received_at,
    )  # fmt: skip
