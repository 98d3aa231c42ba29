"""Quantities: `331578台`, `1.2万件`, `About 3,820 (in addition, about 700 were sold in Canada)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

MEASURE_WORDS = "台只件包盒套辆块条袋个支瓶部双副张片顶把罐箱枚根架床"
_SCALES = {"万": 10_000, "亿": 100_000_000, "thousand": 1_000, "million": 1_000_000}
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d{1,12})(?P<part>\.\d{1,4})?"
_CHINESE = re.compile(
    rf"(?<![0-9A-Za-z.,-])(?P<about>约|超过|近)?[ \t]*{_NUMBER}[ \t]*(?P<scale>[万亿])?余?(?P<more>多)?"
    rf"[ \t]*(?P<unit>[{MEASURE_WORDS}])"
)
_ENGLISH = re.compile(
    rf"(?<![0-9A-Za-z.,$/-])(?P<about>about |approximately |more than |over |nearly |up to )?{_NUMBER}"
    r"(?:[ ](?P<scale>million|thousand)\b)?(?:[ ](?P<unit>units?|pieces|pairs|sets)\b)?(?![0-9A-Za-z/-])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?<![0-9A-Za-z.,$/-])(?=[0-9aomnuerc約])"
    r"(?P<about>about |approximately |more than |over |nearly |up to |environ "
    r"|rund |etwa |ca\. |約)?"
    rf"{_NUMBER}[ ]?(?P<scale>million\b|thousand\b|万)?[ ]?(?:additional )?(?P<unit>)(?=[^\W\d_])",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"(?P<what>[ ][^();\n]{1,80}?),?[ ](?:and|plus|&)[ ]"
    r"(?=(?:about |approximately |more than |over |nearly )?\d)",
    re.IGNORECASE,
)
_ABROAD = re.compile(r"\bin (?!the U|total\b)[A-Z]|\b(?:recalled|reports?|incidents?)\b")
_WHAT = re.compile(r"[^().;]{0,60}[^().;\s]")
_MOST_PARTS = 20
_ELSEWHERE = re.compile(
    r"\bin addition\b|\bplus\b|\band (?:about )?[0-9][0-9,]* (?:were sold )?in (?!the U)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A stated number of units at a place: `exact` unless the text says about, more than and the like."""

    value: int
    exact: bool
    unit: str
    start: int
    end: int


def chinese_quantities(text: str) -> Iterator[Quantity]:
    """Every number with a measure word in the folded text."""
    return filter(None, map(_quantity, _CHINESE.finditer(text)))


def chinese_quantity_at(text: str, *, start: int) -> Quantity | None:
    """The number with a measure word that stands at `start`."""
    found = _CHINESE.match(text, start)
    return _quantity(found) if found else None


def english_quantity_at(text: str, *, start: int) -> Quantity | None:
    """The number that stands at `start`, with or without the word units."""
    found = _ENGLISH.match(text, start)
    return _quantity(found) if found else None


def quantities_of(text: str, *, unit: re.Pattern[str]) -> Iterator[Quantity]:
    """Every number that is followed by a word that `unit` matches."""
    for found in _NUMBERED.finditer(text):
        named = unit.match(text, found.end())
        quantity = _quantity(found) if named else None
        if named and quantity:
            yield replace(quantity, end=named.end(), unit=named[0])


def stated_units(text: str) -> tuple[int | None, tuple[str, ...]]:
    """The units that a `Units` field states for its own country, and what it leaves open.

    >>> stated_units("About 3,820 (in addition, about 700 were sold in Canada)")[0]
    3820
    >>> stated_units("Millions")
    (None, ("'Millions' is not a number of units: ask for one",))
    """
    parts = stated_parts(text)
    quantity = english_quantity_at(text, start=len(text) - len(text.lstrip()))
    if quantity is None:
        return None, (f"'{text.strip()[:60]}' is not a number of units: ask for one",) if text.strip() else ()
    rest = text[(parts[-1][0] if parts else quantity).end :]
    more = (f"units sold in other countries are not counted: '{rest.strip(' ()')[:120]}'",)
    value = sum(part.value for part, _ in parts) or quantity.value
    return value, more if _ELSEWHERE.search(rest) else ()


def stated_parts(text: str) -> tuple[tuple[Quantity, str], ...]:
    """The counts of several products that one `Units` field states, each with the words for its product.

    >>> [(part.value, name) for part, name in stated_parts("About 1,980 wide shelves and 35 lamps")]
    [(1980, 'wide shelves'), (35, 'lamps')]
    >>> stated_parts("About 3,820 (in addition, about 700 were sold in Canada)")
    ()
    """
    parts: list[tuple[Quantity, str]] = []
    place = len(text) - len(text.lstrip())
    while len(parts) < _MOST_PARTS and (quantity := english_quantity_at(text, start=place)):
        another = _ANOTHER.match(text, quantity.end)
        what = _WHAT.match(text, quantity.end)
        parts.append((quantity, (another["what"] if another else what[0] if what else "").strip(" ,")))
        if another is None:
            break
        place = another.end()
    told = all(name and not _ABROAD.search(name) for _, name in parts)
    return tuple(parts) if told and len(parts) > 1 else ()


def _quantity(found: re.Match[str]) -> Quantity | None:
    value = Decimal(found["number"].replace(",", "") + (found["part"] or ""))
    value *= _SCALES.get((found["scale"] or "").lower(), 1)
    if value != int(value):
        return None
    about = bool(found["about"] or ("more" in found.re.groupindex and found["more"]))
    return Quantity(
        value=int(value), exact=not about, unit=found["unit"] or "", start=found.start(), end=found.end()
    )
