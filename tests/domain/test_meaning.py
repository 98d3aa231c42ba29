"""The meaning of a clause: every kind is written as lines, and reads back as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.draft import Draft, values_of
from recall.domain.meaning import OF_NOTICE, lines_of, write_lines
from recall.domain.notice import ClauseKind, Notice, NoticeClause, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.values import Identifier, NoticeExclusion
from tests.builders import NOW, make_notice

TEXT = "All units of P-1 but the lots A7 to A9, SKU AB-1."
LINES: dict[ClauseKind, tuple[str, ...]] = {
    ClauseKind.PRODUCT: ("Power bank",), ClauseKind.BRAND: ("Example",), ClauseKind.MODEL: ("P-1",),
    ClauseKind.GTIN: ("09521234500018",), ClauseKind.IDENTIFIER: ("sku: AB-1", "asin: B00EXAMPLE"),
    ClauseKind.YEAR: ("2019", "2020"), ClauseKind.LOT: ("A1", "B100 - B199", "mask: C##"),
    ClauseKind.SERIAL: ("SN-1", "A100 - A199", "J0D*", "mask: J0D####"),
    ClauseKind.DATE_CODE: ("2323", "encoding: YYWW lot 0"),
    ClauseKind.MADE: ("2023-06-05 to 2023-07-28",), ClauseKind.PACKED: ("… to 2023-07-28",),
    ClauseKind.EXPIRES: ("2023-06-05 to …",), ClauseKind.SOLD: ("2023-06-05 to 2023-06-05",),
    ClauseKind.SELLER: ("A shop",),
    ClauseKind.CODE_PLACE: ("bottom: on the bottom",),
    ClauseKind.QUANTITY: ("250",), ClauseKind.TOTAL: ("900",),
    ClauseKind.EXCLUSION: ("models: P-2", "lots: A7", "serials: A100 - A109", "sites: 9521234000013",
                           "made: 2023-06-05 to 2023-06-06"),
    ClauseKind.ALL: ("all",), ClauseKind.HAZARD: ("It may burn.",), ClauseKind.REMEDY: ("Hand it back.",),
}  # fmt: skip


def draft(kind: ClauseKind, **product: Any) -> Draft:
    """A draft of one product with one clause, of some kind."""
    clause = NoticeClause(
        kind=kind, text="units", start=4, end=9, confidence=0.6, products=() if kind in OF_NOTICE else (0,)
    )
    of = NoticeProduct(**{"name": "Power bank", "model": "P-1"} | product)
    notice: Notice = make_notice(text=TEXT, clauses=(clause,), products=(of,), language="en")
    return Draft(
        id="drf_1", notice=notice, policies=("cn-samr",), maker="p", marks=(None,), created_at=NOW,
        changed_at=NOW,
    )  # fmt: skip


def test_every_kind_of_clause_has_its_lines() -> None:
    assert set(ClauseKind) == LINES.keys()


@pytest.mark.parametrize("kind", ClauseKind)
def test_what_is_written_of_a_kind_is_what_it_says(kind: ClauseKind) -> None:
    corrected = draft(kind).corrected(0, values=LINES[kind], by="p", at=NOW)
    assert LINES[kind] == values_of(corrected.notice, 0)
    assert corrected.notice == Notice.read(corrected.notice.document())
    added = draft(kind).added(kind=kind, quote="SKU AB-1", product=0, values=LINES[kind], by="p", at=NOW)
    assert set(LINES[kind]) <= set(values_of(added.notice, 1))
    again = corrected.corrected(0, values=LINES[kind], by="p", at=NOW)
    assert corrected.notice == again.notice


@pytest.mark.parametrize(
    "kind", [kind for kind in ClauseKind if kind not in (ClauseKind.MODEL, ClauseKind.ALL)]
)
def test_a_clause_that_says_nothing_leaves_nothing_of_its_kind(kind: ClauseKind) -> None:
    whole = draft(kind).corrected(0, values=LINES[kind], by="p", at=NOW)
    assert () == values_of(whole.corrected(0, values=[], by="p", at=NOW).notice, 0)


def test_identifiers_and_exceptions_reach_the_product() -> None:
    named = draft(ClauseKind.IDENTIFIER).corrected(0, values=["sku: AB-1", "77-X"], by="p", at=NOW)
    found = (Identifier(scheme="sku", value="AB-1"), Identifier(scheme="item", value="77-X"))
    assert found == named.notice.products[0].identifiers
    let_off = draft(ClauseKind.EXCLUSION).corrected(0, values=["lots: A7", "lots: A8"], by="p", at=NOW)
    assert NoticeExclusion(lots=("A7", "A8")) == let_off.notice.products[0].excluded


def test_all_drops_what_narrows_and_keeps_what_is_excepted_and_when_it_was_sold() -> None:
    narrow = draft(
        ClauseKind.ALL, lots=("A1",), lot_masks=("B##",), serials=("J0D*",), date_codes=("2323",),
        excluded=NoticeExclusion(lots=("A7",)), quantity=5,
    )  # fmt: skip
    assert () == values_of(narrow.notice, 0)
    (product,) = narrow.corrected(0, values=["all"], by="p", at=NOW).notice.products
    expected = NoticeProduct(
        name="Power bank", model="P-1", quantity=5, excluded=NoticeExclusion(lots=("A7",))
    )
    assert expected == product
    assert narrow.notice == narrow.corrected(0, values=[], by="p", at=NOW).notice
    added = narrow.added(kind="all", quote="All units", product=0, values=[], by="p", at=NOW)
    assert expected == added.notice.products[0]


def test_a_lot_that_looks_like_a_range_stays_the_lot_that_it_was() -> None:
    after = draft(ClauseKind.LOT, lots=("7 - 9",)).corrected(0, values=["7 - 9", "A1 - A4"], by="p", at=NOW)
    assert (("7 - 9",), ("A1 - A4",)) == (after.notice.products[0].lots, after.notice.products[0].lot_ranges)


@pytest.mark.parametrize(
    ("kind", "line"),
    [(ClauseKind.EXCLUSION, "A7"), (ClauseKind.EXCLUSION, "lots:"), (ClauseKind.EXCLUSION, "colour: red"),
     (ClauseKind.EXCLUSION, "made: soon"), (ClauseKind.ALL, "some"), (ClauseKind.LOT, "A1 - B2"),
     (ClauseKind.LOT, "mask: \\"), (ClauseKind.DATE_CODE, "encoding: WWWW lot 0"), (ClauseKind.YEAR, "19"),
     (ClauseKind.GTIN, "123"), (ClauseKind.QUANTITY, "many"), (ClauseKind.MODEL, "P-1\nP-2")],
)  # fmt: skip
def test_what_a_kind_cannot_mean_is_refused(kind: ClauseKind, line: str) -> None:
    with pytest.raises(NoticeRefused):
        draft(kind).corrected(0, values=line.splitlines(), by="p", at=NOW)


CODES = st.lists(st.from_regex(r"[A-Z]{1,3}[0-9]{1,4}", fullmatch=True), unique=True, max_size=5)


@given(
    kind=st.sampled_from([ClauseKind.LOT, ClauseKind.SERIAL, ClauseKind.DATE_CODE, ClauseKind.SELLER]),
    codes=CODES,
)
def test_codes_come_back_in_their_order(kind: ClauseKind, codes: list[str]) -> None:
    holder: dict[str, Any] = {}
    write_lines(kind, holder, codes)
    assert codes == lines_of(kind, holder)
