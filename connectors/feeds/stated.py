"""A day as a field of a record states it; one that no recall can have is a doubt and no day; pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from recall.reading.dates import Order, day_of

_TICKS = re.compile(r"/Date\((-?\d{1,14})(?:([+-])(\d{2})(\d{2}))?\)/")
_EARLIEST, _LATEST = 1949, 2100
"""Years: no recall is older than the goods that are recalled."""


def stated_day(
    written: str, *, name: str, order: Order = Order.UNKNOWN
) -> tuple[date | None, tuple[str, ...]]:
    """The day of the field `name`, and the doubt where something stands there that is none.

    Reads `20180131`, ISO with or without a time, `December 07, 2023`, `/Date(1476417600000-0400)/`, and days
    in figures in the given order; in an unknown one only those that can be read in one way.

    >>> stated_day("19301211", name="report date")
    (None, ("report date '19301211' is no day of a recall",))
    """
    text = written.strip()
    if not text:
        return None, ()
    day = _ticked(text) if text.startswith("/") else day_of(text, order=order)
    if day is None and text[:8].isdigit() and len(text) == 8:
        return None, (f"{name} '{text}' is no day of a recall",)
    if day is None:
        return None, (f"{name} '{text[:40]}' cannot be told: write it as 2026-01-31",)
    if not _EARLIEST <= day.year <= _LATEST:
        return None, (f"{name} '{text[:40]}' is no day of a recall",)
    return day, ()


def _ticked(text: str) -> date | None:
    """Milliseconds since 1970 and the zone whose day it is."""
    found = _TICKS.fullmatch(text)
    if found is None:
        return None
    sign = -1 if found[2] == "-" else 1
    zone = timezone(sign * timedelta(hours=int(found[3] or 0) % 24, minutes=int(found[4] or 0) % 60))
    try:
        return (
            (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))).astimezone(zone).date()
        )
    except OverflowError:
        return None
