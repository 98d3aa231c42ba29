"""The protocol's documents as ours: pure, and a row that cannot be read is refused alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from recall.domain.match import OrderLine
from recall.errors import GiveUp, OrderRefused
from recall.ports import (
    Capabilities,
    ContactMode,
    LinePage,
    Listing,
    OrderFilter,
    Rows,
    StopSale,
    StopSaleLevel,
    TraceLevel,
)

TEXT_LIMIT = 200
"""Characters that a code or a reference may have."""
UNITS_LIMIT = 1_000_000
PAGE = 500
"""Order lines that are asked for at a time."""
CLASSES = frozenset("ABCDE")
SELLING = frozenset({"on_sale", "onsale", "active", "available", "for_sale", "listed", "live"})
"""States of an offer that buyers can still buy: an answer with one of them behind a stop is no stop."""
_RELAYS = {"relay": ContactMode.RELAY_TEXT} | {mode.value: mode for mode in ContactMode}


def page_of(document: Mapping[str, Any], *, platform_id: str, gtin: str, digest: str) -> LinePage:
    """A page of order lines.

    `refused` says for each unreadable row where and why; `strange` names the readable lines of another
    trade item than the asked one, which are kept (servers ignore filters silently).
    Raises GiveUp where the page itself has no rows, total or cursor that can be read.
    """
    lines, refused, strange = [], [], []
    for number, row in enumerate(_list(document, "lines")):
        where = f"/lines/{number}"
        try:
            line = line_of(row, platform_id=platform_id, where=where)
        except OrderRefused as error:
            refused.append(str(error))
            continue
        lines.append(line)
        if line.gtin != gtin:
            strange.append(f"Line {line.line_ref} is of {line.gtin}, not of {gtin} (at {where})")
    window = document.get("window")
    window = window if isinstance(window, Mapping) else {}
    return LinePage(
        lines=tuple(lines),
        next=_cursor(document),
        total=_total(document),
        first=_span_end(window, "from"),
        last=_span_end(window, "to"),
        refused=tuple(refused),
        strange=tuple(strange),
        digest=digest,
    )


def line_of(row: object, *, platform_id: str, where: str = "") -> OrderLine:
    """One order line, zeros and case of its codes as they came. Raises OrderRefused with a JSON pointer."""
    if not isinstance(row, Mapping):
        raise OrderRefused.of(row, expected="a JSON object", got=type(row).__name__, where=where)
    return OrderLine(
        platform_id=platform_id,
        line_ref=_text(row, "line", where=where),
        listing_ref=_maybe(row, "listing", where=where) or "",
        seller_ref=_maybe(row, "seller", where=where) or "",
        gtin=gtin_of(row, where=where),
        lot=_maybe(row, "lot", where=where),
        serial=_maybe(row, "serial", where=where),
        units=_units(row, where=where),
        sold_at=_time(_text(row, "sold_at", where=where), where=f"{where}/sold_at"),
        shipped_at=_maybe_time(row, "shipped_at", where=where),
        ship_from=_maybe(row, "ship_from", where=where),
        region=_maybe(row, "region", where=where),
        digest=row_digest(row),
    )


def row_digest(row: Mapping[str, Any]) -> str:
    """sha256 of the row's canonical JSON: sorted names, no spaces."""
    return sha256(json.dumps(row, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def gtin_of(row: Mapping[str, Any], *, where: str) -> str:
    """The trade item as GTIN-14; shorter forms are filled with zeros."""
    text = _text(row, "gtin", where=where)
    if not (text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14)):
        raise OrderRefused.of(
            text,
            expected="a GTIN of 8, 12, 13 or 14 digits",
            got=f"{len(text)} characters",
            where=f"{where}/gtin",
        )
    return text.zfill(14)


def listings_of(document: Mapping[str, Any]) -> tuple[Listing, ...]:
    """The offers of a trade item. Raises OrderRefused: an offer that cannot be read cannot be stopped."""
    return tuple(
        _listing(row, where=f"/listings/{number}") for number, row in enumerate(_list(document, "listings"))
    )


def _listing(row: object, *, where: str) -> Listing:
    if not isinstance(row, Mapping) or not isinstance(row.get("on_sale"), bool):
        raise OrderRefused.of(
            row, expected="a listing with ref, gtin, on_sale", got="another form", where=where
        )
    return Listing(
        ref=_text(row, "ref", where=where),
        gtin=gtin_of(row, where=where),
        seller_ref=_maybe(row, "seller", where=where) or "",
        title=str(row.get("title") or "")[:500],
        on_sale=row["on_sale"],
    )


def stop_of(document: Mapping[str, Any], *, listing_ref: str) -> StopSale:
    """The state of a listing before and after the stop. Raises GiveUp when it speaks of another listing."""
    if document.get("ref") != listing_ref:
        raise GiveUp(
            "The stop was confirmed for another listing", expected=listing_ref, got=str(document.get("ref"))
        )
    after = _text(document, "after", where="")
    return StopSale(
        listing_ref=listing_ref,
        before=_text(document, "before", where=""),
        after=after,
        at=_time(_text(document, "at", where=""), where="/at"),
        stopped=after.strip().lower().replace(" ", "_") not in SELLING,
    )


def shop_of(document: Mapping[str, Any]) -> str | None:
    """The path of an offer as buyers see it, with `{ref}` in it, as the well-known document names it."""
    shop = document.get("shop")
    fits = isinstance(shop, str) and shop.startswith("/") and not shop.startswith("//") and "{ref}" in shop
    return str(shop) if fits else None


def rows_of(document: Mapping[str, Any], *, name: str, after: str) -> Rows:
    """Raw rows and the place to go on from: the same place when there was nothing new."""
    rows = _list(document, name)
    for row in rows:
        if not isinstance(row, Mapping):
            raise GiveUp(f"A row of {name} is no object", expected="an object", got=type(row).__name__)
    following = document.get("next")
    return Rows(rows=tuple(rows), next=str(following) if following is not None else after)


def capabilities_of(document: Mapping[str, Any]) -> Capabilities:
    """What a participant's well-known document states; what it does not state, it cannot do."""
    stated = document.get("capabilities")
    stated = stated if isinstance(stated, Mapping) else {}
    days, level = stated.get("history_days"), str(stated.get("trace_level"))
    classes = CLASSES & set(_texts(document.get("classes")))
    modes = dict.fromkeys(_RELAYS[name] for name in _texts(stated.get("contact_modes")) if name in _RELAYS)
    return Capabilities(
        classes=tuple(sorted(classes)),
        order_filter=OrderFilter.GTIN,
        tells_gtin=True,
        trace_level=TraceLevel(level) if level in set(TraceLevel) else TraceLevel.PRODUCT,
        stop_sale_level=StopSaleLevel.LISTING if "B" in classes else StopSaleLevel.NONE,
        contact_modes=tuple(modes),
        history_days=days if isinstance(days, int) and not isinstance(days, bool) else None,
        exact_total=stated.get("exact_total") is True,
        immutable_sort_key=stated.get("immutable_sort_key") is True,
        page=PAGE,
    )


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    rows = document.get(name)
    if not isinstance(rows, list):
        raise GiveUp(f"The answer has no list {name!r}", expected="a list", got=type(rows).__name__)
    return rows


def _cursor(document: Mapping[str, Any]) -> str | None:
    cursor = document.get("next")
    if cursor is not None and not isinstance(cursor, str | int):
        raise GiveUp("The cursor cannot be read", expected="a text or null", got=type(cursor).__name__)
    return None if cursor is None else str(cursor)


def _total(document: Mapping[str, Any]) -> int:
    total = document.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise GiveUp("The total cannot be read", expected="a whole number from 0", got=repr(total)[:40])
    return total


def _span_end(window: Mapping[str, Any], name: str) -> datetime | None:
    """An end of the history's window; one that cannot be read is not known."""
    try:
        return _maybe_time(window, name, where="/window")
    except OrderRefused:
        return None


def _text(row: Mapping[str, Any], name: str, *, where: str) -> str:
    value = _maybe(row, name, where=where)
    if value is None:
        raise OrderRefused.of(row.get(name), expected="a text", got="nothing", where=f"{where}/{name}")
    return value


def _maybe(row: Mapping[str, Any], name: str, *, where: str) -> str | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise OrderRefused.of(
            value, expected=f"a text of at most {TEXT_LIMIT} characters",
            got=f"{type(value).__name__} of {len(str(value))}", where=f"{where}/{name}",
        )  # fmt: skip
    return value


def _units(row: Mapping[str, Any], *, where: str) -> int:
    value = row.get("units")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= UNITS_LIMIT:
        raise OrderRefused.of(
            value,
            expected=f"a whole number from 1 to {UNITS_LIMIT:,}",
            got=repr(value)[:40],
            where=f"{where}/units",
        )
    return value


def _maybe_time(row: Mapping[str, Any], name: str, *, where: str) -> datetime | None:
    value = _maybe(row, name, where=where)
    return None if value is None else _time(value, where=f"{where}/{name}")


def _time(value: str, *, where: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise OrderRefused.of(
            value,
            expected="a time with its offset, as 2025-06-17T09:00:00+08:00",
            got="another form",
            where=where,
        )
    return time
