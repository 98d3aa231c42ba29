"""A record as one text: a line a statement, and a clause where it says something of the recall; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recall.domain.notice import ClauseKind, NoticeClause
from recall.reading.text import clean, squeezed


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement of a record: its words, what stands before them on its line, and what it speaks of.

    `kind` None: the words belong to the text, but are no clause. `products` are indexes of the notice's
    products; empty: the whole notice.
    """

    words: str
    heading: str = ""
    kind: ClauseKind | None = None
    products: tuple[int, ...] = ()
    confidence: float = 1.0


def composed(statements: Iterable[Said]) -> tuple[str, tuple[NoticeClause, ...]]:
    """The text of the statements that say something, and their clauses, each pointing at its own words.

    Raises NoticeRefused for a statement that is too long for a notice.

    >>> composed([Said(heading="Lot: ", words="737A", kind=ClauseKind.LOT)])[0]
    'Lot: 737A\\n'
    """
    text, clauses = "", list[NoticeClause]()
    for one in statements:
        words = squeezed(clean(one.words))
        if not words:
            continue
        start = len(text) + len(one.heading)
        text += f"{one.heading}{words}\n"
        if one.kind is not None:
            clauses.append(
                NoticeClause(
                    kind=one.kind, text=words, start=start, end=start + len(words),
                    confidence=one.confidence, products=one.products,
                )
            )  # fmt: skip
    return text, tuple(clauses)
