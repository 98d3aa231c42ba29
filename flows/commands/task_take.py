"""The word `task take`: a party's GS1 removal confirmation or closeout, taken into its recall."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated
from xml.etree.ElementTree import Element

import typer

from connectors.feeds.raw import opened
from connectors.gs1.closeout import Closeout, closeout_of
from connectors.gs1.identifiers import names
from connectors.gs1.message import documents
from connectors.gs1.names import Kind
from connectors.gs1.removal import removal_of
from flows.cli import Code
from flows.opening import bytes_of, name_of, open_house, recall_named
from flows.printing import Cell, Json, print_json, print_table, say
from recall.domain.party import Party
from recall.domain.recall import Recall
from recall.errors import ConfirmationRefused, NotFound
from recall.ports import Removal
from recall.runtime import Runtime
from recall.steps.keep_closeout import keep_closeout
from recall.steps.record_confirmation import record_message
from recall.store import parties, recalls

_COLUMNS = ("document", "party", "what", "units", "place", "new", "conflict")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """One statement of a message, and what became of it."""

    document: str
    party: str
    what: str
    units: int | None = None
    place: str | None = None
    new: bool
    conflict: str | None = None

    def cells(self) -> tuple[Cell, ...]:
        """The row of it, in the order of the columns."""
        return (
            self.document, self.party, self.what, self.units, self.place, "yes" if self.new else "no",
            self.conflict,
        )  # fmt: skip


def take(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A GS1 message (XML), or - for input.", metavar="FILE|-")],
    *,
    party: Annotated[
        str, typer.Option(help="Whose message it is; without: by the GLN in it.", metavar="PARTY")
    ] = "",
    recall: Annotated[
        str, typer.Option(help="Of which recall; without: by the GDTI in it.", metavar="RECALL")
    ] = "",
    final: Annotated[
        bool, typer.Option("--final", help="The party says that this is all: its tasks are done with it.")
    ] = False,
    json: Json = False,
) -> None:
    """Take a party's GS1 message: units set apart, sent back and destroyed are recorded in its name.

    A task is done once its units are reached; with --final whatever is missing was not there.

    A closeout is kept in the audit trail and ends nothing: two officers close a recall. The same message
    again does nothing again. Units that the books cannot take are kept for a person, and the exit code is 5.

    Examples:

        recall task take removed.xml

        recall task take removed.xml --party party_0197... --recall 2025-06-16-power-bank
    """
    raw = bytes_of(file)
    root = opened(raw, name=name_of(file)).xml
    messages = [] if root is None else _messages(root, final=final)
    if not messages:
        raise ConfirmationRefused.of(
            name_of(file), expected="a removal confirmation or a closeout of GS1 XML", got="another file"
        )
    runtime = open_house(context).runtime
    taken = list[_Taken]()
    known = [
        (message, _recall_of(runtime, message, named=recall), _party_of(runtime, message, named=party))
        for message in messages
    ]
    for message, about, whose in known:
        if isinstance(message, Removal):
            taken += _recorded(runtime, message, recall=about, party=whose)
        else:
            taken.append(_kept(runtime, message, recall=about, party=whose, raw=raw))
    _tell(taken, [warning for message in messages for warning in message.warnings], json=json)


def _messages(root: Element, *, final: bool) -> list[Removal | Closeout]:
    """Read before anything is recorded: a message is taken whole or not at all."""
    read: list[Removal | Closeout] = []
    for number, (kind, document) in enumerate(documents(root), start=1):
        where = f"/{kind}[{number}]"
        if kind is Kind.REMOVAL:
            read.append(removal_of(document, final=final, where=where))
        elif kind is Kind.CLOSEOUT:
            read.append(closeout_of(document, where=where))
    return read


def _recall_of(runtime: Runtime, message: Removal | Closeout, *, named: str) -> Recall:
    with runtime.store.read() as tx:
        if named:
            return recall_named(tx, named)
        known = [one for one in recalls.recalls(tx) if names(message.original, one.reference)]
    if len(known) != 1:
        raise NotFound(
            f"No one recall is named {message.original!r}", value=message.original, expected="one recall",
            got=str(len(known)), advice="Say which one: --recall REFERENCE.",
        )  # fmt: skip
    return known[0]


def _party_of(runtime: Runtime, message: Removal | Closeout, *, named: str) -> Party:
    with runtime.store.read() as tx:
        if named:
            return parties.party(tx, party_id=named)
        found = parties.party_by_reference(tx, reference=message.gln) if message.gln else None
    if found is None:
        raise NotFound(
            f"No party has the GLN {message.gln!r}", value=message.gln,
            advice="Say whose message it is: --party PARTY.",
        )  # fmt: skip
    return found


def _recorded(runtime: Runtime, message: Removal, *, recall: Recall, party: Party) -> list[_Taken]:
    recorded = record_message(runtime, recall_id=recall.id, party_id=party.id, said=message.confirmations)
    return [
        _Taken(
            document=message.own, party=party.id, what=said.outcome.value, units=said.units,
            place=said.place, new=what.new, conflict=what.conflict,
        )
        for said, what in zip(message.confirmations, recorded, strict=True)
    ]  # fmt: skip


def _kept(runtime: Runtime, message: Closeout, *, recall: Recall, party: Party, raw: bytes) -> _Taken:
    new = keep_closeout(
        runtime, recall_id=recall.id, party_id=party.id, document=message.own, said_at=message.at,
        digest=hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip
    return _Taken(document=message.own or message.original, party=party.id, what="closeout", new=new)


def _tell(taken: list[_Taken], warnings: list[str], *, json: bool) -> None:
    if json:
        documents_ = [{name: getattr(one, name) for name in _COLUMNS} for one in taken]
        print_json({"taken": documents_, "warnings": warnings})
    else:
        print_table(_COLUMNS, (one.cells() for one in taken))
    for warning in warnings:
        say(f"Warning: {warning}")
    if any(one.conflict for one in taken):
        raise typer.Exit(Code.CONFLICT)
