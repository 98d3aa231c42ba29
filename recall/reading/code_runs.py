"""Runs of codes in a field: which signs make one code, where a list ends, which codes are one number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from recall.reading.lists import MOST, Item, has_digit, shape
from recall.reading.mentions import Mention
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_#*+'/.-]{0,78}[A-Za-z0-9*])?")
_RANGE = re.compile(r"[ \t]*(?:\bthrough\b|\bthru\b|\bto\b|~|至)[ \t]*|[ \t]+-[ \t]+", re.IGNORECASE)
_STRONG = re.compile(
    r"[ \t]*(?:[,;&(\n]|\)|\band\b|\bor\b|\bund\b|\bet\b)(?:[\s,;&(#]|\band\b|\bor\b)*", re.IGNORECASE
)
_WEAK = re.compile(r"[ \t]+#?")
_DIGITS = re.compile(r"\d{1,14}")
_JOIN = re.compile(r"[ -](?=\d)")
_MOST_DIGITS = 14
_LONGEST_CODE = 4
"""So many blank-separated parts a single code may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The codes from `start` to `end`; blanks alone between parts may belong to a code: see `codes`."""

    start: int
    end: int
    groups: tuple[tuple[Item, ...], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The codes; parts with only blanks between them are one code, unless all look alike.

        `S94N 42K; S94N 43K` is two codes, `514A15 514A25 514B15` three, `AB1 065 03 AB1 072 03` two.
        """
        return tuple(item for group in self.groups for item in _resolved(group))


def _resolved(group: tuple[Item, ...]) -> list[Item]:
    if len(group) == 1 or any(item.last for item in group):
        return list(group)
    shapes = [shape(item.first) for item in group]
    sizes = [size for size in range(1, min(len(group), _LONGEST_CODE) + 1) if len(group) % size == 0]
    period = next((size for size in sizes if shapes == shapes[:size] * (len(shapes) // size)), 1)
    parts = [item.first for item in group]
    return [Item(first=" ".join(parts[n : n + period])) for n in range(0, len(parts), period)]


def run_at(text: str, *, start: int, ends: Callable[[int], bool], letters: bool = False) -> Run | None:
    """The run of codes that begins at `start`, up to a place where `ends` says that something else begins.

    With `letters` capital letters alone are codes.
    """
    groups: list[list[Item]] = [[]]
    place = end = start
    first = _CODE.match(text, start)
    letters = letters or (first is not None and _is_letters(text, first))
    for _ in range(MOST):
        if place != start and ends(place):
            break
        found = _CODE.match(text, place)
        if found is None or not (has_digit(found[0]) or (letters and found[0].isupper())):
            break
        end = found.end()
        mark = _RANGE.match(text, end)
        until = _CODE.match(text, mark.end()) if mark else None
        last = until[0] if until and _are_ends(found[0], until[0], alone=not groups[-1]) else None
        groups[-1].append(Item(first=found[0], last=last))
        end = until.end() if until and last else end
        if text[end : end + 1] == "(" and ends(end):
            break
        if strong := _STRONG.match(text, end):
            groups.append([])
            place = strong.end()
        elif weak := _WEAK.match(text, end):
            place = weak.end()
        else:
            break
    filled = tuple(tuple(group) for group in groups if group)
    return Run(start=start, end=end, groups=filled) if filled else None


def _are_ends(first: str, last: str, *, alone: bool) -> bool:
    """Whether two codes are the ends of a range: alike, or of one part each, which is then asked about."""
    return shape(first) == shape(last) or (alone and has_digit(first) and has_digit(last))


def _is_letters(text: str, found: re.Match[str]) -> bool:
    """Whether a code without digits is one: capital letters alone behind a colon."""
    before, after = text[max(0, found.start() - 2) : found.start()], text[found.end() : found.end() + 1]
    return found[0].isupper() and ":" in before and after in ("", ",", ";", ".", ")")


def barcode_at(text: str, *, start: int, ends: Callable[[int], bool]) -> Mention | None:
    """The trade item number at `start`, whatever blanks and dashes part its digits.

    Of several ways to end it, the longest whose check digit is right; where none is, what stands together
    up to the next blank, kept as it is written.
    """
    ways: list[int] = []
    place, digits = start, 0
    while group := _DIGITS.match(text, place):
        digits += len(group[0])
        completes = len(group[0]) == 1 and bool(trade_item(text[start : group.end()]).gtin)
        if digits > _MOST_DIGITS or (ways and not completes and ends(place)):
            break
        ways.append(group.end())
        join = _JOIN.match(text, group.end())
        if join is None:
            break
        place = join.end()
    if not ways or (ways[-1] < len(text) and text[ways[-1]].isalnum()):
        return None
    for end in reversed(ways):
        item = trade_item(text[start:end])
        if item.gtin:
            return Mention(
                kind=ClauseKind.GTIN, start=start, end=end, values=(item.gtin,), confidence=0.95,
                doubts=(item.note,) if item.note else (),
            )  # fmt: skip
    end = next((end for end in ways if text[end : end + 1] != "-"), ways[-1])
    written = text[start:end]
    if len(written) < 8 and len(ways) > 1:
        end, written = ways[-1], text[start : ways[-1]]
    return Mention(
        kind=ClauseKind.IDENTIFIER, scheme="upc_as_written", start=start, end=end, values=(written,),
        confidence=0.5, doubts=tuple(filter(None, (trade_item(written).note,))),
    )  # fmt: skip
