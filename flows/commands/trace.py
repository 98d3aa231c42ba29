"""The word `trace`: what is affected, the way from the notice to it, and where it stands; now or then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer

from flows.opening import open_house, recall_named
from flows.printing import Json, print_json, print_pairs, print_table
from recall.domain.link import Link
from recall.domain.match import MatchClass, Rule
from recall.domain.recall import Recall
from recall.domain.trace import Trace
from recall.errors import InputRefused
from recall.store import matches, recalls, trace_deltas
from recall.store.matches import MatchCount
from recall.store.trace_deltas import PassDelta
from recall.views.traced import trace_document

app = typer.Typer(add_completion=False)


@app.command()
def trace(
    context: typer.Context,
    recall: Annotated[str, typer.Argument(help="A recall, by its id or its reference.", metavar="RECALL")],
    *,
    as_of: Annotated[
        str | None, typer.Option(help="The answer at this time (ISO 8601 with its offset).", metavar="TIME")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many single items are listed.")] = 1000,
    json: Json = False,
) -> None:
    """Show what is affected, why, and where it stands.

    Each link of a chain names the event that shows it; what was made from an affected lot, or holds an
    affected part, is affected. With --as-of the answer is the one that was given then.

    Examples:

        recall trace 2025-06-16-power-bank

        recall trace 2025-06-16-power-bank --json --as-of 2025-07-01T00:00:00+08:00
    """
    at = _moment(as_of) if as_of else None
    with open_house(context).runtime.store.read() as tx:
        named = recall_named(tx, recall)
        version = recalls.version_at(tx, recall_id=named.id, as_of=at)
        found = matches.trace(tx, recall_id=named.id, as_of=at)
        classes = _classes(
            matches.match_summary(tx, recall_id=named.id, as_of=at),
            matches.excluded(tx, recall_id=named.id) if at is None else {},
        )
        clauses = recalls.scope(tx, recall_id=named.id, version=version).clauses
        delta = trace_deltas.last_delta(tx, recall_id=named.id, as_of=at)
    if json:
        told = [dict(zip(("class", "rule", "lines", "units"), row, strict=True)) for row in classes]
        head = {
            "id": named.id, "reference": named.reference, "version": version,
            "as_of": at.isoformat() if at else None, "clauses": [clause.in_words() for clause in clauses],
        }  # fmt: skip
        change = {"delta": delta.document() if delta else None, "matches": told}
        print_json(head | trace_document(found, most_items=limit) | change)
        return
    numbered = [(clause.number, clause.in_words()) for clause in clauses]
    print_table(("clause", "names"), numbered, title=f"Recall {named.reference}, version {version}")
    _show(found, limit=limit)
    _show_delta(named, delta)
    print_table(("class", "rule", "lines", "units"), classes, title="Order lines")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputRefused(
            f"Cannot read {text!r} as a time", value=text, expected="ISO 8601 with its offset from UTC",
            got="another", advice="Write it as 2025-07-01T00:00:00+08:00.",
        )  # fmt: skip
    return at


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


def _classes(counts: tuple[MatchCount, ...], let_off: Mapping[Rule, int]) -> list[tuple[str, str, int, int]]:
    """Lines and units by class and rule, of all platforms together."""
    lines, units = Counter[tuple[MatchClass, str]](), Counter[tuple[MatchClass, str]]()
    for count in counts:
        lines[count.cls, count.rule.value] += count.lines
        units[count.cls, count.rule.value] += count.units
    for rule, number in let_off.items():
        lines[MatchClass.EXCLUDED, rule.value] += number
    order = list(MatchClass)
    ranked = sorted(lines, key=lambda key: (order.index(key[0]), key[1]))
    return [(cls.value, rule, lines[cls, rule], units[cls, rule]) for cls, rule in ranked]


def _way(chain: Sequence[Link]) -> str:
    """The chain in one line: how something came into the recall."""
    return "; ".join(f"{link.end} {link.rule} {link.start}" for link in chain)
