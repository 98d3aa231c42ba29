"""How fast product codes are read, beside biip, and through the command; and a long trial by broken strings.

python -m benchmarks.codes [--lines N] [--json]
python -m benchmarks.codes --fuzz MINUTES [--json]

Codes are all different, so nothing can be remembered from one to the next. Rates are codes per second of one
core's own time, medians of several rounds, so that neighbours on a shared machine weigh little; the command's
start is in its rate, which is told by the clock on the wall too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

import biip

from benchmarks.broken_codes import tried
from recall.codes.reader import read_code
from tests.codes.strings import random_codes

ROUNDS = 5
BIIPS_SHARE = 10
"""biip, slower, is given every so manieth code."""


def main(words: Sequence[str] = ()) -> None:
    """Print the figures, or the outcome of the trial."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.codes")
    parser.add_argument("--lines", type=int, default=100_000, help="codes a round")
    parser.add_argument("--fuzz", type=float, metavar="MINUTES", help="try broken strings for so long")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given_words = parser.parse_args(words)
    found = measured(given_words.lines) if given_words.fuzz is None else tried(given_words.fuzz)
    if given_words.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name}\t{value}")
    if found.get("crashes"):
        sys.exit(1)


def measured(count: int) -> dict[str, Any]:
    """The figures of so many codes a round."""
    ours, biips, ours_on_biips = [], [], []
    for seed in range(ROUNDS):
        codes = list(random_codes(count, seed=seed))
        ours.append(rate(read_code, codes))
        shared = [code for code in codes if not code.startswith(("(", "^", "urn:"))][::BIIPS_SHARE]
        ours_on_biips.append(rate(read_code, shared))
        biips.append(rate(biip.parse, shared))
    return {
        "machine": machine(),
        "codes_a_round": count,
        "rounds": ROUNDS,
        "strict_codes_per_second": round(median(ours)),
        "on_what_biip_reads_too": {
            "ours_per_second": round(median(ours_on_biips)),
            "biip_per_second": round(median(biips)),
            "ratio": round(median(ours_on_biips) / median(biips), 1),
        },
        "command": command_rate(count),
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load": load,
    }


def rate(read: Callable[[str], object], codes: Sequence[str]) -> float:
    """Codes a second of processor time."""
    began = time.process_time()
    for code in codes:
        read(code)
    return len(codes) / (time.process_time() - began)


def command_rate(count: int) -> dict[str, float]:
    """What `recall decode` takes to start, and how many lines a second it reads."""
    one, one_by_the_wall = run_command(["4006381333931"])
    many, many_by_the_wall = run_command(random_codes(count, seed=ROUNDS))
    return {
        "start_seconds": round(one, 2),
        "start_seconds_by_the_wall": round(one_by_the_wall, 2),
        "lines_per_second": round(count / many),
        "lines_per_second_by_the_wall": round(count / many_by_the_wall),
    }


def run_command(codes: Iterable[str]) -> tuple[float, float]:
    """The seconds of processor time and of the clock that the command takes for codes on standard input."""
    lines = "".join(f"{code}\n" for code in codes).encode()
    program = [sys.executable, "-m", "flows.cli", "decode", "--json", "-"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(program, input=lines, stdout=subprocess.DEVNULL, check=True)
    after, by_the_wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, by_the_wall


if __name__ == "__main__":
    main(sys.argv[1:])
