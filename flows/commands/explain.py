"""The word `explain`: why an order line is affected or is not, link by link from the notice to the buyer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from flows.opening import moment_of, open_house, recall_named
from flows.printing import Json, print_json, print_pairs, print_table
from recall.domain.party import Party, Role
from recall.errors import NotFound
from recall.runtime import Runtime
from recall.store import parties, recalls
from recall.store.database import Tx
from recall.views.evidence import Evidence, evidence

app = typer.Typer(add_completion=False)


@app.command()
def explain(
    context: typer.Context,
    line: Annotated[str, typer.Argument(help="An order line, as its platform calls it.", metavar="LINE")],
    *,
    recall: Annotated[str | None, typer.Option(help="Only in this recall.", metavar="RECALL")] = None,
    platform: Annotated[str | None, typer.Option(help="Only on this platform: its id or name.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The answer at this time (ISO 8601 with its offset).", metavar="TIME")
    ] = None,
    json: Json = False,
) -> None:
    """Say why an order line is affected, or is not.

    Every link says who tells it, when it happened, and the hash of the event or document that shows it.

    Examples:

        recall explain HM-000123

        recall explain HM-000123 --recall 2025-06-16-power-bank --platform "Harbour Market" --json
    """
    at = moment_of(as_of) if as_of else None
    runtime = open_house(context).runtime
    with runtime.store.read() as tx:
        asked = [recall_named(tx, recall).id] if recall else [r.id for r in recalls.recalls(tx)]
        platforms = _platforms(tx, platform)
    found = [
        shown
        for recall_id in asked
        for party in platforms
        if (shown := _evidence(runtime, recall_id=recall_id, platform_id=party.id, line=line, as_of=at))
        is not None
    ]
    if not found:
        raise NotFound(
            f"Order line {line!r} is not one of those that were matched", value=line,
            advice="Name it as its platform does; a line of another product is never fetched.",
        )  # fmt: skip
    if json:
        print_json({"line": line, "evidence": [shown.document() for shown in found]})
    else:
        for shown in found:
            _show(shown)


def _platforms(tx: Tx, name: str | None) -> tuple[Party, ...]:
    known = parties.parties(tx, role=Role.PLATFORM)
    named = tuple(party for party in known if name in (None, party.id, party.name, party.reference))
    if not named:
        names = ", ".join(party.name for party in known) or "none"
        raise NotFound(f"There is no platform {name!r}", value=name, expected=f"one of {names}")
    return named


def _evidence(
    runtime: Runtime, recall_id: str, *, platform_id: str, line: str, as_of: datetime | None
) -> Evidence | None:
    try:
        return evidence(runtime, recall_id=recall_id, platform_id=platform_id, line_ref=line, as_of=as_of)
    except NotFound:
        return None


def _read(shown: Evidence) -> str | None:
    """How far the platform's lines of the trade item are read."""
    scan = shown.scan
    if scan is None:
        return None
    until = f"sure until {scan.sure:%Y-%m-%d %H:%M}" if scan.sure else scan.why or "not complete"
    return f"{scan.rows:,} of {scan.total:,} in pass {scan.passes}, {until}"


def _show(shown: Evidence) -> None:
    """The chain in words, one link a line."""
    match = shown.match
    head = (
        ("recall", shown.reference), ("class", match.cls.value), ("because", match.reason),
        ("units affected", f"{match.units_lo} to {match.units_hi} of {match.line.units}"),
        ("evidence level", shown.level.value.replace("_", " ")), ("read", _read(shown)),
        *(("not to be read", f"{blind.why}") for blind in (shown.scan.blind if shown.scan else ())),
    )  # fmt: skip
    print_pairs(head, title=f"Order line {match.line.line_ref}")
    rows = (
        (
            link.start,
            link.rule.replace("_", " "),
            link.end,
            f"{link.at:%Y-%m-%d %H:%M}" if link.at else None,
            link.source,
            link.event,
        )
        for link in shown.links
    )
    print_table(("from", "link", "to", "at", "who says so", "shown by"), rows, title="Evidence")
