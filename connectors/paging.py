"""The paging: how the next cursor follows from a page, for the ways in which vendors number them; pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from recall.errors import GiveUp


def by_offset(cursor: str | None, *, got: int, page: int, total: int | None) -> str | None:
    """The next offset; None behind the last row, by the total where it is known, else by a short page.

    >>> by_offset(None, got=100, page=100, total=250), by_offset("200", got=50, page=100, total=250)
    ('100', None)
    """
    read = whole_number(cursor, first=0) + got
    more = read < total if total is not None else got >= page
    return str(read) if more and got else None


def by_number(cursor: str | None, *, got: int, page: int, total: int | None) -> str | None:
    """The next page's number, the first being 1.

    >>> by_number(None, got=100, page=100, total=None), by_number("2", got=20, page=100, total=None)
    ('2', None)
    """
    number = whole_number(cursor, first=1)
    more = number * page < total if total is not None else got >= page
    return str(number + 1) if more and got else None


def whole_number(cursor: str | None, *, first: int) -> int:
    """A cursor that is a number; None is the first. Raises GiveUp."""
    if cursor is None:
        return first
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise GiveUp("The cursor cannot be read", value=cursor[:80], expected="a whole number")
    return int(cursor)


def place_in(parts: Sequence[str], cursor: str | None) -> tuple[int, str | None]:
    """Where a scan is that asks for one part (a product, a state) after the other: its number and its cursor.

    `parts` must be the same, in the same order, at every call. Raises GiveUp for a cursor of other parts.
    """
    if cursor is None:
        return 0, None
    try:
        part, inner = json.loads(cursor)
        return parts.index(part), None if inner is None else str(inner)
    except (ValueError, TypeError):
        raise GiveUp("The cursor is of another question", value=cursor[:80]) from None


def place_after(parts: Sequence[str], at: int, inner: str | None) -> str | None:
    """The cursor that goes on in the part at hand (`inner`), or at the next one; None behind the last.

    >>> place_after(["a", "b"], 0, "20"), place_after(["a", "b"], 0, None), place_after(["a", "b"], 1, None)
    ('["a", "20"]', '["b", null]', None)
    """
    if inner is not None:
        return json.dumps([parts[at], inner])
    return json.dumps([parts[at + 1], None]) if at + 1 < len(parts) else None
