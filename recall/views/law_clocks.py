"""The laws' clocks of one recall on one timeline: of every policy each clock, whichever of them binds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recall.domain.calendar import Due
from recall.domain.laws import CalendarOf, laws_of
from recall.domain.party import Party
from recall.domain.policy import LegalClock, Policy, Report, Trigger
from recall.domain.recall import Recall
from recall.domain.task import OPEN_STATES, Task


class Standing(StrEnum):
    """How far a law's clock is."""

    RUNNING = "running"
    LATE = "late"
    DONE = "done"
    OUTSIDE = "outside"
    """It has begun, and what ends it happens where the engine does not look."""
    WAITS = "waits"
    """What starts it has not come, or comes where the engine does not look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawClock:
    """One clock of one law in a recall."""

    policy: str
    clock: LegalClock | Report
    since: datetime | None
    due: Due | None
    standing: Standing
    tasks: int
    """Tasks that it bounds."""
    open: int
    binds: bool
    """Whether it is the strictest of the laws for one of them, so that the task's time is its own."""

    @property
    def time(self) -> str:
        """Its length in words: `24 hours`, `3 working days`, `at once`."""
        return time_in_words(self.clock)

    def document(self) -> dict[str, object]:
        """The clock as flat JSON."""
        clock = self.clock
        return {
            "policy": self.policy, "clock": clock.id, "what": clock.what, "role": clock.role.value,
            "trigger": clock.trigger.value, "time": self.time, "standing": self.standing.value,
            "since": self.since.isoformat() if self.since else None,
            "due_at": self.due.at.isoformat() if self.due else None,
            "provisional": bool(self.due and self.due.provisional), "binds": self.binds,
            "tasks": self.tasks, "open": self.open, "basis": clock.basis.value, "citation": clock.citation,
            "url": clock.url, "confidence": clock.confidence.value,
            "read_on": clock.read_on.isoformat() if clock.read_on else None,
        }  # fmt: skip


def time_in_words(clock: LegalClock | Report) -> str:
    """How long a clock runs: `24 hours`, `3 working days`, `at once` where the law names no number."""
    if clock.duration is None or clock.unit is None:
        return "at once"
    every = "every " if isinstance(clock, Report) and clock.repeats else ""
    unit = clock.unit.value.replace("_", " ")
    by = f", by day {clock.due_day}" if isinstance(clock, Report) and clock.due_day else ""
    return f"{every}{clock.duration} {unit.removesuffix('s') if clock.duration == 1 else unit}{by}"


def law_clocks(
    recall: Recall,
    *,
    since: Mapping[str, datetime],
    tasks: Sequence[Task],
    parties: Mapping[str, Party],
    now: datetime,
    calendar_of: CalendarOf,
) -> tuple[LawClock, ...]:
    """Every clock and report of a recall's laws that concerns it, those due first above, the undated last.

    `since` says since when each law holds. A clock of a duty that nobody was asked is left out.
    """
    found = [
        clock
        for policy in laws_of(recall.policies).policies
        for clock in _of_policy(
            policy, recall, tasks, parties, held=since.get(policy.id), now=now, calendar_of=calendar_of
        )
    ]
    far = max((clock.due.at for clock in found if clock.due), default=now)
    return tuple(sorted(found, key=lambda c: (c.due is None, c.due.at if c.due else far, c.policy)))


def _of_policy(
    policy: Policy, recall: Recall, tasks: Sequence[Task], parties: Mapping[str, Party], *,
    held: datetime | None, now: datetime, calendar_of: CalendarOf,
) -> Iterator[LawClock]:  # fmt: skip
    """`held` is since when the law holds in the recall."""
    began = {Trigger.OPENED: held, Trigger.RESTED: recall.rested_at}
    for clock in policy.clocks:
        if clock.duty is None:
            since = began.get(clock.trigger)
            own = calendar_of(policy.calendar.place)
            due = policy.due(clock, since=since, calendar=own) if since else None
            standing = Standing.OUTSIDE if since else Standing.WAITS
            yield _row(policy, clock, since=since, due=due, standing=standing)
            continue
        asked = [t for t in tasks if t.duty is clock.duty and parties[t.party_id].role is clock.role]
        starts = [(max(t.issued_at, held or t.issued_at), t) for t in asked]
        ends = [
            (start, end, task)
            for start, task in starts
            if (end := _end(policy, clock, start, party=parties[task.party_id], calendar_of=calendar_of))
        ]
        if ends:
            yield _bounding(policy, clock, ends, now=now)
    for report in policy.reports:
        name = f"{policy.id}/{report.id}"
        mine = [
            (task.issued_at, Due(at=task.due_at, provisional=False), task)
            for task in tasks
            if task.clock.partition("#")[0] == name
        ]
        if mine:
            yield _bounding(policy, report, mine, now=now)
        else:
            yield _row(policy, report, since=None, due=None, standing=Standing.WAITS)


def _end(
    policy: Policy, clock: LegalClock, since: datetime, *, party: Party, calendar_of: CalendarOf
) -> Due | None:
    place, _ = policy.calendar.place_of(party.timezone)
    return policy.due(clock, since=since, calendar=calendar_of(place))


def _bounding(
    policy: Policy,
    clock: LegalClock | Report,
    ends: Sequence[tuple[datetime, Due, Task]],
    *,
    now: datetime,
) -> LawClock:
    """A clock of tasks: the next of those that are open to run out; where none is, the last of all."""
    waiting = [due for _, due, task in ends if task.state in OPEN_STATES]
    due = min(waiting, key=_at) if waiting else max((due for _, due, _ in ends), key=_at)
    standing = Standing.DONE if not waiting else Standing.LATE if due.at < now else Standing.RUNNING
    name = f"{policy.id}/{clock.id}"
    return _row(
        policy, clock, since=min(start for start, _, _ in ends), due=due, standing=standing,
        tasks=len(ends), open=len(waiting),
        binds=any(task.clock.partition("#")[0] == name for _, _, task in ends),
    )  # fmt: skip


def _at(due: Due) -> datetime:
    return due.at


def _row(
    policy: Policy, clock: LegalClock | Report, *, since: datetime | None, due: Due | None,
    standing: Standing, tasks: int = 0, open: int = 0, binds: bool = False,
) -> LawClock:  # fmt: skip
    return LawClock(
        policy=policy.id, clock=clock, since=since, due=due, standing=standing, tasks=tasks, open=open,
        binds=binds,
    )  # fmt: skip
