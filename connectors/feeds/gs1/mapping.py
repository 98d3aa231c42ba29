"""A Product Recall Notification as ours: products, tracking codes and words, each with its place; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from connectors.feeds.composed import Said, composed
from connectors.feeds.gs1.tracking import Tracked, tracked
from connectors.gs1.identifiers import is_gdti, is_key
from connectors.gs1.message import below, items, moment_of, said, text_of, unknown
from connectors.gs1.names import COUNTRIES, Kind, Tag
from connectors.gs1.notification import MODEL
from recall.domain.notice import ClauseKind, Identifier, Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.trade_items import trade_item

_JURISDICTIONS = {code: name for name, code in COUNTRIES.items()}
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2})?")
_SCHEME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REMEDIES = {
    "refund": re.compile(r"refund|money back", re.IGNORECASE),
    "replace": re.compile(r"replac|exchange", re.IGNORECASE),
    "repair": re.compile(r"repair", re.IGNORECASE),
    "dispose": re.compile(r"dispos|destroy|discard", re.IGNORECASE),
    "return": re.compile(r"\breturn", re.IGNORECASE),
}
_ISSUED, _FIRST = "ISSUED", "INITIAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One trade item: the product, its GTIN as it is written, and what tells its affected units."""

    product: NoticeProduct
    written: str
    tracked: Tracked
    doubts: tuple[str, ...]


def notice_of(document: Element, *, where: str = "") -> Notice:
    """The draft notice of a notification. Raises NoticeRefused where it names no goods or not itself."""
    reference = said(document, Tag.ORIGINAL) or said(document, Tag.OWN)
    told = tuple(_item(element) for element in items(document))
    products = tuple(item.product for item in told)
    title = said(document, Tag.TITLE) or next((p.name for p in products if p.name), "")
    for tag, value in ((Tag.ORIGINAL, reference), (Tag.ITEM, products), (Tag.TITLE, title)):
        if not value:
            raise NoticeRefused.of(Kind.NOTIFICATION, expected=f"the element {tag}", got="none", where=where)
    hazard, remedy = _hazard(document), said(document, Tag.INSTRUCTIONS)
    text, clauses = composed(_statements(document, title=title, remedy=remedy, told=told))
    first = said(document, Tag.VERSION_STATUS) in ("", _FIRST)
    made = moment_of(document)
    day = made.date() if made else None
    quantities = [product.quantity for product in products]
    return Notice(
        source="gs1", reference=reference, title=title, authority=_initiator(document), text=text,
        clauses=clauses, products=products, published=day if first else None, modified=None if first else day,
        hazard=hazard, remedy=remedy, language=_language(document),
        remedies=tuple(name for name, words in _REMEDIES.items() if words.search(remedy)),
        quantity=sum(units for units in quantities if units is not None) if None not in quantities else None,
        warnings=_warnings(document, reference=reference, told=told), classification=said(document, Tag.RISK),
        status=" ".join(filter(None, (said(document, Tag.STATUS), said(document, Tag.VERSION_STATUS)))),
        jurisdiction=_JURISDICTIONS.get(said(document, Tag.COUNTRY), ""),
    )  # fmt: skip


def _item(element: Element) -> _Item:
    written = said(element, Tag.GTIN)
    known = trade_item(written) if written else None
    odd = [Identifier(scheme="upc_as_written", value=written)] if known and not known.gtin else []
    model, named = "", list[Identifier]()
    for one in element.iter(Tag.OTHER_ITEM):
        scheme = one.get(Tag.OTHER_ITEM_TYPE, "")
        if scheme == MODEL and not model:
            model = text_of(one)
        elif text_of(one):
            lower = scheme.lower()
            named.append(Identifier(scheme=lower if _SCHEME.fullmatch(lower) else "item", value=text_of(one)))
    codes = tracked(element)
    product = NoticeProduct(
        name=said(element, Tag.NAME), brand=said(element, Tag.BRAND) or None, model=model or None,
        gtin=known.gtin if known else None, lots=codes.lots, lot_ranges=codes.lot_ranges,
        serials=codes.serials, date_codes=codes.date_codes, expires=codes.expires,
        quantity=_units(said(element, Tag.QUANTITY)), identifiers=tuple(dict.fromkeys([*odd, *named])),
    )  # fmt: skip
    doubts = ([known.note] if known and known.note else []) + list(codes.doubts)
    if not (product.gtin or product.model or product.name):
        doubts.append("a trade item has neither a GTIN nor a name: name it before this becomes a recall")
    return _Item(product=product, written=written, tracked=codes, doubts=tuple(doubts))


def _units(text: str) -> int | None:
    whole = re.fullmatch(r"([0-9]{1,12})(?:\.0+)?", text)
    return int(whole[1]) if whole else None


def _statements(document: Element, *, title: str, remedy: str, told: Sequence[_Item]) -> Iterator[Said]:
    yield Said(words=title)
    yield Said(heading="Reference: ", words=said(document, Tag.ORIGINAL))
    yield Said(heading="This notification: ", words=said(document, Tag.OWN))
    for number, item in enumerate(told):
        product, about = item.product, (number,)
        yield Said(heading="Product: ", words=product.name, kind=ClauseKind.PRODUCT, products=about)
        yield Said(heading="Brand: ", words=product.brand or "", kind=ClauseKind.BRAND, products=about)
        yield Said(heading="Model: ", words=product.model or "", kind=ClauseKind.MODEL, products=about)
        known = ClauseKind.GTIN if product.gtin else ClauseKind.IDENTIFIER
        yield Said(heading="GTIN: ", words=item.written, kind=known, products=about)
        for identifier in product.identifiers:
            if identifier.value != item.written:
                heading = f"{identifier.scheme}: "
                yield Said(
                    heading=heading, words=identifier.value, kind=ClauseKind.IDENTIFIER, products=about
                )
        for kind, heading, words in item.tracked.statements:
            yield Said(heading=f"{heading}: ", words=words, kind=kind, products=about)
        units = "" if product.quantity is None else str(product.quantity)
        yield Said(heading="Units: ", words=units, kind=ClauseKind.QUANTITY, products=about)
    for reason in document.iter(Tag.REASON_CODE):
        yield Said(heading="Reason: ", words=_in_words(text_of(reason)), kind=ClauseKind.HAZARD)
    for words in _each(document, Tag.EXPLANATION):
        yield Said(heading="Explanation: ", words=words, kind=ClauseKind.HAZARD)
    yield Said(heading="What to do: ", words=remedy, kind=ClauseKind.REMEDY)


def _hazard(document: Element) -> str:
    codes = filter(None, (_in_words(code) for code in _each(document, Tag.REASON_CODE)))
    return "; ".join(dict.fromkeys((*codes, *_each(document, Tag.EXPLANATION))))


def _each(document: Element, tag: Tag) -> tuple[str, ...]:
    """The texts of every element of that name, each once."""
    return tuple(dict.fromkeys(text for one in document.iter(tag) if (text := text_of(one))))


def _in_words(code: str) -> str:
    """`ALLERGY_HAZARD_PEANUTS` in words; empty for OTHER, which says nothing."""
    return "" if code == "OTHER" else code.replace("_", " ").lower()


def _initiator(document: Element) -> str:
    whole = below(document, Tag.INITIATOR)
    gln = said(whole, Tag.GLN)
    return said(whole, Tag.ORGANISATION_NAME) or (f"GLN {gln}" if gln else "unknown")


def _language(document: Element) -> str:
    told = below(document, Tag.TITLE).get(Tag.LANGUAGE, "")
    return told if _LANGUAGE.fullmatch(told) else "en"


def _warnings(document: Element, *, reference: str, told: Sequence[_Item]) -> tuple[str, ...]:
    doubts = [doubt for item in told for doubt in item.doubts]
    if not is_gdti(reference):
        doubts.append(f"'{reference[:40]}' is no GDTI: thirteen digits with their check digit begin one")
    gln = said(below(document, Tag.INITIATOR), Tag.GLN)
    if gln and not is_key(gln):
        doubts.append(f"'{gln[:40]}' is not a GLN: its check digit is wrong")
    if (status := said(document, Tag.STATUS)) not in ("", _ISSUED):
        doubts.append(f"its status is {status[:40]}: nothing opens or ends by that, two officers decide")
    if said(document, Tag.PRIMARY).lower() in ("false", "0"):
        doubts.append("its sender is not the first to recall: look for the notice of whoever is")
    country = said(document, Tag.COUNTRY)
    if country and country not in _JURISDICTIONS:
        doubts.append(f"the market {country[:20]} is not known here")
    return tuple(dict.fromkeys((*doubts, *unknown(document))))
