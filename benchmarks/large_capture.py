"""What a very large document costs: `recall events capture --proceed`, its time and its peak memory.

python -m benchmarks.large_capture [--megabytes 1000] [--json]

A JSON-LD document of so many megabytes, each event with eight codes that no other has, is written as a stream
and captured into a new SQLite file; beside it one of a tenth, and one of a hundredth. Constant memory means:
as soon as the database's own cache is full, the peak does not grow with the document.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import supply_events

SHARES = (100, 10, 1)
"""Which parts of the size asked for are captured: a hundredth, a tenth, all."""
SAMPLE = 1_000
"""Events by which the size of one is told."""
_MEGABYTE = 1_000_000


def main(words: Sequence[str] = ()) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_capture")
    parser.add_argument(
        "--megabytes", type=int, default=100, help="of the largest document (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = parser.parse_args(words)
    figures = measured(given.megabytes)
    if given.json:
        print(json.dumps(figures, indent=2))
        return
    print("megabytes\tevents\tseconds\tevents/s\tpeak MB\tdatabase MB")
    for row in figures["documents"]:
        print("\t".join(str(row[name]) for name in row))


def measured(megabytes: int) -> dict[str, Any]:
    """A row a document, the smallest first, and how often the last peak holds the one before."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [captured(Path(folder), megabytes // share) for share in SHARES if megabytes >= share]
    peaks = [row["peak_mb"] for row in rows]
    return {"documents": rows, "grown": round(peaks[-1] / peaks[-2], 2) if len(peaks) > 1 else None}


def captured(folder: Path, megabytes: int) -> dict[str, Any]:
    """One document of about so many megabytes, written and captured by the command."""
    document, home = folder / f"{megabytes}.json", folder / f"home-{megabytes}"
    sample = supply_events.document(supply_events.events(SAMPLE))
    events = megabytes * _MEGABYTE * SAMPLE // len(sample)
    supply_events.write_json(document, events)
    words = ("--home", str(home), "-q", "events", "capture", "--proceed", "--json", str(document))
    began = time.perf_counter()
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen([sys.executable, "-m", "flows.cli", *words], stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    told = json.loads((folder / "said").read_bytes())
    assert (0, events) == (process.returncode, told["new"]), told
    document.unlink()
    return {
        "megabytes": megabytes, "events": events, "seconds": round(seconds, 1),
        "per_second": round(events / seconds), "peak_mb": round(used.ru_maxrss / 1024),
        "database_mb": round((home / "recall.db").stat().st_size / _MEGABYTE),
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
