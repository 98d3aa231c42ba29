"""Tracking codes: what a notification prints on affected units, as lots, serials and days; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from connectors.gs1.message import text_of
from connectors.gs1.names import TRACKING, Key, Tag
from recall.domain.notice import ClauseKind, Window
from recall.reading.dates import Order, labelled_date_at
from recall.reading.lists import range_doubt
from recall.reading.text import folded

MOST = 5_000
"""Codes of one trade item."""
_EARLIER = {Key.BEST_BEFORE: "Best before", Key.SELL_BY: "Sell by", Key.PURCHASE_BY: "Buy by"}
"""Days that are none of expiry: goods expire on that day or later, never before it."""
_DAYS = {Key.EXPIRY: "Expiry"} | _EARLIER


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """The codes of one trade item, and each as a statement: kind, heading and words."""

    lots: tuple[str, ...] = ()
    lot_ranges: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    date_codes: tuple[str, ...] = ()
    expires: tuple[Window, ...] = ()
    statements: tuple[tuple[ClauseKind | None, str, str], ...] = ()
    doubts: tuple[str, ...] = ()


def tracked(item: Element) -> Tracked:
    """The codes below a trade item, in their order. Never raises for what they are."""
    lots, serials, date_codes, expires = list[str](), list[str](), list[str](), list[Window]()
    statements, doubts = list[tuple[ClauseKind | None, str, str]](), list[str]()
    for place, (key, code) in enumerate(_pairs(item)):
        if place == MOST:
            doubts.append(f"only the first {MOST:,} codes of a trade item are read")
            break
        if key in _DAYS:
            kind = Key(key)
            window = _window(code)
            expires += [_expiry_of(window, kind=kind)] if window else []
            doubts += _day_doubts(code, kind=kind, read=window is not None)
            statements.append((ClauseKind.EXPIRES if window else None, _DAYS[kind], code))
        elif key == Key.LOT:
            lots.append(code)
            statements.append((ClauseKind.LOT, "Lot", code))
        elif key == Key.SERIAL:
            serials.append(code)
            statements.append((ClauseKind.SERIAL, "Serial number", code))
        elif key in (Key.CLOSED, Key.HARVEST):
            date_codes.append(code)
            statements.append((ClauseKind.DATE_CODE, "Date code", code))
        else:
            doubts.append(
                f"'{code[:60]}' is a code of the type {key[:40] or 'none'}: it limits nothing, read it"
            )
            statements.append((None, "Code", code))
    doubts += (doubt for code in (*lots, *serials) if (doubt := _doubt(code)))
    if expires and lots:
        doubts.append("lots and days of expiry are told: both must hold, or either? They are read as both")
    return Tracked(
        lots=_once(code for code in lots if not _is_range(code)), lot_ranges=_once(filter(_is_range, lots)),
        serials=_once(serials), date_codes=_once(date_codes), expires=tuple(dict.fromkeys(expires)),
        statements=tuple(statements), doubts=tuple(dict.fromkeys(doubts)),
    )  # fmt: skip


def _pairs(item: Element) -> Iterator[tuple[str, str]]:
    """Each code with its type, empty where none stands beside it, under whatever name of its family the code
    has."""
    for group in item.iter():
        keys = [text_of(one) for one in group if one.tag == Tag.TRACKING_CODE]
        values = (text_of(one) for one in group if one.tag.startswith(TRACKING))
        codes = [text for text in values if text and text not in keys]
        yield from ((keys[0] if keys else "", code) for code in codes)


def _window(code: str) -> Window | None:
    first, _, last = code.partition(" - ")
    one, two = (labelled_date_at(folded(day), start=0, order=Order.UNKNOWN) for day in (first, last or first))
    begin, end = one.first if one else None, two.last if two else None
    return Window(first=begin, last=end) if begin and end and begin <= end else None


def _expiry_of(window: Window, *, kind: Key) -> Window:
    """When goods expire that bear such days: on those of expiry, else on the first of them or later."""
    return window if kind not in _EARLIER else Window(first=window.first, last=None)


def _day_doubts(code: str, *, kind: Key, read: bool) -> list[str]:
    name = _DAYS[kind].lower()
    if not read:
        return [f"'{code[:40]}' is no day of the kind '{name}' that can be read"]
    if kind not in _EARLIER:
        return []
    return [f"'{name} {code[:40]}' is no day of expiry: whatever expires on it or later is in; name its lots"]


def _is_range(code: str) -> bool:
    first, dash, last = code.partition(" - ")
    return bool(dash) and range_doubt(first=folded(first), last=folded(last)) is None


def _doubt(code: str) -> str | None:
    """Why a code that looks like a range is none: it is kept as it is written."""
    first, dash, last = code.partition(" - ")
    return range_doubt(first=folded(first), last=folded(last)) if dash else None


def _once(codes: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
