"""The orders: what kinds share that read whole orders, and answer with the lines of a trade item; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from recall.domain.match import OrderLine
from recall.errors import OrderRefused

_LENGTHS = (8, 12, 13, 14)
_UNITS_LIMIT = 1_000_000


def gtin_of(code: object) -> str | None:
    """A field for a barcode as GTIN-14; None where it holds none.

    >>> gtin_of("4006381333931"), gtin_of("ABC-1"), gtin_of(None)
    ('04006381333931', None, None)
    """
    text = code.strip() if isinstance(code, str) else ""
    return text.zfill(14) if text.isascii() and text.isdigit() and len(text) in _LENGTHS else None


def forms_of(gtin: str) -> tuple[str, ...]:
    """Every length at which a trade item (GTIN-14) may stand in a field for a barcode.

    >>> forms_of("00012345678905")
    ('00012345678905', '0012345678905', '012345678905')
    """
    return tuple(gtin[14 - length :] for length in reversed(_LENGTHS) if not gtin[: 14 - length].strip("0"))


def row_digest(*parts: Any) -> str:
    """sha256 of the canonical JSON (sorted names, no spaces) of what makes up a line: evidence."""
    return sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def units_of(row: Mapping[str, Any], name: str, *, where: str) -> int:
    """A quantity from 1. Raises OrderRefused."""
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _UNITS_LIMIT:
        raise OrderRefused.of(
            value, expected=f"a whole number from 1 to {_UNITS_LIMIT:,}", got=repr(value)[:40],
            where=f"{where}/{name}",
        )  # fmt: skip
    return value


def time_of(row: Mapping[str, Any], name: str, *, where: str, utc: bool = False) -> datetime:
    """A time that says its offset, or (`utc`) one without it that is meant in UTC. Raises OrderRefused."""
    value = row.get(name)
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        time = None
    if time is not None and time.tzinfo is None and utc:
        time = time.replace(tzinfo=UTC)
    if time is None or time.tzinfo is None:
        raise OrderRefused.of(
            value, expected="a time with its offset", got="another form", where=f"{where}/{name}"
        )
    return time


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What whole orders hold of the asked trade item, in the fields of a LinePage."""

    lines: tuple[OrderLine, ...]
    strange: tuple[str, ...]
    refused: tuple[str, ...]


def picked(
    orders: Iterable[tuple[Sequence[OrderLine], Sequence[str]]], *, gtin: str | None, filtered: bool
) -> Picked:
    """The asked trade item's lines, with those of orders that a filter (`filtered`) should have held back.

    `orders` are of each the lines whose trade item is known, and why others cannot be read. What stands
    beside an asked line is no answer; an order without one shows that the filter was ignored: its lines are
    kept and named.
    """
    lines: list[OrderLine] = []
    strange: list[str] = []
    refused: list[str] = []
    for order, unread in orders:
        asked = [line for line in order if gtin is None or line.gtin == gtin]
        others = () if asked or unread or not filtered else order
        lines += (*asked, *others)
        strange += (f"Line {line.line_ref} is of {line.gtin}, not of {gtin}" for line in others)
        refused += unread
    return Picked(lines=tuple(lines), strange=tuple(strange), refused=tuple(refused))
