"""Canada: the bulk file names the recalls, their pages name the lots, in tables of both vintages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.feeds.reader import NoticesRead, read_notices
from recall.domain.notice import ClauseKind, Identifier, Notice, Window

RECORD: dict[str, Any] = {
    "NID": "70001", "Title": "Brew Kettles recalled", "Product": "Kettles &amp; lids", "Issue": "Burn hazard",
    "URL": "https://recalls-rappels.canada.ca/en/alert-recall/brew-kettles", "Organization": "CFIA",
    "What you should do": "Stop using&nbsp;them; return for a refund. "
    "<a href=\"https://www.cpsc.gov/Recalls/2026/Brew\">US</a>",
    "Category": "Kitchen", "Recall class": "Class 1", "Last updated": "2026-09-17", "Archived": "1",
}  # fmt: skip
DIN_TABLE = """<html><body><main><h1>Pain tablets recalled</h1><table class="table provisional">
<thead><tr class="bg-info"><th>Product</th><th>DIN</th><th>Lot</th><th>Expiry</th></tr></thead><tbody><tr>
<td data-label="Product">Calm 500 mg</td><td data-label="DIN">00482323</td><td data-label="Lot">100083040</td>
<td data-label="Expiry">January 31, 2029</td></tr></tbody></table>
<h2>Issue</h2><p>Wrong strength.</p><h2>What you should do</h2><p>Return it.</p></main></body></html>"""
FOOD_TABLE = """<table id="tablefield-node-70002-field_affected_products-0"><tr><th>Brand</th><th>Product</th>
<th>Size</th><th>UPC</th><th>Codes</th></tr>
<tr><td>Dale</td><td>Cheese</td><td>200 g</td><td>8 85911 84343 0</td>
<td><p>Best before: 2026 SE 05 Lot 12A</p><p>Best before: 2026 OC 07 Lot 13A</p></td></tr></table>"""


def read(content: object) -> NoticesRead:
    raw = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return read_notices(raw, name="file")


def one(content: object) -> Notice:
    answer = read(content)
    assert ((), 1) == (answer.refused, len(answer.notices))
    assert answer.notices[0] == Notice.read(answer.notices[0].document())
    return answer.notices[0]


def table(*heads_and_cells: str) -> Notice:
    """The notice of a page with a table of one row."""
    half = len(heads_and_cells) // 2
    heads, cells = (
        "".join(f"<td>{cell}</td>" for cell in part)
        for part in (heads_and_cells[:half], heads_and_cells[half:])
    )
    return one(f"<main><table><tr>{heads}</tr><tr>{cells}</tr></table></main>")


def test_a_record_of_the_bulk_file_is_read() -> None:
    notice = one([RECORD])
    assert ("health_canada", "70001", "Class 1", "Archived") == (
        notice.source, notice.reference, notice.classification, notice.status,
    )  # fmt: skip
    assert ("Canadian Food Inspection Agency", date(2026, 9, 17)) == (notice.authority, notice.modified)
    assert "Kettles & lids" == notice.products[0].name
    assert "Stop using them; return for a refund. US" == notice.remedy
    assert ("refund", "return") == notice.remedies
    assert ("https://www.cpsc.gov/Recalls/2026/Brew",) == notice.related
    assert "page" in notice.warnings[0]


def test_a_table_of_plain_cells_names_lot_din_and_expiry() -> None:
    notice = one(DIN_TABLE)
    (product,) = notice.products
    assert ("Calm 500 mg", ("100083040",)) == (product.name, product.lots)
    assert (Identifier(scheme="din", value="00482323"),) == product.identifiers
    assert (Window(first=date(2029, 1, 31), last=date(2029, 1, 31)),) == product.expires
    assert ("Pain tablets recalled", "Wrong strength.", "Return it.") == (
        notice.title,
        notice.hazard,
        notice.remedy,
    )
    assert [(0,)] == [clause.products for clause in notice.clauses if clause.kind is ClauseKind.LOT]


def test_a_table_of_food_pairs_each_lot_with_its_day() -> None:
    notice = one(FOOD_TABLE)
    assert "70002" == notice.reference
    days = [(p.gtin, p.lots, p.expires[0].first) for p in notice.products]
    gtin = "00885911843430"
    assert [(gtin, ("12A",), date(2026, 9, 5)), (gtin, ("13A",), date(2026, 10, 7))] == days
    assert () == notice.warnings


def test_lots_and_days_line_by_line_are_paired() -> None:
    notice = table("Product", "Lot number", "Expiry date", "Calm", "A1<br>A2", "2027-01-02<br>2027-03")
    assert [("A1",), ("A2",)] == [product.lots for product in notice.products]
    assert [date(2027, 1, 2), date(2027, 3, 31)] == [product.expires[0].last for product in notice.products]


@pytest.mark.parametrize(
    ("cell", "lots"),
    [
        ("Lot #: FA2B6004A Expiry: 2029/04/19", ("FA2B6004A",)),
        ("Canadian lots: 3213779, 3213780", ("3213779", "3213780")),
        ("All lots", ()), ("All lots (since July 2023)", ()), ("737, 737A", ("737", "737A")),
    ],
)  # fmt: skip
def test_cells_of_lots_hold_lots_only(cell: str, lots: tuple[str, ...]) -> None:
    assert [lots] == [
        product.lots for product in table("Product Name", "Lot Number", "Ifosfamide", cell).products
    ]


def test_what_cannot_be_read_is_asked() -> None:
    notice = table(
        "Product", "UPC", "Lot or serial number", "Expiry", "Kettle", "885911843431", "see label", "soon"
    )
    assert [(None, (), ())] == [(p.gtin, p.lots, p.expires) for p in notice.products]
    assert 3 == len(notice.warnings)


def test_serials_models_and_catalogue_numbers_have_their_own_columns() -> None:
    product = table("Marque", "Produit", "Numéro de série", "Modèle", "Catalogue", "Brew", "Kettle",
                    "S100 - S199", "K-1", "C-9").products[0]  # fmt: skip
    assert ("Brew", "Kettle", "K-1", ("S100 - S199",)) == (
        product.brand,
        product.name,
        product.model,
        product.serials,
    )
    assert (Identifier(scheme="item", value="C-9"),) == product.identifiers


def test_a_page_without_its_table_is_refused_with_what_to_do() -> None:
    page = "<html><link rel='canonical' href='https://recalls-rappels.canada.ca/en/x'><p>No table.</p></html>"
    (refused,) = read(page).refused
    assert "affected products" in refused.reason


def test_a_record_without_number_is_refused_and_the_others_are_read() -> None:
    answer = read([RECORD | {"NID": None}, RECORD, "x"])
    assert (["/0/NID", "/2"], 1) == ([refused.where for refused in answer.refused], len(answer.notices))


def test_the_published_files_are_read(shared: Path) -> None:
    folder = shared / "notices" / "ca_health"
    bulk = read_notices((folder / "bulk_records.json").read_bytes(), name="bulk")
    page = read_notices((folder / "affected_products_table_nhp.html").read_bytes(), name="page")
    assert (["82628", "78484"], ()) == ([notice.reference for notice in bulk.notices], bulk.refused)
    assert [("737", "737A", "737B", "737C")] == [product.lots for product in page.notices[0].products]
    assert bulk.notices[0].reference == page.notices[0].reference
