"""English notices: the prose of recall announcements, and lines with a heading such as `Units:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.reading.dates import Order
from recall.reading.lists import CodeList, read_codes
from recall.reading.mentions import Mention, Sentences, lots_mention, ranges_mention
from recall.reading.quantities import english_quantities, english_quantity_at, stated_units
from recall.reading.trade_items import trade_item
from recall.reading.values import ClauseKind
from recall.reading.windows import windows_in

_FILL = (
    r"(?P<fill>(?:[ \t]*(?:(?:is|are|was|were|the|following|of|in|within|between|from|ranges?|ranging|with"
    r"|includes?|including|included|that|which|either|both|begin|begins|beginning|starts?|starting|by|letters?|digits?"
    r"|numbers?|codes?|prefix|prefixes|a|an)(?![\w-])|[:#\",]))*)[ \t]*"
)
_NUMBER = r"(?:[ ]?(?:numbers?|nos?\.?|codes?|#))?"
_MODEL = re.compile(rf"\bmodels?(?:[ ]names?)?(?:[ ]?/[ ]?)?{_NUMBER}{_FILL}", re.IGNORECASE)
_LOT = re.compile(rf"\b(?:lot|batch)(?:es|s)?{_NUMBER}(?:[ ]\([A-Z]+\))?{_FILL}", re.IGNORECASE)
_SERIAL = re.compile(rf"\bserial{_NUMBER}{_FILL}", re.IGNORECASE)
_DATE_CODE = re.compile(rf"\bdate codes?{_FILL}", re.IGNORECASE)
_BAR_CODE = re.compile(rf"\b(?:UPC|EAN|GTIN)s?{_NUMBER}{_FILL}", re.IGNORECASE)
_DIGITS = re.compile(r"\"?(\d(?:[ -]?\d){6,14})(?![0-9A-Za-z])\"?")
_DIGITS_NEXT = re.compile(r"[ \t]*(?:[,;]|\band\b|\bor\b)(?:[ \t]*(?:and|or)\b)?[ \t]*", re.IGNORECASE)
_BEGINS = re.compile(r"\b(?:begin|start|prefix)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_WHEN = re.compile(
    r"(?P<made>\b(?:manufactured|produced|made|production dates?|manufactur(?:e|ing) dates?"
    r"|date of manufacture)\b)"
    r"|(?P<sold>\b(?:sold|purchased|on sale|available)\b)",
    re.IGNORECASE,
)
_CONTEXT = 400
_LINE = re.compile(
    r"^(?P<head>Product|Units|Sold at|Sold by|Hazard|Remedy)[ \t]*:[ \t]*(?P<rest>[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:in total|for a total of|a total of|altogether|together)[,]?[ ](?:about )?", re.IGNORECASE
)
_EXCLUDED = re.compile(
    r"\bnot (?:included in|affected by|part of|subject to|involved in|being recalled)"
    r"|\bdoes not (?:include|involve|affect)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\ball (?:lots?|batches|codes|models|units|serial numbers|date codes|sizes)\b", re.IGNORECASE
)
_HAZARD = re.compile(
    r"\bpos(?:es|ing) (?:a|an|the|serious)\b|\brisk of\b|\bcan (?:overheat|ignite|break|detach)\b",
    re.IGNORECASE,
)
_REMEDY = re.compile(
    r"\bfree (?:replacement|repair|of charge)|\b(?:full )?refund\b|\breplace(?:d|ment)?\b|\bstop using\b",
    re.IGNORECASE,
)


def english_mentions(text: str, *, order: Order) -> list[Mention]:
    """Every statement of scope, hazard and remedy in the folded text, in its order."""
    sentences = Sentences(text)
    found = [*_codes(text), *_bar_codes(text), *_windows(text, order=order), *_units(text), *_lines(text)]
    excluded = {sentences.number(hit.start()) for hit in _EXCLUDED.finditer(text)}
    kept = [mention for mention in found if sentences.number(mention.start) not in excluded]
    kept += _exclusions(text, sentences=sentences, numbers=excluded)
    kept += _prose(text, sentences=sentences, known={mention.kind for mention in kept})
    return sorted(kept, key=lambda mention: (mention.start, mention.end))


def _codes(text: str) -> Iterator[Mention]:
    for found, codes in _labelled(text, _MODEL):
        models = tuple(dict.fromkeys(
            item.first for item in codes.items if len(item.first) > 1 and not _YEAR.fullmatch(item.first)
        ))  # fmt: skip
        if models:
            yield Mention(kind=ClauseKind.MODEL, start=found.start(), end=codes.end, values=models)
    for found, codes in _labelled(text, _LOT):
        yield lots_mention(codes, start=found.start())
    for kind, label in ((ClauseKind.SERIAL, _SERIAL), (ClauseKind.DATE_CODE, _DATE_CODE)):
        for found, codes in _labelled(text, label):
            prefix = bool(_BEGINS.search(found["fill"]))
            yield ranges_mention(kind, codes, start=found.start(), prefix=prefix)


def _labelled(text: str, label: re.Pattern[str]) -> Iterator[tuple[re.Match[str], CodeList]]:
    for found in label.finditer(text):
        codes = read_codes(
            text, start=found.end(), joins_ranges=bool(re.search("between", found["fill"], re.I))
        )
        if codes.items:
            yield found, codes


def _bar_codes(text: str) -> Iterator[Mention]:
    for found in _BAR_CODE.finditer(text):
        place, items = found.end(), []
        while digits := _DIGITS.match(text, place):
            end = digits.end()
            items.append(trade_item(digits[1]))
            between = _DIGITS_NEXT.match(text, end)
            place = between.end() if between else len(text)
        if items:
            yield Mention(
                kind=ClauseKind.GTIN, start=found.start(), end=end,
                values=tuple(item.gtin for item in items if item.gtin),
                doubts=tuple(item.note for item in items if item.note),
            )  # fmt: skip


def _windows(text: str, *, order: Order) -> Iterator[Mention]:
    done = 0
    for group in windows_in(text, order=order):
        reach = max(done, group.start - _CONTEXT)
        opening = max(
            reach, text.rfind("\n", reach, group.start) + 1, text.rfind(". ", reach, group.start) + 1
        )
        labels = list(_WHEN.finditer(text, opening, group.start))
        done = group.end
        if labels:
            label = labels[-1]
            near = group.start - label.end() < 30
            yield Mention(
                kind=ClauseKind.MADE if label["made"] else ClauseKind.SOLD,
                start=label.start() if near else group.start, end=group.end, windows=group.windows,
                doubts=group.doubts, confidence=0.5 if group.doubts else 0.9,
            )  # fmt: skip


def _units(text: str) -> Iterator[Mention]:
    totals = set()
    for found in _TOTAL.finditer(text):
        if quantity := english_quantity_at(text, start=found.end()):
            totals.add(quantity.start)
            yield Mention(kind=ClauseKind.TOTAL, start=found.start(), end=quantity.end, number=quantity.value)
    lines = [hit.span() for hit in _LINE.finditer(text)]
    for quantity in english_quantities(text):
        listed = any(start <= quantity.start < end for start, end in lines)
        if not listed and not any(quantity.start <= total < quantity.end for total in totals):
            yield Mention(
                kind=ClauseKind.QUANTITY, start=quantity.start, end=quantity.end, number=quantity.value,
                confidence=0.9 if quantity.exact else 0.8,
            )  # fmt: skip


def _lines(text: str) -> Iterator[Mention]:
    """The lines with a heading: the heading says what the line is."""
    for found in _LINE.finditer(text):
        rest, head = found["rest"].rstrip(), found["head"].lower()
        start, end = found.start("rest"), found.start("rest") + len(rest)
        if not rest:
            continue
        if head == "units":
            number, doubts = stated_units(rest)
            yield Mention(kind=ClauseKind.TOTAL, start=start, end=end, number=number, doubts=doubts)
        elif head.startswith("sold"):
            yield _seller(text, start=start, end=end)
        else:
            kind = {"product": ClauseKind.PRODUCT, "hazard": ClauseKind.HAZARD}.get(head, ClauseKind.REMEDY)
            yield Mention(kind=kind, start=start, end=end, values=(rest,), confidence=0.95)


def _seller(text: str, *, start: int, end: int) -> Mention:
    """Who sold it: the line up to its window of time or its price."""
    group = next(iter(windows_in(text[start:end], order=Order.MONTH_FIRST)), None)
    price = text.find(" for ", start, end)
    stop = min(start + group.start if group else end, price if price >= 0 else end)
    seller = text[start:stop].rstrip(" ,")
    stop = start + len(seller) if seller else end
    return Mention(kind=ClauseKind.SELLER, start=start, end=stop, values=(text[start:stop],), confidence=0.85)


def _exclusions(text: str, *, sentences: Sentences, numbers: set[int]) -> Iterator[Mention]:
    for number in sorted(numbers):
        start, end = sentences.span(sentences.starts[number])
        yield Mention(
            kind=ClauseKind.EXCLUSION, start=start, end=end, confidence=0.5,
            doubts=(f"'{text[start:end][:80]}' excludes something: a person must say what",),
        )  # fmt: skip


def _prose(text: str, *, sentences: Sentences, known: set[ClauseKind]) -> Iterator[Mention]:
    """Words for `all`; hazard and remedy as whole sentences where no line states them."""
    for found in _EVERY.finditer(text):
        yield Mention(kind=ClauseKind.ALL, start=found.start(), end=found.end(), confidence=0.6)
    for kind, wanted in ((ClauseKind.HAZARD, _HAZARD), (ClauseKind.REMEDY, _REMEDY)):
        hit = None if kind in known else wanted.search(text)
        if hit:
            start, end = sentences.span(hit.start())
            yield Mention(kind=kind, start=start, end=end, values=(text[start:end],), confidence=0.7)
