"""A record of RappelConso V2 as ours: products by GTIN, lot and expiry, which stand in fields; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from connectors.feeds.composed import Said, composed
from connectors.feeds.fields import says_nothing
from connectors.feeds.rappelconso.identification import Identified, identified
from connectors.feeds.records import absent, record_at, told
from recall.domain.notice import ClauseKind, Notice, NoticeProduct, Window
from recall.reading.dates import day_of
from recall.reading.lists import has_digit

AUTHORITY = "Direction générale de la concurrence, de la consommation et de la répression des fraudes"
_REMEDIES = {
    "refund": re.compile(r"rembours|avoir|bon d'achat", re.IGNORECASE),
    "replace": re.compile(r"échange|remplac", re.IGNORECASE),
    "repair": re.compile(r"répar|mise en conformité|mise à jour", re.IGNORECASE),
    "dispose": re.compile(r"détrui|jeter|destruction", re.IGNORECASE),
    "return": re.compile(r"rapporter|ramener|retour", re.IGNORECASE),
}
_LONGEST_MODEL = 40


def notice_of(value: object, *, where: str = "") -> Notice:
    """The draft notice of a record; NoticeRefused with a JSON pointer under `where` when it is not one."""
    record = record_at(value, where=where)
    reference = told(record, "numero_fiche", "rappel_guid", "id", "reference_fiche")
    name = told(record, "libelle", "noms_des_modeles_ou_references", "modeles_ou_references")
    if not reference:
        raise absent(record, "numero_fiche", where=where)
    if not name:
        raise absent(record, "libelle", where=where)
    whole = _whole(record, name=name)
    groups = tuple(group.of(whole) for group in identified(record.get("identification_produits")))
    products = tuple(dict.fromkeys(product for group in groups for product in group.products)) or (whole,)
    brand = told(record, "marque_produit", "nom_de_la_marque_du_produit")
    text, clauses = composed(_statements(record, name=name, brand=brand, groups=groups, products=products))
    return Notice(
        source="rappelconso", reference=reference, title=f"{brand} {name}".strip(), authority=AUTHORITY,
        text=text, clauses=clauses, products=products, warnings=_warnings(groups, products=products),
        published=day_of(told(record, "date_publication", "date_de_publication")),
        hazard=_sentence(record, "motif_rappel", "risques_encourus"),
        remedy=_sentence(
            record, "conduites_a_tenir_par_le_consommateur", "modalites_de_compensation"
        ),
        remedies=_remedies(record), language="fr", jurisdiction="FR",
        url=told(record, "lien_vers_la_fiche_rappel", "lien_vers_affichette_pdf"),
        sold_by=tuple(_pieces(told(record, "distributeurs"))),
        classification=told(record, "nature_juridique_rappel"),
    )  # fmt: skip


def _whole(record: Mapping[str, Any], *, name: str) -> NoticeProduct:
    """What all products of a record have in common."""
    references = told(record, "modeles_ou_references", "noms_des_modeles_ou_references")
    is_model = has_digit(references) and len(references) <= _LONGEST_MODEL and " " not in references
    sold = _sold(record)
    return NoticeProduct(
        name=name, brand=told(record, "marque_produit", "nom_de_la_marque_du_produit") or None,
        model=references if is_model else None, sold=(sold,) if sold else (),
    )  # fmt: skip


def _statements(
    record: Mapping[str, Any],
    *,
    name: str,
    brand: str,
    groups: tuple[Identified, ...],
    products: tuple[NoticeProduct, ...],
) -> Iterator[Said]:
    yield Said(words=name, kind=ClauseKind.PRODUCT)
    yield Said(heading="Marque : ", words=brand, kind=ClauseKind.BRAND)
    references = told(record, "modeles_ou_references", "noms_des_modeles_ou_references")
    yield Said(heading="Modèles ou références : ", words=references, kind=ClauseKind.MODEL)
    for group in groups:
        about = tuple(sorted({products.index(product) for product in group.products}))
        yield Said(heading="GTIN : ", words=group.gtin or "", kind=ClauseKind.GTIN, products=about)
        lots = any(product.lots or product.lot_ranges for product in group.products)
        days = any(product.expires for product in group.products)
        kind = ClauseKind.LOT if lots else ClauseKind.EXPIRES if days else None
        yield Said(heading="Identification : ", words=group.written, kind=kind, products=about)
    yield Said(heading="Conditionnement : ", words=told(record, "conditionnements"))
    sold = " - ".join(day for day in _sold_as_told(record) if day)
    yield Said(heading="Commercialisé : ", words=sold, kind=ClauseKind.SOLD)
    for piece in _pieces(told(record, "distributeurs")):
        yield Said(heading="Distributeur : ", words=piece, kind=ClauseKind.SELLER)
    yield Said(heading="Zone de vente : ", words=told(record, "zone_geographique_de_vente"))
    yield Said(heading="Motif du rappel : ", words=told(record, "motif_rappel"), kind=ClauseKind.HAZARD)
    for piece in _pieces(told(record, "risques_encourus", "risques_encourus_par_le_consommateur")):
        yield Said(heading="Risque : ", words=piece, kind=ClauseKind.HAZARD)
    yield Said(words=told(record, "description_complementaire_risque", "preconisations_sanitaires"))
    for key in ("conduites_a_tenir_par_le_consommateur", "modalites_de_compensation"):
        for piece in _pieces(told(record, key)):
            yield Said(heading="Que faire : ", words=piece, kind=ClauseKind.REMEDY)
    yield Said(heading="Contact : ", words=told(record, "numero_contact"))
    yield Said(words=told(record, "informations_complementaires", "informations_complementaires_publiques"))
    yield Said(heading="Fin de la procédure : ", words=told(record, "date_de_fin_de_la_procedure_de_rappel"))


def _warnings(groups: tuple[Identified, ...], *, products: tuple[NoticeProduct, ...]) -> tuple[str, ...]:
    doubts = [doubt for group in groups for doubt in group.doubts]
    if not any(product.gtin or product.model for product in products):
        doubts.append("neither a GTIN nor a model is told: name the product before this becomes a recall")
    return tuple(dict.fromkeys(doubts))


def _sold_as_told(record: Mapping[str, Any]) -> tuple[str, str]:
    last = told(record, "date_date_fin_commercialisation", "date_fin_commercialisation")
    return told(record, "date_debut_commercialisation"), last


def _sold(record: Mapping[str, Any]) -> Window | None:
    first, last = (day_of(day) for day in _sold_as_told(record))
    ordered = first is None or last is None or first <= last
    return Window(first=first, last=last) if (first or last) and ordered else None


def _remedies(record: Mapping[str, Any]) -> tuple[str, ...]:
    said = told(record, "modalites_de_compensation") + told(record, "conduites_a_tenir_par_le_consommateur")
    return tuple(name for name, words in _REMEDIES.items() if words.search(said))


def _sentence(record: Mapping[str, Any], *keys: str) -> str:
    return "; ".join(piece for key in keys for piece in _pieces(told(record, key)))


def _pieces(text: str) -> list[str]:
    pieces = (unescape(piece).strip() for piece in text.split("|"))
    return [piece for piece in pieces if not says_nothing(piece)]
