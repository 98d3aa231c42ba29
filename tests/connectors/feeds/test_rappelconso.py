"""RappelConso: every row is read whole, in both spellings of its identification and in every envelope."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.feeds.reader import NoticesRead, read_notices
from recall.domain.notice import ClauseKind, NoticeProduct, Window

CHEESE, HAM = "03564709006031", "03250390398028"
ONE_TEXT = (
    "3564709006031$v028$date de durabilité minimale$2021-04-04$"
    "|3250390398028$v029$date limite de consommation$2021-04-03$2021-05-01"
)
RECORD: dict[str, Any] = {
    "numero_fiche": "2026-02-0250", "numero_version": 1, "date_publication": "2026-02-06T00:00:00+00:00",
    "libelle": "fromage", "marque_produit": "bon pré", "modeles_ou_references": "FR-22",
    "identification_produits": ONE_TEXT, "motif_rappel": "présence de listeria",
    "risques_encourus": "listeria|toxi-infection", "distributeurs": "carrefour|leclerc",
    "conduites_a_tenir_par_le_consommateur": "ne plus consommer|rapporter le produit au point de vente",
    "modalites_de_compensation": "remboursement", "date_debut_commercialisation": "2026-01-02",
    "date_date_fin_commercialisation": "2026-02-03",
    "lien_vers_la_fiche_rappel": "https://rappel.example/fiche/21381",
}  # fmt: skip


def read(document: object) -> NoticesRead:
    return read_notices(json.dumps(document).encode(), name="file")


def products(identification: object) -> tuple[NoticeProduct, ...]:
    return read([RECORD | {"identification_produits": identification}]).notices[0].products


def on(text: str) -> tuple[Window, ...]:
    return (Window(first=date.fromisoformat(text), last=date.fromisoformat(text)),)


def test_a_record_is_read_whole() -> None:
    answer = read([RECORD])
    assert () == answer.refused
    notice = answer.notices[0]
    assert ("rappelconso", "2026-02-0250", "bon pré fromage") == (
        notice.source,
        notice.reference,
        notice.title,
    )
    assert (date(2026, 2, 6), "FR", "fr") == (notice.published, notice.jurisdiction, notice.language)
    assert ("refund", "return") == notice.remedies
    assert ("carrefour", "leclerc") == notice.sold_by
    assert () == notice.warnings
    assert [(CHEESE, ("v028",), "FR-22"), (HAM, ("v029",), "FR-22")] == [
        (product.gtin, product.lots, product.model) for product in notice.products
    ]
    assert on("2021-04-04") == notice.products[0].expires
    assert (Window(first=date(2021, 4, 3), last=date(2021, 5, 1)),) == notice.products[1].expires
    assert (Window(first=date(2026, 1, 2), last=date(2026, 2, 3)),) == notice.products[0].sold
    assert [(0,), (1,)] == [c.products for c in notice.clauses if c.kind is ClauseKind.LOT]


FIRST = ["3564709006031", "v028", "ddm", "2021-04-04"]
SECOND = ["v029", "dlc", "2021-04-03", "2021-05-01"]
SAME = [
    [ONE_TEXT.split("|")[0], "|" + ONE_TEXT.split("|")[1]],
    [*FIRST, "", "|3250390398028", *SECOND, ""],
    [*FIRST, "3250390398028", *SECOND],
]


@pytest.mark.parametrize("same", SAME)
def test_a_list_says_the_same_as_one_text(same: list[str]) -> None:
    assert products(ONE_TEXT) == products(same)


def test_parts_may_be_missing() -> None:
    assert [(None, ("lot123",))] == [(p.gtin, p.lots) for p in products("$lot123$dlc$2026-01-01")]
    assert [(CHEESE, ())] == [(p.gtin, p.lots) for p in products(["3564709006031", "tous les lots"])]
    assert [(CHEESE, ())] == [(p.gtin, p.lots) for p in products(["3564709006031", "non concerné", ""])]
    assert [None] == [p.gtin for p in products(None)] == [p.gtin for p in products("")]


def test_words_around_a_lot_are_no_lot() -> None:
    read_whole = products("3564709006031$lot : 091k - ddm : 10/2027")
    assert [("091k",)] == [product.lots for product in read_whole]
    assert (Window(first=date(2027, 10, 1), last=date(2027, 10, 31)),) == read_whole[0].expires


def test_what_is_not_certain_is_a_warning() -> None:
    doubtful = read([RECORD | {"identification_produits": ["12345678", "A1", "2026-05-08"]}]).notices[0]
    assert [None] == [product.gtin for product in doubtful.products]
    assert ["check digit", "without its kind"] == [
        words for words in ("check digit", "without its kind") if any(words in w for w in doubtful.warnings)
    ]


@pytest.mark.parametrize(
    "envelope",
    [RECORD, [RECORD], {"total_count": 1, "results": [RECORD]}, {"records": [{"fields": RECORD}]}],
)
def test_every_envelope_holds_the_same(envelope: object) -> None:
    assert read([RECORD]).notices == read(envelope).notices


def test_a_record_that_is_none_is_refused_at_its_place_and_the_others_are_read() -> None:
    answer = read([RECORD, {"numero_fiche": "", "marque_produit": "x"}, 7, RECORD | {"libelle": ["a", "b"]}])
    assert ["/1/numero_fiche", "/2"] == [refused.where for refused in answer.refused]
    assert 2 == len(answer.notices)


def test_the_published_record_is_read(shared: Path) -> None:
    path = shared / "notices" / "fr_rappelconso" / "record_v2.json"
    answer = read_notices(path.read_bytes(), name=path.name)
    assert (1, ()) == (len(answer.notices), answer.refused)
    assert "xmgolong" == answer.notices[0].products[0].brand
