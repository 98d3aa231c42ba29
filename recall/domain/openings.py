"""The openings: since when affected goods of a trace may stand at a place, and which nobody can place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from itertools import chain
from typing import Protocol

from recall.domain.trace import LotKey, Trace

Opening = tuple[datetime, LotKey]
"""Since when affected units of a lot may stand at a place."""


class Arrivals(Protocol):
    """What events tell of the goods that came to sites; whoever knows the events meets it."""

    def __contains__(self, site: object, /) -> bool:
        """Whether events tell what came to the site."""

    def look_up(self, places: Collection[tuple[str, str]]) -> None:
        """Learn at once what will be asked of (trade item, site) pairs one by one."""

    def untold_since(self, *, gtin: str, site: str) -> datetime | None:
        """When goods first came to such a site that may be of any lot of the trade item; None: never."""


ANYWHERE, ADRIFT = "", "~"
"""Two places that are no site: any of them, and the way to one that no event tells."""


def serials_of(trace: Trace, *, inspect: bool) -> dict[str, frozenset[str]]:
    """The serials of the affected items, by trade item: of those that need a look alone, or of the others."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in trace.items:
        if item.key is not None and item.inspect is inspect:
            found[item.key.gtin].add(item.key.serial)
    return {gtin: frozenset(serials) for gtin, serials in found.items()}


def openings_of(trace: Trace) -> dict[tuple[str, str], Opening]:
    """The earliest moment from which affected units of a trade item may stand at a site, by (gtin, site)."""
    found: dict[tuple[str, str], Opening] = {}
    arrivals = ((s.key, place, s.first_arrival) for s in trace.stocks for place in (s.site, ANYWHERE))
    lost = ((each.key, ADRIFT, each.since) for each in trace.at_large if each.since is not None)
    for key, place, at in chain(arrivals, lost):
        first = found.get((key.gtin, place))
        if first is None or at < first[0] or (at == first[0] and key < first[1]):
            found[key.gtin, place] = (at, key)
    return found


def untold_in(trace: Trace) -> frozenset[str]:
    """The trade items of affected lots of which no event tells where any unit came."""
    located = {stock.key for stock in trace.stocks}
    nowhere = {each.key.gtin for each in trace.at_large if each.since is None}
    return frozenset(nowhere | {lot.key.gtin for lot in trace.lots if lot.key not in located})
