"""Codes behind their label: models, lots, serials, date codes, trade items and identifiers of prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from recall.reading.code_runs import barcode_at
from recall.reading.date_codes import format_in, told_by_format
from recall.reading.grammar import Grammar
from recall.reading.lists import CodeList, Item, has_digit, list_at
from recall.reading.mentions import Mention, lots_mention, ranges_mention
from recall.reading.printed import KNOWN
from recall.reading.values import ClauseKind

_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARS = re.compile(
    r"(?:[ ]?(?:and|or|et|und|,|&|years?|through|to|-)?[ ]?)(?P<first>(?:19|20)\d\d)"
    r"(?:[ ]?(?:-|through|to|bis|à)[ ]?(?P<last>(?:19|20)\d\d))?(?!\d)",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(r"\b(?P<first>(?:19|20)\d\d)[ ]model[ ]years?\b", re.IGNORECASE)
_MOST_YEARS = 40
_MODEL_BEFORE = re.compile(
    r"(?<![\w./-])(?P<code>(?=[A-Z0-9-]{0,14}\d)[A-Z][A-Z0-9]{0,11}(?:-[A-Z0-9]{1,8}){0,3})"
    r"(?:[ ](?:and|or)[ ](?P<more>(?=[A-Z0-9-]{0,14}\d)[A-Z][A-Z0-9]{0,11}(?:-[A-Z0-9]{1,8}){0,3}))?"
    r"[ ]models?\b(?![ ](?:years?|numbers?|names?|no))"
)
_STRONG_LABEL = re.compile(r"(?:numbers?|nos?\.?|#|:)[ \t\":]*$", re.IGNORECASE)
_GLOSS = re.compile(r"[ \t]*\([^()\n]{0,60}\)(?:[ \t]*:[ \t]*|[ \t]+)")
_BARCODES_NEXT = re.compile(
    r"\"?(?:[ \t]*\([^()\n]{0,60}\))?[ \t]*(?:[,;]|\b(?:and|or|et|und)\b)(?:[ \t]*(?:and|or)\b)?[ \t#\"]*",
    re.IGNORECASE,
)
_TO_QUOTE = re.compile(r"([A-Z0-9][A-Za-z0-9._/-]{0,24}(?: [A-Z0-9][A-Za-z0-9._/-]{0,12}){0,2})[.,]?\"")
"""A code up to the quote that closes what opened before its label: `"Model: PX 550"`."""
_PARTED = re.compile(r"[A-Z]{2,12}(?:-[A-Z0-9]{1,12}){2,6}(?![A-Za-z0-9-])")
"""Capital letters in three parts or more: no word, even without a digit."""
_MOST_BARCODES = 500
_HEADER = re.compile(r"(?:Numbers?|Names?|No\.?|Colors?|Descriptions?)[ ]{0,3}$")
"""The heading of a column before: then a label is the next heading, and a cell comes after it."""
_FIRST_SIGNS = re.compile(r"\bfirst [a-z0-9]{1,6} (?:digits|characters|letters|numbers)\b[^.]{0,20}$")
_IS = re.compile(r"[^.,;:()\"\d\n]{1,90}?[ ](?:is|are|reads?|includes?)(?:[ ]either)?:?[ ]")
"""`The model number of the lamp on its base is`: words between a label and its code."""
_COUNTED = frozenset({ClauseKind.LOT, ClauseKind.SERIAL, ClauseKind.DATE_CODE})
_OPEN = re.compile(
    r"\"?[ ](?:and|or)[ ](?:later|greater|higher|newer|above|after|prior|earlier|before|older|lower|below)\b"
)
_LETTERS = re.compile(r"(?<=\")([A-Z]{1,8})[.,]?\"")
"""Capital letters in quotes: no code, but the beginning of one."""
_BEFORE = 60


def labelled_mention(
    text: str, *, found: re.Match[str], kind: ClauseKind, scheme: str, grammar: Grammar
) -> Mention | None:
    """The statement that a label begins, or None where no code follows it."""
    if found[0][0].isupper() and _HEADER.search(text, max(0, found.start() - _BEFORE), found.start()):
        return None
    filled = grammar.fill.match(text, found.end())
    start = filled.end() if filled else found.end()
    fill = text[found.start() : start]
    if kind is ClauseKind.GTIN:
        return _barcodes(text, start=start, label=found.start())
    quoted = _TO_QUOTE.match(text, start) if text[max(0, found.start() - 1)] == '"' else None
    if quoted and kind in (ClauseKind.MODEL, ClauseKind.IDENTIFIER) and has_digit(quoted[1]):
        return Mention(
            kind=kind, scheme=scheme, start=found.start(), end=quoted.end(1), values=(quoted[1],),
            confidence=0.9,
        )  # fmt: skip
    joins = grammar.between.search(fill) is not None
    named = kind is ClauseKind.MODEL and _STRONG_LABEL.search(text, found.start(), start) is not None
    named = named or (scheme == "sku" and _PARTED.match(text, start) is not None)
    codes = list_at(text, start=start, joins_ranges=joins, capitals=named)
    if not codes.items and (gloss := _GLOSS.match(text, start)):
        more = grammar.fill.match(text, gloss.end())
        fill += gloss[0] + (more[0] if more else "")
        codes = list_at(text, start=more.end() if more else gloss.end(), joins_ranges=joins)
    if not codes.items and (later := _IS.match(text, found.end())):
        codes = _plain(list_at(text, start=later.end()))
    begins = grammar.begins.search(fill)
    if not codes.items and begins and (letters := _LETTERS.match(text, start)):
        codes = CodeList(items=(Item(first=letters[1]),), end=letters.end())
    if not codes.items and text[start : start + 1] == "(":
        codes = _bracketed(text, start=start + 1, joins=joins)
    if not codes.items:
        return None
    if text[codes.end - 1] == '"' and text.count('"', found.start(), codes.end) % 2:
        codes = CodeList(items=codes.items, end=codes.end - 1)
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    prefix = bool(begins or _FIRST_SIGNS.search(before))
    if kind is ClauseKind.SERIAL and format_in(before):
        kind = ClauseKind.DATE_CODE
    mention = _mention(text, codes=codes, kind=kind, scheme=scheme, start=found.start(), prefix=prefix)
    return _open_ended(text, mention) if mention and kind in _COUNTED else mention


def _open_ended(text: str, mention: Mention) -> Mention:
    """The statement, with a doubt where words behind it leave its end open: `date codes 2308 or later`."""
    opened = _OPEN.match(text, mention.end)
    if opened is None:
        return mention
    shown = text[mention.end : opened.end()].strip()
    doubt = f"'{mention.values[-1]} {shown}' does not say where the range ends: ask for it"
    return replace(mention, end=opened.end(), confidence=0.4, doubts=(*mention.doubts, doubt))


def _plain(codes: CodeList) -> CodeList:
    """The list, if it begins with what is a code without a label too."""
    known = bool(codes.items) and codes.items[0].last is None and KNOWN.fullmatch(codes.items[0].first)
    return codes if known else CodeList(items=(), end=codes.end)


def _bracketed(text: str, *, start: int, joins: bool) -> CodeList:
    """The codes that fill brackets behind their label: `a lot code (022031 or 032031)`."""
    codes = list_at(text, start=start, joins_ranges=joins)
    return codes if text[codes.end : codes.end + 1] == ")" else CodeList(items=(), end=start)


def _mention(
    text: str, *, codes: CodeList, kind: ClauseKind, scheme: str, start: int, prefix: bool
) -> Mention | None:
    if kind is ClauseKind.LOT:
        return lots_mention(codes, start=start)
    if kind is ClauseKind.SERIAL:
        return ranges_mention(kind, codes, start=start, prefix=prefix)
    if kind is ClauseKind.DATE_CODE:
        mention = ranges_mention(kind, codes, start=start, prefix=prefix)
        return told_by_format(text, mention)
    ranged = (item.first if item.last is None else f"{item.first} - {item.last}" for item in codes.items)
    values = tuple(dict.fromkeys(ranged))
    if kind is ClauseKind.MODEL:
        values = tuple(value for value in values if len(value) > (2 if value.isdigit() else 1))
        if all(_YEAR.fullmatch(value) for value in values):
            return None
        values = tuple(f"{value.rstrip('*')}*" for value in values) if prefix else values
    doubts = ("the codes are only the beginnings of those that are meant",) if prefix else ()
    return Mention(
        kind=kind, scheme=scheme, start=start, end=codes.end, values=values, doubts=doubts,
        confidence=0.6 if prefix else 0.9 if any(map(has_digit, values)) else 0.7,
    )  # fmt: skip


def _barcodes(text: str, *, start: int, label: int) -> Mention | None:
    """The list of trade items behind their label."""
    values: list[str] = []
    doubts: list[str] = []
    place, end = start, start
    for _ in range(_MOST_BARCODES):
        gloss = _GLOSS.match(text, place)
        one = barcode_at(text, start=gloss.end() if gloss else place, ends=lambda _: False)
        if one is None or sum(sign.isdigit() for sign in text[one.start : one.end]) < 8:
            break
        end = one.end
        values += one.values if one.kind is ClauseKind.GTIN else ()
        doubts += one.doubts
        following = _BARCODES_NEXT.match(text, end)
        if following is None:
            break
        place = following.end()
    if end == start:
        return None
    return Mention(
        kind=ClauseKind.GTIN, start=label, end=end, values=tuple(dict.fromkeys(values)), doubts=tuple(doubts),
        confidence=0.9 if values else 0.4,
    )  # fmt: skip


def models_before(text: str) -> Iterator[Mention]:
    """`the AB-10 and AB-20 models`: codes in front of their label."""
    for found in _MODEL_BEFORE.finditer(text):
        values = tuple(filter(None, (found["code"], found["more"])))
        yield Mention(
            kind=ClauseKind.MODEL, start=found.start(), end=found.end(), values=values, confidence=0.8
        )


def years_in(text: str, *, grammar: Grammar) -> Iterator[Mention]:
    """Model years, each by itself: `model years 2022-2024`."""
    for found in grammar.years.finditer(text):
        years: list[str] = []
        place = found.end()
        while len(years) < _MOST_YEARS and (year := _YEARS.match(text, place)):
            years += _spelled(year["first"], year["last"])
            place = year.end()
        if years:
            values = tuple(dict.fromkeys(years))
            yield Mention(kind=ClauseKind.YEAR, start=found.start(), end=place, values=values)
    for found in _YEAR_BEFORE.finditer(text):
        yield Mention(kind=ClauseKind.YEAR, start=found.start(), end=found.end(), values=(found["first"],))


def _spelled(first: str, last: str | None) -> list[str]:
    years = range(int(first), int(last or first) + 1)
    return [str(year) for year in years] if len(years) <= _MOST_YEARS else [first, last or first]
