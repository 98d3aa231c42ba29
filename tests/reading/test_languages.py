"""Prose in French, German and Japanese: the same statements, read by the vocabulary of each language."""

from __future__ import annotations

import pytest

from recall.reading.dates import Order
from recall.reading.reader import Reading, read_text
from recall.reading.values import ClauseKind

FRENCH = """Rappel des poussettes de ville, pour les familles.
Produit : Poussette citadine
Le modèle concerné est le modèle PX-210,
numéros de lot : L31, L32 et L33, fabriquées entre mars 2023 et juin 2023.
Numéros de série de 200200 à 200899. Code-barres 4006381333931.
Vendues du 5/6/2023 au 30/8/2023. Le modèle PX-310 n'est pas concerné.
Risque : Étouffement
Quantité : 1 200 unités"""
GERMAN = """Rückruf der Firma: Die Wasserkocher Modell WK-110 und WK-220 werden nicht mehr verkauft.
Betroffen sind die Chargennummern A17, A18 und A19 sowie die Seriennummern von 6000 bis 6999.
Sie wurden zwischen dem 5. März 2021 und dem 31. Dezember 2021 hergestellt.
Verkauft wurden sie von Januar 2022 bis Mai 2023. Artikelnummer: 4711-22, EAN 4006381333931.
Mindesthaltbarkeitsdatum: 12.03.2025
Das Modell WK-330 ist nicht betroffen. Es besteht Brandgefahr. Der Kaufpreis wird erstattet.
Stückzahl: 3.500"""
JAPANESE = """リコールのお知らせ
製品名：電気ポット
型番：KT-110、KT-220
製造番号：A2000～A2999
ロット番号：L07、L08、L09
製造期間：2020年4月～2021年3月
販売期間：2020年5月1日から2021年6月30日まで
対象台数：1,200台
リコール理由：発火のおそれがあるため
リコール内容：無償交換"""


def windows(reading: Reading, *, kind: str) -> list[tuple[str | None, str | None]]:
    return [(window["from"], window["to"]) for window in reading.products[0].document().get(kind, [])]


def test_a_french_notice_is_read() -> None:
    reading = read_text(FRENCH)
    (product,) = reading.products
    assert ("fr", "Poussette citadine", "PX-210", 1200) == (
        reading.language, product.name, product.model, product.quantity,
    )  # fmt: skip
    assert (("L31", "L32", "L33"), ("200200 - 200899",)) == (product.lots, product.serials)
    assert ("04006381333931", ("PX-310",)) == (product.gtin, product.excluded.models)
    assert [("2023-03-01", "2023-06-30")] == windows(reading, kind="made")
    assert [("2023-06-05", "2023-08-30")] == windows(reading, kind="sold")
    assert "Étouffement" == reading.hazard


def test_a_german_notice_is_read() -> None:
    reading = read_text(GERMAN)
    assert ["WK-110", "WK-220"] == [product.model for product in reading.products]
    product = reading.products[0]
    assert (("A17", "A18", "A19"), ("6000 - 6999",)) == (product.lots, product.serials)
    assert ("04006381333931", ("WK-330",)) == (product.gtin, product.excluded.models)
    assert [("item", "4711-22")] == [(one.scheme, one.value) for one in product.identifiers]
    assert [("2021-03-05", "2021-12-31")] == windows(reading, kind="made")
    assert [("2022-01-01", "2023-05-31")] == windows(reading, kind="sold")
    assert [("2025-03-12", "2025-03-12")] == windows(reading, kind="expires")
    assert (3500, "Der Kaufpreis wird erstattet.") == (reading.quantity, reading.remedy)


def test_a_japanese_notice_is_read() -> None:
    reading = read_text(JAPANESE)
    assert ["KT-110", "KT-220"] == [product.model for product in reading.products]
    product = reading.products[0]
    assert (("L07", "L08", "L09"), ("A2000 - A2999",)) == (product.lots, product.serials)
    assert [("2020-04-01", "2021-03-31")] == windows(reading, kind="made")
    assert [("2020-05-01", "2021-06-30")] == windows(reading, kind="sold")
    assert (1200, "発火のおそれがあるため", "無償交換") == (reading.quantity, reading.hazard, reading.remedy)


@pytest.mark.parametrize(
    ("text", "language"), [(FRENCH, "fr"), (GERMAN, "de"), (JAPANESE, "ja")], ids=["fr", "de", "ja"]
)
def test_every_clause_stands_where_it_says_in_every_language(text: str, language: str) -> None:
    reading = read_text(text)
    assert language == reading.language
    assert all(reading.text[c.start : c.end] == c.text for c in reading.clauses)


def test_a_country_that_is_named_orders_the_dates() -> None:
    reading = read_text(
        "Produit vendu le 3/4/2024. Le lot : A1. Les produits sont du rappel.", order=Order.MONTH_FIRST
    )
    kinds = [clause.kind for clause in reading.clauses]
    assert ClauseKind.SOLD in kinds
    assert [("2024-03-04", "2024-03-04")] == windows(reading, kind="sold")
