"""The word `events`: supply-chain events in, whole or not at all, and out again by what they are about."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO

import typer
from rich.progress import Progress

from flows.opening import OPERATOR, bytes_of, name_of, open_house, opened
from flows.printing import Json, print_json, print_pairs, print_table, progress, say
from recall.codes.keys import key_of
from recall.codes.reader import read_code
from recall.epcis.document import read_stream
from recall.epcis.event import Event
from recall.epcis.vocabulary import word_of
from recall.errors import EventRefused, InputRefused
from recall.runtime import Runtime
from recall.steps.capture_events import Refusals, capture_events, capture_what_can_be, keep_catalogue
from recall.store import parties
from recall.store.event_query import EventQuery, Names, find_events
from recall.store.events import Captured, Product

app = typer.Typer(add_completion=False, no_args_is_help=True)
_SHOWN = 20


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
    party: Annotated[str, typer.Option(help="Who says so: the id of a party.")] = OPERATOR,
    proceed: Annotated[
        bool, typer.Option("--proceed", help="Capture what can be captured; tell what cannot.")
    ] = False,
    json: Json = False,
) -> None:
    """Capture events: an EPCIS document (JSON-LD, XML), a list of events, or JSON lines with an event each.

    Read as a stream, however large. Taken whole or refused whole, with the pointer or the line; an event that
    comes twice is one. With --proceed, exit code 1 tells that some events were refused: all are counted, the
    first thousand told.

    Examples:

        recall events capture shipments.json

        recall events capture --catalogue products.json - < events.jsonl

        recall events capture --proceed --json archive.jsonl
    """
    products = _products(catalogue) if catalogue else ()
    refused = Refusals()
    runtime = open_house(context, create=True).runtime
    _check_known(runtime, party=party)
    if products:
        keep_catalogue(runtime, products=products, kept_by=party)
    with (
        opened(file) as source,
        progress(f"Capturing {name_of(file)}", total=None, quiet=context.obj.quiet) as bar,
    ):
        events = _counted(source, refused=refused.add if proceed else None, bar=bar)
        captured = Captured()
        if proceed:
            for some in capture_what_can_be(runtime, events=events, captured_by=party, refused=refused.add):
                captured += some
        else:
            captured = capture_events(runtime, events=events, captured_by=party)
    _tell(captured, refused=refused, products=len(products), json=json)
    if refused.count:
        raise typer.Exit(1)


def _check_known(runtime: Runtime, *, party: str) -> None:
    """What a word is worth hangs on who gives it. Raises NotFound for a party that nobody registered."""
    if party != OPERATOR:
        with runtime.store.read() as tx:
            parties.party(tx, party_id=party)


def _counted(
    source: BinaryIO, *, refused: Callable[[EventRefused], None] | None, bar: Progress
) -> Iterator[Event]:
    for event in read_stream(source, refused=refused):
        bar.advance(bar.task_ids[0])
        yield event


def _tell(captured: Captured, *, refused: Refusals, products: int, json: bool) -> None:
    events = captured.new + captured.known
    told = {"events": events, "new": captured.new, "known": captured.known, "products": products}
    told |= {"withdrawn": captured.withdrawn, "refused": refused.count}
    if json:
        print_json(told | {"errors": [str(error) for error in refused.kept]})
        return
    print_pairs(told.items())
    for error in refused.kept[:_SHOWN]:
        say(str(error))


@app.command()
def query(
    context: typer.Context,
    *,
    epc: Annotated[list[str] | None, typer.Option(help="An item, a lot or a container, in any form.")] = None,
    parent: Annotated[list[str] | None, typer.Option(help="Only events of this container or whole.")] = None,
    made_from: Annotated[
        list[str] | None, typer.Option(help="Only transformations that used this up.")
    ] = None,
    made: Annotated[list[str] | None, typer.Option(help="Only transformations that made this.")] = None,
    event_id: Annotated[list[str] | None, typer.Option(help="By the event's own name, or its hash.")] = None,
    event_type: Annotated[list[str] | None, typer.Option(help="Only this type, such as ObjectEvent.")] = None,
    action: Annotated[list[str] | None, typer.Option(help="ADD, OBSERVE or DELETE.")] = None,
    biz_step: Annotated[list[str] | None, typer.Option(help="Only this business step.")] = None,
    disposition: Annotated[list[str] | None, typer.Option(help="Only this disposition.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Happened at this time (UTC) or later.")] = None,
    before: Annotated[datetime | None, typer.Option(help="Happened before this time (UTC).")] = None,
    declared_wrong: Annotated[
        bool, typer.Option("--declared-wrong", help="Only events that nobody stands to.")
    ] = False,
    party: Annotated[str | None, typer.Option(help="Only what this party said.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, oldest first.")] = 100,
    json: Json = False,
) -> None:
    """Find events, oldest first; every filter must be met, by one of its values.

    Examples:

        recall events query --epc https://id.gs1.org/01/09521234500018/10/C14-P6 --json

        recall events query --biz-step shipping --since 2025-06-01 --limit 10
    """
    where = ((Names.ANY, epc), (Names.PARENT, parent), (Names.INPUT, made_from), (Names.OUTPUT, made))
    asked = EventQuery(
        names=tuple((name, tuple(_key(code) for code in codes)) for name, codes in where if codes),
        event_ids=tuple(event_id or ()), event_types=tuple(event_type or ()), actions=tuple(action or ()),
        biz_steps=tuple(map(word_of, biz_step or ())), dispositions=tuple(map(word_of, disposition or ())),
        ge_event_time=_utc(since), lt_event_time=_utc(before), declared_wrong=declared_wrong,
        captured_by=party, descending=newest,
    )  # fmt: skip
    with open_house(context).runtime.store.read() as tx:
        found = find_events(tx, asked, limit=limit)
    if json:
        print_json({"events": [{"hash": one.hash, "event": one.document()} for one in found]})
    else:
        names = ("eventTime", "type", "action", "bizStep")
        rows = ((*map(one.body.get, names), _place(one.body), one.hash) for one in found)
        print_table(("time", "type", "action", "step", "place", "hash"), rows)


def _key(code: str) -> str:
    """A code in any form as the events name it."""
    return key_of(read_code(code).canonical)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


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
