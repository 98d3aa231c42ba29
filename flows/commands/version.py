"""The word `version`: what runs here, and in which version."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import typer

from flows.printing import Json, print_json, print_table

app = typer.Typer(add_completion=False)
_PARTS = ("prefect", "sqlalchemy", "fastapi", "httpx")


@app.command()
def version(*, json: Json = False) -> None:
    """Show the versions of what runs here.

    Examples:

        recall version

        recall version --json
    """
    versions = {"recall": _version("recall-engine"), "python": platform.python_version()}
    versions |= {name: _version(name) for name in _PARTS}
    if json:
        print_json(versions)
    else:
        print_table(("part", "version"), versions.items())


def _version(name: str) -> str:
    """The installed version, or what is run from a source tree that was never installed."""
    try:
        return installed(name)
    except PackageNotFoundError:
        return "source"
