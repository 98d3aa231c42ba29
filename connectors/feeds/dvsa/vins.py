"""Ranges of vehicle numbers as registers write them: `VF7******AZ025918` to `VF7******AZ030421`; pure.

In the last eight signs of a number stand the model year, the plant and a counter (ISO 3779). The two ends are
read as one shape:

- the year may run on from one end to the other: the range becomes one for each year;
- any other sign before the counter in which the ends differ (check digit, plant, body) may be any, and where
  the counters then run backwards they may be any too: said in a doubt;
- ends of two widths are of one shape once a sign that one of them lost, or a zero too many, is made good.

What stays in two shapes is a doubt and no range.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, takewhile

from recall.reading.lists import range_doubt
from recall.reading.serial_range import SerialRange
from recall.reading.text import folded

_COUNTER, _TAIL = 6, 8
"""Signs of the counter, and of the end that begins with the model year."""
_YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"
"""The signs of model years in their order, thirty years long."""
_MOST_YEARS = 12
_WHOLE = 17
_LENGTHS = (8, _WHOLE)
"""Of a whole number, and of its end alone: where the place of the year is known."""
_LEAST_SHARED = {8: 2}
"""Signs before the counter that both ends must share, else three: fewer would be every car of a country."""
_LEAST_BEGINNING = 5
_RUN = re.compile(r"\s{2,}")
_SPLIT = re.compile(r"\s+(?:and|&)\s+|[,;]\s*|\s{2,}|\n", re.IGNORECASE)
_TO = re.compile(r"\s+(?:to|-|until)\s+", re.IGNORECASE)
_COUNTED = re.compile(r"(.*?)([0-9]{1,18})")
_NUMBER = re.compile(r"[A-Z0-9*?][A-Z0-9*?/-]{2,22}[A-Z0-9*?]")
_SAYS_NONE = re.compile(
    r"(?:various|n/?a|none|unknown|all|tba|tbc|to be (?:advised|confirmed)|-)?\.?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vins:
    """What two cells say: `serials` of a product; `whole` when nothing in them was left unread."""

    serials: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    whole: bool = True


def vins_between(*, first: str, last: str) -> Vins:
    """Read the cells of the first and the last number; each may hold several, as many as the other.

    >>> vins_between(first="VF7******AZ025918", last="VF7******AZ030421").serials
    ('VF7******AZ025918 - VF7******AZ030421',)
    """
    first, last = (_RUN.sub("  ", cell.strip()) for cell in (first, last))
    said = " ".join(filter(None, (first, last)))
    if not any(sign.isdigit() for sign in said):
        return Vins(doubts=(f"the numbers of the vehicles are not told: '{said[:120]}'",) if said else ())
    ends = [first, last] if last else _TO.split(first)
    if len(ends) != 2:
        return _unread(first, last)
    starts, stops = ([_plain(part) for part in _SPLIT.split(end.strip()) if part.strip()] for end in ends)
    if len(starts) != len(stops) or not all(map(_NUMBER.fullmatch, starts + stops)):
        return _unread(first, last)
    read = [_range(start, stop) for start, stop in zip(starts, stops, strict=True)]
    return Vins(
        serials=tuple(dict.fromkeys(chain.from_iterable(one.serials for one in read))),
        doubts=tuple(dict.fromkeys(chain.from_iterable(one.doubts for one in read))),
        whole=all(one.whole for one in read),
    )


def _unread(first: str, last: str) -> Vins:
    shown = " - ".join(filter(None, (first[:80].strip(), last[:80].strip())))
    return Vins(doubts=(f"'{shown}' is no range of vehicle numbers: read it",), whole=False)


def _plain(number: str) -> str:
    """In capitals; `#` and `.` are any sign, as `*` is."""
    return folded(number).strip(" -.").upper().replace("#", "*").replace(".", "*")


def _range(first: str, last: str) -> Vins:
    """The ranges from one end to the other, each of one prefix and width."""
    shown = f"'{first} - {last}'"
    if first == last:
        return Vins(serials=(first,))
    plain = len(first) != _WHOLE or first[:-_TAIL] == last[:-_TAIL]
    if plain and range_doubt(first=first, last=last) is None:
        return Vins(serials=(f"{first} - {last}",))
    if plain and range_doubt(first=last, last=first) is None:
        return Vins(serials=(f"{last} - {first}",), doubts=(f"{shown} stands the wrong way round",))
    if found := _across_widths(first, last):
        return Vins(serials=found)
    one, two, mended = (first, last, "") if len(first) == len(last) else _of_one_width(first, last)
    ranges, widened = _spread(one, two) if len(one) == len(two) else ((), "")
    if ranges:
        return Vins(serials=ranges, doubts=tuple(f"{shown}: {what}" for what in (mended, widened) if what))
    return _beginning(first, last, shown=shown)


def _across_widths(first: str, last: str) -> tuple[str, ...]:
    """Counters without leading zeros that grow by a figure on their way: one range a width."""
    one, two = _COUNTED.fullmatch(first), _COUNTED.fullmatch(last)
    if not one or not two or one[1] != two[1] or len(one[2]) >= len(two[2]) or "0" in (one[2][0], two[2][0]):
        return ()
    if len(two[2]) > _TAIL:
        return ()
    prefix, low, high = one[1], one[2], two[2]
    widths = range(len(low), len(high) + 1)
    lows = [low if width == len(low) else f"1{'0' * (width - 1)}" for width in widths]
    highs = [high if width == len(high) else "9" * width for width in widths]
    return tuple(f"{prefix}{a} - {prefix}{b}" for a, b in zip(lows, highs, strict=True))


def _of_one_width(first: str, last: str) -> tuple[str, str, str]:
    """The ends at one width, and what was made good for it: a lost sign, or zeros too many; else as given."""
    short, long = sorted((first, last), key=len)
    if mended := _with_lost_sign(short, long=long):
        ends = (mended, long) if short == first else (long, mended)
        return *ends, f"{short} lacks a sign and is read as {mended}"
    if len(long) == _WHOLE:
        return first, last, ""
    trimmed = re.sub(rf"0{{{len(long) - len(short)}}}(?=0*[1-9][0-9]*$)", "", long, count=1)
    if len(trimmed) == len(short):
        ends = (short, trimmed) if short == first else (trimmed, short)
        return *ends, f"{long} has zeros too many and is read as {trimmed}"
    return first, last, ""


def _with_lost_sign(short: str, *, long: str) -> str:
    """`short` with the one sign of `long` that it lacks before its counter; empty when that is not so."""
    head, begun = long[:-_COUNTER], short[:-_COUNTER]
    lost = (long[-_COUNTER:] + short[-_COUNTER:]).isdigit() and any(
        head[:place] + head[place + 1 :] == begun for place in range(len(head))
    )
    return head + short[-_COUNTER:] if lost else ""


def _spread(first: str, last: str) -> tuple[tuple[str, ...], str]:
    """The ranges between two ends of one width, one a model year, and how they were widened; none where the
    ends share too little or end in no counter."""
    figures = min(_COUNTER, *(len(end) - len(end.rstrip("0123456789")) for end in (first, last)))
    if not figures:
        return (), ""
    heads = first[:-figures], last[:-figures]
    years = _years(first, last)
    place = len(first) - _TAIL if len(years) > 1 else -1
    wide = [n for n, (a, b) in enumerate(zip(*heads, strict=True)) if a != b and n != place]
    head = "".join("*" if n in wide else sign for n, sign in enumerate(heads[0]))
    if len(head.replace("*", "")) < _LEAST_SHARED.get(len(first), 3):
        return (), ""
    low, high = int(first[-figures:]), int(last[-figures:])
    any_counter = place < 0 and low > high and wide != [len(first) - _TAIL - 1]
    if any_counter:
        low, high = 0, 10**figures - 1
    elif place < 0:
        low, high = min(low, high), max(low, high)
    ranges = [
        SerialRange(
            prefix=head if place < 0 else f"{head[:place]}{year}{head[place + 1 :]}", width=figures,
            lo=low if year == years[0] else 0, hi=high if year == years[-1] else 10**figures - 1,
        )
        for year in years
    ]  # fmt: skip
    said = [f"any sign is taken at place {', '.join(str(n + 1) for n in wide)}"] if wide else []
    said += ["any counter"] if any_counter else []
    said += [f"read as running through model years {', '.join(years)}"] if place >= 0 else []
    return tuple(map(str, ranges)), " and ".join(said)


def _years(first: str, last: str) -> str:
    """The signs of the model years from one end to the other; one sign where they do not run on."""
    place = len(first) - _TAIL
    signs = (first[place], last[place]) if place >= 0 else ("", "")
    if len(first) not in _LENGTHS or not all(sign and sign in _YEARS for sign in signs):
        return "?"
    begin = _YEARS.index(signs[0])
    length = (_YEARS.index(signs[1]) - begin) % len(_YEARS)
    return (_YEARS * 2)[begin : begin + length + 1] if length <= _MOST_YEARS else "?"


def _beginning(first: str, last: str, *, shown: str) -> Vins:
    """Ends of two shapes: every number that begins as both do, where that is enough to tell a model."""
    shared = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    if len(shared) < _LEAST_BEGINNING or "*" in shared or "?" in shared:
        return _unread(first, last)
    doubt = f"{shown}: the ends are of two shapes, so all that begin with {shared} are taken"
    return Vins(serials=(f"{shared}*",), doubts=(doubt,))
