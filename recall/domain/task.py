"""The task: what one party must do, and how far it is.

| from | act | by | to |
|---|---|---|---|
| issued | acknowledge, decline, confirm | party | acknowledged, declined, done |
| issued, acknowledged | lapse | clock | overdue |
| overdue | acknowledge, confirm | party | overdue, done |
| any open one | supersede | regulator | superseded |
| done (of what was released) | supersede | regulator | superseded |
| declined, done, superseded | reopen | regulator | issued |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from recall.domain.ground import Confidence
from recall.domain.laws import Began, Bound, CalendarOf, Laws
from recall.domain.party import Party, Role
from recall.domain.policy import Duty
from recall.errors import NotNow


class TaskState(StrEnum):
    """How far a task is."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    OVERDUE = "overdue"
    DONE = "done"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


class Act(StrEnum):
    """What may happen to a task."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    DECLINE = "decline"
    LAPSE = "lapse"
    SUPERSEDE = "supersede"
    REOPEN = "reopen"


class By(StrEnum):
    """Who may do it."""

    PARTY = "party"
    CLOCK = "clock"
    REGULATOR = "regulator"


_S, _A, _B = TaskState, Act, By
TRANSITIONS: Mapping[tuple[TaskState, Act, By], TaskState] = {
    (_S.ISSUED, _A.ACKNOWLEDGE, _B.PARTY): _S.ACKNOWLEDGED,
    (_S.ISSUED, _A.DECLINE, _B.PARTY): _S.DECLINED,
    (_S.ISSUED, _A.CONFIRM, _B.PARTY): _S.DONE,
    (_S.ISSUED, _A.LAPSE, _B.CLOCK): _S.OVERDUE,
    (_S.ISSUED, _A.SUPERSEDE, _B.REGULATOR): _S.SUPERSEDED,
    (_S.ACKNOWLEDGED, _A.ACKNOWLEDGE, _B.PARTY): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.DECLINE, _B.PARTY): _S.DECLINED,
    (_S.ACKNOWLEDGED, _A.CONFIRM, _B.PARTY): _S.DONE,
    (_S.ACKNOWLEDGED, _A.LAPSE, _B.CLOCK): _S.OVERDUE,
    (_S.ACKNOWLEDGED, _A.SUPERSEDE, _B.REGULATOR): _S.SUPERSEDED,
    (_S.OVERDUE, _A.ACKNOWLEDGE, _B.PARTY): _S.OVERDUE,
    (_S.OVERDUE, _A.CONFIRM, _B.PARTY): _S.DONE,
    (_S.OVERDUE, _A.SUPERSEDE, _B.REGULATOR): _S.SUPERSEDED,
    (_S.DONE, _A.ACKNOWLEDGE, _B.PARTY): _S.DONE,
    (_S.DONE, _A.CONFIRM, _B.PARTY): _S.DONE,
    (_S.DONE, _A.SUPERSEDE, _B.REGULATOR): _S.SUPERSEDED,
    (_S.DONE, _A.REOPEN, _B.REGULATOR): _S.ISSUED,
    (_S.DECLINED, _A.REOPEN, _B.REGULATOR): _S.ISSUED,
    (_S.DECLINED, _A.CONFIRM, _B.PARTY): _S.DONE,
    (_S.DECLINED, _A.SUPERSEDE, _B.REGULATOR): _S.SUPERSEDED,
    (_S.SUPERSEDED, _A.REOPEN, _B.REGULATOR): _S.ISSUED,
}

_COUNTED = frozenset({Duty.QUARANTINE, Duty.RETRIEVE})
"""Duties about units that are known when they are asked."""
OPEN_STATES = frozenset({TaskState.ISSUED, TaskState.ACKNOWLEDGED, TaskState.OVERDUE})


def move(state: TaskState, *, act: Act, by: By) -> TaskState:
    """The state after an act. Raises NotNow, naming what is possible.

    >>> move(TaskState.ISSUED, act=Act.LAPSE, by=By.CLOCK)
    <TaskState.OVERDUE: 'overdue'>
    """
    after = TRANSITIONS.get((state, act, by))
    if after is None:
        possible = sorted(f"{a} by {b}" for s, a, b in TRANSITIONS if s is state)
        expected = ", ".join(possible) or "nothing"
        message = f"A task that is {state} cannot {act} by {by}"
        raise NotNow(message, value=state, expected=expected, got=f"{act} by {by}")
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One obligation of one party, with its legal clock."""

    id: str
    recall_id: str
    version: int
    party_id: str
    duty: Duty
    place: str
    """The site it is about; empty where it is about all of the party's goods."""
    units: int
    """Units it is about; 0 where that is not yet known."""
    issued_at: datetime
    due_at: datetime
    basis: str
    clock: str = ""
    """Which clock or report it follows, the strictest of the recall's laws: `eu-gpsr/platform-stop-sale`."""
    confidence: Confidence = Confidence.UNVERIFIED
    """Whether the time was read in its source; shown wherever the due time is."""
    state: TaskState = TaskState.ISSUED
    done_units: int = 0
    escalation: int = 0
    """The highest percent of the clock at which somebody was told."""
    done_at: datetime | None = None

    def elapsed(self, *, now: datetime) -> int:
        """Percent of the clock that has run."""
        whole = (self.due_at - self.issued_at).total_seconds()
        return round(100 * (now - self.issued_at).total_seconds() / whole) if whole > 0 else 100

    def confirmed(self, *, units: int, final: bool, at: datetime) -> Task:
        """The task after so many more units: done where its party says so, or, of goods that stand somewhere,
        once they are all that it asks. More than was fetched may have to be disposed of: buyers return goods.

        Raises NotNow for a task that nobody can confirm.
        """
        reached = self.done_units + units
        is_done = final or (self.duty in _COUNTED and units > 0 and 0 < self.units <= reached)
        state = move(self.state, act=Act.CONFIRM, by=By.PARTY) if is_done else self.state
        done_at = at if state is TaskState.DONE and self.done_at is None else self.done_at
        return replace(self, state=state, done_units=reached, done_at=done_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one party holds of a recall: the units that its tasks are about, and where."""

    party: Party
    sold_units: int = 0
    stock_units: Mapping[str, int] = field(default_factory=dict)
    """Units that stand at the party's own sites, by site."""
    retrieve_units: int = 0
    """Units that a logistics partner is asked to fetch, wherever they stand."""
    goods: frozenset[str] = frozenset()
    """What the share is made of, by name: `site|gtin|lot` of stock, `gtin` of what is offered."""
    fetched: frozenset[str] = frozenset()
    """The stock, by the same names, that a logistics partner is asked to fetch."""


def tasks_for(
    shares: Sequence[Share],
    *,
    laws: Laws,
    began: Began,
    recall_id: str,
    version: int,
    now: datetime,
    new_id: Callable[[str], str],
    calendar_of: CalendarOf,
) -> tuple[Task, ...]:
    """The tasks that the laws ask of each party for what it holds: a duty once, by the strictest of them, and
    every report that is owed, law by law."""

    def task(share: Share, bound: Bound, *, duty: Duty, place: str, units: int) -> Task:
        return Task(
            id=new_id("tsk"), recall_id=recall_id, version=version, party_id=share.party.id, duty=duty,
            place=place, units=units, issued_at=now, due_at=bound.due.at, basis=bound.basis,
            clock=bound.name, confidence=bound.clock.confidence,
        )  # fmt: skip

    made = []
    for share in shares:
        party = share.party
        for duty, place, units in duties_of(share):
            bound = laws.strictest(
                duty=duty, role=party.role, timezone=party.timezone, since=now, calendar_of=calendar_of
            )
            if bound is not None:
                made.append(task(share, bound, duty=duty, place=place, units=units))
        owed = laws.reports(
            role=party.role, timezone=party.timezone, began=began, now=now, calendar_of=calendar_of
        )
        made += [task(share, each, duty=Duty.REPORT, place="", units=share.sold_units) for each in owed]
    return tuple(made)


def duties_of(share: Share) -> Iterable[tuple[Duty, str, int]]:
    """(duty, place, units) of all that may be asked of a party for its share; reports apart."""
    match share.party.role:
        case Role.PLATFORM:
            yield Duty.STOP_SALE, "", share.sold_units
            yield Duty.NOTIFY_BUYERS, "", share.sold_units
        case Role.SELLER:
            yield Duty.STOP_SALE, "", share.sold_units
        case Role.LOGISTICS:
            yield Duty.RETRIEVE, "", share.retrieve_units
            yield Duty.DISPOSE, "", share.retrieve_units
        case Role.REGULATOR | Role.BUYER:
            return
        case _:  # a maker is asked for reports alone, and for what stands at its sites
            pass
    for site, units in sorted(share.stock_units.items()):
        yield Duty.QUARANTINE, site, units
