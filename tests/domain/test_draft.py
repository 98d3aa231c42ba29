"""A draft: what a person says of each clause, and what it then means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from recall.domain.draft import Draft, Mark, Said, values_of
from recall.domain.notice import ClauseKind, Notice, NoticeClause, NoticeProduct
from recall.errors import NoticeRefused, NotNow
from tests.builders import NOW, make_notice

TEXT = "Model P-1, lot A1, made in June 2023, 100 units. Danger: fire."
WORDS = {
    ClauseKind.MODEL: "P-1", ClauseKind.LOT: "lot A1", ClauseKind.MADE: "June 2023",
    ClauseKind.QUANTITY: "100 units", ClauseKind.HAZARD: "fire", ClauseKind.ALL: "Danger",
}  # fmt: skip
PLACE = {kind: number for number, kind in enumerate(WORDS)}


def draft() -> Draft:
    clauses = tuple(
        NoticeClause(
            kind=kind, text=words, start=TEXT.index(words), end=TEXT.index(words) + len(words),
            confidence=0.8, products=() if kind in (ClauseKind.HAZARD, ClauseKind.ALL) else (0,),
        )
        for kind, words in WORDS.items()
    )  # fmt: skip
    product = NoticeProduct(name="Power bank", model="P-1", lots=("A1",), quantity=100)
    notice: Notice = make_notice(text=TEXT, clauses=clauses, products=(product,), language="en")
    return Draft(
        id="drf_1", notice=notice, policies=("cn-samr",), maker="party_one", marks=(None,) * len(clauses),
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip


def said(kind: ClauseKind, *values: str) -> Draft:
    return draft().corrected(PLACE[kind], values=values, by="party_one", at=NOW)


@pytest.mark.parametrize(
    ("kind", "values"),
    [(ClauseKind.LOT, ("A1", "B2")), (ClauseKind.LOT, ()), (ClauseKind.MODEL, ("P-2",)),
     (ClauseKind.MADE, ("2023-06-01 to 2023-06-30", "2023-08-01 to …")),
     (ClauseKind.QUANTITY, ("250",)), (ClauseKind.HAZARD, ("It may burn.",))],
)  # fmt: skip
def test_what_a_person_writes_down_is_what_the_clause_means(
    kind: ClauseKind, values: tuple[str, ...]
) -> None:
    after = said(kind, *values)
    assert values == values_of(after.notice, PLACE[kind])
    assert Mark(said=Said.CORRECTED, by="party_one", at=NOW) == after.marks[PLACE[kind]]


def of_three() -> Draft:
    """One clause names three models, another their lots."""
    text = "Models P-1, P-2 and P-3, lots A1 and B2"
    clauses = tuple(
        NoticeClause(
            kind=kind, text=words, start=text.index(words), end=text.index(words) + len(words),
            confidence=0.8, products=(0, 1, 2),
        )
        for kind, words in ((ClauseKind.MODEL, "P-1, P-2 and P-3"), (ClauseKind.LOT, "lots A1 and B2"))
    )  # fmt: skip
    lots = {"P-1": ("A1",), "P-2": ("A1", "B2"), "P-3": ()}
    products = tuple(NoticeProduct(name="Power bank", model=model, lots=lots[model]) for model in lots)
    notice = make_notice(text=text, clauses=clauses, products=products, language="en")
    return replace(draft(), notice=notice, marks=(None, None))


@pytest.mark.parametrize(
    ("values", "models"),
    [(("P-1", "P-2X", "P-3"), ["P-1", "P-2X", "P-3"]), (("P-3", "P-1", "P-2"), ["P-1", "P-2", "P-3"]),
     (("P-1", "P-2"), ["P-1", "P-2", None]), ((), [None, None, None])],
)  # fmt: skip
def test_a_clause_of_several_products_is_corrected_line_by_line(
    values: tuple[str, ...], models: list[str | None]
) -> None:
    assert ("P-1", "P-2", "P-3") == values_of(of_three().notice, 0)
    after = of_three().corrected(0, values=values, by="party_one", at=NOW)
    assert models == [product.model for product in after.notice.products]


@pytest.mark.parametrize("values", [("P-9",), ("P-1", "P-2", "P-3", "P-4")])
def test_one_value_never_takes_the_place_of_several_products_own(values: tuple[str, ...]) -> None:
    with pytest.raises(NoticeRefused, match="a line for each model"):
        of_three().corrected(0, values=values, by="party_one", at=NOW)


@pytest.mark.parametrize(
    ("values", "lots"),
    [(("A1", "B2X"), [("A1",), ("A1", "B2X"), ()]), (("A1", "B2", "C3"), [("A1", "C3"), ("A1", "B2", "C3"),
     ()]), (("B2",), [(), ("B2",), ()])],
)  # fmt: skip
def test_no_product_loses_what_the_others_do_not_have(
    values: tuple[str, ...], lots: list[tuple[str, ...]]
) -> None:
    after = of_three().corrected(1, values=values, by="party_one", at=NOW)
    assert lots == [product.lots for product in after.notice.products]


def test_grouped_figures_and_a_single_day_are_read() -> None:
    assert 331_578 == said(ClauseKind.QUANTITY, "331,578").notice.products[0].quantity
    (window,) = said(ClauseKind.MADE, "2023-06-05").notice.products[0].made
    assert window.first == window.last


@pytest.mark.parametrize(
    ("kind", "values"),
    [(ClauseKind.MODEL, ("P-1", "P-2")), (ClauseKind.MADE, ("soon",)), (ClauseKind.QUANTITY, ("many",)),
     (ClauseKind.ALL, ("x",))],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(kind: ClauseKind, values: tuple[str, ...]) -> None:
    with pytest.raises(NoticeRefused):
        said(kind, *values)


def test_a_clause_that_is_added_stands_at_its_words_and_joins_what_is_there() -> None:
    after = draft().added(kind="lot", quote="June 2023", product=0, values=["J6"], by="party_two", at=NOW)
    assert ("A1", "J6") == after.notice.products[0].lots
    clause = after.notice.clauses[-1]
    assert "June 2023" == after.notice.text[clause.start : clause.end]
    assert Mark(said=Said.ADDED, by="party_two", at=NOW) == after.marks[-1]


def test_a_clause_may_bring_a_new_product() -> None:
    after = draft().added(kind="model", quote="Danger", product=1, values=["P-9"], by="p", at=NOW)
    assert ["P-1", "P-9"] == [product.model for product in after.notice.products]


@pytest.mark.parametrize(
    ("kind", "quote", "product"),
    [("lot", "nowhere", 0), ("lot", " ", 0), ("all", "fire", 0), ("lot", "fire", 7)],
)
def test_a_clause_without_words_a_meaning_or_a_product_is_refused(
    kind: str, quote: str, product: int
) -> None:
    with pytest.raises(NoticeRefused):
        draft().added(kind=kind, quote=quote, product=product, values=["x"], by="p", at=NOW)


def test_a_draft_is_settled_when_a_person_has_said_something_of_every_clause() -> None:
    with pytest.raises(NotNow, match="only proposed"):
        draft().check_settled()
    later = NOW + timedelta(hours=1)
    first = draft().confirmed([0], by="party_one", at=NOW)
    whole = first.confirmed(range(len(first.marks)), by="party_two", at=later)
    whole.check_settled()
    assert ["party_one", "party_two"] == [mark.by for mark in whole.marks[:2] if mark]
    with pytest.raises(NoticeRefused):
        whole.confirmed([99], by="party_one", at=NOW)
    assert [mark for mark in whole.marks if mark] == [
        Mark.read(mark.document()) for mark in whole.marks if mark
    ]
