"""Lines with a heading: the heading says what the whole line is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.reading.dates import Order
from recall.reading.grammar import Grammar
from recall.reading.mentions import Mention
from recall.reading.quantities import stated_parts, stated_units
from recall.reading.values import ClauseKind
from recall.reading.windows import windows_in

_THOUSANDS = re.compile(r"(?<=\d)[ .](?=\d{3}(?!\d))")
"""How other countries part thousands: `1 200`, `3.500`."""


def line_mentions(text: str, *, grammar: Grammar, order: Order) -> Iterator[Mention]:
    """The product, the units, the sellers, the hazard and the remedy that lines of their own state."""
    for found in grammar.line.finditer(text):
        kind, start = ClauseKind(found.lastgroup or ""), found.end()
        end = text.find("\n", start)
        rest = text[start : end if end >= 0 else len(text)].rstrip()
        if not rest:
            continue
        end = start + len(rest)
        if kind is ClauseKind.TOTAL:
            units = _THOUSANDS.sub(",", rest)
            number, doubts = stated_units(units)
            yield Mention(kind=kind, start=start, end=end, number=number, doubts=doubts)
            for part, name in stated_parts(units):
                yield Mention(
                    kind=ClauseKind.QUANTITY, start=start + part.start, end=start + part.end,
                    number=part.value, values=(name,), confidence=0.8,
                )  # fmt: skip
        elif kind is ClauseKind.SELLER:
            yield _seller(text, start=start, end=end, grammar=grammar, order=order)
        else:
            yield Mention(kind=kind, start=start, end=end, values=(rest,), confidence=0.95)


def _seller(text: str, *, start: int, end: int, grammar: Grammar, order: Order) -> Mention:
    """Who sold it: the line up to its window of time or its price."""
    group = next(iter(windows_in(text[start:end], order=order)), None)
    price = grammar.price.search(text, start, end)
    stop = min(start + group.start if group else end, price.start() if price else end)
    seller = text[start:stop].rstrip(" ,")
    stop = start + len(seller) if seller else end
    return Mention(kind=ClauseKind.SELLER, start=start, end=stop, values=(text[start:stop],), confidence=0.85)
