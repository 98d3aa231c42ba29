"""The reader: free text of a notice in, proposed products and clauses with their places out; pure.

The proposal is a draft for a person: whatever can be read in more than one way is a warning, not a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recall.errors import NoticeRefused
from recall.reading.assembly import Assembled, assemble
from recall.reading.chinese import chinese_mentions
from recall.reading.code_places import place_mentions, with_place
from recall.reading.dates import Order
from recall.reading.grammar import VOCABULARIES
from recall.reading.lists import range_doubt
from recall.reading.mentions import Mention
from recall.reading.prose import prose_mentions
from recall.reading.serial_range import SerialRange
from recall.reading.text import clean, folded, language_of, squeezed
from recall.reading.values import ClauseKind, NoticeClause, NoticeProduct

LONGEST_PROSE = 200_000
"""The most characters of prose that are read: what is longer is no notice, and would take seconds."""
_ORDERS = {"fr": Order.DAY_FIRST, "de": Order.DAY_FIRST}
"""How everybody who writes a language writes a date in figures."""
_TOO_WIDE = 10
"""A range of serials this many times the stated units is a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says: always `text[clause.start:clause.end] == clause.text` for each clause."""

    text: str
    language: str
    products: tuple[NoticeProduct, ...]
    clauses: tuple[NoticeClause, ...]
    quantity: int | None
    hazard: str
    remedy: str
    sold_by: tuple[str, ...]
    warnings: tuple[str, ...]


def read_text(text: str, *, language: str | None = None, order: Order = Order.UNKNOWN) -> Reading:
    """Read the text of a notice in `zh`, `en`, `fr`, `de` or `ja`; the language is seen from the text.

    `order` says how dates in figures are written there. Raises NoticeRefused for a text that is too long or
    in another language.

    >>> read_text("型号：PB-1，生产批次：A-1/2，涉及数量：10台").products[0].lots
    ('A-1', 'A-2')
    """
    text = clean(text, most=LONGEST_PROSE)
    plain, language = folded(text), language or language_of(text)
    if language == "zh":
        mentions = chinese_mentions(plain)
    elif language in VOCABULARIES:
        own = _ORDERS.get(language, order) if order is Order.UNKNOWN else order
        mentions = prose_mentions(plain, language=language, order=own)
    else:
        known = ", ".join(("zh", *VOCABULARIES))
        raise NoticeRefused.of(
            text[:40], expected=f"a text in a language of {known}", got=f"language {language!r}"
        )
    assembled = assemble(plain, mentions=mentions)
    quantity, sums = _units(mentions, products=assembled.products)
    doubts = (doubt for mention in mentions for doubt in mention.doubts)
    wide = _too_wide(assembled.products, quantity=quantity)
    named, places = _named(assembled.products, quantity=quantity), place_mentions(plain, language=language)
    products, scattered = with_place(named, places, text=text)
    return Reading(
        text=text, language=language, quantity=quantity,
        products=products,
        clauses=tuple(sorted(
            (*_clauses(text, mentions=mentions, assembled=assembled),
             *(_of_all(text, place, products=len(products)) for place in places)),
            key=lambda clause: clause.start,
        )),
        hazard=_joined(text, mentions, kind=ClauseKind.HAZARD),
        remedy=_joined(text, mentions, kind=ClauseKind.REMEDY),
        sold_by=tuple(text[m.start : m.end] for m in mentions if m.kind is ClauseKind.SELLER),
        warnings=tuple(dict.fromkeys((*doubts, *assembled.doubts, *sums, *wide, *scattered))),
    )  # fmt: skip


def _named(products: tuple[NoticeProduct, ...], *, quantity: int | None) -> tuple[NoticeProduct, ...]:
    """The products, or none when the text says nothing that tells one; a single one has all the units."""
    named = tuple(product for product in products if product != NoticeProduct())
    if len(named) == 1 and named[0].quantity is None:
        return (replace(named[0], quantity=quantity),)
    return named


def _clauses(text: str, *, mentions: Sequence[Mention], assembled: Assembled) -> tuple[NoticeClause, ...]:
    known = _named(assembled.products, quantity=None) != ()
    return tuple(
        NoticeClause(
            kind=mention.kind, text=text[mention.start : mention.end], start=mention.start, end=mention.end,
            confidence=mention.confidence, products=numbers if known else (),
        )
        for mention, numbers in zip(mentions, assembled.speaks_of, strict=True)
    )  # fmt: skip


def _of_all(text: str, mention: Mention, *, products: int) -> NoticeClause:
    """A clause that speaks of every product."""
    return NoticeClause(
        kind=mention.kind, text=text[mention.start : mention.end], start=mention.start, end=mention.end,
        confidence=mention.confidence, products=tuple(range(products)),
    )  # fmt: skip


def _units(mentions: Sequence[Mention], *, products: Sequence[NoticeProduct]) -> tuple[int | None, list[str]]:
    """The units of the whole notice: the stated total, else the one number, else the sum of the products'."""
    totals = [m.number for m in mentions if m.kind is ClauseKind.TOTAL and m.number is not None]
    singles = {m.number for m in mentions if m.kind is ClauseKind.QUANTITY and m.number is not None}
    parts = [product.quantity for product in products if product.quantity is not None]
    whole = len(parts) == len(products)
    if not totals:
        one = singles.pop() if len(singles) == 1 else None
        return (sum(parts) if parts and whole else one), []
    total = totals[0]
    doubts = []
    if parts and whole and sum(parts) != total:
        doubts.append(f"the stated total {total:,} is not the sum of the parts, {sum(parts):,}")
    if len(set(totals)) > 1:
        doubts.append(f"several totals are stated: {', '.join(f'{number:,}' for number in totals)}")
    return total, doubts


def _too_wide(products: Sequence[NoticeProduct], *, quantity: int | None) -> list[str]:
    """Ranges of serials that hold far more numbers than the notice has units."""
    doubts = []
    for text in dict.fromkeys(serial for product in products for serial in product.serials):
        first, dash, last = text.partition(" - ")
        if not dash or not quantity or range_doubt(first=first, last=last):
            continue
        count = SerialRange.between(first=first, last=last).count
        if count >= _TOO_WIDE * quantity:
            doubts.append(f"the range {text} holds {count:,} numbers, the notice states {quantity:,} units")
    return doubts


def _joined(text: str, mentions: Sequence[Mention], *, kind: ClauseKind) -> str:
    return " ".join(squeezed(text[m.start : m.end]) for m in mentions if m.kind is kind)
