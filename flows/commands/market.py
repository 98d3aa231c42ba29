"""The word `market`: make a market whose truth is known, and score the engine on it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors.sandbox.trial.market import make_trial
from connectors.sandbox.trial.rates import Rates
from flows.cli import Code
from flows.opening import settings_of
from flows.printing import Json, print_json, print_pairs, print_table, progress, say
from flows.trial.run import fresh_house, run_trial

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def market() -> None:
    """Make a market of known truth, and score the engine on it."""


@app.command()
def make(
    context: typer.Context,
    *,
    into: Annotated[Path, typer.Option("--into", "-o", help="The folder to write.", metavar="DIR")],
    lines: Annotated[int, typer.Option(help="Order lines, from 1,000 to 50,000,000.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed, the same bytes.")] = 1,
    fault_rate: Annotated[
        list[str] | None,
        typer.Option(
            help="How often a fault happens, as missing=0.01; all=0 for none.", metavar="NAME=SHARE"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Make a market: events, orders and a notice, and apart from them the truth.

    Written in constant memory, whole or not at all. The faults are described in the how-to on markets.

    Examples:

        recall market make --lines 10000 --seed 7 -o market

        recall market make --lines 1000000 -o market --fault-rate all=0 --fault-rate missing=0.02
    """
    rates = Rates.read(fault_rate or ())
    began = time.perf_counter()
    with progress("Order lines", total=lines, quiet=context.obj.quiet) as bar:
        made = make_trial(
            seed=seed, lines=lines, into=into, rates=rates,
            told=lambda count: bar.update(bar.task_ids[0], completed=count),
        )  # fmt: skip
    seconds = round(time.perf_counter() - began, 2)
    told = {
        "lines": made.lines, "seed": made.seed, "events": sum(made.events.values()),
        "affected": made.affected_lines, "bytes": made.bytes, "seconds": seconds,
    }  # fmt: skip
    if json:
        print_json(told)
    else:
        print_pairs((name, str(value) if isinstance(value, float) else value) for name, value in told.items())


@app.command()
def score(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A market that was made.", metavar="DIR")],
    *,
    database: Annotated[
        str | None, typer.Option(help="An empty database; by default a SQLite file in DIR.", metavar="URL")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what the engine wrote, as a home: DIR/engine.")
    ] = False,
    json: Json = False,
) -> None:
    """Let the engine capture, settle, trace and match a market, and compare its answers with the truth.

    The market is scored when the recall is opened, and again after its late events. Leaves with 1 if an
    affected order line was let off in the end.

    Examples:

        recall market score market

        recall market score market --keep --json
    """
    quiet = context.obj.quiet
    with fresh_house(settings_of(context), folder, database=database, keep=keep) as house:
        result = run_trial(house, folder, said=lambda stage, s: None if quiet else say(f"{stage} {s:.1f} s"))
    if json:
        print_json(result)
    else:
        _show(result)
    if result["missed"]:
        raise typer.Exit(Code.ERROR)


def _show(result: dict[str, Any]) -> None:
    names = ("lines", "affected", "missed", "wrongly_told", "blanket_units", "units_told", "units_spared")
    print_pairs(((name.replace("_", " "), result[name]) for name in names), title="Against the truth")
    rows = (
        (cls, row["lines"], row["affected"], _share(row["precision"]), _share(row["recall"]))
        for cls, row in result["classes"].items()
    )
    print_table(("class", "lines", "affected", "precision", "recall"), rows, title="Classes")
    seconds = ((stage, f"{number:.2f}") for stage, number in result["seconds"].items())
    print_table(("stage", "seconds"), seconds, title="Time")


def _share(share: float | None) -> str | None:
    return None if share is None else f"{share:.4%}"
