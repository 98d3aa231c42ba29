"""A press notice of CPSO as ours: its title, its day, and the scope that its prose tells; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from connectors.feeds.composed import Said, composed
from connectors.feeds.cpso.listing import Listed
from recall.domain.notice import ClauseKind, Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.dates import Order, day_of
from recall.reading.reader import read_text
from recall.reading.text import clean, squeezed

AUTHORITY = "Consumer Product Safety Office, Singapore"
_SINGAPORE = re.compile(r"\bSingapore\b|\.sg\b|\+65\b|\bCPSO\b", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?P<who>.{2,80}?)\s+(?:is\s+)?(?:voluntarily\s+)?(?:recall(?:s|ing)?|calls? for)\b\s*"
    r"(?:certain\s+|voluntary product part replacement of\s+)?(?P<what>.{2,200}?)"
    r"(?:\s+(?:due to|because|for repair action|following)\b.*)?$",
    re.IGNORECASE,
)
_OF = re.compile(r"^(?:voluntary\s+)?recall\s+of\s+(?P<what>.{2,200}?)(?:\s+due to\b.*)?$", re.IGNORECASE)
_REMEDIES = {
    "refund": re.compile(r"\brefund|\breimburse", re.IGNORECASE),
    "replace": re.compile(r"\breplac|\bexchange", re.IGNORECASE),
    "repair": re.compile(r"\brepair", re.IGNORECASE),
    "dispose": re.compile(r"\bdispos|\bdiscard|\bthrow away", re.IGNORECASE),
}
_DAY_LINE = re.compile(r"\d{1,2} [A-Z][a-z]{2,8} \d{4}")
_SLUG = re.compile(r"[^a-z0-9]+")


def notice_of_press(text: str) -> Notice:
    """The draft notice of a press notice; NoticeRefused when nothing stands in it."""
    paragraphs = list(_paragraphs(text))
    published = day_of(paragraphs[0]) if paragraphs and _DAY_LINE.fullmatch(paragraphs[0]) else None
    body = paragraphs[1:] if published else paragraphs
    if len(body) < 2:
        raise NoticeRefused.of(
            squeezed(text)[:60], expected="a title and the words of a notice", got=f"{len(body)} paragraphs",
            advice="A scanned notice has no words: type it, or give the page's text.",
        )  # fmt: skip
    title = body[0].rstrip(".")
    reading = read_text("\n".join(paragraphs), language="en", order=Order.DAY_FIRST)
    who, what = _named(title)
    found = reading.products or (NoticeProduct(quantity=reading.quantity),)
    warnings = reading.warnings
    if not _SINGAPORE.search(reading.text):
        warnings += ("the notice does not say where it holds: Singapore was taken",)
    if not any(product.gtin or product.model for product in found):
        warnings += ("neither a model nor a GTIN is told: name the product before this becomes a recall",)
    remedy = reading.remedy or " ".join(
        p for p in body[1:] if re.match(r"Consumers|Customers|Affected cust", p)
    )
    return Notice(
        source="cpso", reference=_reference(title, text=reading.text), title=title, authority=AUTHORITY,
        text=reading.text, published=published, hazard=reading.hazard, remedy=remedy,
        remedies=tuple(name for name, words in _REMEDIES.items() if words.search(reading.text)),
        quantity=reading.quantity, clauses=reading.clauses, warnings=warnings, language="en",
        jurisdiction="SG", sold_by=reading.sold_by,
        products=tuple(replace(p, name=p.name or what, brand=p.brand or who or None) for p in found),
    )  # fmt: skip


def notice_of_listed(entry: Listed) -> Notice:
    """The draft notice of a line of a list: its product is no more than what the title says."""
    who, what = _named(entry.title)
    text, clauses = composed(
        (
            Said(words=entry.title, kind=ClauseKind.PRODUCT, confidence=0.5),
            Said(words=_spoken(entry.published)),
            Said(words=entry.url),
        )
    )
    return Notice(
        source="cpso", reference=entry.reference, title=entry.title, authority=AUTHORITY, text=text,
        clauses=clauses, published=entry.published, language="en", jurisdiction="SG", url=entry.url,
        products=(NoticeProduct(name=what, brand=who or None),),
        warnings=("a line of a list: the notice at its address names the product",),
        classification="Safety alert" if entry.is_alert else "Recall",
    )  # fmt: skip


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a PDF's words, whose lines end where the page did."""
    lines = list[str]()
    for line in (*clean(text).split("\n"), ""):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield squeezed(" ".join(lines))
            lines = []


def _named(title: str) -> tuple[str, str]:
    """Who recalls what, as far as the title says it."""
    if found := _OF.match(title):
        return "", found["what"]
    found = _TITLE.match(title)
    return (found["who"], found["what"]) if found else ("", title)


def _spoken(day: date | None) -> str:
    return f"{day:%d %B %Y}" if day else ""


def _reference(title: str, *, text: str) -> str:
    """The title as a name, for these notices have no number; a digest where it has no Latin letters."""
    slug = _SLUG.sub("-", title.lower())[:80].strip("-")
    return f"cpso-{slug or hashlib.sha256(text.encode()).hexdigest()[:12]}"
