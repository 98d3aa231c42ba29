"""FDA's enforcement reports: from openFDA in all its forms and from iRES, each record a notice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.feeds.fda import _units
from connectors.feeds.reader import NoticesRead, read_notices
from recall.domain.notice import Identifier, Notice
from recall.errors import NoticeRefused
from recall.reading.code_text import read_codes
from recall.reading.dates import Order

RECORD: dict[str, Any] = {
    "recall_number": "F-9001-2026", "event_id": "90001", "recalling_firm": "Acme Foods",
    "product_description": "Acme Oat Bars, 6 oz, UPC 9 521234 50392 7, Keep dry",
    "code_info": "Lot A1 Best By 06/29/2026; Lot B2 Best By 09/04/2026", "more_code_info": "",
    "product_quantity": "1,200 bars total", "reason_for_recall": "Undeclared milk.", "status": "Ongoing",
    "classification": "Class II", "report_date": "20260722", "recall_initiation_date": "20260504",
    "center_classification_date": "20260714", "termination_date": None, "product_type": "Food",
    "distribution_pattern": "NJ, CT", "voluntary_mandated": "Voluntary: Firm initiated",
}  # fmt: skip
IRES: dict[str, Any] = {
    "PRODUCTID": "1", "RECALLEVENTID": "90001", "RECALLNUM": "Z-9001-2026", "FIRMLEGALNAM": "Acme Devices",
    "PRODUCTDESCRIPTIONTXT": "Acme Scanner.\r\nModel Number (REF): 781270.", "PHASETXT": "Ongoing",
    "PRODUCTSHORTREASONTXT": "It may mislead.\n", "PRODUCTDISTRIBUTEDQUANTITY": "14 units",
    "ENFORCEMENTREPORTDT": "05/06/2026", "CENTERCLASSIFICATIONTYPETXT": "2", "EVENTLMD": "05/07/2026",
    "RECALLINITIATIONDT": "04/14/2026", "TERMINATIONDT": None,
}  # fmt: skip
XML = """
<recall-number id="D-9001-2012"><product-type>Drugs</product-type><event-id>1</event-id>
 <recalling-firm>Acme &amp; Sons</recalling-firm><classification>Class III</classification>
 <product-description>Acme Balm, 7 oz, NDC 10631-106-08</product-description>
 <code-info>Lot #: RB81031, Exp 01/13</code-info><product-quantity>2544 bottles</product-quantity>
 <reason-for-recall>Subpotent.</reason-for-recall><report-date>07/11/2012</report-date></recall-number>
"""
REPORT = """RECALLS AND FIELD CORRECTIONS: FOODS - CLASS I
_______________________________
PRODUCT Acme Oat Bars. Recall # F-9001-04.
CODE Lot # 20118000.
RECALLING FIRM/MANUFACTURER Acme Foods, by letter.
REASON Undeclared milk.
VOLUME OF PRODUCT IN COMMERCE 33 units.
DISTRIBUTION NJ.
_______________________________
PRODUCT Acme Rye Bars. Recall # F-9002-04.
CODE Lot # 77.
RECALLING FIRM/MANUFACTURER Acme Foods.
REASON Undeclared egg.
VOLUME OF PRODUCT IN COMMERCE 44 units.
DISTRIBUTION CT.
"""


def read(document: Any) -> NoticesRead:
    return read_notices(json.dumps(document).encode(), name="file")


def one(document: Any) -> Notice:
    (notice,) = read(document).notices
    return notice


def test_lots_pair_with_their_days_and_take_the_trade_item_of_the_description() -> None:
    notice = one({"meta": {"results": {"skip": 0, "limit": 1, "total": 1}}, "results": [RECORD]})
    assert ("openfda", "F-9001-2026", "2026-07-22", 1200) == (
        notice.source, notice.reference, str(notice.published), notice.quantity,
    )  # fmt: skip
    assert ("Undeclared milk.", "Ongoing", "Class II") == (
        notice.hazard,
        notice.status,
        notice.classification,
    )
    scope = [(p.gtin, p.lots, p.expires[0].document()["to"]) for p in notice.products]
    assert [("09521234503927", ("A1",), "2026-06-29"), ("09521234503927", ("B2",), "2026-09-04")] == scope
    assert {"Acme Oat Bars, 6 oz, UPC 9 521234 50392 7, Keep dry"} == {p.name for p in notice.products}
    assert all(notice.text[c.start : c.end] == c.text for c in notice.clauses)
    assert {"product", "gtin", "lot", "expires", "total", "hazard"} <= {c.kind.value for c in notice.clauses}
    assert () == notice.warnings


def test_a_list_a_record_and_days_in_iso_are_the_same_notice() -> None:
    iso = RECORD | {"report_date": "2026-07-22", "recall_initiation_date": "2026-05-04"}
    assert one([RECORD]) == one(RECORD) == one({"count": 1, "results": [iso]})


def test_corrupt_days_are_warnings_and_another_day_stands_in() -> None:
    notice = one(RECORD | {"report_date": "02121207", "recall_initiation_date": "19301211"})
    assert "2026-07-14" == str(notice.published)
    assert {
        "report date '02121207' is no day of a recall",
        "recall initiation date '19301211' is no day of a recall",
    } == set(notice.warnings)


def test_a_record_without_a_number_is_called_by_its_event() -> None:
    notice = one(RECORD | {"recall_number": ""})
    assert notice.reference.startswith("90001-")
    assert "no recall number" in notice.warnings[0]
    assert (
        notice.reference != one(RECORD | {"recall_number": "", "product_description": "Rye bars"}).reference
    )


def test_products_and_codes_that_do_not_say_which_go_together_are_each_proposed() -> None:
    both = "Oat bars UPC 9 521234 50392 7; Rye bars UPC 9521234502722"
    notice = one(RECORD | {"product_description": both, "code_info": "Lot A1"})
    assert [("09521234503927", ("A1",)), ("09521234502722", ("A1",))] == [
        (p.gtin, p.lots) for p in notice.products
    ]
    assert any("each is taken for every one" in warning for warning in notice.warnings)


def test_figures_that_no_word_names_are_no_lots_in_a_description() -> None:
    text = "Acme Scanner 3.0T by Acme, NJ 08807. Model Number (REF): 781270. Lot Number: AB17."
    (product,) = one(IRES | {"PRODUCTDESCRIPTIONTXT": text}).products
    assert ("781270", ("AB17",)) == (product.model, product.lots)
    notice = one(RECORD | {"product_description": text, "code_info": "Lot C9"})
    assert [("781270", ("C9",))] == [(product.model, product.lots) for product in notice.products]
    assert () == notice.warnings


def test_a_trade_item_among_the_codes_keeps_its_own() -> None:
    notice = one(
        RECORD | {"product_description": "Bars UPC 9 521234 50392 7", "code_info": "UPC 9521234502722"}
    )
    assert {"09521234502722", "09521234503927"} == {product.gtin for product in notice.products}
    assert any("all of it is proposed" in warning for warning in notice.warnings)


@pytest.mark.parametrize(
    ("written", "units"),
    [
        ("18,190 bottles total", 18_190), ("196,355 vials", 196_355), ("675", 675), ("33 units.", 33),
        ("144 units (bottles)", 144), ("241 (47-oz) units", 241), ("557-5lb tubs (Total)", None),
        ("185 Cases", None), ("2676 lbs", None), ("2lbs - 895 jugs + 5lbs - 292 jugs", None),
        ("unknown at this time", None), ("", None),
    ],
)  # fmt: skip
def test_units_are_units_and_everything_else_is_asked_about(written: str, units: int | None) -> None:
    found, doubts = _units(written)
    assert units == found
    assert bool(doubts) == bool(written and units is None)


def test_the_xml_and_json_of_2012_are_read() -> None:
    (notice,) = read_notices(XML.encode(), name="file").notices
    assert ("D-9001-2012", "2012-07-11", 2544) == (notice.reference, str(notice.published), notice.quantity)
    (product,) = notice.products
    assert (("RB81031",), (Identifier(scheme="ndc", value="10631-106-08"),)) == (
        product.lots,
        product.identifiers,
    )
    dashed = one({key.replace("_", "-"): value for key, value in RECORD.items()})
    assert one(RECORD) == dashed


@pytest.mark.parametrize("page", ["{}", "<html><body><p>{}</p></body></html>"])
def test_the_reports_under_headings_are_read(page: str) -> None:
    body = REPORT if page == "{}" else REPORT.replace("\n", "<br>\n")
    oat, rye = read_notices(page.format(body).encode(), name="file").notices
    assert [("F-9001-04", 33, "Class I"), ("F-9002-04", 44, "Class I")] == [
        (notice.reference, notice.quantity, notice.classification) for notice in (oat, rye)
    ]
    assert [("20118000",), ("77",)] == [notice.products[0].lots for notice in (oat, rye)]
    assert "Undeclared egg." == rye.hazard


def test_answers_without_a_recall_say_why() -> None:
    failed = read({"error": {"code": "NOT_FOUND", "message": "No matches found!"}})
    assert "'No matches found!'" in failed.refused[0].reason
    empty = read({"meta": {"results": {"skip": 0, "limit": 1, "total": 0}}, "results": []})
    assert "holds no notice" in empty.refused[0].reason
    assert "'no rows'" in read({"MESSAGE": "no rows", "STATUSCODE": 412, "RESULTCOUNT": 0}).refused[0].reason


def test_a_record_without_a_description_is_refused_at_its_place() -> None:
    answer = read([RECORD, RECORD | {"product_description": None}, 7])
    assert (1, ["/1", "/2"]) == (len(answer.notices), [refused.where for refused in answer.refused])
    answer = read(
        {"RESULT": [IRES, IRES | {"PRODUCTDESCRIPTIONTXT": ""}], "STATUSCODE": 400, "MESSAGE": "success"}
    )
    assert (1, ["/RESULT/1"]) == (len(answer.notices), [refused.where for refused in answer.refused])


def test_ires_says_success_by_400_and_writes_the_month_first() -> None:
    notice = one({"MESSAGE": "success", "RESULTCOUNT": 1, "STATUSCODE": 400, "RESULT": [IRES]})
    assert ("ires", "Z-9001-2026", "2026-05-06", "2026-05-07", 14, "Class II") == (
        notice.source, notice.reference, str(notice.published), str(notice.modified), notice.quantity,
        notice.classification,
    )  # fmt: skip
    assert ["781270"] == [product.model for product in notice.products]
    assert notice == one([IRES]) == one(IRES)


def test_the_shared_records_are_all_read_and_their_code_fields_whole_in_85_of_100(shared: Path) -> None:
    folder = shared / "notices" / "openfda"
    answers = {f.name: read_notices(f.read_bytes(), name=f.name) for f in sorted(folder.glob("*.*"))}
    counts = {name: len(answer.notices) for name, answer in answers.items()}
    assert {
        "food_enforcement_isodates.json": 701, "food_enforcement_raw.json": 3,
        "ires_recalls_2026-04.json": 118,
        "ndc-4-4-2.xml": 1, "ndc-5-3-2.xml": 1, "ndc-5-4-2.xml": 1, "one-recall.json": 1, "one-recall.txt": 1,
        "recall_schema.json": 0, "upc-with-dashes.xml": 1, "upc-with-spaces.xml": 1,
    } == counts  # fmt: skip
    assert ["recall_schema.json"] == [name for name, answer in answers.items() if answer.refused]
    for answer in answers.values():
        assert all(Notice.read(notice.document()) == notice for notice in answer.notices)
    records = json.loads((folder / "food_enforcement_isodates.json").read_text())["results"]
    whole = sum(read_codes(record["code_info"], order=Order.MONTH_FIRST).whole for record in records)
    assert 0.85 <= whole / len(records)


def test_a_field_that_is_too_long_refuses_its_record_alone() -> None:
    with pytest.raises(NoticeRefused):
        read_codes("x" * 1_000_001)
    answer = read([RECORD, RECORD | {"code_info": "x" * 1_000_001}])
    assert (1, ["/1"]) == (len(answer.notices), [refused.where for refused in answer.refused])
