"""The rows of OPSS's sheet as one notice; pure.

The form has no number, no date and no authority of its own: the notice is named by a digest of what it says.
A row of the form that holds an entry number alone was left empty.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from connectors.feeds.composed import Said, composed
from connectors.feeds.fields import coded, says_nothing
from connectors.feeds.opss.hazards import kind_of
from connectors.feeds.pairing import together
from connectors.feeds.sheets import Rows
from recall.domain.notice import ClauseKind, Identifier, Notice, NoticeProduct
from recall.errors import NoticeRefused
from recall.reading.dates import Order
from recall.reading.quantities import stated_units
from recall.reading.text import squeezed
from recall.reading.trade_items import trade_item

AUTHORITY = "Office for Product Safety and Standards"
_NAME = "product name (including model and model number)"
COLUMNS = frozenset({"entry number", "product category", "barcode number", "batch number", _NAME})
_FILLED = (_NAME, "product description", "barcode number", "batch number", "manufacturer's brand name")
_MODEL = re.compile(
    r"\bmodel(?: (?:numbers?|nos?\.?|#))?[ ]?[:#]?[ ]?([A-Z0-9][\w./-]*\d[\w./-]*)", re.IGNORECASE
)
_BETWEEN = re.compile(r"[,;|\n]|\s(?:and|&)\s", re.IGNORECASE)
_REFERENCES = ("notification number", "case number", "case reference", "reference number", "psd reference")
"""Columns that the form lacks and that exports of its database have."""
_HAZARDS = ("hazard type", "primary hazard", "hazard")
_ABOUT = re.compile(r"^(?:approx\.?|circa|ca\.?|~)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row with something in it: the products that it names, and its words for the text."""

    row: Mapping[str, str]
    products: tuple[NoticeProduct, ...]
    doubts: tuple[str, ...]


def notice_of(rows: Rows) -> Notice:
    """The draft notice of a sheet. NoticeRefused for a form that nobody filled in."""
    entries = [_entry(row) for _, row in rows if not all(says_nothing(row.get(key, "")) for key in _FILLED)]
    if not entries:
        raise NoticeRefused.of(
            "the sheet",
            expected="a row with a product name, a barcode or a batch",
            got="a form not filled in",
        )
    products = tuple(product for entry in entries for product in entry.products)
    names = list(dict.fromkeys(product.name for product in products))
    title = f"{names[0]} and {len(names) - 1} more products" if len(names) > 1 else names[0]
    text, clauses = composed(_said(entries, title=title))
    units = [entry.products[0].quantity for entry in entries]
    known = [number for number in units if number is not None]
    countries = (entry.row.get("country of origin", "") for entry in entries)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    hazards = dict.fromkeys(filter(None, (_hazard(entry.row) for entry in entries)))
    return Notice(
        source="opss", reference=_first(entries, _REFERENCES) or f"opss-{digest}", title=title[:300],
        authority=AUTHORITY, text=text, hazard=", ".join(hazards), products=products, clauses=clauses,
        quantity=sum(known) if len(known) == len(units) else None,
        warnings=tuple(dict.fromkeys(doubt for entry in entries for doubt in entry.doubts)), language="en",
        jurisdiction="GB", made_in=tuple(dict.fromkeys(c for c in countries if not says_nothing(c))),
    )  # fmt: skip


def _entry(row: Mapping[str, str]) -> Entry:
    """The products of a row: one for each barcode and for each day of expiry that lots stand beside."""
    name = squeezed(row[_NAME]) or squeezed(row.get("product description", ""))[:120] or "(no name)"
    model = _MODEL.search(name)
    units, unclear = stated_units(_ABOUT.sub("approximately ", row.get("how many units affected?", "")))
    gtins, odd, doubts = _barcodes(row["barcode number"])
    customs = row.get("customs code", "")
    named = [Identifier(scheme="upc_as_written", value=code) for code in odd]
    named += [] if says_nothing(customs) else [Identifier(scheme="customs", value=squeezed(customs))]
    batches = coded(row["batch number"], order=Order.DAY_FIRST)
    brand = row.get("manufacturer's brand name", "")
    codes: list[str | None] = [*gtins] or [None]
    alone = len(codes) < 2 and len(batches.products) < 2
    whole = NoticeProduct(
        name=name, brand=None if says_nothing(brand) else brand, model=model[1] if model else None,
        quantity=units if alone else None, identifiers=tuple(named),
    )  # fmt: skip
    products = tuple(
        together(replace(whole, gtin=code), coded=group) for code in codes for group in batches.products
    )
    said = (*doubts, *(f"{name[:60]}: {doubt}" for doubt in batches.doubts), *unclear)
    return Entry(row=row, products=products, doubts=said)


def _barcodes(cell: str) -> tuple[list[str], list[str], list[str]]:
    """The GTINs of a cell, what stands there that is none, and what is doubtful."""
    gtins, odd, doubts = list[str](), list[str](), list[str]()
    for part in (piece.strip() for piece in _BETWEEN.split(cell)):
        if says_nothing(part):
            continue
        item = trade_item(part)
        if item.note:
            doubts.append(item.note)
        gtins += [item.gtin] if item.gtin else []
        odd += [] if item.gtin else [part[:40]]
    return list(dict.fromkeys(gtins)), odd, doubts


def _hazard(row: Mapping[str, str]) -> str:
    """The kind of hazard where the sheet has a column of it: the database's own word where it is one."""
    written = next((row[key] for key in _HAZARDS if row.get(key)), "")
    return kind_of(written) or squeezed(written)


def _first(entries: list[Entry], columns: tuple[str, ...]) -> str:
    return next((entry.row[key] for entry in entries for key in columns if entry.row.get(key)), "")


def _said(entries: list[Entry], *, title: str) -> Iterator[Said]:
    """The sheet as statements: its title, then each row, a line a cell."""
    yield Said(words=title)
    number = 0
    for entry in entries:
        row, these = entry.row, tuple(range(number, number + len(entry.products)))
        number += len(these)
        for heading, column, kind in _LINES:
            words = row.get(column, "")
            said = None if says_nothing(words) else kind
            yield Said(words=words, heading=f"{heading}: ", kind=said, products=these)


_LINES = (
    ("Product", _NAME, ClauseKind.PRODUCT),
    ("Category", "product category", None),
    ("Subcategory", "product subcategory", None),
    ("Description", "product description", None),
    ("Brand", "manufacturer's brand name", ClauseKind.BRAND),
    ("Barcode", "barcode number", ClauseKind.GTIN),
    ("Batch", "batch number", ClauseKind.LOT),
    ("Customs code", "customs code", ClauseKind.IDENTIFIER),
    ("Units affected", "how many units affected?", ClauseKind.QUANTITY),
    ("Country of origin", "country of origin", None),
    ("Counterfeit", "is the product counterfeit?", None),
    ("Markings", "does the product have any markings?", None),
    (
        "On the market before 2021",
        "was the product placed on the market before 01 january 2021?",
        None,
    ),
)
"""What each line of the text is headed, where it comes from, and what it speaks of."""
