"""What tells affected units: whatever the domain can narrow by is said in every language and every form."""

from __future__ import annotations

import io
import json
from dataclasses import MISSING, fields, replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from recall.compiled.affected import told_of
from recall.compiled.linked import linked
from recall.compiled.page import page
from recall.compiled.paper import paper
from recall.compiled.wording import known_languages, wording
from recall.domain.clause import Exclusion, ScopeClause
from recall.domain.notice import Identifier, Notice, NoticeExclusion, NoticeProduct, Window
from recall.domain.scope import scope_of
from recall.reading.date_code import CodeOf, DateCode
from tests.compiled.notices import complete
from tests.compiled.test_composing import EDITIONS, composed
from tests.compiled.test_forms import DATED

SSCC, SITE = "340123450000000017", "4012345000009"
DAYS = (Window(first=date(2023, 6, 5), last=date(2023, 7, 28)),)
PART = NoticeProduct(
    name="Cell", gtin="04006381333931", lots=("CELL-1",), serials=("S10 - S19",), serial_masks=("Q##",),
    components=(NoticeProduct(name="Foil", gtin="06901234567892", lot_ranges=("F1 - F9",)),),
)  # fmt: skip
TOLD: dict[str, tuple[Any, tuple[str, ...]]] = {
    "name": ("Kettle", ("Kettle",)),
    "brand": ("Example", ("Example",)),
    "model": ("K-7", ("K-7",)),
    "gtin": ("04006381333931", ("4006381333931",)),
    "lots": (("L-1", "L-2"), ("L-1", "L-2")),
    "serials": (("A1", "B100 - B199", "C*", "D?1 - D?9"), ("A1", "B100", "B199", "C", "D?1", "D?9")),
    "date_codes": (("0323",), ("0323",)),
    "made": (DAYS, ("2023",)),
    "sold": (DAYS, ("2023",)),
    "packed": (DAYS, ("2023",)),
    "expires": (DAYS, ("2023",)),
    "quantity": (12, ("12",)),
    "lot_ranges": (("R1 - R7",), ("R1", "R7")),
    "lot_masks": (("M##@",), ("M##@",)),
    "serial_masks": (("N??",), ("N??",)),
    "encodings": ((DateCode(encoding="YYWW", of=CodeOf.LOT, start=1),), ("YYWW", "YY", "WW", "2")),
    "containers": ((SSCC,), (SSCC,)),
    "components": ((PART,), ("Cell", "4006381333931", "CELL-1", "S10", "S19", "Q##", "Foil", "F1", "F9")),
    "excluded": (
        NoticeExclusion(models=("K-8",), lots=("L-9", "L20 - L29"), serials=("A9",), sites=(SITE,),
                        made=DAYS),
        ("K-8", "L-9", "L20", "L29", "A9", SITE, "2023"),
    ),
    "identifiers": ((Identifier(scheme="sku", value="EX-7"),), ("sku", "EX-7")),
    "years": (("2024",), ("2024",)),
}  # fmt: skip
"""Each field of a product with a value, and what a reader must find of it."""
NO_CRITERION = {"code_place"}
"""It helps to find the code, and narrows nothing; it has a picture of its own."""
CASES = [(field, profile, language) for field in TOLD for profile, language in EDITIONS]


def only(field: str, *, language: str = "en") -> Notice:
    """A notice of a product that has a name and this."""
    product = replace(NoticeProduct(name="Kettle"), **{field: TOLD[field][0]})
    return complete(language, products=(product,), pictures=(), quantity=None)


def test_every_field_of_a_product_is_looked_at_here() -> None:
    assert {field.name for field in fields(NoticeProduct)} == TOLD.keys() | NO_CRITERION


def test_every_criterion_of_the_domain_comes_from_a_field_that_is_told() -> None:
    met = set[str]()
    products = [replace(NoticeProduct(name="Kettle", gtin="04006381333931"), **{f: TOLD[f][0]}) for f in TOLD]
    scope = scope_of(
        complete(products=tuple(products)), recall_id="r", version=1, catalogue={"K-7": frozenset({"1"})}
    )
    for clause in scope.clauses:
        for part in (clause, clause.exclusion):
            for each in fields(part):
                default = each.default_factory() if each.default_factory is not MISSING else each.default
                if getattr(part, each.name) != default:
                    met.add(each.name)
    # `excluded_lots` is of scopes that were kept before a notice could say what it excepts
    known = {each.name for kind in (ScopeClause, Exclusion) for each in fields(kind)}
    assert {"number", "name", "excluded_lots"} >= known - met


@pytest.mark.parametrize(("field", "profile", "language"), CASES)
def test_each_stands_on_the_page_under_a_label_of_its_language(
    field: str, profile: str, language: str
) -> None:
    document = composed(only(field, language=language), profile, language)
    seen, text = unescape(page(document).decode()), document.written().text
    assert [] == [word for word in TOLD[field][1] if word not in seen or word not in text]
    if field not in ("name", "gtin", "brand", "model"):
        (item,) = next(section.part.items for section in document.sections if section.part.items)
        assert {row.label for row in item.rows} <= set(wording(language).facts.values())


@pytest.mark.parametrize("field", TOLD)
def test_each_stands_in_the_linked_data_and_in_our_own_form(field: str) -> None:
    notice = only(field, language="de")
    told = json.loads(linked(notice, composed=composed(notice, "eu-gpsr", "de")))["about"][0]
    seen = f"{told.get('description')} {told['name']}"
    assert [] == [word for word in TOLD[field][1] if word not in str(seen)]
    assert only(field).document() == Notice.read(only(field).document()).document()


@pytest.mark.parametrize("language", known_languages())
def test_all_of_them_are_printed_in_every_language(language: str) -> None:
    product = replace(NoticeProduct(name="Kettle"), **{field: value for field, (value, _) in TOLD.items()})
    profile = "cn-samr" if language == "zh" else "eu-gpsr"
    document = composed(complete(language, products=(product,)), profile, language)
    printed = PdfReader(io.BytesIO(paper(document, dated=DATED)))
    text = "".join("".join(sheet.extract_text() for sheet in printed.pages).split())
    assert [] == [word for _, words in TOLD.values() for word in words if word not in text]


def test_an_exception_says_of_what_it_is_one_and_a_site_and_days_are_one() -> None:
    (row,) = told_of(NoticeProduct(name="Kettle", excluded=TOLD["excluded"][0]), wording("en"))
    assert "Not affected" == row.label
    assert (
        "Model: K-8", "Lot number: L-9, L20 to L29", "Serial number: A9",
        f"Place of manufacture (GLN): {SITE}; Made: 5 June 2023 to 28 July 2023",
    ) == row.values  # fmt: skip


def test_codes_and_dates_within_them_are_said_in_words() -> None:
    product = NoticeProduct(
        name="Kettle", serials=TOLD["serials"][0], lot_masks=("M##@",), encodings=TOLD["encodings"][0]
    )
    told = {row.label: row.values for row in told_of(product, wording("de"))}
    assert ("A1", "B100 bis B199", "alle, die mit C beginnen",
            "D?1 bis D?9 (* und ? stehen für ein beliebiges Zeichen)") == told["Seriennummer"]  # fmt: skip
    assert ("Chargennummer: YYWW ab Zeichen 2 (YY Jahr, WW Woche)",) == told["Datum im Code"]


@given(st.dictionaries(st.sampled_from(sorted(TOLD)), st.none()), st.sampled_from(known_languages()))
def test_any_of_them_together_leave_none_out(chosen: dict[str, None], language: str) -> None:
    product = replace(NoticeProduct(name="Kettle"), **{field: TOLD[field][0] for field in chosen})
    lines = "\n".join(", ".join(row.values) for row in told_of(product, wording(language)))
    missing = [word for field in chosen if field != "name" for word in TOLD[field][1] if word not in lines]
    assert [] == missing
