"""Date codes of prose as days, where the text says how they tell them: `date codes (YYWW): 2318, 2319`."""

from __future__ import annotations

import re
from dataclasses import replace

from recall.errors import NoticeRefused
from recall.reading.date_code import CodeOf, DateCode
from recall.reading.dates import Order
from recall.reading.mentions import Mention
from recall.reading.window import Window
from recall.reading.windows import windows_at

_FORMAT = re.compile(
    r"\b(YYWW|WWYY|MMYY|YYMM|MMDDYY|DDMMYY|YYMMDD|YYYYMM|MMYYYY|YYYYWW|YYYYMMDD|YYDDD|DDDYY|MONTHYEAR"
    r"|WEEKYEAR)\b"
)
_SPOKEN = {"MONTHYEAR": "MMYY", "WEEKYEAR": "WWYY"}
_CLOSE, _REACH = 60, 400
_TO = re.compile(r"-|\b(?:to|through)\b")
_GLOSS = re.compile(r"\"?[ ]?\((?=[A-Za-z0-9])")


def told_by_format(text: str, mention: Mention) -> Mention:
    """The statement with the days that its codes tell; without them where nothing says how."""
    glossed = _glossed(text, mention)
    if glossed is not None:
        return glossed
    encoding = _nearest(text, mention)
    spans = [_span(value, encoding=encoding) for value in mention.values]
    windows = tuple(span for span in spans if span is not None)
    if windows and len(windows) == len(spans):
        doubts = tuple(doubt for doubt in mention.doubts if "is not one range" not in doubt)
        return replace(mention, windows=windows, doubts=doubts, confidence=0.9)
    return mention


def format_in(text: str) -> str | None:
    """The last format of a date that a text names: `MMYY` of `a MONTHYEAR code`."""
    found = _FORMAT.findall(text)
    return _SPOKEN.get(found[-1], found[-1]) if found else None


def _nearest(text: str, mention: Mention) -> str | None:
    """The format that stands nearest to the codes, the one before them first."""
    for reach in (_CLOSE, _REACH):
        before = format_in(text[max(0, mention.start - reach) : mention.end])
        if before:
            return before
        after = _FORMAT.search(text, mention.end, min(len(text), mention.end + reach))
        if after:
            return _SPOKEN.get(after[0], after[0])
    return None


def _glossed(text: str, mention: Mention) -> Mention | None:
    """`21/3-23/10 (March 2021 to October 2023)`: the window that stands behind one code in brackets."""
    gloss = _GLOSS.match(text, mention.end)
    group = windows_at(text, start=gloss.end(), order=Order.UNKNOWN) if gloss else None
    ranged = any("-" in value for value in mention.values)
    if group and ranged and not _TO.search(text, group.start, group.end):
        return None
    if (
        group is None
        or len(mention.values) != 1
        or not group.windows
        or text[group.end : group.end + 1] != ")"
    ):
        return None
    doubts = tuple(doubt for doubt in mention.doubts if "is not one range" not in doubt)
    return replace(mention, end=group.end + 1, windows=group.windows, doubts=doubts, confidence=0.9)


def _span(value: str, *, encoding: str | None) -> Window | None:
    """The days of one code, or from those of a range's first code to those of its last."""
    if encoding is None:
        group = windows_at(value, start=0, order=Order.UNKNOWN)
        whole = group is not None and group.end == len(value) and not value.isdigit()
        return group.windows[0] if group and whole and group.windows else None
    first, _, last = value.partition(" - ")
    try:
        known = DateCode.parse(encoding=encoding, of=CodeOf.LOT.value, start=0)
    except NoticeRefused:
        return None
    if any(len(code) != len(encoding) for code in (first, last or first)):
        return None
    begins, ends = known.decode(first), known.decode(last or first)
    if not begins or not ends:
        return None
    window = Window(first=begins[0].first, last=ends[-1].last)
    return window if window.first and window.last and window.first <= window.last else None
