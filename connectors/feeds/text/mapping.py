"""Prose of an unknown issuer as ours: a proposal, whose first warning says that no form was found; pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from recall.domain.notice import ClauseKind, Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.reader import read_text
from recall.reading.text import folded, squeezed

WARNING = "no known form of notice was found: it was read as prose, and each clause wants a person's eye"
"""The first warning of every notice that is read so."""

_MOST_TITLE = 120
_SENTENCE = re.compile(r"(?<=[^\s.][.!?])\s|(?<=[。！？])")
_NO_SCOPE = frozenset({ClauseKind.TOTAL, ClauseKind.QUANTITY, ClauseKind.HAZARD, ClauseKind.REMEDY})
"""What notices say besides which goods they are about."""


def names_goods(text: str) -> bool:
    """Whether a text names a product, model, lot, serial number or date of goods; never raises."""
    try:
        reading = read_text(text)
    except NoticeRefused:
        return False
    return bool(reading.products) and any(clause.kind not in _NO_SCOPE for clause in reading.clauses)


def notice_of(text: str) -> Notice:
    """The draft notice of a text. Raises NoticeRefused for one without words, or one that is too long."""
    reading = read_text(text)
    title = _title(reading.text)
    if not title:
        raise NoticeRefused.of(text[:40], expected="a text with words", got="none")
    products = reading.products or (NoticeProduct(quantity=reading.quantity),)
    digest = hashlib.sha256(squeezed(folded(reading.text)).encode()).hexdigest()
    return Notice(
        source="text", reference=f"text-{digest[:12]}", title=title, authority="not told", text=reading.text,
        hazard=reading.hazard, remedy=reading.remedy, quantity=reading.quantity,
        products=tuple(replace(product, name=product.name or title) for product in products),
        clauses=reading.clauses, warnings=(WARNING, *reading.warnings), language=reading.language,
        sold_by=reading.sold_by,
    )  # fmt: skip


def _title(text: str) -> str:
    """The first sentence of the first line that says something, shortened between two words."""
    line = next((squeezed(line) for line in text.split("\n") if line.strip()), "")
    sentence = _SENTENCE.split(line, maxsplit=1)[0].rstrip(".。")
    if len(sentence) <= _MOST_TITLE:
        return sentence
    return f"{sentence[: _MOST_TITLE - 1].rsplit(' ', 1)[0]}…"
