"""The linked data: a notice as JSON-LD, for search engines, catalogues and other regulators.

There is no vocabulary of recalls that others read, so each fact stands under the name that is read most:

- the notice is a schema.org `Report` (it has a `reportNumber`, a publisher, days and a language), `about` its
  goods. `SpecialAnnouncement` was made for the pandemic, and no `ProductRecall` exists;
- the goods are schema.org `Product`s and, at once, GS1 `Product`s: the GTIN as `gtin14`, lots and serials as
  `gs1:hasBatchLotNumber` and `gs1:hasSerialNumber`, the only published terms for them on a product that is
  not a single piece;
- hazard, remedy, units and the days of making and sale have no term at either: they are `additionalProperty`,
  schema.org's door for them, whose `propertyID` is the key of our own form of notices.

The context is inline: no reader has to fetch anything to know what a name means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from recall.compiled.affected import told_of
from recall.compiled.document import Composed
from recall.compiled.wording import wording
from recall.domain.notice import Notice, NoticeProduct
from recall.reading.window import Window

CONTEXT = {"@vocab": "https://schema.org/", "gs1": "https://ref.gs1.org/voc/"}


def linked(notice: Notice, *, composed: Composed) -> bytes:
    """The notice as JSON-LD, UTF-8; `composed` gives the headline, the language and the address."""
    document = {
        "@context": CONTEXT, "@type": "Report", "@id": composed.proof.page, "url": composed.proof.page,
        "headline": composed.headline, "name": _worded(notice.title, notice.language),
        "reportNumber": notice.reference, "identifier": composed.proof.code or None,
        "publisher": {"@type": "Organization", "name": notice.authority},
        "datePublished": notice.published.isoformat() if notice.published else None,
        "dateModified": notice.modified.isoformat() if notice.modified else None,
        "inLanguage": composed.language, "isBasedOn": notice.url or None,
        "about": [
            _product(product, notice.language) | _in_words(product, composed.language)
            for product in notice.products
        ],
        "additionalProperty": list(_finer(notice)),
    }  # fmt: skip
    return json.dumps(_told(document), ensure_ascii=False, indent=1).encode()


def _in_words(product: NoticeProduct, language: str) -> dict[str, Any]:
    """All by which its affected units are known, for people and for what has no term."""
    told = (f"{row.label}: {', '.join(row.values)}" for row in told_of(product, wording(language)))
    text = "\n".join(told)
    return {"description": _worded(text, language)} if text else {}


def _product(product: NoticeProduct, language: str) -> dict[str, Any]:
    windows = {"made": product.made, "sold": product.sold, "packed": product.packed,
               "expires": product.expires}  # fmt: skip
    ranges = {"lot_ranges": product.lot_ranges, "lot_masks": product.lot_masks,
              "serial_masks": product.serial_masks, "date_codes": product.date_codes}  # fmt: skip
    return _told({
        "@type": ["Product", "gs1:Product"], "name": _worded(product.name or product.model or "", language),
        "brand": {"@type": "Brand", "name": product.brand} if product.brand else None,
        "model": product.model, "gtin14": product.gtin, "gs1:hasBatchLotNumber": list(product.lots),
        "gs1:hasSerialNumber": list(product.serials),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": each.scheme, "value": each.value}
            for each in product.identifiers
        ],
        "additionalProperty": [
            *(_property(name, value) for name, values in ranges.items() for value in values),
            *(_property(name, _between(window)) for name, several in windows.items() for window in several),
            *_counted(product.quantity),
        ],
    })  # fmt: skip


def _finer(notice: Notice) -> Iterator[dict[str, Any]]:
    """What no vocabulary has a word for."""
    for name, text in (("hazard", notice.hazard), ("remedy", notice.remedy)):
        if text:
            yield _property(name, _worded(text, notice.language))
    for remedy in notice.remedies:
        yield _property("remedies", remedy)
    yield from _counted(notice.quantity)


def _counted(units: int | None) -> Iterable[dict[str, Any]]:
    return () if units is None else (_property("quantity", units),)


def _property(name: str, value: object) -> dict[str, Any]:
    return {"@type": "PropertyValue", "propertyID": name, "value": value}


def _worded(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _between(window: Window) -> str:
    """A window as an interval of ISO 8601-2, `..` where it is open."""
    first, last = (day.isoformat() if day else ".." for day in (window.first, window.last))
    return f"{first}/{last}"


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that say nothing."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
