"""The word `demo`: one recall through all its stages, on a practice market on this machine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.cli import Code
from flows.demo.report import Report, report_of, show
from flows.demo.story import Told, run_demo
from flows.opening import settings_of
from flows.printing import Json, print_json, say

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    context: typer.Context,
    *,
    lines: Annotated[int, typer.Option(min=100, help="Order lines on the two marketplaces.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The market that is made; the same seed, the same market.")] = 1,
    home: Annotated[
        Path | None,
        typer.Option(help="The folder of the demo; by default `demo` in the home.", metavar="DIR"),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Keep the pages open until Ctrl-C.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, even if a demo was cut short.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")] = False,
    json: Json = False,
) -> None:
    """Carry one recall through all its stages, on this machine.

    A marketplace pair, a logistics partner and a post office run beside the engine; a demo that was cut short
    goes on where it was. Leaves with 1 if an affected order line was missed or the units do not balance.

    Examples:

        recall demo

        recall demo --lines 2000 --seed 7 --serve

        recall demo --quiet --json > demo.json
    """
    reports: list[Report] = []

    def tell(told: Told) -> None:
        report = report_of(told)
        reports.append(report)
        if json:
            print_json(report.document())
        else:
            show(report, console=Console())
        if serve:
            _stay_open()

    run_demo(
        home=home or settings_of(context).home / "demo", lines=lines, seed=seed, fresh=fresh,
        quiet=quiet or context.obj.quiet, wait=tell,
    )  # fmt: skip
    report = reports[0]
    if report.score.missed or not report.overview.ledger.balances or report.audit_broken is not None:
        raise typer.Exit(Code.ERROR)


def _stay_open() -> None:
    """Until Ctrl-C, which is how one leaves: it ends the demo as a success."""
    say("The pages are open. Ctrl-C ends the demo.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("")
