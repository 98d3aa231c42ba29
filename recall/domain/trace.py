"""The trace: from the lots that a scope names to every lot that holds them, and where the goods stand.

Two relations, never mixed: made-from carries a defect forward; a movement locates goods and infects nothing.
(A third, has-part with intervals, joins them in this room.)
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import NamedTuple

from recall.domain.scope import Scope


class LotKey(NamedTuple):
    """A lot's whole identity: lots of two trade items may share a code."""

    gtin: str
    lot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFact:
    """A lot as its maker commissioned it; `event` is the hash of the event that says so."""

    key: LotKey
    made_first: date | None
    made_last: date | None
    units: int
    event: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """Units of `product` were made from units of `source` (EPCIS TransformationEvent)."""

    source: LotKey
    product: LotKey
    event: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Units of a lot came to a site (positive) or left it (negative)."""

    site: str
    key: LotKey
    units: int
    event: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One edge of an evidence chain: which rule leads from `source` to `target`, and which event shows it."""

    rule: str
    source: str
    target: str
    event: str | None = None
    at: datetime | None = None

    def document(self) -> dict[str, str | None]:
        """The link as flat JSON."""
        at = self.at.isoformat() if self.at else None
        return {
            "rule": self.rule,
            "source": self.source,
            "target": self.target,
            "event": self.event,
            "at": at,
        }

    @classmethod
    def read(cls, document: Mapping[str, str | None]) -> Link:
        """The link that `document` wrote."""
        at = document["at"]
        return cls(
            rule=document["rule"] or "", source=document["source"] or "", target=document["target"] or "",
            event=document["event"], at=datetime.fromisoformat(at) if at else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedLot:
    """A lot in the recall, the clause that brought it in, and the way from one to the other."""

    key: LotKey
    clause: int
    units: int
    chain: tuple[Link, ...]


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
class Trace:
    """The answer: every affected lot with its evidence, and every site where affected goods came."""

    lots: tuple[AffectedLot, ...]
    stocks: tuple[Stock, ...]


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
                rule="named by the notice", source=f"clause {clause.number}: {clause.in_words()}",
                target=lot_in_words(fact.key), event=fact.event, at=fact.at,
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
            named = Link(
                rule="named by the notice",
                source=f"clause {clause.number}: {clause.in_words()}",
                target=lot_in_words(key),
            )
            yield AffectedLot(key=key, clause=clause.number, units=0, chain=(named,))


def _made_of(source: AffectedLot, step: MadeFrom, fact: LotFact | None) -> AffectedLot:
    made = Link(
        rule="made from", source=lot_in_words(source.key), target=lot_in_words(step.product),
        event=step.event, at=step.at,
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
