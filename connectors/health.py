"""The health: questions with answers known beforehand, which every kind asks of a partner's system."""

from __future__ import annotations

from datetime import datetime

from connectors.answers import Answer
from recall.ports import Health, LineQuery, Platform, Probe

ABSENT = "09520000000004"
"""A trade item of GS1's range for examples, which nobody sells."""
MOST_SKEW = 300.0
"""Seconds by which a partner's clock may be off: signatures of most vendors allow no more."""


def health(answer: Answer, *, now: datetime, probes: tuple[Probe, ...] = ()) -> Health:
    """What an answer to a call with our credentials shows, beside what else was asked."""
    known = Probe(name="credentials", ok=True, expected="an answer", got=f"{answer.status}")
    skew = (answer.date - now).total_seconds() if answer.date else None
    clock = Probe(
        name="clock", ok=skew is None or abs(skew) <= MOST_SKEW, expected=f"within {MOST_SKEW:.0f} s of ours",
        got="not said" if skew is None else f"{skew:+.0f} s",
    )  # fmt: skip
    return Health(probes=(known, clock, *probes), skew=skew)


async def filter_probe(platform: Platform) -> Probe:
    """Whether the order lines of an item that nobody sells are none: an ignored filter gives everything."""
    page = await platform.order_lines(query=LineQuery(gtin=ABSENT), cursor=None)
    return filter_answered(len(page.lines) + len(page.refused), asked=ABSENT, total=page.total)


def filter_answered(rows: int, *, asked: str, total: int | None = None) -> Probe:
    """The probe of a filter by what an impossible value gave: rows, and the server's own count of them."""
    return Probe(
        name="filter",
        ok=not rows and not total,
        expected=f"nothing for {asked!r}",
        got=f"{max(rows, total or 0)} rows",
    )
