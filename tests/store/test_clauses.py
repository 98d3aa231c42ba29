"""Clauses and notices as JSON: what goes in comes out, whatever it is made of."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from recall.domain.clause import Exclusion, ScopeClause
from recall.domain.notice import Notice, NoticeExclusion, NoticeProduct
from recall.domain.scope import scope_of
from recall.reading.date_code import CodeOf, DateCode
from recall.reading.mask import Mask
from recall.reading.serial_range import SerialRange
from recall.reading.window import Window
from recall.store.clauses import clause_document, read_clause
from tests.builders import GTIN, make_notice

CODES = st.text("AB01-", min_size=1, max_size=4)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2026, 1, 1))
RANGES = st.builds(
    lambda prefix, lo, more: SerialRange(prefix=prefix, width=3, lo=lo, hi=lo + more),
    st.sampled_from(["", "A", "B-"]), st.integers(0, 400), st.integers(0, 400),
)  # fmt: skip
WINDOWS = st.builds(lambda first: Window(first=first), DAYS)
ENCODINGS = st.builds(
    DateCode,
    encoding=st.sampled_from(["YYWW", "WWYY", "MMYY", "YYDDD"]),
    of=st.sampled_from(CodeOf),
    start=st.integers(0, 5),
)
MASKS = st.sampled_from(["A##", "@?-#", r"\#1"]).map(Mask.parse)


def few(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=2).map(tuple)


EXCLUSIONS = st.builds(
    Exclusion, lots=st.frozensets(CODES, max_size=2), lot_ranges=few(RANGES), serial_ranges=few(RANGES),
    serials=st.frozensets(CODES, max_size=2), sites=st.frozensets(CODES, max_size=2), made=few(WINDOWS),
)  # fmt: skip


def clauses(inner: st.SearchStrategy[tuple[object, ...]]) -> st.SearchStrategy[ScopeClause]:
    return st.builds(
        ScopeClause, number=st.integers(1, 9), name=CODES, model=st.none() | CODES,
        gtins=st.frozensets(st.just(GTIN)), lots=st.frozensets(CODES, max_size=3), lot_ranges=few(RANGES),
        lot_masks=few(MASKS), excluded_lots=st.frozensets(CODES, max_size=2), serial_masks=few(MASKS),
        serials=st.frozensets(CODES, max_size=3), serial_ranges=few(RANGES), serial_prefixes=few(CODES),
        date_codes=few(CODES), encodings=few(ENCODINGS), made=few(WINDOWS), packed=few(WINDOWS),
        expires=few(WINDOWS), sold=few(WINDOWS), containers=st.frozensets(CODES, max_size=2),
        components=inner, exclusion=EXCLUSIONS, stated_units=st.none() | st.integers(0, 99),
    )  # fmt: skip


@given(clauses(few(clauses(st.just(())))))
def test_a_clause_comes_back_equal(clause: ScopeClause) -> None:
    assert clause == read_clause(json.loads(json.dumps(clause_document(clause))))


def test_a_notice_that_says_more_comes_back_equal_and_becomes_that_scope() -> None:
    cell = NoticeProduct(name="cell", gtin=GTIN, lots=("C7",))
    product = NoticeProduct(
        name="phone", gtin=GTIN, lot_ranges=("L0100 - L0199",), lot_masks=("A##",), serial_masks=("##",),
        encodings=(DateCode(encoding="YYWW", of=CodeOf.LOT, start=1),), components=(cell,),
        excluded=NoticeExclusion(lots=("L0150", "L0160 - L0169"), sites=("6901234000016",)),
        packed=(Window(first=date(2023, 1, 1)),),
        made=(Window(first=date(2023, 6, 5), last=date(2023, 6, 11)),), containers=("069012340000000016",),
    )  # fmt: skip
    notice = make_notice(products=(product,))
    again = Notice.read(json.loads(json.dumps(notice.document())))
    assert (product,) == again.products
    (clause,) = scope_of(again, recall_id="r", version=1, catalogue={}).clauses
    assert (frozenset({"L0150"}), {"C7"}) == (clause.exclusion.lots, set(clause.components[0].lots))
    assert {"https://id.gs1.org/00/069012340000000016"} == clause.containers
