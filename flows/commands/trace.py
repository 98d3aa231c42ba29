"""The word `trace`: the affected lots, the way from the notice to each, and where their units stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

import typer

from flows.opening import open_house, recall_named
from flows.printing import Json, print_json, print_table
from recall.domain.match import MatchClass
from recall.domain.recall import Recall
from recall.domain.trace import AffectedLot, Stock, Trace
from recall.store import matches, recalls
from recall.store.matches import MatchCount

app = typer.Typer(add_completion=False)


@app.command()
def trace(
    context: typer.Context,
    recall: Annotated[str, typer.Argument(help="A recall, by its id or its reference.", metavar="RECALL")],
    *,
    json: Json = False,
) -> None:
    """Show the affected lots, why, and where they stand.

    Each link of a chain names the event that shows it; a lot that was made from an affected one is affected.

    Examples:

        recall trace 2025-06-16-power-bank

        recall trace 2025-06-16-power-bank --json
    """
    with open_house(context).runtime.store.read() as tx:
        named = recall_named(tx, recall)
        found = matches.trace(tx, recall_id=named.id)
        counts = matches.match_summary(tx, recall_id=named.id)
        clauses = recalls.scope(tx, recall_id=named.id, version=named.version).clauses
    if json:
        print_json(_document(named, found, counts, clauses=[clause.in_words() for clause in clauses]))
        return
    numbered = ((clause.number, clause.in_words()) for clause in clauses)
    print_table(("clause", "names"), numbered, title=f"Recall {named.reference}, version {named.version}")
    lots = ((lot.key.gtin, lot.key.lot, lot.clause, lot.units, _way(lot)) for lot in found.lots)
    print_table(("gtin", "lot", "clause", "units", "why"), lots, title="Affected lots")
    stocks = ((s.site, s.key.gtin, s.key.lot, s.received, s.sent_on, s.units) for s in found.stocks)
    print_table(
        ("site", "gtin", "lot", "received", "sent on", "units"), stocks, title="Where they came to stand"
    )
    print_table(("class", "rule", "lines", "units"), _classes(counts), title="Order lines")


def _classes(counts: tuple[MatchCount, ...]) -> list[tuple[str, str, int, int]]:
    """Lines and units by class and rule, of all platforms together."""
    lines, units = Counter[tuple[MatchClass, str]](), Counter[tuple[MatchClass, str]]()
    for count in counts:
        lines[count.cls, count.rule.value] += count.lines
        units[count.cls, count.rule.value] += count.units
    order = list(MatchClass)
    ranked = sorted(lines, key=lambda key: (order.index(key[0]), key[1]))
    return [(cls.value, rule, lines[cls, rule], units[cls, rule]) for cls, rule in ranked]


def _document(
    recall: Recall, found: Trace, counts: tuple[MatchCount, ...], *, clauses: list[str]
) -> Mapping[str, object]:
    classes = [dict(zip(("class", "rule", "lines", "units"), row, strict=True)) for row in _classes(counts)]
    return {
        "id": recall.id, "reference": recall.reference, "version": recall.version, "clauses": clauses,
        "lots": [_lot(lot) for lot in found.lots], "stocks": [_stock(stock) for stock in found.stocks],
        "matches": classes,
    }  # fmt: skip


def _lot(lot: AffectedLot) -> dict[str, object]:
    return {
        "gtin": lot.key.gtin, "lot": lot.key.lot, "clause": lot.clause, "units": lot.units,
        "chain": [link.document() for link in lot.chain],
    }  # fmt: skip


def _stock(stock: Stock) -> dict[str, object]:
    return {
        "site": stock.site, "gtin": stock.key.gtin, "lot": stock.key.lot, "received": stock.received,
        "sent_on": stock.sent_on, "units": stock.units, "first_arrival": stock.first_arrival.isoformat(),
    }  # fmt: skip


def _way(lot: AffectedLot) -> str:
    """The chain in one line: how the lot came into the recall."""
    return "; ".join(f"{link.end} {link.rule} {link.start}" for link in lot.chain)
