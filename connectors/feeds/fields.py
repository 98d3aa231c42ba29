"""A field of a record whose head says what its codes are: `Batch number`, `Expiry`, `Serial`; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recall.domain.notice import ClauseKind, NoticeProduct
from recall.reading.code_text import CodesRead, read_codes
from recall.reading.dates import Order
from recall.reading.text import squeezed

_NOTHING = frozenset(
    {
        "-", "--", "---", "/", ".", "*", "?", "x", "n/a", "na", "n.a", "nc", "n.c", "none", "nil",
        "null", "no", "unknown", "unspecified", "undefined", "empty", "sans", "lot", "gtin", "aucun",
        "aucune", "inconnu", "inconnue", "néant", "unbekannt", "keine", "not applicable",
        "not available", "not specified", "not known", "not provided", "not stated", "not visible",
        "no batch number", "no lot number", "no lot", "no code", "no barcode", "non concerné",
        "non concernée", "non applicable", "non renseigné", "non communiqué", "non précisé",
        "sans objet", "sans lot", "pas de lot", "pas de numéro de lot",
    }
)  # fmt: skip
_ALL = re.compile(r"all|any|every|tous|toutes|alle|全部|所有", re.IGNORECASE)
_HEAD = re.compile(r"[^:;,]{1,40}:")
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What a field says: a product, with its codes and days alone, for each group of them that go together.

    One product that is not limited stands where the field names no code, or all there are.
    """

    products: tuple[NoticeProduct, ...] = (NoticeProduct(),)
    doubts: tuple[str, ...] = ()


def says_nothing(text: str) -> bool:
    """Whether a field is filled with no more than `n/a`, `unknown`, `-` or the like."""
    plain = squeezed(text).lower().strip(" .\"'")
    return not plain or plain in _NOTHING


def coded(field: str, *, order: Order, kind: ClauseKind = ClauseKind.LOT) -> Coded:
    """The codes of a field; several products where lots and days stand pair by pair.

    What can be read in more than one way is a doubt for a person. Raises NoticeRefused for a field that is
    too long.

    >>> coded("Canadian lots: 3213779, 3213780", order=Order.UNKNOWN).products[0].lots
    ('3213779', '3213780')
    """
    told = squeezed(_HEAD.sub("", field, count=1)) if _HEAD.match(field) else squeezed(field)
    if says_nothing(field) or says_nothing(told) or _ALL.fullmatch(told):
        return Coded()
    read = read_codes(field.strip().replace("\n", "; "), order=order, kind=kind)
    doubts, products = tuple(dict.fromkeys(_doubts(read, kind=kind))), read.products
    if any(clause.kind is ClauseKind.ALL for clause in read.clauses):
        days = (replace(p, lots=(), lot_ranges=(), serials=(), date_codes=()) for p in products)
        products = tuple(dict.fromkeys(days))
        if products != read.products:
            doubts += (f"'{told[:_SHOWN]}' says more than all: read it",)
    return Coded(products=products or (NoticeProduct(),), doubts=doubts)


def _doubts(read: CodesRead, *, kind: ClauseKind) -> Iterator[str]:
    """What is doubtful, each once: what the reader asks, and what it could not read."""
    yield from read.warnings
    for start, end in read.unread:
        yield f"'{read.text[start:end][:_SHOWN]}' was not read: say what it is"
    if not read.clauses and not read.warnings and not read.unread:
        yield f"no {kind.value} can be read in '{squeezed(read.text)[:_SHOWN]}'"
    for lot in (lot for product in read.products for lot in product.lots if " " in lot):
        yield f"'{lot}' has blanks: one lot, or several?"
