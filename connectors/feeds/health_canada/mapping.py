"""A Canadian recall as ours: a record of the bulk file, or its page with the affected products; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from connectors.feeds.composed import Said, composed
from connectors.feeds.health_canada.affected import Affected, affected, is_affected
from connectors.feeds.records import absent, record_at, told
from connectors.feeds.tables import Page
from recall.domain.notice import ClauseKind, Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.dates import day_of
from recall.reading.text import squeezed

AUTHORITY = "Health Canada"
_AUTHORITIES = {"CFIA": "Canadian Food Inspection Agency", "Transport Canada": "Transport Canada"}
_PARTNERS = re.compile(r"https?://(?:www\.)?(?:cpsc\.gov|profeco|globalrecalls)[^\s\"'<>)]{1,300}")
_NODE = re.compile(r"(?:tablefield-node-|/node/)(\d{3,9})")
_NUMBER = re.compile(r"\bRA-\d{3,7}\b")
_DATED = re.compile(
    r"(?:last updated|published|starting date|posting date|dernière mise à jour)\W{1,4}(\d{4}-\d\d-\d\d)",
    re.I,
)
_HEADINGS = frozenset(
    {
        "affected products", "product", "issue", "what you should do", "category", "companies", "brand(s)",
        "last updated", "background", "recall class", "audience", "images", "details",
    }
)  # fmt: skip
_REMEDIES = {
    "refund": re.compile(r"\brefund|\breimburse", re.IGNORECASE),
    "replace": re.compile(r"\breplac|\bexchange", re.IGNORECASE),
    "repair": re.compile(r"\brepair|\bsoftware update", re.IGNORECASE),
    "dispose": re.compile(r"\bdispos|\bdiscard|\bthrow|\bdestroy", re.IGNORECASE),
    "return": re.compile(r"\breturn", re.IGNORECASE),
}


def notice_of_record(value: object, *, where: str = "") -> Notice:
    """The draft notice of a record of the bulk file; NoticeRefused with a JSON pointer when it is not one."""
    record = record_at(value, where=where)
    reference, title = told(record, "NID", "recall_id"), _words(record, "Title")
    if not reference:
        raise absent(record, "NID", where=where)
    if not title:
        raise absent(record, "Title", where=where)
    url, organisation = told(record, "URL"), _words(record, "Organization")
    products = (NoticeProduct(name=_words(record, "Product") or title),)
    remedy = _words(record, "What you should do")
    text, clauses = composed(_statements(record, title=title, name=products[0].name, remedy=remedy))
    updated = day_of(told(record, "Last updated"))
    return Notice(
        source="health_canada", reference=reference, title=title,
        authority=_AUTHORITIES.get(organisation, AUTHORITY), text=text, clauses=clauses, products=products,
        warnings=("the file names no lot, model or barcode: they stand on the notice's page",),
        published=updated, modified=updated, hazard=_words(record, "Issue"), remedy=remedy,
        remedies=_remedies(remedy), language="fr" if "/fr/" in url else "en", jurisdiction="CA", url=url,
        classification=_words(record, "Recall class"),
        related=_partners(unescape(told(record, "What you should do"))),
        status="Archived" if told(record, "Archived") == "1" else "",
    )  # fmt: skip


def notice_of_page(html: str) -> Notice:
    """The draft notice of a page; NoticeRefused when no table on it names a product."""
    page = Page(html)
    rows = tuple(
        row for table in page.tables() if is_affected(table) for row in affected(table) if row.products
    )
    if not rows:
        raise NoticeRefused.of(
            page.first("h1"), expected="a page with a table of affected products", got="none",
            advice="Older pages tell their lots in prose: give the words of the page as text.",
        )  # fmt: skip
    products = tuple(dict.fromkeys(product for row in rows for product in row.products))
    words, title = page.words(), page.first("h1") or page.first("title").partition("|")[0].strip()
    sections = _sections(words)
    text, clauses = composed(_page_statements(rows, products=products, title=title, sections=sections))
    address = next((a for a in page.addresses() if "recalls-rappels.canada.ca" in a), "")
    dated = _DATED.search(words)
    remedy = sections.get("what you should do", "")
    return Notice(
        source="health_canada", reference=_reference(html, words=words, text=text),
        title=title or f"{products[0].brand or ''} {products[0].name}".strip(), authority=AUTHORITY,
        text=text, clauses=clauses, products=products,
        warnings=tuple(dict.fromkeys(doubt for row in rows for doubt in row.doubts)),
        published=day_of(dated[1]) if dated else None, hazard=sections.get("issue", ""), remedy=remedy,
        remedies=_remedies(remedy), language="fr" if "/fr/" in address else "en", jurisdiction="CA",
        url=address, related=_partners(" ".join(page.addresses())),
        classification=sections.get("recall class", ""),
    )  # fmt: skip


def _statements(record: Mapping[str, Any], *, title: str, name: str, remedy: str) -> Iterator[Said]:
    yield Said(words=title)
    yield Said(heading="Product: ", words=name, kind=ClauseKind.PRODUCT, products=(0,))
    yield Said(heading="Issue: ", words=_words(record, "Issue"), kind=ClauseKind.HAZARD)
    yield Said(heading="What you should do: ", words=remedy, kind=ClauseKind.REMEDY)
    for key in ("Category", "Recall class", "Organization"):
        yield Said(heading=f"{key}: ", words=_words(record, key))


def _page_statements(
    rows: tuple[Affected, ...],
    *,
    products: tuple[NoticeProduct, ...],
    title: str,
    sections: Mapping[str, str],
) -> Iterator[Said]:
    yield Said(words=title)
    places = {product: number for number, product in enumerate(products)}
    for row in rows:
        about = tuple(places[product] for product in row.products)
        lots = any(product.lots or product.lot_ranges for product in row.products)
        kind = ClauseKind.LOT if lots else ClauseKind.PRODUCT
        yield Said(words=row.written, kind=kind, products=about, confidence=0.6 if row.doubts else 1.0)
    yield Said(heading="Issue: ", words=sections.get("issue", ""), kind=ClauseKind.HAZARD)
    yield Said(
        heading="What you should do: ", words=sections.get("what you should do", ""), kind=ClauseKind.REMEDY
    )


def _sections(words: str) -> dict[str, str]:
    """What stands under each known heading of the page."""
    found, current = dict[str, list[str]](), ""
    for line in words.split("\n"):
        heading = line.strip(" :").lower()
        if heading in _HEADINGS:
            current = heading
        elif current:
            found.setdefault(current, []).append(line)
    return {heading: squeezed(" ".join(lines))[:4_000] for heading, lines in found.items()}


def _reference(html: str, *, words: str, text: str) -> str:
    """The page's node, which is the bulk file's NID; else its RA number; else a digest of what it says."""
    if node := _NODE.search(html):
        return node[1]
    number = _NUMBER.search(words)
    return number[0] if number else f"ca-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _words(record: Mapping[str, Any], key: str) -> str:
    """The words of a field: entities as signs, markup away."""
    plain = unescape(told(record, key))
    return squeezed(Page(plain).words() if "<" in plain else plain)


def _remedies(remedy: str) -> tuple[str, ...]:
    return tuple(name for name, words in _REMEDIES.items() if words.search(remedy))


def _partners(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.rstrip(".,;") for found in _PARTNERS.findall(text)))
