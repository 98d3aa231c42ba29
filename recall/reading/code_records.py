"""Records: which lots, days and numbers of a field go together, and the products that they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from recall.errors import NoticeRefused
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind, Identifier, NoticeProduct
from recall.reading.window import Window

MOST_TOGETHER = 1_000_000
"""The most codes that all products of a field may have together."""

_OF_AN_ARTICLE = frozenset({ClauseKind.GTIN, ClauseKind.IDENTIFIER, ClauseKind.MODEL})
"""What tells an article; all else tells units of it."""


@dataclass(slots=True)
class Record:
    """Statements that go together, those shared with other records among them."""

    own: list[Mention] = field(default_factory=list)
    common: list[Mention] = field(default_factory=list)

    @property
    def mentions(self) -> list[Mention]:
        """All of them."""
        return [*self.own, *self.common]


def _key(mention: Mention) -> str:
    return ClauseKind.GTIN if mention.scheme == "upc_as_written" else f"{mention.kind}{mention.scheme}"


def records_of(mentions: Sequence[Mention], *, marks: Sequence[int]) -> list[Record]:
    """Cut a field into records: at a size or an enumerator, and where a kind comes again after another.

    What one record alone says of an article, and what one alone says of units, is of all records.
    """
    records: list[Record] = [Record()]
    seen: list[str] = []
    end, number = 0, 0
    for mention in mentions:
        if mention.kind is ClauseKind.ALL:
            continue
        key, marked = _key(mention), False
        while number < len(marks) and marks[number] < mention.end:
            marked = marked or marks[number] >= end
            number += 1
        if records[-1].own and (marked or (key in seen and seen[-1] != key)):
            records.append(Record())
            seen = []
        records[-1].own.append(mention)
        seen.append(key)
        end = mention.end
    filled = [record for record in records if record.own]
    return _with_common(filled) if len(filled) > 1 else filled


def _with_common(records: list[Record]) -> list[Record]:
    by_key: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        for key in {_key(mention) for mention in record.own}:
            by_key.setdefault(key, []).append(number)
    fine = {n for n, record in enumerate(records) if any(m.kind not in _OF_AN_ARTICLE for m in record.own)}
    common = []
    for number, record in enumerate(records):
        alone = fine == {number}
        for mention in record.own:
            of_article = mention.kind in _OF_AN_ARTICLE
            apart = not of_article and len({_key(m) for m in record.own}) == 1
            if by_key[_key(mention)] == [number] and (of_article or alone or apart):
                common.append(mention)
    shared = set(map(id, common))
    kept = [Record(own=[m for m in record.own if id(m) not in shared], common=common) for record in records]
    return [record for record in kept if record.own] or [Record(own=common)]


def products_of(records: Sequence[Record]) -> tuple[tuple[NoticeProduct, ...], dict[int, tuple[int, ...]]]:
    """The products of the records, and for each statement (by its `id`) the indexes of those it is of.

    Records that differ in their lots alone become one product. Raises NoticeRefused when the products would
    have more than `MOST_TOGETHER` codes together.
    """
    merged: dict[NoticeProduct, list[Record]] = {}
    together = 0
    for record in records:
        variants = _products(record)
        together += len(variants) * sum(len(mention.values) + 1 for mention in record.mentions)
        if together > MOST_TOGETHER:
            raise NoticeRefused.of(
                f"{len(records):,} groups of codes", expected=f"at most {MOST_TOGETHER:,} codes together",
                got="more", advice="Say which codes belong to which article, or split the notice.",
            )  # fmt: skip
        for product in variants:
            merged.setdefault(replace(product, lots=(), lot_ranges=()), []).append(record)
    products: list[NoticeProduct] = []
    numbers: dict[int, list[int]] = {}
    for bare, sources in merged.items():
        for mention in chain.from_iterable(record.mentions for record in sources):
            known = numbers.setdefault(id(mention), [])
            if not known or known[-1] != len(products):
                known.append(len(products))
        lots = _codes(list(chain.from_iterable(record.mentions for record in sources)), kind=ClauseKind.LOT)
        products.append(with_lots(bare, lots))
    return tuple(products), {place: tuple(known) for place, known in numbers.items()}


def with_lots(product: NoticeProduct, codes: Sequence[str]) -> NoticeProduct:
    """The product with lots, those written `A - B` as ranges."""
    return replace(
        product,
        lots=tuple(code for code in codes if " - " not in code),
        lot_ranges=tuple(code for code in codes if " - " in code),
    )


def _products(record: Record) -> list[NoticeProduct]:
    """One product a trade item, or a model, or one alone."""
    told = record.mentions
    product = with_lots(
        NoticeProduct(
            serials=_codes(told, kind=ClauseKind.SERIAL), date_codes=_codes(told, kind=ClauseKind.DATE_CODE),
            made=_windows(told, kind=ClauseKind.MADE), packed=_windows(told, kind=ClauseKind.PACKED),
            expires=_windows(told, kind=ClauseKind.EXPIRES), sold=_windows(told, kind=ClauseKind.SOLD),
            identifiers=identifiers_of(told),
        ),
        _codes(told, kind=ClauseKind.LOT),
    )  # fmt: skip
    gtins: tuple[str | None, ...] = _codes(told, kind=ClauseKind.GTIN)
    models: tuple[str | None, ...] = _codes(told, kind=ClauseKind.MODEL)
    if len(gtins) > 1 and len(models) > 1:
        return [replace(product, model=m) for m in models] + [replace(product, gtin=g) for g in gtins]
    return [
        replace(product, gtin=gtin, model=model) for gtin in gtins or (None,) for model in models or (None,)
    ]


def identifiers_of(mentions: Sequence[Mention]) -> tuple[Identifier, ...]:
    """The identifiers that statements name, each once, in order."""
    told = (mention for mention in mentions if mention.kind is ClauseKind.IDENTIFIER)
    return tuple(
        dict.fromkeys(
            Identifier(scheme=m.scheme or "reference", value=value) for m in told for value in m.values
        )
    )


def _codes(mentions: Sequence[Mention], *, kind: ClauseKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(m.values for m in mentions if m.kind is kind)))


def _windows(mentions: Sequence[Mention], *, kind: ClauseKind) -> tuple[Window, ...]:
    return tuple(dict.fromkeys(window for m in mentions if m.kind is kind for window in m.windows))
