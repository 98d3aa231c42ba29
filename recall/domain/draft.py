"""The draft: a proposed notice that a person goes through clause by clause before it is submitted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from recall.domain.notice import ClauseKind, Notice
from recall.errors import NoticeRefused, NotNow

_OF_PRODUCT: Mapping[ClauseKind, str] = {
    ClauseKind.PRODUCT: "name", ClauseKind.BRAND: "brand", ClauseKind.MODEL: "model",
    ClauseKind.GTIN: "gtin", ClauseKind.YEAR: "years", ClauseKind.LOT: "lots",
    ClauseKind.SERIAL: "serials", ClauseKind.DATE_CODE: "date_codes", ClauseKind.MADE: "made",
    ClauseKind.PACKED: "packed", ClauseKind.EXPIRES: "expires", ClauseKind.SOLD: "sold",
    ClauseKind.QUANTITY: "quantity",
}  # fmt: skip
_OF_NOTICE: Mapping[ClauseKind, str] = {
    ClauseKind.TOTAL: "quantity", ClauseKind.HAZARD: "hazard", ClauseKind.REMEDY: "remedy",
    ClauseKind.SELLER: "sold_by",
}  # fmt: skip
_LISTS = frozenset({"lots", "serials", "date_codes", "years", "sold_by"})
_WINDOWS = frozenset({"made", "packed", "expires", "sold"})
_BETWEEN = re.compile(r"\s+(?:to|bis|至|–|-)\s+")
CORRECTABLE = (*_OF_PRODUCT, *_OF_NOTICE)
"""The kinds of clause whose meaning a person can write down; the others are confirmed as they are."""


class Said(StrEnum):
    """What a person said of a clause."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Who said what of a clause, and when."""

    said: Said
    by: str
    at: datetime

    def document(self) -> dict[str, str]:
        """The mark as plain JSON."""
        return {"said": self.said.value, "by": self.by, "at": self.at.isoformat()}

    @classmethod
    def read(cls, document: Mapping[str, str]) -> Mark:
        """Read what `document()` wrote."""
        return cls(said=Said(document["said"]), by=document["by"], at=datetime.fromisoformat(document["at"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice on its maker's desk: a mark for each clause that was settled, none for those proposed only."""

    id: str
    notice: Notice
    policies: tuple[str, ...]
    maker: str
    marks: tuple[Mark | None, ...]
    created_at: datetime
    changed_at: datetime
    amends: str | None = None
    """The recall whose next version it is to be; None: it opens one."""
    recall_id: str | None = None
    """The recall for which it was submitted; None: its maker still works on it."""

    @property
    def waiting(self) -> tuple[int, ...]:
        """The numbers (from 0) of the clauses of which nobody has said anything yet."""
        return tuple(number for number, mark in enumerate(self.marks) if mark is None)

    def confirmed(self, numbers: Sequence[int], *, by: str, at: datetime) -> Draft:
        """The draft with some clauses confirmed as they are; those settled before keep their marks."""
        marks = list(self.marks)
        for number in numbers:
            self._check(number)
            marks[number] = marks[number] or Mark(said=Said.CONFIRMED, by=by, at=at)
        return replace(self, marks=tuple(marks), changed_at=at)

    def corrected(self, number: int, *, values: Sequence[str], by: str, at: datetime) -> Draft:
        """The draft with what a clause means written down by a person, a value a line; none: it says nothing.

        Raises NoticeRefused for a value that cannot be read, and for a kind of clause that has none.
        """
        self._check(number)
        clause, document = self.notice.clauses[number], self.notice.document()
        if clause.kind in _OF_NOTICE:
            _write(document, _OF_NOTICE[clause.kind], values)
        elif clause.kind in _OF_PRODUCT:
            for product in clause.products or range(len(self.notice.products)):
                _write(document["products"][product], _OF_PRODUCT[clause.kind], values)
        else:
            raise NoticeRefused(
                f"A clause of the kind {clause.kind} cannot be corrected", expected=", ".join(CORRECTABLE),
                got=clause.kind, advice="Confirm it, or add a clause that says it otherwise.",
            )  # fmt: skip
        marks = list(self.marks)
        marks[number] = Mark(said=Said.CORRECTED, by=by, at=at)
        return replace(self, notice=Notice.read(document), marks=tuple(marks), changed_at=at)

    def added(
        self, *, kind: str, quote: str, product: int | None, values: Sequence[str], by: str, at: datetime
    ) -> Draft:
        """The draft with one clause more: words of the text that the reader passed over, and what they mean.

        `product` is the number of the product that it is about, the next free one for a new product; None:
        the whole notice. The values join those that are there; of a single value they take its place.
        """
        start = self.notice.text.find(quote.strip()) if quote.strip() else -1
        if start < 0 or kind not in set(CORRECTABLE):
            expected = "words that stand in the text" if start < 0 else ", ".join(CORRECTABLE)
            got = quote[:40] if start < 0 else kind[:40]
            raise NoticeRefused("Cannot add the clause", expected=expected, got=repr(got))
        document, field = self.notice.document(), {**_OF_NOTICE, **_OF_PRODUCT}[ClauseKind(kind)]
        if ClauseKind(kind) in _OF_NOTICE:
            holder, products = document, []
        else:
            number = 0 if product is None else product
            if number == len(document["products"]):
                document["products"].append({"name": quote.strip()[:200]})
            elif not 0 <= number < len(document["products"]):
                raise NoticeRefused.of(
                    str(number), expected=f"0 to {len(document['products'])}", got="another product"
                )
            holder, products = document["products"][number], [number]
        before = _texts(holder.get(field)) if field in _LISTS | _WINDOWS else []
        _write(holder, field, list(dict.fromkeys([*before, *values])))
        document["clauses"].append(
            {
                "kind": kind, "text": quote.strip(), "start": start, "end": start + len(quote.strip()),
                "confidence": 1.0, "products": products,
            }
        )  # fmt: skip
        marks = (*self.marks, Mark(said=Said.ADDED, by=by, at=at))
        return replace(self, notice=Notice.read(document), marks=marks, changed_at=at)

    def check_settled(self) -> None:
        """Let only a draft pass of which a person has settled every clause. Raises NotNow."""
        if self.waiting:
            raise NotNow(
                f"{len(self.waiting)} clauses are only proposed", expected="each confirmed or corrected",
                got=", ".join(str(number + 1) for number in self.waiting[:20]),
                advice="Go through them on the page, or: recall notice confirm.",
            )  # fmt: skip

    def _check(self, number: int) -> None:
        if not 0 <= number < len(self.marks):
            raise NoticeRefused.of(
                str(number + 1), expected=f"the number of a clause, 1 to {len(self.marks)}", got="another"
            )


def values_of(notice: Notice, number: int) -> tuple[str, ...] | None:
    """What a clause means, a value a line, as `corrected` takes it; None where its kind has no values."""
    clause, document = notice.clauses[number], notice.document()
    if clause.kind in _OF_NOTICE:
        return tuple(_texts(document.get(_OF_NOTICE[clause.kind])))
    if clause.kind not in _OF_PRODUCT or not document["products"]:
        return None
    product = document["products"][clause.products[0] if clause.products else 0]
    return tuple(_texts(product.get(_OF_PRODUCT[clause.kind])))


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        return [str(value)]
    return [f"{v['from'] or '…'} to {v['to'] or '…'}" if isinstance(v, Mapping) else str(v) for v in value]


def _write(holder: dict[str, Any], field: str, values: Sequence[str]) -> None:
    """Put values into one field of a document, in the form that the field has."""
    told = [value.strip() for value in values if value.strip()]
    if field in _WINDOWS:
        holder[field] = [_window(value) for value in told]
    elif field in _LISTS:
        holder[field] = told
    elif len(told) > 1 and field not in ("hazard", "remedy"):
        raise NoticeRefused.of("; ".join(told), expected=f"one value for {field}", got=str(len(told)))
    elif field == "quantity":
        holder[field] = _units(told[0]) if told else None
    else:
        holder[field] = " ".join(told) or (None if field in ("brand", "model", "gtin") else "")


def _window(text: str) -> dict[str, str | None]:
    parts = _BETWEEN.split(text, maxsplit=1)
    first, last = (parts[0], parts[-1]) if len(parts) == 2 else (text, text)
    return {"from": None if first == "…" else first, "to": None if last == "…" else last}


def _units(text: str) -> int:
    digits = re.sub(r"[,.\s]", "", text)
    if not digits.isdecimal():
        raise NoticeRefused.of(text, expected="a number of units", got="another text")
    return int(digits)
