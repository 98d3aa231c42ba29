"""The bars of reading on real notices: how much of CPSC's prose and of FDA's codes is read."""

from __future__ import annotations

import csv
import html
import json
from pathlib import Path

import pytest

from recall.reading.code_text import read_codes
from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text
from recall.reading.values import ClauseKind

SCOPE = frozenset({
    ClauseKind.MODEL, ClauseKind.GTIN, ClauseKind.IDENTIFIER, ClauseKind.YEAR, ClauseKind.LOT,
    ClauseKind.SERIAL, ClauseKind.DATE_CODE, ClauseKind.MADE, ClauseKind.SOLD, ClauseKind.ALL,
})  # fmt: skip


@pytest.fixture(scope="module")
def prose(shared: Path) -> list[Reading]:
    """Every record of CPSC's export, read as the feed puts it together."""
    path = shared / "notices" / "cpsc" / "cpsc_gov_recalls_export.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    heads = (
        ("", "Recall Heading"), ("Product: ", "Name of product"), ("", "Description"), ("Units: ", "Units"),
        ("Sold at: ", "Sold At"), ("Hazard: ", "Hazard Description"), ("Remedy: ", "Remedy"),
    )  # fmt: skip
    texts = (
        "\n".join(f"{head}{html.unescape(record[field])}" for head, field in heads if record[field])
        for record in records
    )
    return [read_text(text, language="en", order=Order.MONTH_FIRST) for text in texts]


def test_nearly_every_notice_of_cpsc_has_a_clause_of_product_or_scope(prose: list[Reading]) -> None:
    told = [
        any(clause.kind in {*SCOPE, ClauseKind.PRODUCT} for clause in reading.clauses) for reading in prose
    ]
    finer = [any(clause.kind in SCOPE for clause in reading.clauses) for reading in prose]
    assert 535 == len(prose)
    assert sum(told) >= 0.98 * len(prose)
    assert sum(finer) >= 0.95 * len(prose)


def test_every_clause_of_cpsc_stands_where_it_says(prose: list[Reading]) -> None:
    assert all(reading.text[c.start : c.end] == c.text for reading in prose for c in reading.clauses)
    assert all(n < len(reading.products) for reading in prose for c in reading.clauses for n in c.products)


def test_the_normalised_notices_have_a_clause_too(shared: Path) -> None:
    path = shared / "notices" / "cpsc" / "normalised_secondlook_2026-08.json"
    records = json.loads(path.read_bytes())["recalls"]
    read = [
        read_text(
            f"{r['title']}\nProduct: {r['name']}\n{r['description']}\nUnits: {r['units']}", language="en"
        )
        for r in records
    ]
    assert sum(
        any(c.kind in {*SCOPE, ClauseKind.PRODUCT} for c in one.clauses) for one in read
    ) >= 0.98 * len(read)


def test_most_code_fields_of_the_fda_are_read_whole(shared: Path) -> None:
    path = shared / "notices" / "openfda" / "food_enforcement_isodates.json"
    rows = json.loads(path.read_bytes())["results"]
    fields = (" ".join(filter(None, (row["code_info"], row.get("more_code_info")))) for row in rows)
    whole = [read_codes(field, order=Order.MONTH_FIRST).whole for field in fields]
    assert sum(whole) >= 0.85 * len(whole)
