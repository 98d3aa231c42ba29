"""What the engine makes of a market whose truth is known: who is missed, told wrongly, spared."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from connectors.sandbox.trial.market import make_trial
from flows.trial.run import fresh_house, run_trial
from recall.settings import Settings

LINES = 100_000


def main() -> None:
    """Make a market with all its faults, score the engine on it, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.market", description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES, help="order lines (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="an empty database's URL; by default a SQLite file")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args(sys.argv[1:] if sys.argv[0].endswith("market.py") else [])
    figures = measured(lines=asked.lines, seed=asked.seed, database=asked.database)
    if asked.json:
        print(json.dumps(figures))
    else:
        show(figures)


def measured(*, lines: int, seed: int, database: str | None = None) -> dict[str, Any]:
    """The score, with the seconds and the bytes of making the market beside it."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        made = make_trial(seed=seed, lines=lines, into=Path(folder))
        seconds = time.perf_counter() - began
        with fresh_house(Settings(), Path(folder), database=database, keep=False) as house:
            found = run_trial(house, Path(folder), said=lambda *_: None)
    making = {"seconds": round(seconds, 2), "lines_a_second": round(lines / seconds), "bytes": made.bytes}
    return {"making": making, **found}


def show(figures: dict[str, Any]) -> None:
    """The figures as a table."""
    making, classes = figures["making"], figures["classes"]
    print(f"order lines\t{figures['lines']:,}")
    print(f"made in\t{making['seconds']} s, {making['lines_a_second']:,} lines/s, {making['bytes']:,} bytes")
    print(f"truly affected lines\t{figures['affected']:,}")
    print(f"missed\t{figures['missed']:,}")
    print(f"told, though not affected\t{figures['wrongly_told']:,}")
    for name, row in classes.items():
        shares = (f"{row[share]:.4%}" if row[share] is not None else "-" for share in ("precision", "recall"))
        print(f"{name}\t{row['lines']:,} lines, precision and recall {', '.join(shares)}")
    print(f"possible without a reason\t{figures['possible_without_reason']:,}")
    print(f"units that a recall by GTIN tells\t{figures['blanket_units']:,}")
    spared = figures["units_spared"]
    print(f"units spared\t{spared:,} ({spared / max(1, figures['blanket_units']):.1%})")
    for stage, seconds in figures["seconds"].items():
        print(f"{stage}\t{seconds:.2f} s")


if __name__ == "__main__":
    main()
