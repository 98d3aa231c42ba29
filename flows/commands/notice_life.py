"""The words `notice diff`, `reject` and `close`: what a version changed, and how it or a recall ends."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli import Code
from flows.opening import open_house, recall_named
from flows.printing import Json, print_json, print_pairs, print_table, say
from recall.domain.difference import differences
from recall.runtime import Runtime
from recall.steps import end_recall, open_recall
from recall.store import recalls
from recall.views.versions import version_list

Named = Annotated[str, typer.Argument(help="A recall, by its id or its reference.", metavar="RECALL")]
Officer = Annotated[str, typer.Option(help="The officer who acts: a party whose role is regulator.")]


def diff(
    context: typer.Context,
    recall: Named,
    *,
    from_: Annotated[
        int | None, typer.Option("--from", min=1, help="A version; without: the one before.")
    ] = None,
    to: Annotated[int | None, typer.Option(min=1, help="A version; without: the newest submitted.")] = None,
    json: Json = False,
) -> None:
    """Show what one version of a notice says that another does not: products, lots, windows and the rest.

    Examples:

        recall notice diff 2025-06-16-power-bank

        recall notice diff 2025-06-16-power-bank --from 1 --to 3 --json
    """
    runtime = open_house(context).runtime
    recall_id = _id_of(runtime, recall)
    known = [each.version for each in version_list(runtime, recall_id=recall_id)]
    after = to or known[-1]
    before = from_ or max((number for number in known if number < after), default=after)
    with runtime.store.read() as tx:
        old, new = (recalls.notice(tx, recall_id=recall_id, version=n) for n in (before, after))
    found = differences(old, new)
    if json:
        print_json({"from": before, "to": after, "differences": [each.document() for each in found]})
    else:
        rows = ((each.product, each.field, " ".join(each.added), " ".join(each.removed)) for each in found)
        print_table(
            ("product", "field", "added", "removed"), rows, title=f"Version {before} to version {after}"
        )


def reject(
    context: typer.Context,
    recall: Named,
    *,
    officer: Officer,
    reason: Annotated[str, typer.Option(help="Why, for the audit trail.")],
    json: Json = False,
) -> None:
    """Reject the version that waits: it never comes into force.

    Examples:

        recall notice reject 2025-06-16-power-bank --officer party_0198... --reason "one lot is missing"
    """
    runtime = open_house(context).runtime
    rejected = open_recall.reject(runtime, recall_id=_id_of(runtime, recall), officer=officer, reason=reason)
    _tell({"id": rejected.id, "reference": rejected.reference, "state": rejected.state.value}, json=json)


def close(
    context: typer.Context,
    recall: Named,
    *,
    officer: Officer,
    second: Annotated[str, typer.Option(help="The second officer, another one.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Close a recall whose active measures have reached their end; everybody who took part is told.

    Examples:

        recall notice close 2025-06-16-power-bank --officer party_0197... --second party_0198... --yes
    """
    runtime = open_house(context).runtime
    recall_id = _id_of(runtime, recall)
    if not yes and not (sys.stdin.isatty() and typer.confirm(f"Close {recall}?", err=True)):
        say(f"Closing {recall} cannot be undone: say --yes to do it.")
        raise typer.Exit(Code.USAGE)
    closed = end_recall.close(runtime, recall_id=recall_id, officer=officer, second=second)
    _tell({"id": closed.id, "reference": closed.reference, "state": closed.state.value}, json=json)


def _id_of(runtime: Runtime, name: str) -> str:
    with runtime.store.read() as tx:
        return recall_named(tx, name).id


def _tell(facts: dict[str, str], *, json: bool) -> None:
    if json:
        print_json(facts)
    else:
        print_pairs(facts.items())
