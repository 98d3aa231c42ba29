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
from flows.printing import Json, print_json, print_table

app = typer.Typer(add_completion=False, no_args_is_help=True)
_COLUMNS = ("name", "kind", "duties", "quality", "title")


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
