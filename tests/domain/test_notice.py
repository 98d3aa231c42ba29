"""The notice: its JSON form there and back, and what it refuses with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.domain.notice import Notice
from recall.errors import NoticeRefused
from recall.reading.stated import CodePlace, Picture, Place, Shown, Statement
from recall.reading.text import is_clean
from recall.reading.values import ClauseKind, Identifier, NoticeClause, NoticeExclusion, NoticeProduct
from recall.reading.window import Window

WORDS = st.text(max_size=20).filter(is_clean)
SOME = st.text(min_size=1, max_size=20).filter(lambda text: is_clean(text) and text == text.strip() != "")
LISTS = st.lists(SOME, max_size=3).map(tuple)
DAYS = st.dates()


@st.composite
def windows(draw: st.DrawFn) -> Window:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return draw(st.sampled_from([Window(first=first, last=last), Window(first=first), Window(last=last)]))


PRODUCTS = st.builds(
    NoticeProduct, name=SOME, brand=st.none() | SOME, model=st.none() | SOME,
    gtin=st.sampled_from([None, "09521234502722"]), lots=LISTS, serials=LISTS, date_codes=LISTS,
    made=st.lists(windows(), max_size=2).map(tuple), sold=st.lists(windows(), max_size=2).map(tuple),
    quantity=st.none() | st.integers(0, 10**9),
    identifiers=st.lists(st.builds(Identifier, scheme=st.just("sku"), value=SOME), max_size=2).map(tuple),
    years=st.lists(st.integers(1990, 2030).map(str), max_size=2).map(tuple),
    excluded=st.builds(NoticeExclusion, models=LISTS, lots=LISTS),
    code_place=st.none() | st.builds(CodePlace, place=st.sampled_from(Place), words=WORDS),
)  # fmt: skip
PICTURES = st.lists(
    st.builds(Picture, sha256=st.just("0a" * 32), shows=st.sampled_from(Shown), words=SOME), max_size=2
).map(tuple)
STATEMENTS = st.lists(
    st.builds(Statement, element=st.just("hazard"), language=st.sampled_from(["de", "zh"]), text=SOME),
    max_size=2,
).map(tuple)


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    text = draw(SOME)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    clause = NoticeClause(
        kind=draw(st.sampled_from(ClauseKind)), text=text[start:end], start=start, end=end,
        confidence=draw(st.floats(0, 1)), products=draw(st.sampled_from([(), (0,)])),
    )  # fmt: skip
    return Notice(
        source=draw(SOME), reference=draw(SOME), title=draw(SOME), authority=draw(SOME), text=text,
        published=draw(st.none() | DAYS), hazard=draw(WORDS), remedy=draw(WORDS), remedies=draw(LISTS),
        quantity=draw(st.none() | st.integers(0, 10**9)),
        products=tuple(draw(st.lists(PRODUCTS, min_size=1, max_size=2))), clauses=(clause,),
        warnings=draw(LISTS), language="zh", jurisdiction="CN", url=draw(WORDS), sold_by=draw(LISTS),
        made_in=draw(LISTS), related=draw(LISTS), status=draw(WORDS), classification=draw(WORDS),
        modified=draw(st.none() | DAYS), pictures=draw(PICTURES), statements=draw(STATEMENTS),
    )  # fmt: skip


NOTICE = Notice(
    source="own", reference="R-1", title="Kettles", authority="A market regulator",
    published=date(2025, 6, 17), text="Model K-1, lot B1",
    products=(NoticeProduct(name="Kettle", model="K-1", lots=("B1",)),),
    clauses=(NoticeClause(kind=ClauseKind.MODEL, text="Model K-1", start=0, end=9, confidence=0.9),),
)  # fmt: skip

LOT = {"kind": "lot", "text": "Model", "start": 0, "end": 5, "confidence": 1}


@given(notice=notices())
def test_a_notice_reads_back_from_its_own_json(notice: Notice) -> None:
    document = json.loads(json.dumps(notice.document()))
    assert notice == Notice.read(document)
    assert notice.digest() == Notice.read(document).digest()


def test_the_document_has_the_names_that_every_answer_keeps() -> None:
    document = NOTICE.document()
    promised = {
        "source", "reference", "title", "authority", "published", "hazard", "remedies", "quantity",
        "products", "clauses", "warnings",
    }  # fmt: skip
    assert promised <= document.keys()
    assert {"name", "brand", "model", "gtin", "lots", "serials", "made", "sold", "quantity"} <= (
        document["products"][0].keys()
    )
    assert {"kind", "text", "start", "end", "confidence"} <= document["clauses"][0].keys()


def test_another_content_has_another_digest() -> None:
    assert NOTICE.digest() != replace(NOTICE, quantity=1).digest()
    assert 64 == len(NOTICE.digest())


def test_what_a_notice_does_not_state_is_not_in_its_document_so_that_its_digest_stays() -> None:
    document = NOTICE.document()
    assert {"pictures", "statements"}.isdisjoint(document)
    assert "code_place" not in document["products"][0]
    assert "42b9449c" == NOTICE.digest()[:8]


def test_the_shortest_notice_has_four_names_and_a_product() -> None:
    notice = Notice.read(
        {"source": "own", "reference": "R", "title": "T", "authority": "A", "products": [{"model": "M"}]}
    )
    assert ("M", None, ()) == (notice.products[0].model, notice.quantity, notice.clauses)


def test_a_gtin_of_any_length_becomes_one_of_fourteen_digits() -> None:
    product = {"name": "Kettle", "gtin": "9521234502722"}
    assert "09521234502722" == Notice.read(NOTICE.document() | {"products": [product]}).products[0].gtin


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"title": ""}, "/title"),
        ({"title": None}, "/title"),
        ({"title": 7}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"hazard": "\ud800"}, "/hazard"),
        ({"published": "17.6.2025"}, "/published"),
        ({"quantity": -1}, "/quantity"),
        ({"quantity": True}, "/quantity"),
        ({"quantity": 1.5}, "/quantity"),
        ({"remedies": "refund"}, "/remedies"),
        ({"remedies": ["refund", 7]}, "/remedies/1"),
        ({"remedies": [""]}, "/remedies"),
        ({"products": []}, "/products"),
        ({"products": ["K-1"]}, "/products/0"),
        ({"products": [{"brand": "B"}]}, "/products/0/name"),
        ({"products": [{"name": "K", "gtin": "9521234502723"}]}, "/products/0/gtin"),
        ({"products": [{"name": "K", "gtin": "36000291452"}]}, "/products/0/gtin"),
        ({"products": [{"name": "K", "identifiers": [{"scheme": "S K U", "value": "1"}]}]},
         "/products/0/identifiers/0/scheme"),
        ({"products": [{"name": "K", "years": ["25"]}]}, "/products/0/years"),
        ({"modified": "2025"}, "/modified"),
        ({"products": [{"name": "K", "code_place": {"place": "somewhere"}}]},
         "/products/0/code_place/place"),
        ({"products": [{"name": "K", "code_place": "base"}]}, "/products/0/code_place"),
        ({"pictures": [{"sha256": "0a", "shows": "code", "words": "base"}]}, "/pictures/0/sha256"),
        ({"pictures": [{"sha256": "0a" * 32, "shows": "code", "words": ""}]}, "/pictures/0/words"),
        ({"statements": [{"element": "hazard", "language": "deu", "text": "x"}]}, "/statements/0/language"),
        ({"statements": [{"element": "HAZARD", "language": "de", "text": "x"}]}, "/statements/0/element"),
        ({"products": [{"name": "K", "made": [{}]}]}, "/products/0/made/0/from"),
        ({"products": [{"name": "K", "sold": [{"from": "2024-02-01", "to": "2024-01-01"}]}]},
         "/products/0/sold/0/to"),
        ({"clauses": [{**LOT, "kind": "guess"}]}, "/clauses/0/kind"),
        ({"clauses": [{**LOT, "text": "other"}]}, "/clauses/0/text"),
        ({"clauses": [{**LOT, "start": None}]}, "/clauses/0/text"),
        ({"clauses": [{**LOT, "confidence": 2}]}, "/clauses/0/confidence"),
        ({"clauses": [{**LOT, "confidence": True}]},
         "/clauses/0/confidence"),
        ({"clauses": [{**LOT, "products": [1]}]},
         "/clauses/0/products"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(change: Mapping[str, Any], where: str) -> None:
    with pytest.raises(NoticeRefused) as refusal:
        Notice.read({**NOTICE.document(), **change}, where="/notices/3")
    assert f"/notices/3{where}" == refusal.value.where
    assert refusal.value.expected


@pytest.mark.parametrize("document", [None, [], "notice", 7])
def test_what_is_no_object_is_no_notice(document: object) -> None:
    with pytest.raises(NoticeRefused, match="expected an object"):
        Notice.read(document)
