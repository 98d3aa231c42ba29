"""The trace: from the lots that a scope names to every lot that holds them, and where the goods stand.

Two relations, never mixed: made-from carries a defect forward; a movement locates goods and infects nothing.
(A third, has-part with intervals, joins them in this room.)
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import NamedTuple

from recall.domain.link import Link
from recall.domain.scope import Scope

__all__ = [
    "AffectedItem", "AffectedLot", "Anomaly", "AtLarge", "Container", "ItemKey", "Link", "LotFact", "LotKey",
    "MadeFrom", "Movement", "Stock", "Trace", "lot_in_words", "trace",
]  # fmt: skip


class LotKey(NamedTuple):
    """A lot's whole identity: lots of two trade items may share a code."""

    gtin: str
    lot: str


class ItemKey(NamedTuple):
    """One item's whole identity."""

    gtin: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFact:
    """A lot as its maker commissioned it; `event` is the hash of what says so, `said_by` who gave it."""

    key: LotKey
    made_first: date | None
    made_last: date | None
    units: int
    event: str
    at: datetime
    said_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """Units of `product` were made from units of `source` (EPCIS TransformationEvent)."""

    source: LotKey
    product: LotKey
    event: str
    at: datetime
    said_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Units of a lot came to a site (positive) or left it (negative)."""

    site: str
    key: LotKey
    units: int
    event: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedLot:
    """A lot in the recall, the clause that brought it in, and the way from one to the other.

    `inspect`: only some of its units may be affected and no event tells which, so it makes lines possible and
    never certain.
    """

    key: LotKey
    clause: int
    units: int
    chain: tuple[Link, ...]
    inspect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What stood at a site of an affected lot: units received, and units sent on to other sites."""

    site: str
    key: LotKey
    received: int
    sent_on: int
    first_arrival: datetime

    @property
    def units(self) -> int:
        """Units that came and were not sent on to another site; order lines have yet to be taken off."""
        return max(0, self.received - self.sent_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedItem:
    """A single unit in the recall: named by its serial, holding an affected part, or made from one.

    `key` is None for what is no trade item (`code` names it then). `inspect`: it held an affected part once
    and holds it no longer, so it is possible and not certain.
    """

    code: str
    key: ItemKey | None
    lot: LotKey | None
    clause: int
    chain: tuple[Link, ...]
    inspect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLarge:
    """Units of an affected lot that no event shows standing anywhere.

    They were sent and never received since `since`, or (`since` None) nobody ever told where they came.
    """

    key: LotKey
    units: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container that holds units of an affected lot now, for those who must fetch them.

    `outer` is the outermost container around it (itself where it stands alone); `key.lot` is empty where no
    event tells the lot of an affected item inside.
    """

    code: str
    outer: str
    site: str | None
    key: LotKey
    units: int
    at: datetime
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """Events that contradict one another or miss one: told, and never a reason to drop what they say."""

    kind: str
    what: str
    event: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The answer: every affected lot and item with its evidence, and where affected goods came.

    `cut_offs` are sentences on what was not followed to its end; empty: nothing was cut.
    """

    lots: tuple[AffectedLot, ...]
    items: tuple[AffectedItem, ...] = ()
    stocks: tuple[Stock, ...] = ()
    at_large: tuple[AtLarge, ...] = ()
    containers: tuple[Container, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    cut_offs: tuple[str, ...] = ()


def trace(
    scope: Scope,
    *,
    lots: Sequence[LotFact],
    made_from: Iterable[MadeFrom],
    movements: Iterable[Movement],
) -> Trace:
    """Follow the scope forward through made-from, then find where the goods came to stand.

    Seeds are the lots that a clause names, whether events commissioned them or not; each lot is visited once,
    so loops of rework end.
    """
    facts = {fact.key: fact for fact in lots}
    onward: dict[LotKey, list[MadeFrom]] = defaultdict(list)
    for step in made_from:
        onward[step.source].append(step)
    found = _seeds(scope, lots)
    queue = deque(found)
    while queue:
        source = found[queue.popleft()]
        for step in onward[source.key]:
            if step.product not in found:
                found[step.product] = _made_of(source, step, facts.get(step.product))
                queue.append(step.product)
    return Trace(lots=tuple(found.values()), stocks=_stocks(frozenset(found), movements))


def _seeds(scope: Scope, lots: Sequence[LotFact]) -> dict[LotKey, AffectedLot]:
    seeds: dict[LotKey, AffectedLot] = {}
    for fact in lots:
        clause = scope.clause_of_lot(
            gtin=fact.key.gtin, lot=fact.key.lot, made_first=fact.made_first, made_last=fact.made_last
        )
        if clause is not None:
            named = Link(
                rule="named by the notice", start=clause.title, end=lot_in_words(fact.key), event=fact.event,
                at=fact.at, source=fact.said_by,
            )  # fmt: skip
            seeds[fact.key] = AffectedLot(
                key=fact.key, clause=clause.number, units=fact.units, chain=(named,)
            )
    told = {fact.key for fact in lots}
    return seeds | {lot.key: lot for lot in _named_untold(scope) if lot.key not in told}


def _named_untold(scope: Scope) -> Iterator[AffectedLot]:
    """The lots that clauses name by their codes, as they are where no event tells of their making."""
    for clause in reversed(scope.clauses):
        for gtin, lot in product(sorted(clause.gtins), sorted(clause.lots - clause.excluded_lots)):
            key = LotKey(gtin, lot)
            named = scope.named(clause, lot_in_words(key))
            yield AffectedLot(key=key, clause=clause.number, units=0, chain=(named,))


def _made_of(source: AffectedLot, step: MadeFrom, fact: LotFact | None) -> AffectedLot:
    made = Link(
        rule="made from", start=lot_in_words(source.key), end=lot_in_words(step.product), event=step.event,
        at=step.at, source=step.said_by,
    )  # fmt: skip
    units = fact.units if fact else 0
    return AffectedLot(key=step.product, clause=source.clause, units=units, chain=(*source.chain, made))


def _stocks(affected: frozenset[LotKey], movements: Iterable[Movement]) -> tuple[Stock, ...]:
    received: dict[tuple[str, LotKey], int] = defaultdict(int)
    sent: dict[tuple[str, LotKey], int] = defaultdict(int)
    first: dict[tuple[str, LotKey], datetime] = {}
    for move in movements:
        if move.key not in affected:
            continue
        place = (move.site, move.key)
        if move.units >= 0:
            received[place] += move.units
            first[place] = min(first.get(place, move.at), move.at)
        else:
            sent[place] -= move.units
    return tuple(
        Stock(site=site, key=key, received=units, sent_on=sent[site, key], first_arrival=first[site, key])
        for (site, key), units in sorted(received.items())
    )


def lot_in_words(key: LotKey) -> str:
    """A lot for people, and for the links of a chain."""
    return f"lot {key.lot} of {key.gtin}"
