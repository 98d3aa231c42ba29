"""The word `events`: supply-chain events in, whole or not at all, and out again by what they are about."""

from __future__ import annotations

import json as jsonlib
from typing import Annotated, Any

import typer

from flows.opening import bytes_of, name_of, open_house
from flows.printing import Json, print_json, print_pairs, print_table, progress
from recall.codes.reader import read_code
from recall.epcis.document import read_document
from recall.errors import InputRefused
from recall.steps.capture_events import capture_events, keep_catalogue
from recall.store import events as store_events
from recall.store.events import Product

app = typer.Typer(add_completion=False, no_args_is_help=True)
_PAGE = 1000


@app.callback()
def events() -> None:
    """Capture and query supply-chain events (EPCIS 2.0)."""


@app.command()
def capture(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="A document, or JSON lines; - for standard input.", metavar="FILE|-")
    ],
    *,
    catalogue: Annotated[
        str | None, typer.Option(help="Trade items, as JSON: gtin, model, brand, name each.", metavar="FILE")
    ] = None,
    party: Annotated[str, typer.Option(help="Who says so: the id of a party.")] = "operator",
    json: Json = False,
) -> None:
    """Capture events: an EPCIS document (JSON-LD), a list of events, or JSON lines with an event each.

    Taken whole or refused whole, with the pointer or the line; an event that comes twice is one.

    Examples:

        recall events capture shipments.json

        recall events capture --catalogue products.json - < events.jsonl
    """
    products = _products(catalogue) if catalogue else ()
    with progress(f"Reading {name_of(file)}", total=None, quiet=context.obj.quiet) as bar:
        read = []
        for event in read_document(bytes_of(file)):
            read.append(event)
            bar.advance(bar.task_ids[0])
    runtime = open_house(context, create=True).runtime
    if products:
        keep_catalogue(runtime, products=products, kept_by=party)
    captured = capture_events(runtime, events=read, captured_by=party)
    told = {"events": len(read), "new": captured.new, "known": captured.known, "products": len(products)}
    if json:
        print_json(told)
    else:
        print_pairs(told.items())


@app.command()
def query(
    context: typer.Context,
    *,
    epc: Annotated[list[str] | None, typer.Option(help="An item, a lot or a container, in any form.")] = None,
    biz_step: Annotated[list[str] | None, typer.Option(help="Only this business step.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, oldest first.")] = 100,
    json: Json = False,
) -> None:
    """Find events, oldest first.

    Examples:

        recall events query --epc https://id.gs1.org/01/09521234500018/10/C14-P6 --json

        recall events query --biz-step shipping --limit 10
    """
    with open_house(context).runtime.store.read() as tx:
        found = store_events.query_events(
            tx, match_epc=[read_code(code).canonical for code in epc or ()], eq_biz_step=biz_step or (),
            limit=limit,
        )  # fmt: skip
    if json:
        print_json({"events": [{"hash": hash, "event": event} for hash, event in found]})
    else:
        rows = (
            (
                event.get("eventTime"),
                event.get("type"),
                event.get("action"),
                event.get("bizStep"),
                _place(event),
                hash,
            )
            for hash, event in found
        )
        print_table(("time", "type", "action", "step", "place", "hash"), rows)


def _place(event: Any) -> str | None:
    place = event.get("readPoint") or event.get("bizLocation")
    return str(place["id"]) if isinstance(place, dict) and "id" in place else None


def _products(file: str) -> tuple[Product, ...]:
    """The trade items of a catalogue file. Raises InputRefused with a JSON pointer."""
    try:
        rows = jsonlib.loads(bytes_of(file))
    except (ValueError, RecursionError) as error:
        raise InputRefused.of(file, expected="a catalogue in JSON", got=str(error)[:120]) from None
    if not isinstance(rows, list):
        raise InputRefused.of(file, expected="a list of trade items", got=type(rows).__name__, where="/")
    return tuple(_product(row, where=f"/{number}") for number, row in enumerate(rows))


def _product(row: object, *, where: str) -> Product:
    if not isinstance(row, dict):
        raise InputRefused.of(row, expected="a trade item", got=type(row).__name__, where=where)
    for name in ("gtin", "model", "brand", "name"):
        if not isinstance(row.get(name), str):
            raise InputRefused.of(row.get(name), expected="a text", got="none", where=f"{where}/{name}")
    gtin = read_code(row["gtin"]).gtin
    if gtin is None:
        raise InputRefused.of(row["gtin"], expected="a GTIN", got="another key", where=f"{where}/gtin")
    return Product(gtin=gtin, model=row["model"], brand=row["brand"], name=row["name"])
