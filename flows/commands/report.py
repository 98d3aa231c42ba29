"""The word `report`: what became of every unit, party by party, against the clocks of the law."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asking import Named
from flows.opening import open_house, recall_id_of
from flows.printing import Cell, Json, print_csv, print_json, print_pairs, print_table
from flows.wording import clock_rows, party_rows
from recall.domain.completion import Ledger
from recall.store import ledger
from recall.views.overview import Overview, overview

app = typer.Typer(add_completion=False)
_UNITS = ("affected", "recovered", "corrected", "disposed", "unreachable", "outstanding", "cleared")


@app.command()
def report(
    context: typer.Context,
    recall: Named,
    *,
    csv: Annotated[bool, typer.Option("--csv", help="Print the units of each party as CSV.")] = False,
    json: Json = False,
) -> None:
    """Account for every unit, party by party.

    affected = recovered + corrected + disposed + unreachable + outstanding, for the whole and for each party.

    Examples:

        recall report 2025-06-16-power-bank

        recall report 2025-06-16-power-bank --csv > units.csv

        recall report 2025-06-16-power-bank --json
    """
    runtime = open_house(context).runtime
    recall_id = recall_id_of(runtime, recall)
    with runtime.store.read() as tx:
        by_party = ledger.units_by_party(tx, recall_id=recall_id)
    seen = overview(runtime, recall_id=recall_id)
    rows = [_row(seen, party_id, units) for party_id, units in by_party.items()]
    if json:
        units = {party_id: held.document() for party_id, held in by_party.items()}
        print_json(seen.document() | {"units_by_party": units})
    elif csv:
        print_csv(("party", "name", *_UNITS), rows)
    else:
        _show(seen, rows)


def _row(seen: Overview, party_id: str, units: Ledger) -> list[Cell]:
    name = next((row.party.name for row in seen.parties if row.party.id == party_id), party_id)
    told = units.document()
    return [party_id, name, *(int(told[name]) for name in _UNITS)]


def _show(seen: Overview, rows: list[list[Cell]]) -> None:
    whole = seen.ledger.document()
    total: list[Cell] = ["all", "", *(int(whole[name]) for name in _UNITS)]
    balance = "the units balance" if seen.ledger.balances else "THE UNITS DO NOT BALANCE"
    print_table(
        ("party", "name", *_UNITS), [*rows, total], title=f"Recall {seen.recall.reference}: {balance}"
    )
    print_table(*party_rows(seen.parties), title="Parties")
    print_table(*clock_rows(seen.clocks), title="Clocks")
    print_pairs(seen.targeting.document().items(), title="Order lines told, against a recall of the product")
