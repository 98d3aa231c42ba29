"""Two fields of one record put together: the one names products, the other says which of their lots; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from recall.domain.notice import ClauseKind, NoticeClause, NoticeProduct
from recall.reading.code_text import CodesRead

_BARE = {ClauseKind.LOT, ClauseKind.DATE_CODE}
_UNNAMED = 0.6
"""How sure the reader is, at most, of figures that no word names."""
_NAMING = {ClauseKind.GTIN, ClauseKind.MODEL, ClauseKind.IDENTIFIER}
MOST = 2_000
"""The most products of one record: more pairs than that are not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A product of the notice, and the products of the two fields that it was made from, by their indexes."""

    product: NoticeProduct
    named: int | None = None
    coded: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The products of a record, and what is doubtful about how its two fields go together."""

    parts: tuple[Part, ...]
    doubts: tuple[str, ...] = ()

    def of_named(self) -> dict[int, tuple[int, ...]]:
        """For each product of the naming field, the parts made from it."""
        return _inverse(part.named for part in self.parts)

    def of_coded(self) -> dict[int, tuple[int, ...]]:
        """For each product of the field of codes, the parts made from it."""
        return _inverse(part.coded for part in self.parts)


def scope_of(named: CodesRead, coded: CodesRead) -> Scope:
    """The products of both fields.

    Codes beside a trade item of their own stay with it; codes without one go with every product that is
    named, and where several are named that is a doubt. Where neither field tells anything, one product of no
    criteria stands.
    """
    if not named.products or not coded.products:
        alone = [Part(product=p, named=n) for n, p in enumerate(named.products)]
        alone += [Part(product=p, coded=n) for n, p in enumerate(coded.products)]
        return Scope(parts=tuple(alone) or (Part(product=NoticeProduct()),))
    own = {product.gtin for product in coded.products if product.gtin}
    free = [(n, p) for n, p in enumerate(named.products) if p.gtin is None or p.gtin not in own]
    loose = [(n, p) for n, p in enumerate(coded.products) if p.gtin is None]
    parts = [Part(product=p, coded=n) for n, p in enumerate(coded.products) if p.gtin]
    parts = [replace(part, named=_index(named.products, gtin=part.product.gtin)) for part in parts]
    if not free or len(free) * len(loose) > MOST:
        return Scope(parts=(*parts, *(Part(product=p, coded=n) for n, p in loose)))
    if not loose:
        whole = [Part(product=p, named=n) for n, p in free if p.gtin]
        doubts = [f"no codes stand beside {part.product.gtin}: all of it is proposed" for part in whole]
        return Scope(parts=(*parts, *whole), doubts=tuple(doubts))
    pairs = [Part(product=together(p, coded=q), named=n, coded=m) for n, p in free for m, q in loose]
    several = len(free) > 1
    doubt = f"{len(free)} products are named and the codes do not say which: each is taken for every one"
    return Scope(parts=(*parts, *pairs), doubts=(doubt,) if several else ())


def labelled(read: CodesRead) -> CodesRead:
    """Of a description that stands without a field of codes, what its words name: no bare figure is a lot."""
    clauses = [c for c in read.clauses if c.kind not in _BARE or c.confidence > _UNNAMED]
    said = [clause.text for clause in read.clauses if clause not in clauses]
    kept = [
        replace(
            product,
            lots=tuple(lot for lot in product.lots if not any(lot in text for text in said)),
            date_codes=tuple(code for code in product.date_codes if not any(code in text for text in said)),
        )
        for product in read.products
    ]
    return _left(read, clauses=clauses, products=kept)


def naming(read: CodesRead) -> CodesRead:
    """Of a description, only what names products: trade items, models and identifiers, each once."""
    bare = [
        NoticeProduct(gtin=product.gtin, model=product.model, identifiers=product.identifiers)
        for product in read.products
    ]
    return _left(read, clauses=[c for c in read.clauses if c.kind in _NAMING], products=bare)


def _left(
    read: CodesRead, *, clauses: Sequence[NoticeClause], products: Sequence[NoticeProduct]
) -> CodesRead:
    """What is left of a reading: these of its clauses, and a product for each of its own, where it says
    anything, each once. Warnings about the words of clauses that are gone go with them.
    """
    gone = [repr(clause.text) for clause in read.clauses if clause not in clauses]
    distinct = tuple(dict.fromkeys(product for product in products if product != NoticeProduct()))
    numbers = {old: (distinct.index(one),) if one in distinct else () for old, one in enumerate(products)}
    moved = tuple(
        replace(clause, products=tuple(sorted({new for old in clause.products for new in numbers[old]})))
        for clause in clauses
    )
    kept = tuple(said for said in read.warnings if not any(words in said for words in gone))
    return replace(read, products=distinct, clauses=moved, warnings=kept)


def together(named: NoticeProduct, *, coded: NoticeProduct) -> NoticeProduct:
    """The product limited by its codes; of what both fields tell, its trade item is as the naming one has it,
    and all else as the field of codes has it."""
    return replace(
        coded, name=named.name, gtin=named.gtin or coded.gtin, model=coded.model or named.model,
        brand=coded.brand or named.brand, quantity=coded.quantity or named.quantity,
        identifiers=tuple(dict.fromkeys((*named.identifiers, *coded.identifiers))),
        lots=coded.lots or named.lots, lot_ranges=coded.lot_ranges or named.lot_ranges,
        serials=coded.serials or named.serials, expires=coded.expires or named.expires,
        made=coded.made or named.made, sold=coded.sold or named.sold, packed=coded.packed or named.packed,
    )  # fmt: skip


def _index(products: Sequence[NoticeProduct], *, gtin: str | None) -> int | None:
    return next((number for number, product in enumerate(products) if product.gtin == gtin), None)


def _inverse(indexes: Iterable[int | None]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for number, index in enumerate(indexes):
        if index is not None:
            found[index] = (*found.get(index, ()), number)
    return found
