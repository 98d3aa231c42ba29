"""The word `links`: where a product's page, passport and the like stand, for the resolver to lead there."""

from __future__ import annotations

import json as jsonlib
from typing import Annotated

import typer

from flows.opening import bytes_of, open_house
from flows.printing import Json, print_json, print_pairs, print_table
from recall.codes.reader import read_code
from recall.domain.link_form import entry_document, identity_of, read_entries
from recall.errors import InputRefused
from recall.steps.keep_links import drop_links, keep_links
from recall.store import link_entries

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def links() -> None:
    """Load the links that the resolver gives for a product."""


@app.command()
def load(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Entries, as JSON; - for standard input.", metavar="FILE|-")],
    *,
    party: Annotated[str, typer.Option(help="Who says so: the id of a party.")] = "operator",
    json: Json = False,
) -> None:
    """Load link entries: one, or a list; taken whole or refused whole.

    The form is that of GS1's Resolver Community Edition. The same anchor and qualifiers again replace what
    was there.

    Examples:

        recall links load links.json
    """
    try:
        document = jsonlib.loads(bytes_of(file))
    except (ValueError, RecursionError) as error:
        raise InputRefused.of(file, expected="link entries in JSON", got=str(error)[:120]) from None
    entries = read_entries(document)
    keep_links(open_house(context, create=True).runtime, entries=entries, kept_by=party)
    told = {"entries": len(entries), "links": sum(len(entry.links) for entry in entries)}
    if json:
        print_json(told)
    else:
        print_pairs(told.items())


@app.command("list")
def show(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(help="A code of the product.", metavar="CODE")] = None,
    *,
    json: Json = False,
) -> None:
    """List link entries, of one product or all.

    Examples:

        recall links list 09521234500018 --json
    """
    with open_house(context).runtime.store.read() as tx:
        found = link_entries.entries(tx, anchor=_anchor(code) if code else "")
    if json:
        print_json([entry_document(entry) for entry in found])
        return
    rows = [
        (entry.anchor, entry.place, link.link_type, link.href, link.title)
        for entry in found
        for link in entry.links
    ]
    print_table(("anchor", "qualifiers", "type", "leads to", "title"), rows)


@app.command()
def drop(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="A code of the product.", metavar="CODE")],
    *,
    party: Annotated[str, typer.Option(help="Who says so: the id of a party.")] = "operator",
    json: Json = False,
) -> None:
    """Forget every link entry of a product.

    Examples:

        recall links drop 09521234500018
    """
    gone = drop_links(open_house(context).runtime, anchor=_anchor(code), dropped_by=party)
    if json:
        print_json({"dropped": gone})
    else:
        print_pairs([("dropped", gone)])


def _anchor(code: str) -> str:
    """The primary key of a code, as entries are kept by it."""
    return identity_of(read_code(code, profile="lenient").canonical).anchor
