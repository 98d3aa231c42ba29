"""The word `notice`: read notices, and propose, approve, amend or withdraw the recalls they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from connectors.feeds.reader import NoticesRead, read_notices
from flows.asking import Named, Officer, tell
from flows.cli import Code
from flows.commands import (
    notice_compile,
    notice_draft,
    notice_gs1,
    notice_keys,
    notice_life,
    notice_lint,
    notice_proof,
    notice_score,
)
from flows.extracting import extracted
from flows.opening import content_of, name_of, open_house, recall_id_of, settings_of
from flows.printing import Cell, Json, print_json, print_pairs, print_table, say
from recall.domain.notice import Notice, NoticeProduct
from recall.errors import NoticeRefused, NotNow
from recall.reading.window import Window
from recall.steps import open_recall

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.add_typer(notice_keys.app, name="keys")
app.command()(notice_draft.draft)
app.command()(notice_draft.confirm)
app.command()(notice_draft.correct)
app.command()(notice_draft.add)
app.command()(notice_draft.submit)
app.command()(notice_life.diff)
app.command()(notice_life.reject)
app.command()(notice_life.close)
app.command()(notice_life.withdraw)
app.command()(notice_gs1.gs1)
app.command(name="compile")(notice_compile.compile_notice)
app.command(name="lint")(notice_lint.lint_notice)
app.command()(notice_proof.signed)
app.command()(notice_proof.verify)
app.command()(notice_score.score)

File = Annotated[
    str, typer.Argument(help="A file of notices, its address, or - for standard input.", metavar="FILE|URL|-")
]
Number = Annotated[int | None, typer.Option(min=1, help="Which notice of the file, counted from 1.")]

_COLUMNS = ("reference", "product", "model", "gtin", "lots", "serials", "made", "sold", "quantity")


@app.callback()
def notice() -> None:
    """Read notices, and open, amend or withdraw recalls."""


@app.command()
def read(
    context: typer.Context,
    file: File,
    *,
    feed: Annotated[str, typer.Option(help="Ask this feed only (recall feed list); auto asks all.")] = "auto",
    json: Json = False,
) -> None:
    """Show what a file of notices says: products, lots, windows, quantities, each with its place in the text.

    Whose notices they are is seen from the content: text, HTML, JSON, XML, CSV, XLSX or PDF. Leaves with 1 if
    nothing could be read, with 3 if only a part could; standard error says why.

    Examples:

        recall notice read examples/notices/power-bank.zh.txt

        recall notice read --json - < recalls.json

        recall notice read https://api.fda.gov/food/enforcement.json?limit=5
    """
    found = read_notices(content_of(context, file), name=name_of(file), feed=None if feed == "auto" else feed)
    found = replace(found, notices=extracted(found.notices, settings=settings_of(context)))
    if json:
        print_json(found.document())
    elif Console().is_terminal:
        for one in found.notices:
            _show(one)
    elif found.notices:
        print_table(_COLUMNS, (_row(one, product) for one in found.notices for product in one.products))
    for refused in found.refused:
        say(f"Refused at {refused.where}: {refused.reason}")
    if not found.notices:
        raise typer.Exit(Code.ERROR)
    if found.refused:
        raise typer.Exit(Code.PARTIAL)


@app.command(name="open")
def open_(
    context: typer.Context,
    file: File,
    *,
    policy: Annotated[
        list[str], typer.Option(help="A policy whose clocks and remedies hold; say it again for another law.")
    ],
    officer: Officer,
    number: Number = None,
    json: Json = False,
) -> None:
    """Propose a recall of what a notice names; it opens when a second officer approves it.

    Examples:

        recall notice open notice.txt --policy cn-samr --officer party_0197...

        recall notice open recalls.json --number 3 --policy us-cpsc --policy eu-gpsr --officer party_0197...
    """
    chosen = _one_of(context, file, number=number)
    runtime = open_house(context, create=True).runtime
    proposed = open_recall.propose(runtime, notice=chosen, policies=policy, officer=officer)
    tell(proposed, json=json, next_step=f"recall notice approve {proposed.reference} --officer <another>")


@app.command()
def approve(context: typer.Context, recall: Named, *, officer: Officer, json: Json = False) -> None:
    """Approve the version that waits; it is in force from now on. Its own proposer cannot (exit code 4).

    Examples:

        recall notice approve 2025-06-16-power-bank --officer party_0198...
    """
    runtime = open_house(context).runtime
    opened = open_recall.approve(runtime, recall_id=recall_id_of(runtime, recall), officer=officer)
    tell(opened, json=json, next_step=f"recall status {opened.reference}")


@app.command()
def amend(
    context: typer.Context,
    recall: Named,
    file: File,
    *,
    officer: Officer,
    policy: Annotated[
        list[str] | None, typer.Option(help="A law that the recall runs under too from its approval on.")
    ] = None,
    number: Number = None,
    json: Json = False,
) -> None:
    """Propose the next version of a recall's notice; it holds when a second officer approves it.

    Examples:

        recall notice amend 2025-06-16-power-bank wider.txt --officer party_0197...

        recall notice amend 2025-06-16-power-bank wider.txt --policy eu-gpsr --officer party_0197...
    """
    chosen = _one_of(context, file, number=number)
    runtime = open_house(context).runtime
    recall_id = recall_id_of(runtime, recall)
    version = open_recall.amend(
        runtime, recall_id=recall_id, notice=chosen, officer=officer, adding=policy or ()
    )
    if json:
        print_json({"id": recall_id, "pending_version": version})
    else:
        print(f"Version {version} of {recall} waits for approval.")
        say(f"Next: recall notice approve {recall} --officer <another>")


def _one_of(context: typer.Context, file: str, *, number: int | None) -> Notice:
    """The notice of a file that a recall is to be about. Raises NoticeRefused where that is not certain."""
    found = read_notices(content_of(context, file), name=name_of(file))
    if not found.notices:
        raise _refused(file, found)
    count = len(found.notices)
    if number is None and count > 1:
        raise NoticeRefused.of(
            file, expected="one notice", got=f"{count}", advice="Say which one: --number 1 is the first."
        )
    if number is not None and number > count:
        raise NotNow(f"There is no notice {number} in {file}", expected=f"1 to {count}", got=str(number))
    return found.notices[(number or 1) - 1]


def _refused(file: str, found: NoticesRead) -> NoticeRefused:
    first = found.refused[0]
    return NoticeRefused(
        f"No notice can be read in {file}: {first.reason.rstrip('.')}", value=file, where=first.where,
        advice="`recall notice read` shows what can be read.",
    )  # fmt: skip


def _show(notice: Notice) -> None:
    """A notice for people: its head, its products, its warnings."""
    published = notice.published.isoformat() if notice.published else None
    head: tuple[tuple[str, Cell], ...] = (
        ("title", notice.title), ("authority", notice.authority), ("published", published),
        ("hazard", notice.hazard), ("remedies", ", ".join(notice.remedies)), ("quantity", notice.quantity),
    )  # fmt: skip
    print_pairs(head, title=f"Notice {notice.reference} ({notice.source})")
    print_table(_COLUMNS[1:], (_row(notice, product)[1:] for product in notice.products))
    for warning in notice.warnings:
        print(f"  Warning: {warning}")


def _row(notice: Notice, product: NoticeProduct) -> tuple[Cell, ...]:
    return (
        notice.reference, product.name or product.brand, product.model, product.gtin,
        " ".join(product.lots), ", ".join(product.serials), _windows(product.made), _windows(product.sold),
        product.quantity,
    )  # fmt: skip


def _windows(windows: Iterable[Window]) -> str:
    return ", ".join(f"{w.first or '...'} to {w.last or '...'}" for w in windows)
