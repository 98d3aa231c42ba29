"""The word `status`: how far recalls are, and who is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer

from flows.cli import Code
from flows.opening import open_house, recall_id_of
from flows.printing import Cell, Json, print_json, print_pairs, print_table
from flows.wording import clock_rows, law_rows, party_rows
from recall.domain.recall import Recall
from recall.domain.task import OPEN_STATES, TaskState
from recall.runtime import Runtime
from recall.store import ledger, recalls, tasks
from recall.store.database import Tx
from recall.views.overview import Overview, overview

app = typer.Typer(add_completion=False)
_COLUMNS = ("reference", "state", "version", "affected", "outstanding", "open_tasks", "late", "title")


@app.command()
def status(
    context: typer.Context,
    recall: Annotated[
        str | None,
        typer.Argument(help="A recall, by its id or its reference; without one: all.", metavar="RECALL"),
    ] = None,
    *,
    fail_on_overdue: Annotated[
        bool, typer.Option("--fail-on-overdue", help="Leave with 10 if a task is overdue.")
    ] = False,
    json: Json = False,
) -> None:
    """Show how far recalls are, and who is late.

    Examples:

        recall status

        recall status 2025-06-16-power-bank --json

        recall status --fail-on-overdue
    """
    runtime = open_house(context).runtime
    late = _one(runtime, recall, json=json) if recall else _all(runtime, json=json)
    if fail_on_overdue and late:
        raise typer.Exit(Code.OVERDUE)


def _one(runtime: Runtime, name: str, *, json: bool) -> bool:
    """One recall, whole; whether somebody is late."""
    recall_id = recall_id_of(runtime, name)
    seen = overview(runtime, recall_id=recall_id)
    if json:
        print_json(seen.document())
    else:
        _show(seen)
    return any(clock.is_late for clock in seen.clocks)


def _show(seen: Overview) -> None:
    recall, targeting = seen.recall, seen.targeting
    head = (
        ("title", recall.title), ("authority", recall.authority), ("hazard", seen.hazard),
        ("state", f"{recall.state}, version {recall.version}"), ("stated units", seen.stated_units),
        ("affected lots", seen.affected_lots),
        ("told of all order lines", f"{targeting.told:,} of {targeting.blanket:,}"),
        *(("still to be done", sentence) for sentence in seen.unmet),
    )  # fmt: skip
    print_pairs(head, title=f"Recall {recall.reference}")
    print_table(("reached", "units"), seen.funnel.document().items(), title="Funnel")
    print_table(("units", "count"), _ledger(seen), title="Ledger")
    print_table(*party_rows(seen.parties), title="Parties")
    print_table(*clock_rows(seen.clocks), title="Clocks")
    print_table(*law_rows(seen.laws), title="Laws")
    if seen.conflicts:
        rows = ((c.id, c.party, c.outcome, c.units, c.about, c.reason) for c in seen.conflicts)
        columns = ("conflict", "party", "outcome", "units", "about", "why a person must look")
        print_table(columns, rows, title="Conflicts")


def _ledger(seen: Overview) -> Iterable[tuple[str, Cell]]:
    for name, value in seen.ledger.document().items():
        yield name, ("yes" if value else "NO") if isinstance(value, bool) else value


def _all(runtime: Runtime, *, json: bool) -> bool:
    """Every recall in a line; whether somebody is late in one that is open."""
    with runtime.store.read() as tx:
        rows = [_line(tx, recall, now=runtime.now()) for recall in recalls.recalls(tx)]
    if json:
        print_json({"recalls": rows})
    else:
        print_table([name.replace("_", " ") for name in _COLUMNS], ([r[n] for n in _COLUMNS] for r in rows))
    return any(row["late"] for row in rows)


def _line(tx: Tx, recall: Recall, *, now: datetime) -> dict[str, Cell]:
    units = ledger.ledger(tx, recall_id=recall.id)
    waiting = tasks.tasks(tx, recall_id=recall.id, states=OPEN_STATES)
    late = sum(task.state is TaskState.OVERDUE or task.due_at < now for task in waiting)
    return {
        "id": recall.id, "reference": recall.reference, "title": recall.title, "state": recall.state.value,
        "version": recall.version, "affected": units.affected, "outstanding": units.outstanding,
        "open_tasks": len(waiting), "late": late,
    }  # fmt: skip
