"""The policy: one law's duties, clocks and forms as data, each number with its basis and how sure it is."""

from __future__ import annotations

import tomllib
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from recall.domain.calendar import Calendar, Due, Reckoning, Unit, due
from recall.domain.criterion import Closing, Criterion
from recall.domain.ground import Ground, Table
from recall.domain.notice_rules import Notice
from recall.domain.party import Role
from recall.errors import InputRefused, NotFound


class Duty(StrEnum):
    """What a policy can ask of a party."""

    STOP_SALE = "stop_sale"
    QUARANTINE = "quarantine"
    NOTIFY_BUYERS = "notify_buyers"
    RETRIEVE = "retrieve"
    DISPOSE = "dispose"
    REPORT = "report"


class Trigger(StrEnum):
    """What starts a clock; the engine sees the first three, the rest happens where it does not look."""

    TOLD = "told"
    OPENED = "opened"
    RESTED = "rested"
    LEARNED = "learned"
    ACCIDENT = "accident"
    PLAN_FILED = "plan_filed"
    REPORTED = "reported"
    REQUESTED = "requested"
    NOTICED = "noticed"


class LegalClock(Ground):
    """How long one role has for one thing, from an event on."""

    id: str = Field(pattern="^[a-z][a-z0-9-]+$")
    what: str = Field(min_length=1)
    role: Role
    duty: Duty | None = None
    """The task that it bounds; None: it bounds what is done where the engine does not look."""
    trigger: Trigger = Trigger.TOLD
    duration: int | None = Field(default=None, ge=1, le=3660)
    unit: Unit | None = None
    """With no duration: at once, or without undue delay, as the text says."""
    satisfied_by: str = Field(pattern="^[a-z_]+$")
    escalate_at: tuple[int, ...] = (50, 75, 90, 100)
    """Percents of the time after which the party is reminded; from 100 on, those above it are told."""

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if (self.duration is None) != (self.unit is None):
            raise ValueError("`duration` and `unit`, both or neither")
        if self.duty is not None and (self.unit is None or self.trigger is not Trigger.TOLD):
            raise ValueError("a duration from `told` on where a clock bounds a duty")
        if list(self.escalate_at) != sorted({mark for mark in self.escalate_at if mark > 0}):
            raise ValueError("percents that grow")
        return self


class Report(Ground):
    """What is reported to the authority, by whom and how often."""

    id: str = Field(pattern="^[a-z][a-z0-9-]+$")
    what: str = Field(min_length=1)
    role: Role
    trigger: Literal[Trigger.OPENED, Trigger.RESTED]
    duration: int = Field(ge=1, le=3660)
    unit: Unit
    repeats: bool
    due_day: int | None = Field(default=None, ge=1, le=31)
    """The periods are those of the calendar year, and a report is due on this day of the month after each."""
    contents: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_aligned_by_months(self) -> Self:
        if self.due_day is not None and (self.unit is not Unit.MONTHS or 12 % self.duration):
            raise ValueError("a number of months that divides the year where there is a `due_day`")
        return self


class Remedies(Ground):
    """What a buyer is given."""

    allowed: tuple[str, ...] = Field(min_length=1)
    min_choices: int = Field(ge=0)
    """Between how many the buyer can choose; 0: the law says nothing of it."""
    cost_bearer: str = Field(min_length=1)
    collection: str = ""
    refund_floor: str = ""


class Level(Ground):
    """A level of effectiveness checks."""

    id: str = Field(pattern="^[A-E]$")
    percent: int | None = Field(default=None, ge=0, le=100)
    """Of the consignees, how many are asked; None: case by case."""
    what: str = Field(min_length=1)


class Retention(Ground):
    """How long records are kept."""

    role: Role
    what: str = Field(min_length=1)
    years: int = Field(ge=1, le=100)


class Buyers(Table):
    """How silent buyers are asked again."""

    reminders_after_days: tuple[int, ...]


class Policy(Table):
    """The profile of one authority."""

    id: str
    authority: str = Field(min_length=1)
    applies: str = Field(min_length=1)
    country: str = Field(pattern="^[A-Z]{2}$")
    calendar: Reckoning
    notice: Notice
    remedies: Remedies
    buyers: Buyers
    clocks: tuple[LegalClock, ...] = Field(min_length=1)
    reports: tuple[Report, ...] = ()
    effectiveness: tuple[Level, ...] = ()
    closing: Closing
    retention: tuple[Retention, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        names = [clock.id for clock in self.timed]
        if len(set(names)) < len(names):
            raise ValueError("an id of its own for each clock and report")
        duties = [(clock.duty, clock.role) for clock in self.clocks if clock.duty is not None]
        if len(set(duties)) < len(duties):
            raise ValueError("one clock for a duty of a role")
        reports = {criterion.report for criterion in self.criteria if criterion.report}
        if reports - {report.id for report in self.reports}:
            raise ValueError("criteria of reports that the policy asks for")
        return self

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What must be met before the measures may end, then what before the recall may."""
        return (*self.closing.rest_when, *self.closing.end_when)

    @property
    def timezone(self) -> str:
        """Where the law's days end."""
        return self.calendar.timezone

    @property
    def timed(self) -> tuple[LegalClock | Report, ...]:
        """Every clock, then every report."""
        return (*self.clocks, *self.reports)

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """All that rests on something."""
        phrases = (each for several in self.notice.forbidden.values() for each in several)
        whole = (self.calendar, self.notice.ground, self.remedies, self.closing)
        return (*self.timed, *self.effectiveness, *self.retention, *whole, *phrases)

    def clock(self, *, duty: Duty, role: Role) -> LegalClock | None:
        """The clock of one role for one duty, or None where the policy sets none."""
        return next((c for c in self.clocks if c.duty is duty and c.role is role), None)

    def due(self, clock: LegalClock | Report, *, since: datetime, calendar: Calendar) -> Due | None:
        """When a clock that starts at `since` runs out at the calendar's place; None: it has no number."""
        if clock.duration is None or clock.unit is None:
            return None
        return due(
            amount=clock.duration, unit=clock.unit, since=since, rules=self.calendar,
            zone=self.calendar.zone(calendar.place), calendar=calendar,
        )  # fmt: skip


@lru_cache
def load_policy(policy_id: str) -> Policy:
    """The policy of that id from `recall/policies/<id>.toml`. Raises NotFound."""
    known = available_policies()
    if policy_id not in known:
        raise NotFound(
            f"There is no policy {policy_id!r}", expected=f"one of {', '.join(known)}", value=policy_id,
            advice="`recall policy list` shows what each asks.",
        )  # fmt: skip
    file = resources.files("recall.policies") / f"{policy_id}.toml"
    return read_policy(file.read_text("utf-8"), policy_id=policy_id)


def available_policies() -> tuple[str, ...]:
    """The ids of every policy that is shipped."""
    files = resources.files("recall.policies").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def read_policy(text: str, *, policy_id: str) -> Policy:
    """A policy from its TOML. Raises InputRefused for the first key that is wrong, saying where it stands."""
    where = f"{policy_id}.toml"
    try:
        return Policy.model_validate(tomllib.loads(text) | {"id": policy_id})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        value = "a table" if isinstance(first["input"], dict) else repr(first["input"])[:60]
        said = first["msg"].removeprefix("Value error, ")
        raise InputRefused.of(
            key or where, expected=said, got=value, where=f"{where} {key}".strip()
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputRefused.of(where, expected="TOML", got=str(error)[:200]) from None
