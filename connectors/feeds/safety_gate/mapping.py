"""An alert of Safety Gate as ours: products by barcode and model, with the lots that it names; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from connectors.feeds.composed import Said, composed
from connectors.feeds.fields import Coded, coded, says_nothing
from connectors.feeds.pairing import together
from connectors.feeds.safety_gate.alert import Alert
from recall.domain.notice import ClauseKind, Identifier, Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.dates import Order, day_of
from recall.reading.trade_items import TradeItem, trade_item

AUTHORITY = "European Commission, Safety Gate"
_REMEDIES = {
    "refund": re.compile(r"\brefund|\breimburse", re.IGNORECASE),
    "replace": re.compile(r"\breplace|\bexchange", re.IGNORECASE),
    "repair": re.compile(r"\brepair|\bcorrective action|\bsoftware update", re.IGNORECASE),
    "dispose": re.compile(r"\bdestr(?:oy|uction)|\bdispose", re.IGNORECASE),
    "return": re.compile(r"recall of the product from end users", re.IGNORECASE),
}
_SPLIT = re.compile(r"[;,\n]|\s/\s")
_BARCODES = re.compile(r"[;,\n/]|\sand\s")


def notice_of(alert: Alert, *, where: str = "") -> Notice:
    """The draft notice of an alert; NoticeRefused where it has no number or names no product."""
    if not alert.reference:
        raise NoticeRefused.of(
            "", expected="an alert with its number", got="none", where=f"{where}/reference"
        )
    products, doubts = _products(alert)
    if not (alert.product or alert.name or alert.brand or alert.models):
        raise NoticeRefused.of(
            alert.reference, expected="an alert that names a product", got="none", where=f"{where}/product"
        )
    text, clauses = composed(_statements(alert, products=products))
    about = alert.name or alert.product or alert.models
    return Notice(
        source="safety_gate", reference=alert.reference, title=f"{alert.brand} {about}".strip(),
        authority=AUTHORITY, text=text, clauses=clauses, products=products, warnings=doubts,
        published=day_of(alert.published), modified=day_of(alert.modified),
        hazard=": ".join(filter(None, (alert.risk, alert.danger))), remedy=alert.measures,
        remedies=tuple(name for name, words in _REMEDIES.items() if words.search(alert.measures)),
        language=alert.language, jurisdiction="EU", url=alert.url or alert.recall_url,
        made_in=(alert.origin,) if alert.origin else (), classification=alert.level,
    )  # fmt: skip


def _products(alert: Alert) -> tuple[tuple[NoticeProduct, ...], tuple[str, ...]]:
    """A product for each barcode; for each model where there is no barcode, or more than one model."""
    models = tuple(dict.fromkeys(_pieces(alert.models)))
    items = _barcodes(alert.barcodes)
    gtins = tuple(dict.fromkeys(item.gtin for item in items.values() if item.gtin))
    wrong = tuple(
        Identifier(scheme="upc_as_written", value=text) for text, item in items.items() if not item.gtin
    )
    whole = NoticeProduct(
        name=alert.name or alert.product, brand=alert.brand or None, identifiers=alert.identifiers + wrong
    )
    one_model = models[0] if len(models) == 1 else None
    named = [replace(whole, gtin=gtin, model=one_model) for gtin in gtins]
    if not gtins or len(models) > 1:
        named += [replace(whole, model=model) for model in models]
    lots = coded("" if alert.batches == alert.barcodes else alert.batches, order=Order.DAY_FIRST)
    products = [together(product, coded=each) for product in named or [whole] for each in lots.products]
    return tuple(products), tuple(_doubts(alert, items=items, models=models, lots=lots))


def _doubts(
    alert: Alert, *, items: dict[str, TradeItem], models: tuple[str, ...], lots: Coded
) -> Iterator[str]:
    yield from dict.fromkeys(item.note for item in items.values() if item.note)
    yield from lots.doubts
    gtins = {item.gtin for item in items.values() if item.gtin}
    if gtins and len(models) > 1:
        yield f"{len(gtins)} barcodes and {len(models)} models: which belong together is not said"
    if any(each.lots or each.lot_ranges for each in lots.products) and max(len(gtins), len(models)) > 1:
        yield "the lots are not said product by product: each product has them all"
    if alert.batches and alert.batches == alert.barcodes:
        yield f"'{alert.batches[:80]}' may be a lot, a barcode or both: only barcodes were read"
    if alert.brief:
        yield "a row of a search: its notification names the models, batches and barcodes"


def _barcodes(text: str) -> dict[str, TradeItem]:
    """Each barcode as written; several that only blanks part are told apart when each has its check digit."""
    found = dict[str, TradeItem]()
    for piece in _BARCODES.split(text):
        written = piece.strip(" .:'\"")
        if not any(map(str.isdigit, written)):
            continue
        item, parts = trade_item(written), written.split()
        if item.gtin is None and len(parts) > 1 and all(trade_item(part).gtin for part in parts):
            found |= {part: trade_item(part) for part in parts}
        else:
            found[written] = item
    return found


def _pieces(text: str) -> list[str]:
    pieces = (piece.strip(" .:'\"") for piece in _SPLIT.split(text))
    return [piece for piece in pieces if not says_nothing(piece)]


def _statements(alert: Alert, *, products: tuple[NoticeProduct, ...]) -> Iterator[Said]:
    """The alert's fields, a line each; what names products points at those that it names."""
    yield Said(words=alert.product, kind=ClauseKind.PRODUCT)
    yield Said(heading="Name: ", words=alert.name, kind=ClauseKind.PRODUCT)
    yield Said(heading="Brand: ", words=alert.brand, kind=ClauseKind.BRAND)
    yield Said(heading="Category: ", words=alert.category)
    for model in dict.fromkeys(_pieces(alert.models)):
        about = tuple(n for n, product in enumerate(products) if product.model == model)
        yield Said(heading="Model: ", words=model, kind=ClauseKind.MODEL, products=about)
    for written, item in _barcodes(alert.barcodes).items():
        about = tuple(n for n, product in enumerate(products) if item.gtin and product.gtin == item.gtin)
        sure = 1.0 if item.gtin else 0.3
        yield Said(heading="Barcode: ", words=written, kind=ClauseKind.GTIN, products=about, confidence=sure)
    lots = alert.batches if alert.batches != alert.barcodes else ""
    yield Said(heading="Batch: ", words=lots, kind=ClauseKind.LOT if any(p.lots for p in products) else None)
    for identifier in alert.identifiers:
        yield Said(heading="Sold online as: ", words=identifier.value, kind=ClauseKind.IDENTIFIER)
    yield Said(words=alert.description)
    yield Said(heading="Risk: ", words=alert.risk, kind=ClauseKind.HAZARD)
    yield Said(heading="Danger: ", words=alert.danger, kind=ClauseKind.HAZARD)
    yield Said(heading="Level: ", words=alert.level)
    yield Said(heading="Measures: ", words=alert.measures, kind=ClauseKind.REMEDY)
    yield Said(heading="Notified by: ", words=alert.notified_by)
    yield Said(heading="Made in: ", words=alert.origin)
    yield Said(heading="Company's recall: ", words=alert.recall_url)
