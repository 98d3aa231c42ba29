"""Safety Gate: an alert reads the same from the weekly report, the portal and the mirror."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from connectors.feeds.raw import opened
from connectors.feeds.reader import NoticesRead, read_notices
from connectors.feeds.safety_gate.feed import SafetyGateFeed
from recall.domain.notice import ClauseKind, Identifier, Notice

FIELDS = {
    "caseNumber": "SR/00001/26", "reference": "https://ec.example/alertDetail/1", "product": "Kettle",
    "brand": "Brew", "type_numberOfModel": "K-100", "batchNumber": "B-42, B-43", "barcode": "8720362191049",
    "riskType": "Burns", "danger": "The lid opens.", "level": "Serious risk", "countryOfOrigin": "China",
    "measures": "Recall of the product from end users", "notifyingCountry": "Luxembourg",
}  # fmt: skip
PORTAL: dict[str, Any] = {
    "id": 1, "reference": "SR/00001/26", "publicationDate": "2026-08-28T10:00:00.000+00:00",
    "country": {"name": "Luxembourg"},
    "product": {
        "versions": [
            {"language": {"key": "FR"}, "name": "Bouilloire"}, {"language": {"key": "EN"}, "name": "Kettle"},
        ],
        "barcodes": [{"barcode": "8720362191049"}], "modelTypes": [{"modelType": "K-100"}],
        "batchNumbers": [{"batchNumber": "B-42"}, {"batchNumber": "B-43"}], "brands": [{"brand": "Brew"}],
    },
    "risk": {"riskType": [{"name": "BURNS"}], "versions": [{"riskDescription": "The lid opens."}]},
    "measureTaken": {"measures": [{"measureType": {"name": "Recall of the product from end users"}}]},
    "traceability": {"countryOrigin": {"name": "China"}},
    "onlineTraderProductIdentifierReference": [
        {"onlineTrader": "Amazon", "uniqueProductIdentifier": "ASIN B06XQXMQFD"}
    ],
}  # fmt: skip
MIRROR = {
    "alert_number": "SR/00001/26", "alert_date": "2026-08-28", "alert_type": ["Burns"],
    "product_type": "Kettle", "product_brand": "Brew", "product_model_type": "K-100",
    "product_barcode": "8720362191049", "product_batch_number": "B-42, B-43",
    "technical_defect": "The lid opens.", "rapex_url": "https://ec.example/alertDetail/1",
    "measures_country": ["Recall of the product from end users"], "modification_date": "2026-09-01",
}  # fmt: skip


def weekly(**fields: str) -> bytes:
    said = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (FIELDS | fields).items())
    return (
        "<?xml version='1.0'?><Safety-Gate><report_date>28/08/2026</report_date>"
        f"<notifications>{said}</notifications></Safety-Gate>"
    ).encode()


def read(content: object) -> NoticesRead:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_notices(raw, name="file")


def one(content: object) -> Notice:
    answer = read(content)
    assert ((), 1) == (answer.refused, len(answer.notices))
    return answer.notices[0]


@pytest.mark.parametrize("content", [weekly(), PORTAL, [PORTAL], {"results": [MIRROR]}, MIRROR])
def test_every_form_reads_to_the_same_facts(content: object) -> None:
    notice = one(content)
    assert ("safety_gate", "SR/00001/26", "Brew Kettle") == (notice.source, notice.reference, notice.title)
    assert (date(2026, 8, 28), "EU") == (notice.published, notice.jurisdiction)
    assert [("08720362191049", "K-100", ("B-42", "B-43"))] == [
        (p.gtin, p.model, p.lots) for p in notice.products
    ]
    assert "Burns: The lid opens." == notice.hazard
    assert ("return",) == notice.remedies
    assert () == notice.warnings
    kinds = {clause.kind for clause in notice.clauses}
    assert {ClauseKind.MODEL, ClauseKind.GTIN, ClauseKind.LOT, ClauseKind.HAZARD, ClauseKind.REMEDY} <= kinds


def test_a_listing_on_a_marketplace_is_an_identifier() -> None:
    assert (Identifier(scheme="asin", value="B06XQXMQFD"),) == one(PORTAL).products[0].identifiers


def test_a_barcode_with_a_wrong_check_digit_is_kept_as_it_is_written() -> None:
    notice = one(weekly(barcode="8720362191048"))
    assert [(None, "K-100")] == [(product.gtin, product.model) for product in notice.products]
    assert (Identifier(scheme="upc_as_written", value="8720362191048"),) == notice.products[0].identifiers
    assert "check digit" in notice.warnings[0]


def test_several_barcodes_and_models_are_not_paired_by_guess() -> None:
    notice = one(weekly(barcode="8720362191049 5901234123457", type_numberOfModel="KMS-E89, E89"))
    told = [("08720362191049", None), ("05901234123457", None), (None, "KMS-E89"), (None, "E89")]
    assert told == [(product.gtin, product.model) for product in notice.products]
    assert 2 == len(notice.warnings)


@pytest.mark.parametrize("word", ["Unknown", "-", "N/A", "not specified"])
def test_fields_that_say_nothing_name_nothing(word: str) -> None:
    product = one(weekly(brand=word, barcode=word, batchNumber=word, type_numberOfModel=word)).products[0]
    assert (None, None, None, ()) == (product.brand, product.gtin, product.model, product.lots)


def test_a_row_of_a_search_says_what_it_lacks() -> None:
    row = {key: PORTAL[key] for key in ("id", "reference", "publicationDate", "risk")}
    row["product"] = {"name": "Kettle", "nameSpecific": "Brew 2000", "brands": [{"brand": "Brew"}]}
    notice = one({"content": [row], "last": True, "totalPages": 1})
    assert "Brew Brew 2000" == notice.title
    assert "search" in notice.warnings[0]


def test_a_list_of_reports_is_refused_with_their_addresses(shared: Path) -> None:
    raw = (shared / "notices" / "eu_safety_gate" / "weekly_report_list_sample.xml").read_bytes()
    answer = read(raw)
    assert (0, 1) == (len(answer.notices), len(answer.refused))
    assert "Report-2026-34" in answer.refused[0].reason
    assert 1 == len(SafetyGateFeed().further(opened(raw, name="list")))


def test_an_alert_without_number_or_product_is_refused_at_its_place() -> None:
    nameless = dict.fromkeys(("product", "brand", "type_numberOfModel"), "")
    assert ["/notifications[1]/reference"] == [
        refused.where for refused in read(weekly(caseNumber="")).refused
    ]
    assert ["/notifications[1]/product"] == [refused.where for refused in read(weekly(**nameless)).refused]


def test_the_published_report_is_read(shared: Path) -> None:
    notice = one((shared / "notices" / "eu_safety_gate" / "weekly_report_detail_sample.xml").read_bytes())
    product = notice.products[0]
    assert ("08720362191049", ("B-42",), "1121031") == (product.gtin, product.lots, product.model)


def test_the_fields_of_a_hundred_published_alerts_are_read(shared: Path) -> None:
    path = shared / "notices" / "eu_safety_gate" / "cpsc_and_eu_seeds_2026-08.json"
    seeds = [seed for seed in json.loads(path.read_text("utf-8"))["seeds"] if seed["authority"] != "CPSC"]
    assert len(seeds) > 50
    for seed in seeds:
        fields = {"product": seed["name"], "brand": seed["brand"], "type_numberOfModel": seed["model"],
                  "barcode": seed["gtin"], "danger": seed["hazard"]}  # fmt: skip
        notice = one(weekly(**{name: value or "" for name, value in fields.items()}, caseNumber=seed["ref"]))
        assert seed["ref"] == notice.reference
        assert notice == Notice.read(notice.document())
