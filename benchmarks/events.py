"""How fast events are read, named and captured, in how much memory, and how many documents are read right.

python -m benchmarks.events [--lines N] [--json]

Every event has eight codes that no other has, so nothing can be remembered from one to the next. Rates are
events per second of one core's own time, medians of several rounds of documents of 1,000 events; the rate at
which the same documents are merely parsed as JSON is the limit beside them. Memory is the peak of a process
of its own that reads a file of so many lines, in each form, beside one that reads a thousandth of it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import supply_events
from benchmarks.captures import capture_rates
from recall.epcis.document import read_document, read_stream
from recall.epcis.identity import event_hash
from recall.epcis.query import read_query_document
from recall.errors import EventRefused

ROUNDS = 7
IN_A_DOCUMENT = 1_000
REFERENCE = 48
"""Hashes per second of the published reference generator, as measured when the bar of 1,000 was set."""

FORMS: dict[str, Callable[[Path, int], None]] = {
    "json-ld": supply_events.write_json,
    "json-ld, context last": partial(supply_events.write_json, context_last=True),
    "json lines": supply_events.write_lines,
    "xml": supply_events.write_xml,
}


def main(words: Sequence[str] = ()) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.events")
    parser.add_argument("--lines", type=int, default=50_000, help="events of the files that measure memory")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.peak is not None:
        print(json.dumps(peak_here(given.peak)))
        return
    figures = measured(given.lines)
    if given.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name}\t{value}")


def measured(count: int) -> dict[str, Any]:
    """All figures: a function each."""
    return {
        "machine": machine(),
        "hashes": hash_rates(),
        "reads": read_rates(),
        "captures": capture_rates(),
        "memory": memory(count),
        "documents": documents_right(),
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def hash_rates() -> dict[str, Any]:
    """Canonical hashes per second of events that were parsed before."""
    rates = []
    for first in range(0, ROUNDS * IN_A_DOCUMENT, IN_A_DOCUMENT):
        told = list(supply_events.events(IN_A_DOCUMENT, first=first))
        rates.append(rate(lambda told=told: [event_hash(event) for event in told]))
    return {"per_second": round(median(rates)), "bar": 1_000, "reference_measured_before": REFERENCE}


def read_rates() -> dict[str, Any]:
    """Events per second: read, validated and hashed, in each form; and merely parsed."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for form, write in FORMS.items():
            path = Path(folder) / "events"
            write(path, IN_A_DOCUMENT * ROUNDS)
            raw = path.read_bytes()
            found[form] = round(rate(lambda raw=raw: read_document(raw)))
    documents = [
        supply_events.document(supply_events.events(IN_A_DOCUMENT, first=first))
        for first in range(0, ROUNDS * IN_A_DOCUMENT, IN_A_DOCUMENT)
    ]
    reading = [rate(lambda raw=raw: read_document(raw)) for raw in documents]
    parsing = [rate(lambda raw=raw: json.loads(raw)["epcisBody"]["eventList"]) for raw in documents]
    found["json-ld, 1,000 a document"] = round(median(reading))
    found["microseconds an event"] = round(1e6 / median(reading))
    found["limit: parsed as JSON and no more"] = round(median(parsing))
    return found


def rate(work: Callable[[], Iterable[Any]]) -> float:
    """What a piece of work gives, per second of this process's time."""
    began = time.process_time()
    count = sum(1 for _ in work())
    return count / (time.process_time() - began)


def memory(count: int) -> dict[str, Any]:
    """Peak megabytes while a file of so many events is read, and one of a thousandth."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for form, write in FORMS.items():
            small, large = Path(folder) / "small", Path(folder) / "large"
            write(small, max(1, count // 1_000))
            write(large, count)
            found[form] = {
                "file_mb": round(large.stat().st_size / 1e6),
                "peak_mb": peak(large)["peak_mb"],
                "peak_mb_of_a_thousandth": peak(small)["peak_mb"],
            }
    return found


def peak(path: Path) -> dict[str, Any]:
    """The peak of a process that reads a file."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.events", "--peak", str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def peak_here(path: Path) -> dict[str, Any]:
    """Read a file in this process and tell its peak."""
    with path.open("rb") as file:
        count = sum(1 for _ in read_stream(file))
    return {"events": count, "peak_mb": round(peak_kilobytes() / 1024, 1)}


def peak_kilobytes() -> float:
    """This process's peak; Linux counts its parent's in elsewhere than in its status."""
    status = Path("/proc/self/status")
    if status.is_file():
        told = dict(
            line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line
        )
        return float(told["VmHWM"].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)


def documents_right() -> dict[str, Any]:
    """Documents of others that are read, refused and named as their owners say; nothing without them."""
    shared = Path(os.environ.get("RECALL_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    published = shared / "vectors/openepcis-test-resources"
    if not published.is_dir():
        return {}
    files = [file for file in sorted(published.rglob("*.*")) if file.suffix in (".json", ".xml")]
    right = sum(accepted(file) is not ("Invalid" in file.parts) for file in files)
    found = {"openepcis": f"{right} of {len(files)}"}
    hashed = [
        file for file in (shared / "vectors/epcis-event-hash/examples").iterdir() if file.suffix != ".hashes"
    ]
    hashed = [file for file in hashed if file.suffix != ".prehashes"]
    named = sum(
        [event.hash for event in read_document(file.read_bytes())]
        == file.with_suffix(".hashes").read_text(encoding="utf-8").split()
        for file in hashed
    )
    return found | {"published hashes, files": f"{named} of {len(hashed)}"} | schema_right(shared, files)


def accepted(file: Path) -> bool:
    """Whether a document is read: a query as a query, all others as events."""
    raw = file.read_bytes()
    try:
        return bool(read_query_document(raw) if "Queries" in file.parts else tuple(read_stream(BytesIO(raw))))
    except EventRefused:
        return False


def schema_right(shared: Path, files: Sequence[Path]) -> dict[str, Any]:
    """The same question to the standard's own JSON schema, where the library `jsonschema` is there."""
    try:
        from jsonschema import Draft7Validator, FormatChecker
    except ImportError:
        return {}
    schema = json.loads((shared / "vectors/gs1-epcis/EPCIS-JSON-Schema.json").read_bytes())
    validator = Draft7Validator(schema, format_checker=FormatChecker())
    documents = [file for file in files if file.suffix == ".json" and "Queries" not in file.parts]
    began = time.process_time()
    right = sum(
        validator.is_valid(json.loads(file.read_bytes())) is not ("Invalid" in file.parts)
        for file in documents
    )
    spent = time.process_time() - began
    return {
        "the standard's JSON schema alone": f"{right} of {len(documents)}",
        "its documents per second": round(len(documents) / spent),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
