"""An enforcement record of FDA as ours, whichever of its two services gives it; pure.

What is recalled stands in two fields of prose: the description names the product (UPC, NDC, model), the code
information the lots and days. Each record has a number of its own and is a notice of its own; the records of
one event share the reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from connectors.feeds.composed import Said
from connectors.feeds.pairing import Scope, labelled, naming, scope_of
from connectors.feeds.passages import Passage, joined, passage
from connectors.feeds.stated import stated_day
from recall.domain.notice import ClauseKind, Notice, NoticeClause
from recall.errors import NoticeRefused
from recall.reading.code_text import CodesRead, read_codes
from recall.reading.dates import Order
from recall.reading.text import clean, squeezed

AUTHORITY = "U.S. Food and Drug Administration"
_LONGEST_NAME = 160
_COUNT = re.compile(
    r"(?:about |approximately |approx\.? ?|over |~ ?)?(\d{1,3}(?:,\d{3})+|\d{1,9})(?: ?\([^()]{0,40}\))?"
    r"(?: ?-? ?([A-Za-z][A-Za-z -]{0,40}?))?(?: ?\(?(?:in )?total\)?| ?\([A-Za-z ]{0,40}\))?\.?",
    re.IGNORECASE,
)
_NO_UNITS = re.compile(
    r"\b(?:cases?|cs|cartons?|ctns?|pallets?|totes?|drums?|bins?|crates?|lbs?|pounds?|kgs?|kilograms?|grams?|ounces?"
    r"|oz|gallons?|gal|lit(?:er|re)s?|tons?)\b",
    re.IGNORECASE,
)
_CLASSES = {"1": "Class I", "2": "Class II", "3": "Class III", "NC": "Not Yet Classified"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """The fields of a record, in their own words; an absent one is empty. `days` by their names, the one that
    the notice is published on first."""

    source: str
    number: str
    event: str
    firm: str
    description: str
    codes: str
    quantity: str
    reason: str
    status: str
    classification: str
    days: Mapping[str, str]
    order: Order
    modified: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    """Further fields for the text, by their headings."""


def notice_of(record: Enforcement, *, where: str) -> Notice:
    """The draft notice of a record. NoticeRefused when it describes no product."""
    if not record.description.strip():
        raise NoticeRefused.of(record.number, expected="a product description", got="none", where=where)
    described = read_codes(record.description, order=record.order)
    described = naming(described) if record.codes.strip() else labelled(described)
    coded = read_codes(record.codes, order=record.order)
    name = _name(described.text)
    scope = scope_of(described, coded)
    quantity, uncounted = _units(record.quantity)
    published, undated = _days(record)
    reference, unnamed = _reference(record)
    title = f"{squeezed(record.firm)} recalls {squeezed(name)}" if record.firm.strip() else squeezed(name)
    whole = _text(record, name=name, described=described, coded=coded, scope=scope)
    products = tuple(replace(one.product, name=squeezed(name)) for one in scope.parts)
    if len(products) == 1:
        products = (replace(products[0], quantity=products[0].quantity or quantity),)
    doubts = (*unnamed, *undated, *uncounted, *described.warnings, *coded.warnings, *scope.doubts)
    modified, _ = stated_day(record.modified, name="", order=record.order)
    return Notice(
        source=record.source, reference=reference, title=title, authority=AUTHORITY, text=whole.text,
        published=published, hazard=squeezed(clean(record.reason)), quantity=quantity, products=products,
        clauses=whole.clauses, warnings=tuple(dict.fromkeys(doubts)), language="en", jurisdiction="US",
        status=squeezed(record.status), classification=_class(record.classification), modified=modified,
    )  # fmt: skip


def _text(record: Enforcement, *, name: str, described: CodesRead, coded: CodesRead, scope: Scope) -> Passage:
    """The record as one text: a line a field, the two that were read for codes as they stand."""
    start = described.text.index(name)
    named = NoticeClause(
        kind=ClauseKind.PRODUCT, text=name, start=start, end=start + len(name), confidence=0.9
    )  # fmt: skip
    first = (named,) if name else ()
    head = [
        Said(words=record.firm, heading="Firm: "),
        Said(words=record.number, heading="Recall: "),
        Said(words=record.event, heading="Event: "),
    ]
    tail = [
        Said(words=record.quantity, heading="Quantity: ", kind=ClauseKind.TOTAL),
        Said(words=record.reason, heading="Reason: ", kind=ClauseKind.HAZARD),
        Said(words=record.status, heading="Status: "),
        *(Said(words=words, heading=f"{heading}: ") for heading, words in record.others.items()),
    ]
    by_description, by_codes = scope.of_named(), scope.of_coded()
    return joined(
        (
            passage(head),
            Passage(text="Product: "),
            Passage(text=described.text, clauses=(*first, *described.clauses)).about(by_description),
            Passage(text="\nCodes: " if coded.text else "\n"),
            Passage(text=coded.text, clauses=coded.clauses).about(by_codes),
            Passage(text="\n" if coded.text else ""),
            passage(tail),
        )
    )


def _name(text: str) -> str:
    """The beginning of a description that names the product: its first line, up to a word's end."""
    line = text.partition("\n")[0]
    if len(line) <= _LONGEST_NAME:
        return line.strip()
    return line[:_LONGEST_NAME].rpartition(" ")[0].rstrip(" ,;") or line[:_LONGEST_NAME]


def _reference(record: Enforcement) -> tuple[str, tuple[str, ...]]:
    """The recall's number; one that is not given yet is its event's, with a digest of what it describes."""
    if record.number.strip():
        return squeezed(record.number), ()
    digest = hashlib.sha256(record.description.encode(errors="replace")).hexdigest()[:8]
    reference = f"{squeezed(record.event) or 'event unknown'}-{digest}"
    return reference, (f"the record has no recall number: it is called {reference} here",)


def _days(record: Enforcement) -> tuple[date | None, tuple[str, ...]]:
    """The first of the record's days that can be, and a doubt for each that cannot."""
    read = [stated_day(words, name=name, order=record.order) for name, words in record.days.items()]
    doubts = tuple(doubt for _, said in read for doubt in said)
    return next((day for day, _ in read if day), None), doubts


def _units(written: str) -> tuple[int | None, tuple[str, ...]]:
    """The units of a quantity; cases, pounds and several numbers at once are a doubt and no number.

    >>> _units("18,190 bottles total")
    (18190, ())
    """
    words = squeezed(clean(written)).strip(" .")
    if not words:
        return None, ()
    found = _COUNT.fullmatch(words)
    if found and not _NO_UNITS.search(found[2] or ""):
        return int(found[1].replace(",", "")), ()
    return None, (f"the quantity '{words[:80]}' is no number of units",)


def _class(written: str) -> str:
    """`Class II`, whether written so or as `2`."""
    return _CLASSES.get(written.strip().upper(), squeezed(written))
