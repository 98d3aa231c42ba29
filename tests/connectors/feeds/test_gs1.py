"""GS1's notification as others may write it: found by its leaves, refused or doubted where it is wrong."""

from __future__ import annotations

import os
from datetime import date

import pytest

from connectors.feeds.reader import NoticesRead, read_notices
from recall.domain.notice import ClauseKind, Notice, Window
from tests.connectors.feeds.test_raw import WITHIN

ITEM = """<affectedProduct><transactionalTradeItem><gtin>{gtin}</gtin>
<tradeItemName>Peanut bars</tradeItemName></transactionalTradeItem>
<codes><code><productTrackingKeyCode>BATCH_LOT_CODE</productTrackingKeyCode>
<productTrackingKeyDescription>{lot}</productTrackingKeyDescription></code>
<code><productTrackingKeyCode>BEST_BEFORE_DATE</productTrackingKeyCode>
<productTrackingKeyDescription>2027-05-31</productTrackingKeyDescription></code></codes></affectedProduct>"""
MESSAGE = """<?xml version="1.0"?>
<sh:StandardBusinessDocument xmlns:sh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">
<p:productRecallNotificationMessage xmlns:p="urn:gs1:ecom:product_recall_notification:xsd:3">
<productRecallNotification><creationDateTime>2026-03-02T09:30:00.000-05:00</creationDateTime>
<originalPRNIdentification>4012345000023PB</originalPRNIdentification>
<pRNStatusCode>ISSUED</pRNStatusCode><pRNTitle languageCode="en">Bars with traces of nuts</pRNTitle>
<pRNVersionStatusCode>INITIAL</pRNVersionStatusCode><incidentRiskLevelCode>CLASS_2</incidentRiskLevelCode>
<productRecallInitiator><gln>4012345000009</gln></productRecallInitiator>
<productRecallReason><productRecallReasonCode>ALLERGY_HAZARD_PEANUTS</productRecallReasonCode>
<explanationForProductRecall languageCode="en">Traces were found.</explanationForProductRecall>
</productRecallReason>{items}</productRecallNotification></p:productRecallNotificationMessage>
</sh:StandardBusinessDocument>"""
GTIN, OTHER = "06901234567892", "04006381333931"
TWO = ITEM.format(gtin=GTIN, lot="L1") + ITEM.format(gtin=OTHER, lot="L2")


def read(items: str = TWO, **changes: str) -> NoticesRead:
    text = MESSAGE.format(items=items)
    for before, after in changes.items():
        text = text.replace(before, after)
    return read_notices(text.encode(), name="message.xml")


def one(items: str = TWO, **changes: str) -> Notice:
    (notice,) = read(items, **changes).notices
    return notice


def test_a_message_of_another_make_is_read_by_its_leaves() -> None:
    notice = one()
    assert ("gs1", "4012345000023PB", "GLN 4012345000009", "CLASS_2") == (
        notice.source, notice.reference, notice.authority, notice.classification,
    )  # fmt: skip
    assert "allergy hazard peanuts; Traces were found." == notice.hazard
    assert [(GTIN, ("L1",)), (OTHER, ("L2",))] == [(p.gtin, p.lots) for p in notice.products]
    assert {Window(first=date(2027, 5, 31), last=None)} == {w for p in notice.products for w in p.expires}
    assert 2 == len([c for c in notice.clauses if c.kind is ClauseKind.EXPIRES])


def test_lots_and_days_together_are_asked_about() -> None:
    assert (
        "lots and days of expiry are told: both must hold, or either? They are read as both" in one().warnings
    )


@pytest.mark.parametrize("kind", ["BEST_BEFORE_DATE", "SELL_BY_DATE", "PURCHASED_BY_DATE"])
def test_no_day_before_that_of_expiry_lets_off_what_expires_later(kind: str) -> None:
    notice = one(BEST_BEFORE_DATE=kind)
    (window,) = notice.products[0].expires
    assert window.overlaps(first=date(2027, 8, 31), last=date(2027, 8, 31))
    assert not window.overlaps(first=date(2027, 5, 30), last=date(2027, 5, 30))
    assert [warning for warning in notice.warnings if "is no day of expiry" in warning]


def test_days_of_expiry_are_those_days_alone() -> None:
    notice = one(BEST_BEFORE_DATE="EXPIRY_DATE")
    day = date(2027, 5, 31)
    assert (Window(first=day, last=day),) == notice.products[0].expires
    assert not [warning for warning in notice.warnings if "is no day of expiry" in warning]


def test_a_wrong_check_digit_is_said_and_makes_no_gtin() -> None:
    notice = one(ITEM.format(gtin="06901234567893", lot="L1"))
    assert (None, "06901234567893") == (notice.products[0].gtin, notice.products[0].identifiers[0].value)
    assert [warning for warning in notice.warnings if "check digit is wrong" in warning]
    assert [] == [c for c in notice.clauses if c.kind is ClauseKind.GTIN]


@pytest.mark.parametrize(
    ("before", "after", "doubt"),
    [
        ("4012345000023PB", "4012345000024PB", "is no GDTI"),
        ("<gln>4012345000009", "<gln>4012345000008", "is not a GLN"),
        (">ISSUED<", ">CANCELLED<", "two officers decide"),
        ("BATCH_LOT_CODE", "MOON_PHASE", "limits nothing"),
        (">L1<", ">L1 - 9X<", "is not one range"),
        ("2027-05-31", "next spring", "no day of the kind 'best before'"),
        ("<productRecallReason>", "<mood>calm</mood><productRecallReason>", "the element mood is not read"),
        ("<incidentRiskLevelCode>", "<targetMarketCountryCode>999</targetMarketCountryCode>"
         "<incidentRiskLevelCode>", "the market 999"),
        ("<incidentRiskLevelCode>", "<isPRNIssuingOrganisationThePrimaryRecallOrganisation>FALSE"
         "</isPRNIssuingOrganisationThePrimaryRecallOrganisation><incidentRiskLevelCode>",
         "not the first to recall"),
        ("tradeItemName>", "otherName>", "the element otherName is not read"),
    ],
)  # fmt: skip
def test_what_is_strange_is_a_warning_for_a_person(before: str, after: str, doubt: str) -> None:
    assert [warning for warning in one(**{before: after}).warnings if doubt in warning]


def test_a_code_without_its_type_is_asked_about() -> None:
    bare = "<codes><code><productTrackingKeyValue>L9</productTrackingKeyValue></code>"
    notice = one(ITEM.format(gtin=GTIN, lot="L1").replace("<codes>", bare))
    assert ("L1",) == notice.products[0].lots
    assert [warning for warning in notice.warnings if "'L9' is a code of the type none" in warning]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("originalPRNIdentification>", "other>", "the element originalPRNIdentification"),
        ("gtin>", "code>", "the element productRecallItem"),
    ],
)
def test_a_message_that_names_no_goods_or_not_itself_is_refused(before: str, after: str, why: str) -> None:
    (refused,) = read(**{before: after}).refused
    assert why in refused.reason
    assert "/productRecallNotification[1]" == refused.where


def test_an_item_that_nothing_names_is_asked_about() -> None:
    bare = one("<productRecallItem><quantityAffected>3</quantityAffected></productRecallItem>")
    assert 3 == bare.quantity
    assert [warning for warning in bare.warnings if "neither a GTIN nor a name" in warning]


HOSTILE = {
    "entities": '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    "<productRecallNotification><pRNTitle>&b;</pRNTitle></productRecallNotification>",
    "external": '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    "<productRecallNotification><pRNTitle>&a;</pRNTitle></productRecallNotification>",
    "depth": "<productRecallNotification>" * 5_000 + "</productRecallNotification>" * 5_000,
    "tags": "<productRecallNotification>" + "<a/>" * 500_000 + "</productRecallNotification>",
    "open": "<productRecallNotification><gtin>1",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_xml_is_refused(kind: str) -> None:
    answer = read_notices(HOSTILE[kind].encode(), name="message.xml")
    assert () == answer.notices
    assert 1 == len(answer.refused)


def test_words_with_marks_stay_words() -> None:
    notice = one(**{"Traces were found.": "&lt;script&gt;alert(1)&lt;/script&gt;\u0085&#x202E;"})
    assert "<script>alert(1)</script>" in notice.hazard
    assert "\u202e" not in notice.text


@pytest.mark.parametrize(
    "items",
    ["<productRecallItem><gtin>06901234567892</gtin></productRecallItem>" * 60_000,
     ITEM.format(gtin=GTIN, lot="L1") * 15_000,
     "<a>" * 90 + "<gtin>1</gtin>" * 100_000 + "</a>" * 90,
     "<productRecallItem>" * 80 + "<gtin>1</gtin>" * 90_000 + "</productRecallItem>" * 80,
     "<x><productTrackingKeyCode>BATCH_LOT_CODE</productTrackingKeyCode>"
     + "<productTrackingKeyValue>1 - 2</productTrackingKeyValue>" * 150_000 + "</x>"],
    ids=["items", "many", "deep", "nested", "codes"],
)  # fmt: skip
def test_messages_of_any_size_are_read_or_refused_in_time(items: str) -> None:
    text = MESSAGE.format(items=items).encode()
    begun = sum(os.times()[:4])
    answer = read_notices(text, name="message.xml")
    assert sum(os.times()[:4]) - begun < WITHIN
    assert answer.notices or answer.refused
