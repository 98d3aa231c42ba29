"""A long trial of the reader by broken strings: by atheris, which follows the branches taken, or hypothesis.

`python -m benchmarks.codes --fuzz MINUTES` starts it. A crash is anything but a code or a refusal, and a code
whose canonical form says something else.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.codes.strings import PIECES, near_misses, try_out

_A_ROUND = 2_000
_SECONDS_OF_ONE = 10


def tried(minutes: float) -> dict[str, Any]:
    """How many strings were tried in so many minutes, and what crashed."""
    return by_atheris(minutes) if find_spec("atheris") else by_hypothesis(minutes)


def by_hypothesis(minutes: float) -> dict[str, Any]:
    """Strings from the strategy of the tests, round after round, until the time is over or one crashes."""
    deadline = time.monotonic() + 60 * minutes
    crashes: list[str] = []
    count = 0

    @settings(max_examples=_A_ROUND, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(near_misses())
    def trial(raw: str) -> None:
        nonlocal count
        count += 1
        try_out(raw)

    while time.monotonic() < deadline and not crashes:
        try:
            trial()
        except Exception as crash:
            crashes.append(repr(crash))
    return {"by": "hypothesis", "minutes": minutes, "strings": count, "crashes": crashes}


def by_atheris(minutes: float) -> dict[str, Any]:
    """The same trial in a process of its own, which libFuzzer feeds."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for number, piece in enumerate(PIECES):
            (seeds / str(number)).write_bytes(piece.encode("utf-8", "surrogatepass"))
        words = (
            str(seeds), f"-max_total_time={round(60 * minutes)}", f"-artifact_prefix={folder}/",
            f"-timeout={_SECONDS_OF_ONE}", "-max_len=400", "-print_final_stats=1",
        )  # fmt: skip
        program = [sys.executable, "-m", "benchmarks.broken_codes", *words]
        done = subprocess.run(program, capture_output=True, text=True, errors="replace", check=False)
        crashes = [ascii(path.read_bytes()) for path in Path(folder).glob("*-*")]
    strings = re.search(r"number_of_executed_units: ([0-9]+)", done.stderr)
    if done.returncode and not crashes:
        crashes = [f"the fuzzer ended with {done.returncode}: {done.stderr[-2_000:]}"]
    count = int(strings[1]) if strings else 0
    return {"by": "atheris", "minutes": minutes, "strings": count, "crashes": crashes}


def _feed() -> None:
    """Be the process that libFuzzer feeds."""
    atheris = import_module("atheris")  # a tool for Linux, there when somebody put it there
    for name in [name for name in sys.modules if name.startswith(("recall.", "tests."))]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["recall.codes"]):
        watched = import_module("tests.codes.strings")
    atheris.Setup(sys.argv, lambda data: watched.try_out(data.decode("utf-8", "surrogateescape")))
    atheris.Fuzz()


if __name__ == "__main__":
    _feed()
