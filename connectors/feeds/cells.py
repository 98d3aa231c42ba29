"""A field of lots as records hold it: `Canadian lots: 3213779, 3213780`, `Lot # F2 Expiry: 2029/04/19`; pure.

What can be read in more than one way is a doubt for a person: nothing is guessed, and no word becomes a lot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connectors.feeds.days import window_at
from recall.reading.dates import Order
from recall.reading.lists import expand, has_digit, range_doubt
from recall.reading.text import folded, squeezed
from recall.reading.window import Window

MOST = 5_000
"""The most lots of one field."""

_NOTHING = frozenset(
    {
        "-", "--", "---", "/", ".", "*", "?", "x", "n/a", "na", "n.a", "nc", "n.c", "none", "nil",
        "null", "no", "unknown", "unspecified", "undefined", "empty", "sans", "lot", "gtin", "aucun",
        "aucune", "inconnu", "inconnue", "néant", "unbekannt", "keine", "not applicable",
        "not available", "not specified", "not known", "not provided", "not stated", "not visible",
        "no batch number", "no lot number", "no lot", "no code", "no barcode", "non concerné",
        "non concernée", "non applicable", "non renseigné", "non communiqué", "non précisé",
        "sans objet", "sans lot", "pas de lot", "pas de numéro de lot",
    }
)  # fmt: skip
_LONGEST, _LONGEST_WORD = 60, 12
_LABEL = re.compile(
    r"(?:(?:[^\W\d_]+ ){0,2}?(?=[^:]{0,30}:))?"
    r"(?:n[°º]\.? ?|num[ée]ros? |codes? )?(?:de |du |des )?(?:lots?|batch(?:es)?|charges?|los)\b"
    r"(?: ?(?:and |et |ou |or |/ ?)(?:batch(?:es)?|lots?)\b)?"
    r"(?: ?(?:numbers?|nos?\b\.?|codes?|num[ée]ros?|n[°º]|\(s\)|s\b|#))*[ ]*[:#=]*[ ]*",
    re.IGNORECASE,
)
_EXPIRY = re.compile(
    r"\b(?:exp(?:iry|iration|ires?|\.)?(?: dates?)?|best[ -](?:before|by)(?: dates?)?|use[ -]by(?: dates?)?"
    r"|sell[ -]by(?: dates?)?|bbe?d?|dlc|ddm|dluo|date limite de consommation|date de durabilit[ée] minimale"
    r"|(?:à consommer )?(?:de préférence )?(?:avant|jusqu'au)(?: le)?)\b[ ]*[:.=]?[ ]*(?:du |from |on )?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:all|any|every|tous?|toutes?|alle|全部|所有)\b(?: (?:of )?(?:the|les|des))?", re.IGNORECASE
)
_TIGHT = re.compile(r"(\d{4,})-(\d{4,})")
_UNTIL = re.compile(r"[ ]*(?:to|through|until|au|à|-|–|~|至)[ ]*", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|entre|from|de|du|von)[ ](\S+)[ ](?:and|et|to|until|through|à|au|bis)[ ](\S+)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\S+)(?:[ ]+(?:-|–|to|through|thru|until|à|au|bis)[ ]+|[ ]*(?:至|~|…)[ ]*)(\S+)", re.I)
_SPLIT = re.compile(r"[,;|、，；]|\s(?:and|et|und|or|ou|&)\s")
_ENTRY = re.compile(r"[;\n|]")
_GLOSS = re.compile(r"[ ]*\(([^()]{0,80})\)[ ]*$")
_CODE = re.compile(r"[^\s\"'<>]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lots:
    """What a field says of lots: single ones, ranges `A - B`, days of expiry; `everything`: all lots."""

    lots: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    expires: tuple[Window, ...] = ()
    everything: bool = False
    doubts: tuple[str, ...] = ()

    def with_expiry(self, windows: tuple[Window, ...]) -> Lots:
        """The same lots, which expire in these windows too."""
        return replace(self, expires=tuple(dict.fromkeys(self.expires + windows)))


def says_nothing(text: str) -> bool:
    """Whether a field is filled with no more than `n/a`, `unknown`, `-` or the like."""
    plain = squeezed(text).lower().strip(" .\"'")
    return not plain or plain in _NOTHING


def lots_of(cell: str, *, order: Order) -> tuple[Lots, ...]:
    """The lots of a field; several where lots and days of expiry stand pair by pair. Never raises.

    >>> lots_of("Canadian lots: 3213779, 3213780", order=Order.UNKNOWN)[0].lots
    ('3213779', '3213780')
    """
    entries = [entry for entry in _ENTRY.split(cell) if entry.strip()]
    if not any(_EXPIRY.search(entry) for entry in entries):
        return (_entry(cell, order=order),)
    merged: dict[tuple[Window, ...], Lots] = {}
    for entry in entries:
        read = _entry(entry, order=order)
        known = merged.get(read.expires)
        merged[read.expires] = _joined(known, read) if known else read
    return tuple(merged.values())


def _joined(one: Lots, two: Lots) -> Lots:
    return Lots(
        lots=tuple(dict.fromkeys(one.lots + two.lots)), ranges=tuple(dict.fromkeys(one.ranges + two.ranges)),
        expires=one.expires, everything=one.everything or two.everything,
        doubts=tuple(dict.fromkeys(one.doubts + two.doubts)),
    )  # fmt: skip


def _entry(text: str, *, order: Order) -> Lots:
    rest, expires, doubts = _without_expiry(squeezed(text.replace("\n", "; ")), order=order)
    read = Lots(expires=expires, doubts=doubts)
    plain = _LABEL.sub("", rest, count=1) if _LABEL.match(rest) else rest
    if says_nothing(rest) or says_nothing(plain):
        return read
    if _ALL.match(plain):
        more = _LABEL.sub("", _ALL.sub("", plain, count=1).strip()).strip(" .")
        doubt = (f"'{plain[:80]}' says more than all: read it",) if more else ()
        return replace(read, everything=True, doubts=read.doubts + doubt)
    for token in _SPLIT.split(_BETWEEN.sub(r"\1 - \2", plain))[:MOST]:
        read = _joined(read, _token(token))
    return read


def _without_expiry(text: str, *, order: Order) -> tuple[str, tuple[Window, ...], tuple[str, ...]]:
    """The text without what it says of expiry, the windows of expiry, and what of it cannot be read."""
    windows, doubts, rest, place = list[Window](), list[str](), "", 0
    for found in _EXPIRY.finditer(text):
        if found.start() < place:
            continue
        first = window_at(text, start=found.end(), order=order)
        if first is None:
            if has_digit(text[found.end() : found.end() + 12]):
                doubts.append(
                    f"'{text[found.start() : found.end() + 24].strip()}' is no date that can be read"
                )
            continue
        window, end = first
        until = _UNTIL.match(text, end)
        second = window_at(text, start=until.end(), order=order) if until else None
        if second:
            window, end = Window(first=window.first, last=second[0].last), second[1]
        windows.append(window)
        rest += text[place : found.start()]
        place = end
    return (rest + text[place:]).strip(" -–,.;:"), tuple(windows), tuple(doubts)


def _token(text: str) -> Lots:
    """One entry of a list: a code, a range, or words that are a doubt."""
    token = _LABEL.sub("", text.strip(), count=1) if _LABEL.match(text.strip()) else text.strip()
    token = _GLOSS.sub("", token).strip(" .:\"'")
    if says_nothing(token):
        return Lots()
    between = _RANGE.fullmatch(token)
    if between and has_digit(between[1]) and has_digit(between[2]):
        first, last = between[1], between[2]
        doubt = range_doubt(first=folded(first), last=folded(last))
        return Lots(lots=(first, last), doubts=(doubt,)) if doubt else Lots(ranges=(f"{first} - {last}",))
    return _code(token)


def _code(token: str) -> Lots:
    """A code as it is written: words are none, and blanks or a dash within it are asked about."""
    word = not has_digit(token) and not (token.isupper() and len(token) <= _LONGEST_WORD)
    if word or len(token) > _LONGEST or (" " in token and not has_digit(token.split()[-1])):
        return Lots(doubts=(f"no lot can be read in '{token[:80]}'",))
    if not _CODE.fullmatch(token):
        return Lots(lots=(token,), doubts=(f"'{token}' has blanks: one lot, or several?",))
    tight = _TIGHT.fullmatch(token)
    if tight and range_doubt(first=tight[1], last=tight[2]) is None:
        return Lots(lots=(token,), doubts=(f"'{token}' is kept as one lot: or is it a range?",))
    codes, doubt = expand(token)
    return Lots(lots=codes, doubts=(doubt,) if doubt else ())
