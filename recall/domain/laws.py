"""The laws of a recall: its policies together, each obligation bound by whichever of them is strictest."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from recall.domain.calendar import Calendar, Due, after_months, due, end_of
from recall.domain.party import Role
from recall.domain.policy import Duty, LegalClock, Policy, Report, Trigger, load_policy

CalendarOf = Callable[[str], Calendar]
"""The calendar of a place, by its ISO 3166 code."""
Began = Mapping[str, Mapping[Trigger, datetime]]
"""By law: when each trigger that the engine sees came, since the law holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An obligation with its end, and which law sets it."""

    policy: Policy
    clock: LegalClock | Report
    due: Due
    period: int = 0
    """Of a report: which of its periods, counted from 1."""

    @property
    def name(self) -> str:
        """What a task keeps of it: `eu-gpsr/platform-stop-sale`, `cn-samr/phase-summary#2`."""
        return f"{self.policy.id}/{self.clock.id}" + (f"#{self.period}" if self.period else "")

    @property
    def basis(self) -> str:
        """What the time rests on, in words, with what is not sure of it."""
        forecast = "; days off not yet announced" if self.due.provisional else ""
        return f"{self.clock.said}{forecast}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """The policies under which a recall runs, the first of them leading."""

    policies: tuple[Policy, ...]

    @property
    def leading(self) -> Policy:
        """The policy whose time zone and headline are shown where only one can be."""
        return self.policies[0]

    @property
    def remedies(self) -> tuple[str, ...]:
        """What a buyer may choose: what every law allows, or the leading law's where they share nothing."""
        allowed = [set(policy.remedies.allowed) for policy in self.policies]
        own = self.leading.remedies.allowed
        return tuple(name for name in own if all(name in each for each in allowed)) or own

    @property
    def reminders_after_days(self) -> tuple[int, ...]:
        """After how many days of silence a buyer is asked again: the rounds of every law."""
        return tuple(sorted({days for p in self.policies for days in p.buyers.reminders_after_days}))

    def strictest(
        self, *, duty: Duty, role: Role, timezone: str, since: datetime, calendar_of: CalendarOf
    ) -> Bound | None:
        """The law that ends a duty first for a party in a time zone; None where none asks for it."""
        bounds = self.bounds(duty=duty, role=role, timezone=timezone, since=since, calendar_of=calendar_of)
        return min(bounds, key=lambda bound: bound.due.at, default=None)

    def bounds(
        self, *, duty: Duty, role: Role, timezone: str, since: datetime, calendar_of: CalendarOf
    ) -> tuple[Bound, ...]:
        """When each law that asks a duty of a role ends it, in the order of the policies."""
        found = []
        for policy in self.policies:
            clock = policy.clock(duty=duty, role=role)
            place, _ = policy.calendar.place_of(timezone)
            end = policy.due(clock, since=since, calendar=calendar_of(place)) if clock else None
            if clock is not None and end is not None:
                found.append(Bound(policy=policy, clock=clock, due=end))
        return tuple(found)

    def reports(
        self, *, role: Role, timezone: str, began: Began, now: datetime,
        calendar_of: CalendarOf,
    ) -> tuple[Bound, ...]:  # fmt: skip
        """The reports that a role owes now: of one that repeats, that of the period which runs.

        Without its trigger no report is owed.
        """
        found = []
        for policy in self.policies:
            place, _ = policy.calendar.place_of(timezone)
            for report in policy.reports:
                since = began.get(policy.id, {}).get(report.trigger)
                if report.role is role and since is not None:
                    found.append(_owed(report, policy, since=since, now=now, calendar=calendar_of(place)))
        return tuple(found)

    def escalation(self, name: str) -> tuple[int, ...]:
        """The marks of the clock that a task keeps the name of; a report has the usual ones."""
        clocks = {f"{policy.id}/{clock.id}": clock for policy in self.policies for clock in policy.clocks}
        return clocks[name].escalate_at if name in clocks else (50, 75, 90, 100)


def laws_of(policy_ids: Sequence[str]) -> Laws:
    """The laws of those ids, the first leading. Raises NotFound."""
    return Laws(policies=tuple(map(load_policy, policy_ids)))


def report_due(report: Report, policy: Policy, *, period: int, since: datetime, calendar: Calendar) -> Due:
    """When the report of a period (from 1) is due whose periods began at `since`.

    Periods of the calendar end with the year's months and are due on a day of the month after; others follow
    one another from `since` on.
    """
    zone = policy.calendar.zone(calendar.place)
    if report.due_day is None:
        return due(
            amount=report.duration * period, unit=report.unit, since=since, rules=policy.calendar, zone=zone,
            calendar=calendar,
        )  # fmt: skip
    first = since.astimezone(zone).date().replace(day=1)
    month = after_months(first, report.duration - (first.month - 1) % report.duration)
    month = after_months(month, report.duration * (period - 1))
    day = min(report.due_day, monthrange(month.year, month.month)[1])
    return Due(at=end_of(month.replace(day=day), zone=zone), provisional=False)


def _owed(report: Report, policy: Policy, *, since: datetime, now: datetime, calendar: Calendar) -> Bound:
    """The report of the last period that has begun: the first begins with the trigger, each next at the due
    time of the one before."""
    period = 1
    end = report_due(report, policy, period=period, since=since, calendar=calendar)
    while report.repeats and end.at <= now:
        period += 1
        end = report_due(report, policy, period=period, since=since, calendar=calendar)
    return Bound(policy=policy, clock=report, due=end, period=period if report.repeats else 0)
