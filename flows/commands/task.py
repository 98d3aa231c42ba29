"""The word `task`: what each party must do, and what it says was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from flows.cli import Code
from flows.commands import task_take
from flows.opening import open_house, recall_named
from flows.printing import Cell, Json, print_json, print_pairs, print_table, say
from recall.domain.confirmation import Confirmation, Outcome
from recall.domain.party import Party
from recall.domain.task import Task, TaskState
from recall.errors import ConfirmationRefused
from recall.steps.record_confirmation import Recorded, acknowledge, record_confirmation, settle_conflict
from recall.store import confirmations, parties, tasks
from recall.store.database import Tx

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command()(task_take.take)
Named = Annotated[str, typer.Argument(help="The task's id.", metavar="TASK")]
_COLUMNS = ("id", "party", "duty", "place", "state", "units", "done_units", "due_at", "basis", "confidence")


@app.callback()
def task() -> None:
    """List what each party must do, and say what was done."""


@app.command(name="list")
def list_(
    context: typer.Context,
    *,
    recall: Annotated[str | None, typer.Option(help="Only of this recall.", metavar="RECALL")] = None,
    party: Annotated[str | None, typer.Option(help="Only of this party.", metavar="PARTY")] = None,
    state: Annotated[list[TaskState] | None, typer.Option(help="Only in this state.")] = None,
    json: Json = False,
) -> None:
    """List tasks, those due first at the top.

    Examples:

        recall task list --recall 2025-06-16-power-bank --state overdue

        recall task list --party party_0197... --json
    """
    with open_house(context).runtime.store.read() as tx:
        recall_id = recall_named(tx, recall).id if recall else None
        found = tasks.tasks(tx, recall_id=recall_id, party_id=party, states=state or None)
        known = {party.id: party for party in parties.parties(tx)}
    if json:
        print_json({"tasks": [_document(task, known[task.party_id]) for task in found]})
    else:
        rows = (
            _document(task, known[task.party_id]) | {"party": known[task.party_id].name} for task in found
        )
        print_table([name.replace("_", " ") for name in _COLUMNS], ([r[n] for n in _COLUMNS] for r in rows))


@app.command()
def confirm(
    context: typer.Context,
    task: Named,
    *,
    outcome: Annotated[Outcome, typer.Option(help="What was done.")],
    units: Annotated[int, typer.Option(min=0, help="How many units it was done with.")],
    lot: Annotated[str | None, typer.Option(help="The lot, where it is one lot's units.")] = None,
    place: Annotated[str | None, typer.Option(help="The site where it was done.")] = None,
    line: Annotated[str | None, typer.Option(help="The order line, where it is a buyer's units.")] = None,
    seller: Annotated[str | None, typer.Option(help="The seller a platform speaks for.")] = None,
    evidence: Annotated[list[str] | None, typer.Option(help="What proves it, as name=text.")] = None,
    part: Annotated[bool, typer.Option("--part", help="More is to come: the task stays open.")] = False,
    key: Annotated[
        str | None, typer.Option(help="Makes it the same statement however often it is said.")
    ] = None,
    json: Json = False,
) -> None:
    """Say in the name of a task's party what was done.

    More units than are known there are kept as a conflict for a person, and the exit code is 5.
    To try again after a failure, give the --key that was printed.

    Examples:

        recall task confirm tsk_0197... --outcome quarantined --units 240 --lot C14-P6

        recall task confirm tsk_0197... --outcome delisted --units 0 --key listing-17-stopped
    """
    runtime = open_house(context).runtime
    with runtime.store.read() as tx:
        asked = tasks.task(tx, task_id=task)
        at = _first_said(tx, asked, key=key) or runtime.now()
    said = Confirmation.read(
        {
            "key": key or runtime.new_id("key"), "task": asked.id, "outcome": outcome.value, "units": units,
            "line": line, "lot": lot, "place": place or asked.place or None, "seller": seller,
            "final": not part, "at": at.isoformat(), "evidence": _pairs(evidence or ()),
        }
    )  # fmt: skip
    recorded = record_confirmation(
        runtime, recall_id=asked.recall_id, party_id=asked.party_id, confirmation=said
    )
    with runtime.store.read() as tx:
        state = tasks.task(tx, task_id=task).state
    _tell(recorded, said, state=state, json=json)
    if recorded.conflict:
        raise typer.Exit(Code.CONFLICT)


@app.command(name="acknowledge")
def acknowledge_(
    context: typer.Context,
    task: Named,
    *,
    decline: Annotated[bool, typer.Option("--decline", help="Refuse it instead.")] = False,
    reason: Annotated[str, typer.Option(help="Why; goes to the audit trail.")] = "",
    json: Json = False,
) -> None:
    """Say in the name of a task's party that it takes the task, or that it does not.

    Examples:

        recall task acknowledge tsk_0197...

        recall task acknowledge tsk_0197... --decline --reason "These goods were sold before"
    """
    runtime = open_house(context).runtime
    with runtime.store.read() as tx:
        party_id = tasks.task(tx, task_id=task).party_id
    after = acknowledge(runtime, task_id=task, party_id=party_id, accept=not decline, reason=reason)
    told = {"task": after.id, "state": after.state.value}
    if json:
        print_json(told)
    else:
        print_pairs(told.items())


@app.command()
def settle(
    context: typer.Context,
    confirmation: Annotated[str, typer.Argument(help="The confirmation's id.", metavar="CONFIRMATION")],
    *,
    units: Annotated[int, typer.Option(min=0, help="How many of its units hold; 0: nothing of it holds.")],
    officer: Annotated[str, typer.Option(help="The officer who settles it.", metavar="PARTY")],
    reason: Annotated[str, typer.Option(help="Why; goes to the audit trail.")],
    json: Json = False,
) -> None:
    """Settle a confirmation that the books could not take; the statement itself stays as it came.

    `recall status RECALL --json` lists those that wait. Where the books cannot take these units either, the
    exit code is 5.

    Examples:

        recall task settle cnf_0197... --units 81 --officer party_0197... --reason "Recounted at the site"
    """
    runtime = open_house(context).runtime
    settle_conflict(runtime, confirmation_id=confirmation, officer=officer, units=units, reason=reason)
    told: dict[str, Cell] = {"confirmation": confirmation, "units": units, "settled_by": officer}
    if json:
        print_json(told)
    else:
        print_pairs((name.replace("_", " "), str(value)) for name, value in told.items())


def _first_said(tx: Tx, task: Task, *, key: str | None) -> datetime | None:
    """When the statement of that key was first made: said again, it is the same to the second."""
    said = confirmations.confirmations(tx, recall_id=task.recall_id, party_id=task.party_id) if key else ()
    return next((kept.confirmation.at for kept in said if kept.confirmation.key == key), None)


def _pairs(evidence: list[str] | tuple[()]) -> Mapping[str, str]:
    pairs = {}
    for text in evidence:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise ConfirmationRefused.of(text, expected="evidence as name=text", got="no name or no text")
        pairs[name] = value
    return pairs


def _tell(recorded: Recorded, said: Confirmation, *, state: TaskState, json: bool) -> None:
    told: dict[str, Cell | bool] = {
        "task": said.task_id, "state": state.value, "key": said.key, "new": recorded.new,
        "conflict": recorded.conflict,
    }  # fmt: skip
    if json:
        print_json(told)
    else:
        print_pairs((name, str(value)) for name, value in told.items() if value is not None)
    if recorded.conflict:
        say(f"Kept for a person: {recorded.conflict}. Nothing was counted.")


def _document(task: Task, party: Party) -> dict[str, Cell]:
    return {
        "id": task.id, "recall": task.recall_id, "version": task.version, "party": party.id,
        "name": party.name, "duty": task.duty.value, "place": task.place, "state": task.state.value,
        "units": task.units, "done_units": task.done_units, "issued_at": _time(task.issued_at),
        "due_at": _time(task.due_at), "done_at": _time(task.done_at), "basis": task.basis,
        "confidence": task.confidence.value,
    }  # fmt: skip


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
