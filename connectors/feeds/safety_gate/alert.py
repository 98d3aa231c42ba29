"""An alert of Safety Gate, in any of its forms: weekly XML, the portal's JSON, the mirror; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

from connectors.feeds.fields import says_nothing
from connectors.feeds.records import told
from recall.domain.notice import Identifier
from recall.reading.text import clean, squeezed

_ASIN = re.compile(r"\bB0[A-Z0-9]{8}\b")
_UNBRANDED = frozenset({"unbranded", "no brand", "no name", "without brand", "brand unknown"})
_LANGUAGE = "EN"
PORTAL = "https://ec.europa.eu/safety-gate-alerts/screen/webReport/alertDetail/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What an alert says, field by field and as written; empty where its form does not have the field."""

    reference: str
    product: str = ""
    name: str = ""
    brand: str = ""
    category: str = ""
    models: str = ""
    batches: str = ""
    barcodes: str = ""
    risk: str = ""
    danger: str = ""
    level: str = ""
    description: str = ""
    measures: str = ""
    notified_by: str = ""
    origin: str = ""
    published: str = ""
    modified: str = ""
    url: str = ""
    recall_url: str = ""
    language: str = "en"
    identifiers: tuple[Identifier, ...] = ()
    brief: bool = False
    """A row of a search, which leaves out models, batches and barcodes."""


def of_xml(notification: Element, *, published: str) -> Alert:
    """A `notification` of a weekly report; `published` is the report's day."""
    found = {child.tag.lower(): _joined(child) for child in notification}

    def say(*names: str) -> str:
        return next((found[name.lower()] for name in names if found.get(name.lower())), "")

    trader = say("onlineTrader", "onlineTraders")
    both = say("batchNumber_barcode")  # reports before 2023
    return Alert(
        reference=say("caseNumber"), product=say("product"), name=say("name"), brand=say("brand"),
        category=say("category"), models=say("type_numberOfModel"), batches=say("batchNumber") or both,
        barcodes=say("barcode") or both, risk=say("riskType"), danger=say("danger"), level=say("level"),
        description=say("description"), measures=say("measures"), notified_by=say("notifyingCountry"),
        origin=say("countryOfOrigin"), published=published, url=say("reference"),
        recall_url=say("URLrecall", "urlRecall"), identifiers=_listed(trader, trader=trader),
    )  # fmt: skip


def of_portal(record: Mapping[str, Any]) -> Alert:
    """A notification of the portal's JSON, or a row of its search."""
    product, risk = _inner(record, "product"), _inner(record, "risk")
    traceability, measures = _inner(record, "traceability"), _inner(record, "measureTaken")
    said, language = _version(product)
    dangers, _ = _version(risk)
    number = told(record, "id")
    return Alert(
        reference=told(record, "reference"), product=said("name") or told(product, "name"),
        name=told(product, "nameSpecific"), brand=_each(product, "brands", "brand"),
        category=told(product, "productCategory"), models=_each(product, "modelTypes", "modelType"),
        batches=_each(product, "batchNumbers", "batchNumber"), barcodes=_each(product, "barcodes", "barcode"),
        risk=", ".join(_risk(one) for one in _list(risk, "riskType")), danger=dangers("riskDescription"),
        level=told(record, "riskLevel", "level", "notificationType"),
        description=" ".join(filter(None, (said("description"), said("packageDescription")))),
        measures="; ".join(map(_measure, _list(measures, "measures"))),
        notified_by=told(record, "country"), origin=told(traceability, "countryOrigin"),
        published=told(record, "publicationDate"), modified=told(record, "modificationDate"),
        url=PORTAL + number if number.isdigit() else "", language=language,
        identifiers=tuple(
            identifier
            for one in _list(record, "onlineTraderProductIdentifierReference")
            for identifier in _listed(told(one, "uniqueProductIdentifier"), trader=told(one, "onlineTrader"))
        ),
        brief=not {"versions", "modelTypes", "barcodes", "batchNumbers"} & product.keys(),
    )  # fmt: skip


def of_mirror(record: Mapping[str, Any]) -> Alert:
    """A record of the open-data mirror `healthref-europe-rapex-en`."""
    return Alert(
        reference=told(record, "alert_number"), product=told(record, "product_type", join=", "),
        name=told(record, "product_name", join=", "), brand=_plain(told(record, "product_brand", join=", ")),
        category=told(record, "product_category", join=", "),
        models=told(record, "product_model_type", join="; "),
        batches=told(record, "product_batch_number", join="; "),
        barcodes=told(record, "product_barcode", join="; "), risk=told(record, "alert_type", join=", "),
        danger=told(record, "technical_defect", join=" "), level=told(record, "alert_level", "risk_level"),
        description=told(record, "alert_description", "product_description", join=" "),
        measures=told(record, "measures_country", "measures", join="; "),
        notified_by=told(record, "alert_country", join=", "),
        origin=told(record, "product_country", "country_of_origin"),
        published=told(record, "alert_date"), modified=told(record, "modification_date"),
        url=told(record, "rapex_url"), recall_url=told(record, "product_recall_url"),
    )  # fmt: skip


def _joined(element: Element) -> str:
    words = (squeezed(unescape(clean(part))) for part in element.itertext())
    return _plain("; ".join(word for word in words if word))


def _plain(text: str) -> str:
    """The words of a field, empty where it only says that nothing is known."""
    nothing = says_nothing(text) or squeezed(text).lower() in _UNBRANDED
    return "" if nothing else text


def _inner(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, Mapping) else {}


def _list(record: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = record.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _each(record: Mapping[str, Any], key: str, field: str) -> str:
    return _plain("; ".join(words for one in _list(record, key) if (words := told(one, field))))


def _version(record: Mapping[str, Any]) -> tuple[Any, str]:
    """How to ask the English version, or the first there is, and the language it is in."""
    versions = _list(record, "versions")
    tongue = {id(one): told(_inner(one, "language"), "key").upper() for one in versions}
    chosen = next((one for one in versions if tongue[id(one)] == _LANGUAGE), versions[0] if versions else {})
    language = (tongue.get(id(chosen)) or _LANGUAGE).lower()[:2]
    return (lambda key: unescape(told(chosen, key))), language


def _risk(one: Mapping[str, Any]) -> str:
    return told(one, "name", "key").removeprefix("riskType.").replace("_", " ").capitalize()


def _measure(one: Mapping[str, Any]) -> str:
    return ": ".join(words for key in ("measureCategory", "measureType") if (words := told(one, key)))


def _listed(text: str, *, trader: str) -> tuple[Identifier, ...]:
    """The names of listings on a marketplace; Amazon's own by their form."""
    asins = tuple(Identifier(scheme="asin", value=asin) for asin in dict.fromkeys(_ASIN.findall(text)))
    if asins or text == trader or says_nothing(text):
        return asins
    return (Identifier(scheme="item", value=squeezed(text)),)
