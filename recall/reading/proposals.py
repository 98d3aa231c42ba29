"""Proposals from outside the reader: they only point at words, whose meaning is read here; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recall.errors import NoticeRefused
from recall.reading.dates import Order
from recall.reading.lists import has_digit
from recall.reading.serial_range import SerialRange
from recall.reading.text import folded, squeezed
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind
from recall.reading.windows import windows_in

MOST = 200
"""Proposals about one notice."""
SUREST = 0.5
"""No proposal is surer than this, whatever it says of itself."""
_LONGEST = 500
_WORDS = {ClauseKind.PRODUCT, ClauseKind.BRAND, ClauseKind.HAZARD, ClauseKind.REMEDY, ClauseKind.SELLER}
_CODES = {ClauseKind.MODEL, ClauseKind.LOT, ClauseKind.SERIAL, ClauseKind.DATE_CODE}
_WINDOWS = {ClauseKind.MADE, ClauseKind.PACKED, ClauseKind.EXPIRES, ClauseKind.SOLD}
PROPOSABLE = (
    ClauseKind.GTIN, ClauseKind.YEAR, ClauseKind.QUANTITY, ClauseKind.TOTAL,
    *sorted(_WORDS), *sorted(_CODES), *sorted(_WINDOWS),
)  # fmt: skip
"""The kinds of clause that can be proposed."""
_RANGE = re.compile(r"(\S+)\s+(?:-|to|through|bis|至|à)\s+(\S+)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,3}(?:[,.  ][0-9]{3})+|[0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LONGEST_CODE = 60
_BEGINS, _ENDS = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-/._])", r"(?![-/._]?[A-Za-z0-9])"
"""Where a code begins and ends: `B2` does not stand in `B2-17`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Words of a notice's text, and what kind of statement they are said to be.

    `quote` stands in the text, sign by sign; `product` is the index of the product that they are about, None
    where it is not said or the whole notice. There are no values: nobody outside says what a code is.
    """

    kind: str
    quote: str
    confidence: float
    product: int | None = None


def place_of(quote: str, text: str) -> int | None:
    """Where a quote stands in a text, not as a part of a longer word or code; None where it does not."""
    if not quote.strip() or len(quote) > _LONGEST:
        return None
    before = _BEGINS if quote[0].isalnum() and quote[0].isascii() else ""
    after = _ENDS if quote[-1].isalnum() and quote[-1].isascii() else ""
    found = re.search(before + re.escape(quote) + after, text)
    return found.start() if found else None


def meaning_of(kind: ClauseKind, quote: str) -> tuple[str, ...]:
    """What the quoted words mean as a statement of a kind, a value a line, by the reader's own rules.

    Raises NoticeRefused for words that mean nothing of that kind: a wrong check digit, two ends of one range
    that differ in shape, several numbers where one is meant, a date that could be two.

    >>> meaning_of(ClauseKind.SERIAL, "SN100 to SN199")
    ('SN100 - SN199',)
    """
    plain = squeezed(folded(quote))
    if kind in _WORDS:
        return (squeezed(quote),)
    if kind in _CODES:
        return (_code(kind, plain),)
    if kind in _WINDOWS:
        return _days(plain)
    if kind is ClauseKind.GTIN:
        item = trade_item(plain)
        if item.gtin is None:
            raise NoticeRefused.of(quote, expected="a GTIN", got=item.note or "another number")
        return (item.gtin,)
    if kind is ClauseKind.YEAR:
        return (_one(_YEAR, plain, expected="one model year"),)
    if kind in (ClauseKind.QUANTITY, ClauseKind.TOTAL):
        return (re.sub(r"\D", "", _one(_NUMBER, plain, expected="one number of units")),)
    raise NoticeRefused.of(kind, expected="a kind of clause that can be proposed", got=str(kind))


def _code(kind: ClauseKind, plain: str) -> str:
    between = _RANGE.fullmatch(plain)
    ranged = kind in (ClauseKind.LOT, ClauseKind.SERIAL)
    if ranged and between and has_digit(between[1]) and has_digit(between[2]):
        return str(SerialRange.between(first=between[1], last=between[2]))
    if (not has_digit(plain) and kind is not ClauseKind.MODEL) or len(plain) > _LONGEST_CODE:
        raise NoticeRefused.of(plain, expected="one code with a digit in it", got="other words")
    return plain


def _days(plain: str) -> tuple[str, ...]:
    groups = tuple(windows_in(plain, order=Order.UNKNOWN))
    windows = [window for group in groups for window in group.windows]
    doubts = [doubt for group in groups for doubt in group.doubts]
    if doubts or not windows:
        got = doubts[0] if doubts else "none"
        raise NoticeRefused.of(plain, expected="days that can be read in one way", got=got)
    return tuple(f"{window.first or '…'} to {window.last or '…'}" for window in windows)


def _one(pattern: re.Pattern[str], plain: str, *, expected: str) -> str:
    found = pattern.findall(plain)
    if len(found) != 1:
        raise NoticeRefused.of(plain, expected=expected, got=str(len(found)))
    return str(found[0])
