"""The policy: one law's duties and clocks as data, each number with its basis and how sure we are of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from recall.domain.party import Role
from recall.errors import NotFound

IsHoliday = Callable[[date], bool]
"""Whether a day of the policy's country is no working day for another reason than the weekend."""


class Duty(StrEnum):
    """What a policy can ask of a party."""

    STOP_SALE = "stop_sale"
    QUARANTINE = "quarantine"
    NOTIFY_BUYERS = "notify_buyers"
    RETRIEVE = "retrieve"
    DISPOSE = "dispose"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    """How long one role has for one duty, from the moment it is told."""

    duty: Duty
    role: Role
    hours: int | None
    working_days: int | None
    escalate_at: tuple[int, ...]
    """Percents of the time after which the party is reminded; from 100 on, those above it are told."""
    basis: str
    """`law`, `guidance`, `pledge` or `target`."""
    citation: str
    confidence: str
    """`verified` where the source was read, else `unverified`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The profile of one authority."""

    id: str
    authority: str
    country: str
    timezone: str
    headline: Mapping[str, str]
    remedies: tuple[str, ...]
    min_remedies: int
    buyer_reminders_after_days: tuple[int, ...]
    clocks: tuple[LegalClock, ...]

    def clock(self, *, duty: Duty, role: Role) -> LegalClock | None:
        """The clock of one role for one duty, or None where the policy sets none."""
        return next((c for c in self.clocks if c.duty is duty and c.role is role), None)

    def due(self, clock: LegalClock, *, since: datetime, is_holiday: IsHoliday) -> datetime:
        """When a clock that starts at `since` runs out (UTC in, UTC out).

        Hours run through; working days skip Saturdays, Sundays and holidays of the policy's country, do not
        count the first day, and end with the last hour of the last day (Reg. (EEC) 1182/71 art. 3,
        used for every policy until it states another).
        """
        if clock.hours is not None:
            return since + timedelta(hours=clock.hours)
        zone = ZoneInfo(self.timezone)
        day, left = since.astimezone(zone).date(), clock.working_days or 0
        while left > 0:
            day += timedelta(days=1)
            if day.weekday() < 5 and not is_holiday(day):
                left -= 1
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
        return midnight.astimezone(since.tzinfo)


def load_policy(policy_id: str) -> Policy:
    """The policy of that id from `recall/policies/<id>.toml`. Raises NotFound."""
    known = available_policies()
    if policy_id not in known:
        raise NotFound(
            f"There is no policy {policy_id!r}", expected=f"one of {', '.join(known)}", value=policy_id
        )
    file = resources.files("recall.policies") / f"{policy_id}.toml"
    return _policy_of(tomllib.loads(file.read_text("utf-8")), policy_id=policy_id)


def available_policies() -> tuple[str, ...]:
    """The ids of every policy that is shipped."""
    files = resources.files("recall.policies").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def _policy_of(data: Mapping[str, Any], *, policy_id: str) -> Policy:
    return Policy(
        id=policy_id, authority=data["authority"], country=data["country"], timezone=data["timezone"],
        headline=data["headline"], remedies=tuple(data["remedies"]["allowed"]),
        min_remedies=data["remedies"]["min_choices"],
        buyer_reminders_after_days=tuple(data["buyers"]["reminders_after_days"]),
        clocks=tuple(_clock_of(row) for row in data["clocks"]),
    )  # fmt: skip


def _clock_of(row: Mapping[str, Any]) -> LegalClock:
    return LegalClock(
        duty=Duty(row["duty"]), role=Role(row["role"]), hours=row.get("hours"),
        working_days=row.get("working_days"), escalate_at=tuple(row["escalate_at"]), basis=row["basis"],
        citation=row["citation"], confidence=row["confidence"],
    )  # fmt: skip
