"""The word `trace`: what is affected, the way from the notice to it, and where it stands; now or then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from flows.asking import Named
from flows.opening import moment_of, open_house, recall_named
from flows.printing import Json, print_json, print_pairs, print_table
from recall.domain.link import Link
from recall.domain.recall import Recall
from recall.domain.trace import Trace
from recall.store.trace_deltas import PassDelta
from recall.views.answer import answer
from recall.views.line_delta import LineDelta

app = typer.Typer(add_completion=False)


@app.command()
def trace(
    context: typer.Context,
    recall: Named,
    *,
    as_of: Annotated[
        str | None, typer.Option(help="The answer at this time (ISO 8601 with its offset).", metavar="TIME")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="List the order lines that changed after this time, not only with the last change.",
            metavar="TIME",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, help="At most so many single items, and changed order lines, are listed.")
    ] = 1000,
    json: Json = False,
) -> None:
    """Show what is affected, why, and where it stands.

    Each link of a chain names the event that shows it; what was made from an affected lot, or holds an
    affected part, is affected. With --as-of the answer is the one that was given then. After a late event
    or a new version of the notice, the order lines that are newly in and those released are listed too.

    Examples:

        recall trace 2025-06-16-power-bank

        recall trace 2025-06-16-power-bank --since 2025-06-20T09:00:00+08:00

        recall trace 2025-06-16-power-bank --json --as-of 2025-07-01T00:00:00+08:00
    """
    at, start = (moment_of(text) if text else None for text in (as_of, since))
    with open_house(context).runtime.store.read() as tx:
        told = answer(tx, recall_named(tx, recall), as_of=at, since=start, limit=limit)
    if json:
        print_json(told.document(most_items=limit))
        return
    named, numbered = told.recall, ((clause.number, clause.in_words()) for clause in told.clauses)
    print_table(("clause", "names"), numbered, title=f"Recall {named.reference}, version {told.version}")
    _show(told.trace, limit=limit)
    _show_delta(named, told.delta)
    print_table(("class", "rule", "lines", "units"), told.classes, title="Order lines")
    if told.lines is not None and not (told.lines.is_first and start is None):
        _show_lines(told.lines)


def _show(found: Trace, *, limit: int) -> None:
    lots = (
        (lot.key.gtin, lot.key.lot, lot.clause, lot.units, "yes" if lot.inspect else "", _way(lot.chain))
        for lot in found.lots
    )
    print_table(("gtin", "lot", "clause", "units", "inspect", "why"), lots, title="Affected lots")
    if found.items:
        some = found.items[:limit]
        rest = len(found.items) - len(some)
        items = ((item.code, item.clause, "yes" if item.inspect else "", _way(item.chain)) for item in some)
        title = f"Affected items: {len(found.items):,}" + (f", {rest:,} not listed" if rest else "")
        print_table(("item", "clause", "inspect", "why"), items, title=title)
    stocks = ((s.site, s.key.gtin, s.key.lot, s.received, s.sent_on, s.units) for s in found.stocks)
    print_table(
        ("site", "gtin", "lot", "received", "sent on", "units"), stocks, title="Where they came to stand"
    )
    if found.containers:
        held = ((c.code, c.outer, c.site, c.key.gtin, c.key.lot, c.units) for c in found.containers)
        columns = ("container", "outermost", "site", "gtin", "lot", "units")
        print_table(columns, held, title="Containers that hold them")
    if found.at_large:
        loose = (
            (one.key.gtin, one.key.lot, one.units, one.since.isoformat() if one.since else "")
            for one in found.at_large
        )
        print_table(
            ("gtin", "lot", "units", "sent"), loose, title="At large: no event tells where they stand"
        )
    if found.anomalies:
        odd = ((one.kind, one.what, one.event) for one in found.anomalies)
        print_table(("kind", "what", "shown by"), odd, title="What is odd in the events")
    if found.cut_offs:
        print_table(("what",), ((sentence,) for sentence in found.cut_offs), title="Not followed to its end")


def _show_delta(recall: Recall, delta: PassDelta | None) -> None:
    if delta is not None:
        told = (("newly in", len(delta.newly_in)), ("released", len(delta.released)))
        print_pairs(told, title=f"Last change of {recall.reference}, {delta.at.isoformat()}")


def _show_lines(delta: LineDelta) -> None:
    """Who is newly in and who is released."""
    kinds = (
        ("newly in", delta.newly_in, delta.counts.newly_in),
        ("released", delta.released, delta.counts.released),
    )
    title = f"Order lines changed after {delta.since.isoformat()}"
    print_pairs(
        [*((name, total) for name, _, total in kinds), ("of another class", delta.counts.reclassed)],
        title=title,
    )
    rows = (
        (name, match.line.platform_id, match.line.line_ref, match.cls.value, match.reason)
        for name, listed, _ in kinds
        for match in listed
    )
    print_table(("change", "platform", "line", "class", "because"), rows, title="Changed order lines")


def _way(chain: Sequence[Link]) -> str:
    """The chain in one line: how something came into the recall."""
    return "; ".join(f"{link.end} {link.rule} {link.start}" for link in chain)
