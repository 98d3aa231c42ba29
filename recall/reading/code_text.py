"""A field of codes, as food and device recalls have it: lots, days and numbers, and what goes with what.

`Lot A1 UB 6/29/26, Lot B2 UB 9/4/26` pairs each lot with its own days; what stands once is of all. Nothing
is passed over in silence: a token with a figure that no rule knows is in `unread`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from recall.reading.code_records import products_of, records_of
from recall.reading.code_scan import Scan
from recall.reading.dates import Order
from recall.reading.mentions import Mention
from recall.reading.text import clean, folded
from recall.reading.values import ClauseKind, NoticeClause, NoticeProduct

LONGEST_FIELD = 100_000
"""The most characters of a field that are read."""
_TOKEN = re.compile(r"[^\s,;&()\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesRead:
    """What a field says: always `text[clause.start:clause.end] == clause.text`.

    `products` have no name; there is one for each pairing of lots with days and each trade item. `unread`
    are the spans of the tokens with a figure in them that no clause accounts for and that are no size, hour
    or enumerator; words without figures are not counted.
    """

    text: str
    products: tuple[NoticeProduct, ...]
    clauses: tuple[NoticeClause, ...]
    unread: tuple[tuple[int, int], ...]
    warnings: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every token with a figure is accounted for."""
        return not self.unread

    def moved(self, *, by: int, first: int = 0) -> tuple[NoticeClause, ...]:
        """The clauses in a notice whose text holds this text at `by` and its products from index `first`."""
        return tuple(
            replace(
                clause, start=clause.start + by, end=clause.end + by,
                products=tuple(number + first for number in clause.products),
            )
            for clause in self.clauses
        )  # fmt: skip


def read_codes(text: str, *, order: Order = Order.UNKNOWN, kind: ClauseKind | None = None) -> CodesRead:
    """Read a field of codes in any of the languages; `order` says how its dates in figures are written.

    `kind`: what the field's own head says its codes are, where it has one; words within it say otherwise.

    Raises NoticeRefused for a text that is too long, or one that pairs more codes than a notice may have.

    >>> read = read_codes("Lot A1 UB 6/29/26, Lot B2 UB 9/4/26", order=Order.MONTH_FIRST)
    >>> [(product.lots, product.expires[0].document()["to"]) for product in read.products]
    [(('A1',), '2026-06-29'), (('B2',), '2026-09-04')]
    """
    text = clean(text, most=LONGEST_FIELD)
    scan = Scan(text=folded(text).replace("\n", " "), order=order, kind=kind)
    scan.run()
    records = records_of(scan.mentions, marks=scan.marks)
    products, numbers = products_of(records)
    clauses = (_clause(text, each, numbers=numbers.get(id(each), ())) for each in scan.mentions)
    doubts = (doubt for mention in scan.mentions for doubt in mention.doubts)
    return CodesRead(
        text=text, products=products, clauses=tuple(clauses), unread=_unread(scan),
        warnings=tuple(dict.fromkeys((*scan.doubts, *doubts))),
    )  # fmt: skip


def _clause(text: str, mention: Mention, *, numbers: tuple[int, ...]) -> NoticeClause:
    return NoticeClause(
        kind=mention.kind, text=text[mention.start : mention.end], start=mention.start, end=mention.end,
        confidence=mention.confidence, products=numbers,
    )  # fmt: skip


def _unread(scan: Scan) -> tuple[tuple[int, int], ...]:
    """The tokens with figures of which some part lies in no statement and in nothing known."""
    spans = sorted([*scan.known, *((mention.start, mention.end) for mention in scan.mentions)])
    left: list[tuple[int, int]] = []
    number = reached = 0
    for found in _TOKEN.finditer(scan.text):
        figure = next(
            (place for place in range(found.start(), found.end()) if scan.text[place].isdigit()), None
        )
        if figure is None:
            continue
        while number < len(spans) and spans[number][0] <= found.start():
            reached = max(reached, spans[number][1])
            number += 1
        inside = number < len(spans) and spans[number][0] < found.end()
        if reached <= figure and not (inside and spans[number][0] <= figure):
            left.append(found.span())
    return tuple(left)
