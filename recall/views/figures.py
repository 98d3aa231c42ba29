"""The figures: what an overview is made of, each part as frozen values with their own JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from recall.domain.audit import Entry
from recall.domain.completion import Ledger
from recall.domain.party import Party
from recall.domain.recall import Recall
from recall.domain.task import OPEN_STATES, Task, TaskState
from recall.store.alarms import Alarm
from recall.views.law_clocks import LawClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Units, each number a part of the one before it."""

    in_scope: int
    """Units on order lines and in stock that were found to be affected, or could not be let off."""
    located: int
    """Those of them that nobody has cleared since: the affected of the ledger."""
    notified: int
    """Located units whose buyer, or whose keeper, was told."""
    answered: int
    """Located units of which somebody has said what became of them."""
    recovered: int
    """Units that no longer stand with anyone: fetched back, corrected or disposed of."""
    disposed: int

    def document(self) -> dict[str, int]:
        """The funnel as flat JSON, in its order."""
        return {
            "in_scope": self.in_scope, "located": self.located, "notified": self.notified,
            "answered": self.answered, "recovered": self.recovered, "disposed": self.disposed,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Targeting:
    """Order lines that are told, against those that a product-wide recall would have told."""

    told: int
    blanket: int
    """Every order line of the recalled trade items."""
    confirmed: int
    possible: int
    released: int
    """Lines that evidence lets off."""
    possible_units: int
    """The most units that the possible lines may hold: they count as located until somebody knows better."""

    def document(self) -> dict[str, int]:
        """The counts as flat JSON."""
        return {
            "told": self.told, "blanket": self.blanket, "confirmed": self.confirmed,
            "possible": self.possible, "released": self.released, "possible_units": self.possible_units,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """One party's part in the recall."""

    party: Party
    tasks: int
    acknowledged: int
    """Tasks that the party has accepted or done."""
    done: int
    late: int
    told: int
    """Messages that reached it or were handed over for it."""
    lines: int
    """Affected order lines that stand on its platform, or that it sold."""
    units: int
    """Affected units that it answers for."""
    answered: int
    """Of those, the units of which something has been said."""

    def document(self) -> dict[str, str | int]:
        """The row as flat JSON."""
        return {
            "id": self.party.id, "name": self.party.name, "role": self.party.role.value, "tasks": self.tasks,
            "acknowledged": self.acknowledged, "done": self.done, "late": self.late, "told": self.told,
            "lines": self.lines, "units": self.units, "answered": self.answered,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One task's legal clock."""

    task: Task
    party: Party
    left_seconds: int
    """Seconds until it runs out; negative: so long ago."""
    elapsed: int
    """Percent of its time that has run, 0 to 100."""

    @property
    def is_late(self) -> bool:
        """Whether the time ran out with the task open."""
        return self.task.state is TaskState.OVERDUE or (
            self.task.state in OPEN_STATES and self.left_seconds < 0
        )

    def document(self) -> dict[str, str | int | bool]:
        """The clock as flat JSON."""
        return {
            "task": self.task.id, "party": self.party.id, "name": self.party.name,
            "duty": self.task.duty.value, "place": self.task.place, "state": self.task.state.value,
            "units": self.task.units, "issued_at": self.task.issued_at.isoformat(),
            "due_at": self.task.due_at.isoformat(), "left_seconds": self.left_seconds, "late": self.is_late,
            "basis": self.task.basis, "clock": self.task.clock, "confidence": self.task.confidence.value,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """A confirmation that the books could not take: it waits for a person."""

    id: str
    party: str
    outcome: str
    units: int
    about: str
    """The order line, or the lot and the place, that it is about."""
    reason: str
    at: datetime

    def document(self) -> dict[str, str | int]:
        """The conflict as flat JSON."""
        return {
            "id": self.id, "party": self.party, "outcome": self.outcome, "units": self.units,
            "about": self.about, "reason": self.reason, "at": self.at.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the recall, and when it was first reached."""

    name: str
    at: datetime | None

    def document(self) -> dict[str, str | None]:
        """The stage as flat JSON."""
        return {"name": self.name, "at": self.at.isoformat() if self.at else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All that a regulator sees of one recall."""

    recall: Recall
    at: datetime
    hazard: str
    stated_units: int | None
    """What the notice says how many there are."""
    affected_lots: int
    made_units: int
    """What their makers made of the lots that the notice names."""
    funnel: Funnel
    ledger: Ledger
    targeting: Targeting
    stages: tuple[Stage, ...]
    parties: tuple[PartyRow, ...]
    clocks: tuple[ClockRow, ...]
    laws: tuple[LawClock, ...]
    """The clocks of every law that the recall runs under, whichever binds, on one timeline."""
    unmet: tuple[str, ...]
    """What keeps its active measures from their end, in sentences; empty where they have ended."""
    conflicts: tuple[ConflictRow, ...]
    alarms: tuple[Alarm, ...]
    """Copies of the notice that say something else, those shown last first."""
    timeline: tuple[Entry, ...]
    """The newest entries of the audit trail, newest first."""
    names: Mapping[str, str]
    """The name of every party that the timeline may speak of, by its id."""

    def document(self) -> dict[str, object]:
        """The overview as JSON."""
        recall = self.recall
        return {
            "id": recall.id, "reference": recall.reference, "title": recall.title,
            "authority": recall.authority, "policies": list(recall.policies), "state": recall.state.value,
            "version": recall.version, "hazard": self.hazard, "stated_units": self.stated_units,
            "opened_at": recall.opened_at.isoformat() if recall.opened_at else None,
            "at": self.at.isoformat(), "affected_lots": self.affected_lots,
            "made_units": self.made_units,
            "funnel": self.funnel.document(), "ledger": self.ledger.document(),
            "targeting": self.targeting.document(), "stages": [s.document() for s in self.stages],
            "parties": [p.document() for p in self.parties], "clocks": [c.document() for c in self.clocks],
            "laws": [c.document() for c in self.laws],
            "unmet": list(self.unmet),
            "conflicts": [c.document() for c in self.conflicts],
            "alarms": [alarm.document() for alarm in self.alarms],
            "timeline": [_entry(entry) for entry in self.timeline],
        }  # fmt: skip


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq, "at": entry.at.isoformat(), "actor": entry.actor, "action": entry.action,
        "subject": entry.subject, "detail": dict(entry.detail), "hash": entry.hash,
    }  # fmt: skip
