"""The draft: a proposed notice that a person goes through clause by clause before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from recall.domain.meaning import (
    EVERYTHING,
    JOINING,
    OF_NOTICE,
    Holder,
    lines_of,
    shared_lines,
    write_lines,
    write_shared,
)
from recall.domain.notice import ClauseKind, Notice, NoticeClause
from recall.errors import NoticeRefused, NotNow


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

    @property
    def read(self) -> tuple[int, ...]:
        """Those of them that the reader proposed: an extractor's are never confirmed all at once."""
        return tuple(number for number in self.waiting if not self.notice.clauses[number].proposed_by)

    def confirmed(self, numbers: Sequence[int], *, by: str, at: datetime) -> Draft:
        """The draft with some clauses confirmed as they are; those settled before keep their marks.

        What an extractor proposed is told of its product from now on.
        """
        marks, document, told = list(self.marks), self.notice.document(), False
        for number in numbers:
            self._check(number)
            clause = self.notice.clauses[number]
            if clause.proposed_by and marks[number] is None:
                _settle(document, number=number, clause=clause, values=clause.means, before=())
                told = True
            marks[number] = marks[number] or Mark(said=Said.CONFIRMED, by=by, at=at)
        notice = Notice.read(document) if told else self.notice
        return replace(self, notice=notice, marks=tuple(marks), changed_at=at)

    def corrected(self, number: int, *, values: Sequence[str], by: str, at: datetime) -> Draft:
        """The draft with what a clause means written down by a person, a value a line; none: it says nothing.

        How each kind is written stands in `recall.domain.meaning`.
        Raises NoticeRefused for a value that cannot be read.
        """
        self._check(number)
        clause, document = self.notice.clauses[number], self.notice.document()
        if clause.proposed_by:
            told = clause.means if self.marks[number] else ()
            _settle(document, number=number, clause=clause, values=values, before=told)
        elif clause.kind in OF_NOTICE:
            write_lines(clause.kind, document, values)
        else:
            write_shared(clause.kind, _holders(document, clause), values)
        marks = list(self.marks)
        marks[number] = Mark(said=Said.CORRECTED, by=by, at=at)
        return replace(self, notice=Notice.read(document), marks=tuple(marks), changed_at=at)

    def added(
        self, *, kind: str, quote: str, product: int | None, values: Sequence[str], by: str, at: datetime
    ) -> Draft:
        """The draft with one clause more: words of the text that the reader passed over, and what they mean.

        `product` is the number of the product that it is about, the next free one for a new product; None:
        the first. The values join those that are there; of a single value they take its place.
        """
        start = self.notice.text.find(quote.strip()) if quote.strip() else -1
        if start < 0 or kind not in set(ClauseKind):
            expected = "words that stand in the text" if start < 0 else ", ".join(ClauseKind)
            got = quote[:40] if start < 0 else kind[:40]
            raise NoticeRefused("Cannot add the clause", expected=expected, got=repr(got))
        what, document = ClauseKind(kind), self.notice.document()
        holder, products = (document, []) if what in OF_NOTICE else _product(document, product or 0, quote)
        before = lines_of(what, holder) if what in JOINING else []
        told = [value.strip() for value in values if value.strip()]
        everything = [EVERYTHING] if what is ClauseKind.ALL and not told else []
        write_lines(what, holder, list(dict.fromkeys([*before, *told, *everything])))
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


def values_of(notice: Notice, number: int) -> tuple[str, ...]:
    """What a clause means, a value a line, as `corrected` takes it; of several products what they all say."""
    clause, document = notice.clauses[number], notice.document()
    if clause.proposed_by:
        return clause.means
    holders = [document] if clause.kind in OF_NOTICE else _holders(document, clause)
    return tuple(shared_lines(clause.kind, holders))


def _holders(document: dict[str, Any], clause: NoticeClause) -> list[Holder]:
    """The products that a clause is about; all where it names none."""
    products: list[Holder] = document["products"]
    return [products[number] for number in clause.products] or products


def _settle(
    document: dict[str, Any], *, number: int, clause: NoticeClause, values: Sequence[str],
    before: Sequence[str],
) -> None:  # fmt: skip
    """Put what a person holds an extractor's clause to mean in the place of what it meant `before`: nothing,
    until a person settled it; what others say in the same words stays."""
    told = [value.strip() for value in values if value.strip()]
    document["clauses"][number]["means"] = told
    about = [document["products"][product] for product in clause.products]
    for holder in [document] if clause.kind in OF_NOTICE else about:
        there = lines_of(clause.kind, holder)
        if clause.kind in JOINING:
            others = [line for line in there if line not in before]
            write_lines(clause.kind, holder, list(dict.fromkeys([*others, *told])))
        elif told or there == list(before):
            write_lines(clause.kind, holder, told)


def _product(document: dict[str, Any], number: int, quote: str) -> tuple[Holder, list[int]]:
    """A product of a notice's document, or a new one behind the last, with its number."""
    products = document["products"]
    if number == len(products):
        products.append({"name": quote.strip()[:200]})
    elif not 0 <= number < len(products):
        raise NoticeRefused.of(str(number), expected=f"0 to {len(products)}", got="another product")
    return products[number], [number]
