"""The reference says what the code says: its written parts are up to date, and its tables are complete."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from recall.domain.notice import (
    ClauseKind,
    Identifier,
    Notice,
    NoticeClause,
    NoticeExclusion,
    NoticeProduct,
    Window,
)
from recall.reading.date_code import DateCode
from recall.reading.stated import CodePlace, Picture, Place, Shown, Statement
from tests.house.tree import ROOT, named
from tools.reference import PART, WRITERS, pages, renewed

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("page", pages(), ids=named)
def test_the_written_parts_of_a_page_are_up_to_date(page: Path) -> None:
    assert renewed(page.read_text("utf-8")) == page.read_text("utf-8"), "run python -m tools.reference"


def test_every_writer_has_its_part_and_every_part_its_writer() -> None:
    parts = {found[2] for page in pages() for found in PART.finditer(page.read_text("utf-8"))}
    assert set(WRITERS) == parts


def test_every_setting_is_described() -> None:
    assert [] == [line for line in WRITERS["settings"]().splitlines() if line.endswith("|  |")]


def test_the_form_of_notices_names_every_key() -> None:
    product, days = NoticeProduct(name="a charger"), (Window(first=date(2025, 1, 1)),)
    whole = NoticeProduct(
        lot_ranges=("A1 - A2",), lot_masks=("A#",), serial_masks=("#",), packed=days, expires=days,
        encodings=(DateCode.parse(encoding="YYWW", of="lot", start=0),), containers=("0",),
        components=(product,), excluded=NoticeExclusion(lots=("A1",)),
        identifiers=(Identifier(scheme="sku", value="1"),), years=("2025",),
        code_place=CodePlace(place=Place.BOTTOM),
    )  # fmt: skip
    clause = NoticeClause(
        kind=ClauseKind.PRODUCT, text="a", start=0, end=1, confidence=1.0, products=(0,)
    )  # fmt: skip
    notice = Notice(
        source="own", reference="R-1", title="t", authority="a", text="a", products=(product,),
        clauses=(clause,),
    )  # fmt: skip
    assert keys_of("A notice") == set(notice.document())
    more = replace(
        notice,
        related=("R-2",),
        status="Ongoing",
        classification="Class I",
        modified=days[0].first,
        pictures=(Picture(sha256="0a" * 32, shows=Shown.CODE, words="base"),),
        statements=(Statement(element="hazard", language="de", text="a"),),
    )
    assert keys_of("What more a notice may say") == set(more.document()) - set(notice.document())
    assert keys_of("A product") == set(product.document())
    assert keys_of("What more a product may say") == set(whole.document()) - set(product.document())
    assert keys_of("A clause") == set(clause.document())


def keys_of(heading: str) -> set[str]:
    """The keys in the table under a heading of the page about notices."""
    text = (REFERENCE / "notice-form.md").read_text("utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE))
