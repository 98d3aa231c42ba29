"""The printer: JSON where it was asked for, tables on a terminal, tab-separated lines in a pipe."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
"""The option that every command which prints has."""

Cell = str | int | None


def print_json(document: object) -> None:
    """One JSON document: readable on a terminal, on one line in a pipe."""
    indent = 2 if Console().is_terminal else None
    print(json.dumps(document, ensure_ascii=False, indent=indent))


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "", header: bool = True
) -> None:
    """Rows under their columns; a terminal is shown no empty column, and numbers on the right.

    In a pipe every column is there under its name, and the title is a line after `#`.
    """
    console = Console()
    if not console.is_terminal:
        _print_lines(columns, rows, title=title)
        return
    table = Table(title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.show_header = header
    told = [tuple(row) for row in rows]
    used = [n for n in range(len(columns)) if not told or any(row[n] not in (None, "") for row in told)]
    shown = [tuple(row[number] for number in used) for row in told]
    for number, column in enumerate(columns[number] for number in used):
        counts = [row[number] for row in shown if row[number] is not None]
        justify: Any = "right" if counts and all(isinstance(n, int) for n in counts) else "left"
        table.add_column(column, justify=justify, overflow="fold")
    for row in shown:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else cell or "") for cell in row))
    console.print(table)


def print_pairs(pairs: Iterable[tuple[str, Cell]], *, title: str = "") -> None:
    """Names and their values, one a line."""
    print_table(("name", "value"), pairs, title=title, header=False)


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Rows as CSV (RFC 4180) with a header."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def say(text: str) -> None:
    """A sentence for people, on standard error."""
    print(text, file=sys.stderr)


@contextmanager
def progress(text: str, *, total: int | None, quiet: bool) -> Iterator[Progress]:
    """A bar on standard error; silent in a pipe, under CI, and when asked to be."""
    console = Console(stderr=True)
    off = quiet or not console.is_terminal or bool(os.environ.get("CI"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=off, transient=True) as bar:
        bar.add_task(text, total=total)
        yield bar


def _print_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> None:
    if title:
        print(f"# {title}")
    for row in (columns, *rows):
        print("\t".join(_plain(cell) for cell in row))


def _plain(cell: Cell) -> str:
    """A cell without the tabs and line ends that would break its line."""
    return " ".join(str("" if cell is None else cell).split())
