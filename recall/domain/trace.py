"""The trace: from what a scope names to every lot and item that is affected, and where the goods stand.

Three relations, never mixed: made-from and has-part carry a defect forward (`closure`); packed-in locates
goods and infects nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from recall.codes.keys import gtin_of
from recall.domain.closure import MOST_STEPS, MOST_THINGS, Reached
from recall.domain.goods import (
    ItemKey,
    LotFact,
    LotKey,
    Movement,
    Thing,
    Way,
    lot_in_words,
)
from recall.domain.link import Link
from recall.domain.scope import Scope
from recall.domain.seeds import Reach, strongest
from recall.domain.world import Anomaly, Container, World

__all__ = [
    "AffectedItem", "AffectedLot", "Anomaly", "AtLarge", "Container", "ItemKey", "Link", "LotFact", "LotKey",
    "Movement", "Stock", "Trace", "World", "in_order", "lot_in_words", "trace",
]  # fmt: skip


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

    `key` is None for what has no serial: no trade item, or some of one (`code` names it then). `inspect`: it
    held an affected part once and holds it no longer, so it is possible and not certain.
    """

    code: str
    key: ItemKey | None
    lot: LotKey | None
    clause: int
    chain: tuple[Link, ...]
    inspect: bool = False

    @property
    def gtin(self) -> str | None:
        """Its trade item, of an amount without lots or serials too."""
        return self.key.gtin if self.key is not None else gtin_of(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLarge:
    """Units of an affected lot that no event shows standing anywhere.

    They were sent and never received since `since`, or (`since` None) nobody ever told where they came.
    """

    key: LotKey
    units: int
    since: datetime | None


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
    scope: Scope, *, world: World, most_steps: int = MOST_STEPS, most_things: int = MOST_THINGS
) -> Trace:
    """Follow the scope forward through made-from and has-part, then find where the goods came to stand.

    The same scope and the same world give the same answer, whatever order its events were captured in. What
    is not followed to its end, because it is more than `most_steps` or `most_things`, is said in `cut_offs`.
    """
    reach = Reach(scope, world=world, most_steps=most_steps, most_things=most_things)
    reached, anomalies, cut_offs = list[Reached](), set[Anomaly](), list[str]()
    for done, ways in reach.closures():
        reached += ways
        anomalies |= done.anomalies
        cut_offs += done.cut_offs
    best = strongest(reached)
    reach.ask(way for way in best.values() if way.thing.is_lot)
    lots = tuple(_lots(best.values(), facts=reach.facts))
    items = tuple(_items(best.values()))
    keys = sorted(lot.key for lot in lots)
    things = [way.thing for way in best.values() if not way.thing.is_lot]
    moves = tuple(world.movements(keys))
    anomalies |= set(world.oddities(keys, things))
    return in_order(
        Trace(
            lots=lots,
            items=items,
            stocks=_stocks(moves),
            at_large=(*_at_large(lots, moves), *_singly(things)),
            containers=tuple(world.containers(keys, things)),
            anomalies=tuple(anomalies),
            cut_offs=tuple(dict.fromkeys(cut_offs)),
        )
    )


def in_order(found: Trace) -> Trace:
    """The same trace in the one order: by clause, the length of the way, and name."""
    return Trace(
        lots=tuple(sorted(found.lots, key=lambda lot: (lot.clause, len(lot.chain), lot.key))),
        items=tuple(sorted(found.items, key=lambda item: (item.clause, len(item.chain), item.code))),
        stocks=tuple(sorted(found.stocks, key=lambda stock: (stock.site, stock.key))),
        at_large=tuple(sorted(found.at_large, key=lambda one: one.key)),
        containers=tuple(sorted(found.containers, key=lambda one: (one.code, one.key))),
        anomalies=tuple(sorted(found.anomalies, key=lambda odd: (odd.kind, odd.what, odd.event or ""))),
        cut_offs=tuple(sorted(found.cut_offs)),
    )


def _lots(reached: Iterable[Reached], *, facts: Mapping[LotKey, LotFact]) -> Iterator[AffectedLot]:
    for way in reached:
        if (key := way.thing.as_lot) is not None:
            units = facts[key].units if key in facts else 0
            yield AffectedLot(
                key=key, clause=way.clause, units=units, chain=way.chain, inspect=way.is_doubtful
            )


def _items(reached: Iterable[Reached]) -> Iterator[AffectedItem]:
    for way in reached:
        thing = way.thing
        if not thing.is_lot:
            lot = thing.of_lots[0] if len(thing.of_lots) == 1 else None
            yield AffectedItem(
                code=thing.code, key=thing.as_item, lot=lot, clause=way.clause, chain=way.chain,
                inspect=way.is_doubtful,
            )  # fmt: skip


def _at_large(lots: Iterable[AffectedLot], moves: Iterable[Movement]) -> Iterator[AtLarge]:
    """The lots that came nowhere, as far as trusted parties tell so many units; and those of which something
    was sent and not received."""
    by_lot: dict[LotKey, list[Movement]] = defaultdict(list)
    for move in moves:
        by_lot[move.key].append(move)
    for lot in lots:
        told = by_lot[lot.key]
        left = [move.at for move in told if move.departs]
        if not any(move.trusted and move.units > 0 and move.way is not Way.USED for move in told):
            yield AtLarge(key=lot.key, units=lot.units, since=None)
        elif left and (units := _on_the_way(told)):
            yield AtLarge(key=lot.key, units=units, since=min(left))


def _on_the_way(told: Iterable[Movement]) -> int:
    """Units of a lot that were sent and not received.

    What is received pairs with what was sent before and was as much. Of the rest, what came later may be a
    part of what was sent; where both are not alike, an event is lost, and nothing shows that it is. An amount
    that nobody told (0) is at least one unit. What trusted parties did not see come is on the road still.
    """
    sent: dict[int, list[datetime]] = defaultdict(list)
    unpaired = list[Movement]()
    for move in sorted(told, key=lambda move: (move.at, move.units)):
        if move.departs:
            sent[-move.units].append(move.at)
        elif move.arrives and move.trusted and sent[move.units]:
            sent[move.units].pop(0)
        elif move.arrives and move.trusted:
            unpaired.append(move)
    first = min((at for times in sent.values() for at in times), default=None)
    if first is None:
        return 0
    if sent[0]:
        return max(1, sum(units * len(times) for units, times in sent.items()))
    units = sum(units * len(times) for units, times in sent.items())
    came = sum(move.units for move in unpaired if move.at >= first)
    return units - came if units >= came else units


def _singly(things: Iterable[Thing]) -> Iterator[AtLarge]:
    """Single items: by the trade item alone, for a unit without its serial may be any of them."""
    counted = Counter(thing.gtin for thing in things if thing.gtin is not None)
    for gtin, units in sorted(counted.items()):
        yield AtLarge(key=LotKey(gtin, ""), units=units, since=None)


def _stocks(movements: Iterable[Movement]) -> tuple[Stock, ...]:
    received: dict[tuple[str, LotKey], int] = defaultdict(int)
    sent: dict[tuple[str, LotKey], int] = defaultdict(int)
    first: dict[tuple[str, LotKey], datetime] = {}
    for move in movements:
        place = (move.site, move.key)
        if not (move.departs or move.way is Way.USED):
            received[place] += move.units
            if place not in first or move.at < first[place]:
                first[place] = move.at
        else:
            sent[place] -= move.units
    return tuple(
        Stock(site=site, key=key, received=units, sent_on=sent[site, key], first_arrival=first[site, key])
        for (site, key), units in received.items()
    )
