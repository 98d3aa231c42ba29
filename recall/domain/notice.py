"""The notice: what an authority says of a dangerous product, before anybody acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recall.reading.values import NoticeClause, NoticeProduct


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One version of one notice."""

    source: str
    reference: str
    title: str
    authority: str
    published: date | None
    hazard: str
    remedies: tuple[str, ...]
    quantity: int | None
    products: tuple[NoticeProduct, ...]
    clauses: tuple[NoticeClause, ...] = ()
    warnings: tuple[str, ...] = ()
    text: str = ""
    language: str = "en"
