"""The word `notice lint`: what a notice says that its law forbids, and what it lacks that its law wants."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors.feeds.raw import Kind, Raw, opened
from connectors.feeds.tables import Page
from flows.cli import Code
from flows.opening import content_of, name_of
from flows.printing import Cell, Json, print_json, print_table, say
from recall.domain.lint import Finding, Linted, Written, lint, plain
from recall.domain.policy import load_policy
from recall.errors import InputRefused

_COLUMNS = ("fault", "what", "line", "column", "basis", "confidence", "citation")
_READABLE = frozenset({Kind.TEXT, Kind.CSV, Kind.HTML, Kind.PDF})
"""A text with many commas may look like CSV."""


def lint_notice(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            help="A notice as people read it (text, Markdown, HTML, PDF), its address, or -.",
            metavar="FILE|URL|-",
        ),
    ],
    *,
    profile: Annotated[
        str, typer.Option(help="The policy whose law the notice follows: recall policy list.")
    ],
    language: Annotated[str, typer.Option(help="The language that the notice is written in: de, en, fr...")],
    json: Json = False,
) -> None:
    """Find the words of a notice that make the danger look small, and the elements and pictures it lacks.

    Leaves with 1 if anything is wrong. What no program can look for is named on standard error.

    Examples:

        recall notice lint notice.de.html --profile eu-gpsr --language de

        recall notice lint - --profile eu-gpsr --language en --json < notice.txt
    """
    raw = opened(content_of(context, file), name=name_of(file))
    found = lint(_written(raw), policy=load_policy(profile), language=language)
    if json:
        print_json(_document(found, profile=profile, language=language))
    else:
        print_table(_COLUMNS, map(_row, found.findings))
    if found.unchecked:
        say(f"Look for these yourself: {', '.join(found.unchecked)}")
    if not found.passed:
        raise typer.Exit(Code.ERROR)


def _written(raw: Raw) -> Written:
    """The words and pictures of a file. Raises InputRefused for one that is not made for people to read."""
    if raw.kind not in _READABLE:
        raise InputRefused.of(raw.name, expected="text, Markdown, HTML or PDF", got=raw.kind.upper())
    if raw.kind is Kind.HTML:
        page = Page(raw.text)
        return Written(text=plain(page.words()).text, pictures=tuple(page.pictures()))
    written = plain(raw.text)
    return Written(text=written.text, pictures=None) if raw.kind is Kind.PDF else written


def _document(found: Linted, *, profile: str, language: str) -> dict[str, object]:
    return {
        "profile": profile, "language": language, "passed": found.passed,
        "findings": [dict(zip(_COLUMNS, _row(finding), strict=True)) for finding in found.findings],
        "unchecked": list(found.unchecked),
    }  # fmt: skip


def _row(finding: Finding) -> tuple[Cell, ...]:
    ground = finding.ground
    return (
        finding.fault.value, finding.what, finding.line or None, finding.column or None, ground.basis.value,
        ground.confidence.value, ground.citation,
    )  # fmt: skip
