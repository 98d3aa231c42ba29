"""What prose says in words of its own: names of models, ASINs, and months of making in six figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from recall.reading.dates import Order
from recall.reading.mentions import Mention
from recall.reading.values import ClauseKind
from recall.reading.windows import labelled_windows_at

_NAMED = re.compile(r"\b[Mm]odel[ ]names?:?[ ](?:is[ ]|are[ ]|of[ ])?(?=[\"A-Z])")
_NO_NAME = r"(?!(?:SKU|UPC|The|This|Model|Serial|Lot|Batch|Item|Size|Color|Made|And|Or)s?\b)"
_NAME = re.compile(
    rf"\"(?P<quoted>[A-Z][^\"\n]{{1,28}}?)[,.]?\"|{_NO_NAME}(?P<plain>[A-Z][A-Za-z0-9-]{{1,20}}"
    rf"(?:[ ]{_NO_NAME}[A-Z0-9][A-Za-z0-9-]{{0,20}}){{0,3}})"
)
_NEXT = re.compile(r",?[ ](?P<last>and|or)[ ]|,[ ]")
_DENIED = re.compile(r"[ ](?:is|are|was|were)[ ]not\b")
_MOST = 50
_MADE = re.compile(
    r"\b(?:[Pp]roduction|[Mm]anufactur(?:e|ing)|[Mm]fg\.?)[ ][Dd]ates?(?:[ ](?:is|are|of))?[ ]?:?[ ]?\"?"
    r"(?P<first>20\d\d(?:0[1-9]|1[0-2])(?!\d))"
)
_MORE = re.compile(r"(?:,|,?[ ](?:and|or))[ ](20\d\d(?:0[1-9]|1[0-2]))(?!\d)")
_ASIN = re.compile(r"(?<![A-Za-z0-9/=])B0(?=[A-Z]{0,7}\d)[A-Z0-9]{8}(?![A-Za-z0-9])")
_MARKET = re.compile(r"\bASINs?\b|\bAmazon|\bidentifiers?\b")


def spoken(text: str) -> Iterator[Mention]:
    """`the model name "New Moon"`, `Production Date: 202503`; the folded text is in English."""
    for label in _NAMED.finditer(text):
        names, end = _names(text, start=label.end())
        if names and not _DENIED.match(text, end):
            yield Mention(kind=ClauseKind.MODEL, start=label.start(), end=end, values=names, confidence=0.7)
    for code in _ASIN.finditer(text) if _MARKET.search(text) else ():
        yield Mention(
            kind=ClauseKind.IDENTIFIER, scheme="asin", start=code.start(), end=code.end(), values=(code[0],)
        )
    for made in _MADE.finditer(text):
        written, end = [made["first"]], made.end()
        while len(written) < _MOST and (more := _MORE.match(text, end)):
            written.append(more[1])
            end = more.end()
        months = (f"{one[4:]}/{one[:4]}" for one in written)
        groups = (labelled_windows_at(month, start=0, order=Order.MONTH_FIRST) for month in months)
        windows = tuple(window for group in groups if group for window in group.windows)
        yield Mention(kind=ClauseKind.MADE, start=made.start(), end=end, windows=windows, confidence=0.8)


def _names(text: str, *, start: int) -> tuple[tuple[str, ...], int]:
    """The names from `start` on, and their end; behind a comma only where `and` or `or` ends the list."""
    found: list[tuple[str, int]] = []
    place, sure = start, 1
    for _ in range(_MOST):
        name = _NAME.match(text, place)
        if name is None:
            break
        found.append((name["quoted"] or name["plain"], name.end()))
        following = _NEXT.match(text, name.end())
        if following is None:
            break
        place, sure = following.end(), len(found) + 1 if following["last"] else sure
    kept = list(islice(found, sure))
    return tuple(dict.fromkeys(name for name, _ in kept)), kept[-1][1] if kept else start
