"""The word `connector`: which systems the engine can speak with, and whether one keeps its promises."""

from __future__ import annotations

import asyncio
import os
import tomllib
from importlib.resources import files
from typing import Annotated, Any

import typer

from connectors.feeds.reader import FEEDS
from connectors.protocol.check import check as ask
from connectors.registry import REGISTRIES, names
from flows.cli import Code
from flows.indexing import index_all
from flows.opening import open_house
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
    url: Annotated[str, typer.Argument(help="Base address of the partner's system.", metavar="URL")],
    *,
    token: Annotated[str, typer.Option(help="What it knows this engine by (RECALL_PARTNER_TOKEN).")] = "",
    gtin: Annotated[str | None, typer.Option(help="A trade item that is sold there: more is asked.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for each answer.")] = 20.0,
    json: Json = False,
) -> None:
    """Check whether a partner's system keeps the promises of the protocol. Nothing is changed there.

    Leaves with 1 if one promise is not kept.

    Examples:

        recall connector check http://127.0.0.1:8801 --token T

        recall connector check https://market.example --gtin 09521234500018 --json
    """
    known_by = token or os.environ.get("RECALL_PARTNER_TOKEN", "")
    checks = asyncio.run(ask(endpoint=url, token=known_by, gtin=gtin, timeout=timeout))
    passed = sum(one.ok for one in checks)
    if json:
        document = [one.document() for one in checks]
        print_json({"passed": passed, "total": len(checks), "checks": document})
    else:
        rows = (("ok" if one.ok else "NOT OK", one.id, one.sent, one.expected, one.got) for one in checks)
        print_table(
            ("", "check", "asked", "expected", "got"), rows, title=f"{passed} of {len(checks)} passed"
        )
    if passed < len(checks):
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
