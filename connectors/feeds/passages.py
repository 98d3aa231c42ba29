"""Passages of a notice's text, each read on its own, put together with the places of their clauses; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from connectors.feeds.composed import Said, composed
from recall.domain.notice import NoticeClause


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a text and its clauses, whose places count from the start of the part."""

    text: str
    clauses: tuple[NoticeClause, ...] = ()

    def about(self, products: Mapping[int, tuple[int, ...]]) -> Passage:
        """The same clauses about other products: those of `products[n]` where they spoke of product n."""
        return replace(
            self,
            clauses=tuple(
                replace(
                    clause,
                    products=tuple(sorted({new for n in clause.products for new in products.get(n, ())})),
                )
                for clause in self.clauses
            ),
        )


def joined(passages: Iterable[Passage]) -> Passage:
    """One passage of all of them, one behind the other as they stand."""
    text, clauses = "", list[NoticeClause]()
    for one in passages:
        clauses += (
            replace(clause, start=clause.start + len(text), end=clause.end + len(text))
            for clause in one.clauses
        )
        text += one.text
    return Passage(text=text, clauses=tuple(clauses))


def passage(statements: Iterable[Said]) -> Passage:
    """The passage of statements, a line each."""
    text, clauses = composed(statements)
    return Passage(text=text, clauses=clauses)
