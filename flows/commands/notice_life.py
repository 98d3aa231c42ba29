"""The words `notice diff`, `reject`, `close` and `withdraw`: what changed, and how a recall ends."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asking import Named, Officer, Second, Yes, agreed, tell
from flows.opening import open_house, recall_id_of
from flows.printing import Json, print_json, print_table, say
from recall.domain.difference import differences
from recall.steps import end_recall, open_recall
from recall.store import recalls
from recall.views.versions import version_list


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
    recall_id = recall_id_of(runtime, recall)
    known = [each.version for each in version_list(runtime, recall_id=recall_id)]
    after = to or known[-1]
    before = from_ or max((number for number in known if number < after), default=after)
    with runtime.store.read() as tx:
        old, new = (recalls.notice(tx, recall_id=recall_id, version=n) for n in (before, after))
    found = differences(old, new)
    if before == after:
        only = len(known) == 1
        say("There is only one version." if only else f"Version {after} is compared with itself.")
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
    recall_id = recall_id_of(runtime, recall)
    rejected = open_recall.reject(runtime, recall_id=recall_id, officer=officer, reason=reason)
    tell(rejected, json=json, next_step=f"recall notice diff {rejected.reference}")


def close(
    context: typer.Context,
    recall: Named,
    *,
    officer: Officer,
    second: Second,
    override: Annotated[
        str,
        typer.Option(help="Why it is closed though its laws want more.", metavar="REASON"),
    ] = "",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Close a recall whose active measures have reached their end; everybody who took part is told.

    What its laws want before the end must be met. With --override it need not: the reason, and what was not
    met, stand in the audit trail.

    Examples:

        recall notice close 2025-06-16-power-bank --officer party_0197... --second party_0198... --yes
    """
    runtime = open_house(context).runtime
    recall_id = recall_id_of(runtime, recall)
    agreed(f"Close {recall}", yes=yes)
    closed = end_recall.close(runtime, recall_id=recall_id, officer=officer, second=second, override=override)
    tell(closed, json=json, next_step=f"recall report {closed.reference}")


def withdraw(
    context: typer.Context,
    recall: Named,
    *,
    officer: Officer,
    second: Second,
    reason: Annotated[str, typer.Option(help="Why, for the audit trail.")] = "",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Withdraw a recall: its open tasks end, and its queued messages never leave. This cannot be undone.

    Examples:

        recall notice withdraw 2025-06-16-power-bank --officer party_0197... --second party_0198... --yes
    """
    runtime = open_house(context).runtime
    recall_id = recall_id_of(runtime, recall)
    agreed(f"Withdraw {recall}", yes=yes)
    withdrawn = end_recall.withdraw(
        runtime, recall_id=recall_id, officer=officer, second=second, reason=reason
    )
    tell(withdrawn, json=json, next_step=f"recall status {withdrawn.reference}")
