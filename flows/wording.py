"""The tables that more than one word prints: a recall's parties and its clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flows.printing import Cell
from recall.views.figures import ClockRow, PartyRow
from recall.views.law_clocks import LawClock

Table = tuple[Sequence[str], Iterator[Sequence[Cell]]]
"""Columns and rows."""
_PARTY = ("name", "role", "tasks", "acknowledged", "done", "late", "told", "lines", "units", "answered")


def party_rows(rows: Iterable[PartyRow]) -> Table:
    """What each party was asked and has done."""
    return _PARTY, ([row.document()[name] for name in _PARTY] for row in rows)


def clock_rows(rows: Iterable[ClockRow]) -> Table:
    """Each task with the time that it has left, the most urgent first."""
    columns = ("task", "party", "duty", "place", "state", "due", "left", "basis")
    return columns, (
        (
            row.task.id, row.party.name, row.task.duty.value, row.task.place, row.task.state.value,
            row.task.due_at.isoformat(timespec="minutes"), left_in_words(row), row.task.basis,
        )
        for row in rows
    )  # fmt: skip


def law_rows(rows: Iterable[LawClock]) -> Table:
    """Every clock of every law on one timeline; `*` marks the one that binds."""
    columns = ("law", "clock", "role", "time", "due", "standing", "open", "binds", "basis", "confidence")
    return columns, (
        (
            row.policy, row.clock.id, row.clock.role.value, row.time,
            row.due.at.isoformat(timespec="minutes") + (" (forecast)" if row.due.provisional else "")
            if row.due else f"from {row.clock.trigger}",
            row.standing.value, row.open, "*" if row.binds else "", row.clock.basis.value,
            row.clock.confidence.value,
        )
        for row in rows
    )  # fmt: skip


def left_in_words(clock: ClockRow) -> str:
    """The time that a clock has left: `2 d 4 h`, `3 h late`, or nothing where the task has ended."""
    if clock.task.done_at is not None or not (clock.is_late or clock.left_seconds > 0):
        return ""
    hours = abs(clock.left_seconds) // 3600
    told = f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"
    return f"{told} late" if clock.is_late else told
