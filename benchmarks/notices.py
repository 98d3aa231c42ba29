"""The reading of notices: how many a second, what share is read, and how long hostile texts take.

`python -m benchmarks notices` reads the shared notices (`RECALL_SHARED`, or `shared` beside the project) and
prints one table a question. Times are of the processor, on one core.
"""

from __future__ import annotations

import csv
import html
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from recall.errors import NoticeRefused
from recall.reading.code_text import LONGEST_FIELD, read_codes
from recall.reading.dates import Order
from recall.reading.reader import LONGEST_PROSE, Reading, read_text
from recall.reading.values import ClauseKind

SHARED = Path(os.environ.get("RECALL_SHARED") or Path(__file__).resolve().parents[1].parent / "shared")
_HEADS = (
    ("", "Recall Heading"), ("Product: ", "Name of product"), ("", "Description"), ("Units: ", "Units"),
    ("Sold at: ", "Sold At"), ("Hazard: ", "Hazard Description"), ("Remedy: ", "Remedy"),
)  # fmt: skip
_NO_SCOPE = frozenset(
    {ClauseKind.PRODUCT, ClauseKind.HAZARD, ClauseKind.REMEDY, ClauseKind.SELLER, ClauseKind.TOTAL}
)
HOSTILE = {
    "lists of models": "Model A1, ", "serial ranges": "serial numbers A100 - A200, ", "slashes": "1/",
    "dates": "from May 2020 ", "labels": "lot ", "figures": "1 ", "brackets": "(", "lines": "\n",
    "Chinese dates": "2023年", "Chinese models": "型号:A1,", "bare letters": "a", "dashes": "A-",
    "expiries": "Lot A1 UB 6/29/26 ", "control characters": "\x00\u202e", "quotes": '"',
    "exclusions": "Hazard: it is not included in this.\nModel A1 not included in this. ",
}  # fmt: skip


def main() -> None:
    """Print the tables."""
    if not SHARED.is_dir():
        print(f"no shared notices at {SHARED}: set RECALL_SHARED")
        return
    _prose()
    _codes()
    _hostile()


def _prose() -> None:
    path = SHARED / "notices" / "cpsc" / "cpsc_gov_recalls_export.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        texts = [_text(record) for record in csv.DictReader(file)]
    begin = time.process_time()
    readings = [read_text(text, language="en", order=Order.MONTH_FIRST) for text in texts]
    seconds = time.process_time() - begin
    kinds = Counter(clause.kind.value for reading in readings for clause in reading.clauses)
    scoped = sum(any(clause.kind not in _NO_SCOPE for clause in reading.clauses) for reading in readings)
    rows = [
        ("notices", f"{len(texts):,}"), ("notices a second", f"{len(texts) / seconds:,.0f}"),
        ("with a clause", _share(sum(bool(reading.clauses) for reading in readings), of=len(texts))),
        ("with a clause of scope", _share(scoped, of=len(texts))),
        ("with a warning", _share(sum(bool(reading.warnings) for reading in readings), of=len(texts))),
        *((f"clauses: {kind}", f"{count:,}") for kind, count in kinds.most_common()),
    ]  # fmt: skip
    _table("CPSC prose", rows)


def _text(record: dict[str, str]) -> str:
    return "\n".join(f"{head}{html.unescape(record[field])}" for head, field in _HEADS if record[field])


def _codes() -> None:
    path = SHARED / "notices" / "openfda" / "food_enforcement_isodates.json"
    rows = json.loads(path.read_bytes())["results"]
    fields = [" ".join(filter(None, (row["code_info"], row.get("more_code_info")))) for row in rows]
    begin = time.process_time()
    answers = [read_codes(field, order=Order.MONTH_FIRST) for field in fields]
    seconds = time.process_time() - begin
    _table(
        "FDA code fields",
        [
            ("fields", f"{len(fields):,}"), ("fields a second", f"{len(fields) / seconds:,.0f}"),
            ("read whole", _share(sum(answer.whole for answer in answers), of=len(fields))),
            ("with a clause", _share(sum(bool(answer.clauses) for answer in answers), of=len(fields))),
            ("with a warning", _share(sum(bool(answer.warnings) for answer in answers), of=len(fields))),
        ],
    )  # fmt: skip


def _hostile() -> None:
    readers: tuple[tuple[str, int, Callable[[str], object]], ...] = (
        ("en", LONGEST_PROSE, _read_as("en")), ("zh", LONGEST_PROSE, _read_as("zh")),
        ("codes", LONGEST_FIELD, read_codes),
    )  # fmt: skip
    rows = []
    for name, piece in HOSTILE.items():
        times = (
            f"{what} {_seconds(read, piece * (most // len(piece))):.2f} s" for what, most, read in readers
        )
        rows.append((name, ", ".join(times)))
    title = f"hostile texts as long as is read: prose {LONGEST_PROSE:,} characters, codes {LONGEST_FIELD:,}"
    _table(title, rows)


def _read_as(language: str) -> Callable[[str], Reading]:
    return lambda text: read_text(text, language=language)


def _seconds(read: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    try:
        read(text)
    except NoticeRefused:
        return time.process_time() - begin
    return time.process_time() - begin


def _share(count: int, *, of: int) -> str:
    return f"{count:,} ({100 * count / of:.1f} %)"


def _table(title: str, rows: Iterable[tuple[str, str]]) -> None:
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:<28} {value}")


if __name__ == "__main__":
    main()
