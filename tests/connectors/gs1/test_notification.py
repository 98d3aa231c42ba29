"""GS1's notification: what is written reads back as the same facts, and what has no place in it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds.reader import NoticesRead, read_notices
from connectors.gs1.identifiers import gdti_of, is_gdti, names, serial_of
from connectors.gs1.names import COUNTRIES, Kind
from connectors.gs1.notification import Ends, notification, risk_of
from recall.domain.notice import ClauseKind, Identifier, Notice, NoticeExclusion, NoticeProduct, Window
from recall.errors import InputRefused

GLN, TYPE = "4012345000009", "4012345000023"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GTINS = ("06901234567892", "04006381333931", "00012345678905")
PRODUCT = NoticeProduct(
    name="Power bank", brand="Voltbox", model="PB-1", gtin=GTINS[0], lots=("C14-P6", "C14-P7"),
    lot_ranges=("A100 - A199",), serials=("SN1", "SN100 - SN199"), date_codes=("2241",), quantity=240,
    expires=(Window(first=date(2027, 1, 1), last=date(2027, 1, 31)),),
    identifiers=(Identifier(scheme="sku", value="VB-77"),),
)  # fmt: skip
NOTICE = Notice(
    source="gs1", reference=f"{TYPE}PB2026", title="Power banks may overheat", authority="Market Supervision",
    published=AT.date(), hazard="The cells may overheat.", remedy="Stop using it; the price is refunded.",
    remedies=("refund",), products=(PRODUCT,), quantity=240, jurisdiction="CN", classification="CLASS_1",
    status="ISSUED INITIAL",
)  # fmt: skip


def xml_of(notice: Notice, *, version: int = 1) -> str:
    gdti = gdti_of(notice.reference, document_type=TYPE)
    return notification(notice, gdti=gdti, version=version, ends=Ends(sender=GLN), at=AT).xml


def read(xml: str) -> NoticesRead:
    return read_notices(xml.encode(), name="message.xml")


def facts(notice: Notice) -> Notice:
    """The notice without the text and what points into it."""
    return replace(notice, text="", clauses=(), warnings=())


def test_a_notice_that_is_written_reads_back_as_the_same_facts() -> None:
    answer = read(xml_of(NOTICE))
    assert () == answer.refused
    assert NOTICE == facts(answer.notices[0])


def test_every_fact_of_the_scope_is_a_clause_with_its_place() -> None:
    (notice,) = read(xml_of(NOTICE)).notices
    told = {clause.kind: clause.text for clause in notice.clauses}
    assert {"C14-P7", "A100 - A199"} <= {c.text for c in notice.clauses if c.kind is ClauseKind.LOT}
    assert (GTINS[0], "240", "PB-1") == (
        told[ClauseKind.GTIN], told[ClauseKind.QUANTITY], told[ClauseKind.MODEL],
    )  # fmt: skip
    assert [] == [c for c in notice.clauses if notice.text[c.start : c.end] != c.text]
    assert notice == Notice.read(notice.document())


def test_an_update_refers_to_the_first_notification() -> None:
    (first,), (second,) = read(xml_of(NOTICE)).notices, read(xml_of(NOTICE, version=2)).notices
    assert (first.reference, first.authority) == (second.reference, second.authority)
    assert ("ISSUED INITIAL", "ISSUED UPDATE") == (first.status, second.status)
    assert (AT.date(), None, None, AT.date()) == (
        first.published, first.modified, second.published, second.modified,
    )  # fmt: skip
    assert f"{NOTICE.reference}-2" in second.text


def test_the_same_version_is_the_same_message() -> None:
    assert xml_of(NOTICE) == xml_of(NOTICE)
    assert xml_of(NOTICE) != xml_of(NOTICE, version=2)


codes = st.from_regex(r"[A-Z0-9]{1,4}(?:[-/.&<][A-Z0-9]{1,4})?", fullmatch=True)
words = st.text(min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
spans = st.dates(date(2000, 1, 1), date(2090, 1, 1)).flatmap(
    lambda day: st.dates(day, date(2095, 1, 1)).map(lambda last: Window(first=day, last=last))
)


def listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=3, unique=True).map(tuple)


plain = st.characters(exclude_categories=("C", "Z"), exclude_characters="\u00ad\u2028\u2029")
lines = st.text(plain, min_size=1, max_size=30)
products = st.builds(
    NoticeProduct, name=lines, gtin=st.sampled_from(GTINS), brand=st.none() | lines, model=st.none() | codes,
    lots=listed(codes), serials=listed(codes), date_codes=listed(codes), quantity=st.integers(0, 10**9),
    expires=st.lists(spans, max_size=2, unique=True).map(tuple),
    identifiers=st.lists(
        st.builds(Identifier, scheme=st.sampled_from(["sku", "asin", "part"]), value=codes),
        max_size=2, unique=True,
    ).map(tuple),
)  # fmt: skip
notices = st.builds(
    Notice, source=st.just("gs1"), reference=st.sampled_from([f"{TYPE}A1", f"{TYPE}B-2", TYPE]), title=lines,
    authority=lines, hazard=lines, remedy=lines, language=st.sampled_from(["en", "de", "zh"]),
    products=st.lists(products, min_size=1, max_size=3).map(tuple),
    jurisdiction=st.sampled_from(sorted(COUNTRIES)),
    classification=st.sampled_from(["", "CLASS_1", "CLASS_2", "CLASS_3"]),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(notice=notices)
def test_whatever_is_written_reads_back(notice: Notice) -> None:
    answer = read(xml_of(notice))
    assert () == answer.refused
    back = answer.notices[0]
    assert notice.products == back.products
    assert [
        notice.title, notice.authority, notice.hazard, notice.remedy, notice.language, notice.jurisdiction,
        notice.classification, notice.reference, sum(product.quantity or 0 for product in notice.products),
    ] == [
        back.title, back.authority, back.hazard, back.remedy, back.language, back.jurisdiction,
        back.classification, back.reference, back.quantity,
    ]  # fmt: skip


def test_what_narrows_a_notice_and_has_no_element_is_said() -> None:
    narrow = replace(
        PRODUCT, made=(Window(first=AT.date(), last=AT.date()),), excluded=NoticeExclusion(lots=("C14-P6",)),
        expires=(Window(first=AT.date(), last=None),),
    )  # fmt: skip
    odd = replace(NOTICE, products=(PRODUCT, narrow), jurisdiction="XX", classification="Type I")
    made = notification(odd, gdti=NOTICE.reference, version=1, ends=Ends(sender=GLN), at=AT)
    assert (
        "product 2: made, exceptions, open days of expiry", "the jurisdiction XX", "the class 'Type I'",
    ) == made.left_out  # fmt: skip


@pytest.mark.parametrize(
    ("said", "risk"),
    [("Class I", "CLASS_1"), ("class ii", "CLASS_2"), ("Class III", "CLASS_3"), ("CLASS_2", "CLASS_2"),
     ("Type I", ""), ("", ""), ("Class IV", "")],
)  # fmt: skip
def test_a_class_of_danger_is_one_of_three_or_none(said: str, risk: str) -> None:
    assert risk == risk_of(said)


def test_a_reference_of_ours_becomes_a_gdti_and_is_known_again() -> None:
    for reference in ("R-2026-1", "2026-03-02 a reference with blanks, and too long", "召回"):
        gdti = gdti_of(reference, document_type=TYPE)
        assert is_gdti(gdti)
        assert names(gdti, reference)
        assert not names(gdti, f"{reference}x")
        assert len(serial_of(reference)) <= 13
    assert NOTICE.reference == gdti_of(NOTICE.reference, document_type="")


@pytest.mark.parametrize("wrong", ["", "401234500002", "4012345000024", "40123450000x3"])
def test_without_a_type_of_document_no_message_is_named(wrong: str) -> None:
    with pytest.raises(InputRefused, match="document type"):
        gdti_of("R-2026-1", document_type=wrong)


def test_the_header_says_whose_message_it_is() -> None:
    made = notification(NOTICE, gdti=NOTICE.reference, version=1, ends=Ends(sender=GLN, receiver=GLN), at=AT)
    assert 'xmlns:product_recall_notification="urn:gs1:ecom:product_recall_notification:xsd:3"' in made.xml
    assert 2 == made.xml.count(f'<sh:Identifier Authority="GS1">{GLN}</sh:Identifier>')
    assert "<sh:Type>productRecallNotification</sh:Type>" in made.xml
    assert ["product_recall_notification", "product_removal_confirmation",
            "product_recall_closeout_notification"] == [kind.prefix for kind in Kind]  # fmt: skip
