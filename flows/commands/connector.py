"""The word `connector`: which systems the engine can speak with, and whether one keeps its promises."""

from __future__ import annotations

import asyncio
import os
import tomllib
from importlib.resources import files
from typing import Annotated, Any

import typer

from connectors.feeds.reader import FEEDS
from connectors.registry import REGISTRIES, names
from connectors.sandbox.faults import fault_of
from flows.cli import Code
from flows.conformance import (
    Asked,
    checked,
    checked_sandbox,
    class_of,
    own_key,
    print_checks,
    print_faults,
)
from flows.indexing import index_all
from flows.opening import open_house, settings_of
from flows.printing import Json, print_json, print_table, say
from recall.codes.gs1 import read_gtin
from recall.domain.party import Role
from recall.errors import InputRefused
from recall.store import parties, scans
from recall.store.scans import Scan

app = typer.Typer(add_completion=False, no_args_is_help=True)
_COLUMNS = ("name", "kind", "duties", "quality", "title")
_INDEX = ("party", "gtin", "rows", "complete", "fresh_until", "why")


@app.callback()
def connector() -> None:
    """List connectors, and check a partner's system."""


@app.command(name="list")
def list_(*, json: Json = False) -> None:
    """List the kinds of connectors and the feeds of notices, with what each can do.

    Examples:

        recall connector list

        recall connector list --json
    """
    kinds = [_row(name, kind="connector", package=f"connectors.{name}") for name in names()]
    kinds += [_row(name, kind="registry", package=f"connectors.{name}") for name in REGISTRIES]
    kinds += [_row(feed.name, kind="feed", package=f"connectors.feeds.{feed.name}") for feed in FEEDS]
    if json:
        print_json({"connectors": kinds})
    else:
        rows = (row | {"duties": " ".join(row["duties"])} for row in kinds)
        print_table(_COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@app.command()
def check(
    context: typer.Context,
    url: Annotated[
        str | None, typer.Argument(help="Base address of the participant's system.", metavar="URL")
    ] = None,
    *,
    class_: Annotated[
        str | None,
        typer.Option("--class", help="A to E: ask what this class and those before it promise.", metavar="C"),
    ] = None,
    token: Annotated[str, typer.Option(help="What it knows this engine by (RECALL_PARTNER_TOKEN).")] = "",
    gtin: Annotated[
        str | None, typer.Option(help="A trade item that is sold there; else the one it states.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for each answer.")] = 20.0,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Check the reference participant.")] = False,
    fault: Annotated[
        str | None, typer.Option(help="Plant this fault in the reference participant.", metavar="NAME")
    ] = None,
    faults: Annotated[bool, typer.Option("--faults", help="List the faults that can be planted.")] = False,
    json: Json = False,
) -> None:
    """Check whether a participant keeps the promises of the protocol. Nothing is changed there.

    Its webhooks are signed with this installation's own key. Leaves with 1 if one promise is not kept.

    Examples:

        recall connector check http://127.0.0.1:8801 --token T --class C

        recall connector check https://market.example --gtin 09521234500018 --json

        recall connector check --sandbox --fault lost-page
    """
    if faults:
        print_faults(json=json)
        return
    if (url is None) is not sandbox or (fault and not sandbox):
        raise InputRefused(
            "Say which participant", expected="an address, or --sandbox", got="both, or neither"
        )
    asked = Asked(upto=class_of(class_), gtin=gtin, timeout=timeout)
    if sandbox:
        checks = checked_sandbox(asked, fault=fault_of(fault) if fault else None)
    else:
        known_by = token or os.environ.get("RECALL_PARTNER_TOKEN", "")
        checks = checked(asked, url=url or "", token=known_by, key=own_key(settings_of(context)))
    print_checks(checks, json=json)
    if not all(one.ok for one in checks):
        raise typer.Exit(Code.ERROR)


@app.command()
def index(
    context: typer.Context,
    party: Annotated[str | None, typer.Argument(help="The platform's id.", metavar="PARTY")] = None,
    *,
    all: Annotated[bool, typer.Option("--all", help="Every platform that has a system.")] = False,
    gtin: Annotated[list[str] | None, typer.Option(help="A trade item that nothing here names yet.")] = None,
    json: Json = False,
) -> None:
    """Read what a platform sold before any recall, without anything personal; the timer keeps it fresh.

    Done again it goes on where it was cut off. Leaves with 1 if a platform could not be read to its end.

    Examples:

        recall connector index party_0197...

        recall connector index --all --gtin 09521234500018 --json
    """
    house = open_house(context)
    with house.runtime.store.read() as tx:
        known = [p for p in parties.parties(tx, role=Role.PLATFORM) if p.has_system]
        asked = known if all else [parties.party(tx, party_id=party)] if party else []
    if not asked:
        raise InputRefused("Say which platform", expected="a party's id, or --all", got="none")
    gtins = [read_gtin(each)[0][1] for each in gtin or ()]
    done = asyncio.run(index_all(house, asked=asked, gtins=gtins))
    with house.runtime.store.read() as tx:
        rows = [_index(one) for each in asked for one in scans.indexes(tx, platform_id=each.id)]
    failures = {each.party.id: each.failure for each in done if each.failure}
    if json:
        print_json({"indexes": rows, "failures": failures})
    else:
        print_table(_INDEX, ([row[name] for name in _INDEX] for row in rows))
        for id_, failure in failures.items():
            say(f"{id_}: {failure}")
    if failures:
        raise typer.Exit(Code.ERROR)


def _index(one: Scan) -> dict[str, str | int | bool | None]:
    """How far an index is."""
    return {
        "party": one.platform_id, "gtin": one.gtin or "every", "rows": one.rows, "complete": one.complete,
        "fresh_until": one.sure.isoformat() if one.sure else None, "why": one.why,
    }  # fmt: skip


def _row(name: str, *, kind: str, package: str) -> dict[str, Any]:
    """A connector by its manifest; a stranger's package may have none."""
    try:
        manifest = tomllib.loads((files(package) / "manifest.toml").read_text("utf-8"))
    except (ModuleNotFoundError, FileNotFoundError):
        manifest = {}
    return {
        "name": name, "kind": kind, "duties": manifest.get("duties", []), "quality": manifest.get("quality"),
        "title": manifest.get("title"),
    }  # fmt: skip
