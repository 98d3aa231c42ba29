"""Windows of time in free text: `2023年8月至2024年1月`, `from May 2020 through March 2026`, or several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from recall.reading.dates import Dated, Order, date_at, dates_in, labelled_date_at
from recall.reading.window import Window

_THE = r"(?: le| la| the| dem| den| zum)?"
_OPENS = (
    rf"(?P<after>\b(?:after|après|nach){_THE}|\bany date newer than)"
    rf"|(?P<before>\b(?:before|prior to|avant|vor){_THE}|\bany date older than|\bolder than)"
    r"|(?P<since>\b(?:since|starting(?: in)?|beginning(?: in)?|on or after|from|du|depuis|à partir d[eu]"
    r"|ab|seit|vom|von)"
    rf"{_THE})"
    r"|(?P<until>\b(?:until|up to(?: and including)?|through(?: the end of)?|on or before|by"
    r"|before and including"
    rf"|jusqu'(?:au|en|à)|bis){_THE}|\bthru)"
)
_OPENER = re.compile(
    rf"(?:{_OPENS}|\b(?:between|entre|zwischen|in|during|on|en|im|am){_THE})\s+$", re.IGNORECASE
)
_OPENING = re.compile(
    rf"(?:{_OPENS}|\bbetween|\bof|\bon|\bis|\bare|\blisted as|\branging|\branges?|\bdates?)"
    r"(?: from| between| of)?[ \t:]+",
    re.IGNORECASE,
)
_TO = re.compile(
    r"[ \t]*,?[ \t]*(?:[-~]{1,2}|至|到|から|\bthrough\b|\bthru\b|\bto\b|\buntil\b|\bau\b|\bà\b|\bjusqu'(?:au"
    r"|en|à)"
    r"|\bbis\b)"
    r"[ \t]*(?:(?:sell|best|use)[ ]by[ \t]+|the[ \t]+)?",
    re.IGNORECASE,
)
_AND_AS_TO = re.compile(r"[ \t]*(?:and|et|und)[ \t]*(?:le[ ]|dem[ ])?", re.IGNORECASE)
_NEXT = re.compile(
    r"[ \t]*(?:[、,;&及和与或]|以及)?[ \t]*(?:(?:and|or|et|ou|und|oder)\b)?[ \t]*"
    r"(?:(?:from|between|in|during|du|vom)\b)?[ \t]*",
    re.IGNORECASE,
)
_ON_OR_EARLIER = re.compile(
    r"[ \t]*(?:\(\"[^\"()]{1,20}\"\)[ ]?)?(?:\b(?:or|and) (?P<earlier>earlier|before|prior)\b"
    r"|\band all prior(?: [a-z/]{4,20})?"
    r"|以前|之前|前(?![\u4e00-\u9fff])|まで|\bou avant\b|\boder früher\b)",
    re.IGNORECASE,
)
_ON_OR_LATER = re.compile(
    r"[ \t]*(?:\b(?:or|and) (?:later|after)\b|\bto present\b|以后|之后|以降|起(?=生产|制造)|\bou après\b"
    r"|\boder später\b)",
    re.IGNORECASE,
)
_LAST_WORDS = frozenset({
    "after", "than", "before", "to", "avant", "vor", "since", "starting", "beginning", "in", "from",
    "du", "depuis", "de", "d'un", "ab", "seit", "vom", "von", "until", "including", "through", "of",
    "by", "jusqu'au", "jusqu'en", "jusqu'à", "bis", "thru", "between", "entre", "zwischen",
    "during", "on", "en", "im", "am", "le", "la", "the", "dem", "den", "zum", "après", "nach",
})  # fmt: skip
"""The words that an opener can end with: most dates have none before them."""
_LAST = 14
_PAIRING = frozenset({"between", "entre", "zwischen"})
_LOOK_BACK = 32


class Reader(Protocol):
    """A way to read the date at a place."""

    def __call__(self, text: str, *, start: int, order: Order) -> Dated | None:
        """The date that stands at `start`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Windows that stand together at a place, with what is doubtful about them."""

    start: int
    end: int
    windows: tuple[Window, ...]
    doubts: tuple[str, ...] = ()


def windows_at(text: str, *, start: int, order: Order) -> Windows | None:
    """The group of windows that begins at `start` of the folded text."""
    dated = date_at(text, start=start, order=order)
    if dated is None or dated.present:
        return None
    return _group(text, first=dated, order=order, read=date_at, since=start)


def labelled_windows_at(text: str, *, start: int, order: Order) -> Windows | None:
    """The same where a label has said that dates follow; it may begin with `up to`, `through`, `after`."""
    opener = _OPENING.match(text, start)
    dated = labelled_date_at(text, start=opener.end() if opener else start, order=order)
    if dated is None or dated.present:
        return None
    return _group(text, first=dated, order=order, read=labelled_date_at, since=start, opener=opener)


def windows_in(text: str, *, order: Order) -> Iterator[Windows]:
    """Every group of windows of the folded text; a date that is already part of a group starts none."""
    done = 0
    for dated in dates_in(text, order=order):
        if dated.start >= done:
            group = _group(text, first=dated, order=order, read=date_at, since=0)
            done = group.end
            yield group


def _group(
    text: str, *, first: Dated, order: Order, read: Reader, since: int, opener: re.Match[str] | None = None
) -> Windows:
    """The windows from `first` on; words before `since` do not count."""
    windows: list[Window] = []
    doubts: list[str] = []
    opener = opener or _opener(text, dated=first, since=since)
    start, dated = opener.start() if opener else first.start, first
    while True:
        window, end, doubt = _one(text, dated=dated, opener=opener, order=order, read=read)
        following = _following(text, end=end, year=_year(window), order=order, read=read)
        if doubt and following and dated.year is None and dated.month and not dated.doubt:
            window, end, doubt = _one(
                text, dated=replace(dated, year=following.year), opener=opener, order=order, read=read
            )
        doubts += [doubt] if doubt else []
        windows += [window] if window else []
        if following is None:
            return Windows(start=start, end=end, windows=tuple(windows), doubts=tuple(doubts))
        dated, opener = following, _opener(text, dated=following, since=end)


def _opener(text: str, *, dated: Dated, since: int) -> re.Match[str] | None:
    before = text[max(since, dated.start - _LAST) : dated.start]
    last = before.rsplit(None, 1)[-1].lower() if before[-1:].isspace() and before.strip() else ""
    if last not in _LAST_WORDS:
        return None
    return _OPENER.search(text, max(since, dated.start - _LOOK_BACK), dated.start)


def _year(window: Window | None) -> int | None:
    edge = window and (window.last or window.first)
    return edge.year if edge else None


def _following(text: str, *, end: int, year: int | None, order: Order, read: Reader) -> Dated | None:
    """The next date of the list; a Chinese one without a year stays in the year before it."""
    after = _NEXT.match(text, end)
    if after is None or after.end() == end:
        return None
    dated = read(text, start=after.end(), order=order)
    if dated is None or dated.present:
        return None
    inherits = dated.year is None and "月" in text[dated.start : dated.end]
    return replace(dated, year=year) if inherits else dated


def _one(
    text: str, *, dated: Dated, opener: re.Match[str] | None, order: Order, read: Reader
) -> tuple[Window | None, int, str | None]:
    """The window that begins with `dated`, the place after it, and the doubt that kept it from being read."""
    between = bool(opener and opener[0].split()[0].lower() in _PAIRING)
    mark = _TO.match(text, dated.end) or (_AND_AS_TO.match(text, dated.end) if between else None)
    until = read(text, start=mark.end(), order=order) if mark else None
    if until is None:
        return _alone(text, dated=dated, opener=opener)
    end, shown = until.end, text[dated.start : until.end]
    if dated.doubt or until.doubt:
        return None, end, dated.doubt or until.doubt
    dated, until = _completed(dated, until=until)
    first, last = dated.first, None if until.present else until.last
    if first is None or (last is None and not until.present):
        return None, end, f"'{shown}' is not a window of days: give the year, and days that the calendar has"
    if last is not None and last < first:
        return None, end, f"'{shown}' ends before it begins"
    return Window(first=first, last=last), end, None


def _completed(dated: Dated, *, until: Dated) -> tuple[Dated, Dated]:
    """Both with the parts that only one of them says: `2016年4月至6月`, `March through July 2023`."""
    if until.year is None and not until.present:
        until = replace(until, year=dated.year)
    if dated.year is None:
        dated = replace(dated, year=until.year)
    return dated, until


def _alone(text: str, *, dated: Dated, opener: re.Match[str] | None) -> tuple[Window | None, int, str | None]:
    """A date without an end: that day, month or year, or open on the side that the words say."""
    if dated.doubt:
        return None, dated.end, dated.doubt
    first, last = dated.first, dated.last
    if first is None or last is None:
        missing = f"'{text[dated.start : dated.end]}' is not a full date: give its year"
        return None, dated.end, None if dated.present else missing
    way = opener.lastgroup if opener else None
    day = timedelta(days=1)
    if earlier := _ON_OR_EARLIER.match(text, dated.end):
        return Window(last=last), earlier.end(), None
    if later := _ON_OR_LATER.match(text, dated.end):
        return Window(first=first), later.end(), None
    window = {
        "after": Window(first=last + day),
        "before": Window(last=first - day),
        "since": Window(first=first),
        "until": Window(last=last),
    }.get(way or "", Window(first=first, last=last))
    return window, dated.end, None
