"""A world in memory: facts of the goods handed in as values, answered as the store would answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from recall.codes.keys import class_key
from recall.domain.goods import LotFact, LotKey, Movement, PartSaying, Proof, Run, Thing
from recall.domain.scope import Scope
from recall.domain.trace import Trace, trace
from recall.domain.world import Anomaly, Container, Span, Untold


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """Units of `product` were made from units of `source`, told in one event."""

    source: LotKey
    product: LotKey
    event: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class MemoryWorld:
    """What events tell, as values; meets `recall.domain.world.World`."""

    told: Sequence[LotFact] = ()
    transformations: Sequence[Run] = ()
    sayings: Sequence[PartSaying] = ()
    inside: Mapping[str, Sequence[tuple[Thing, int, Proof]]] = field(default_factory=dict)
    moves: Sequence[Movement] = ()

    def lots(
        self, *, gtins: Collection[str], codes: Collection[str] | None, packed: bool = False
    ) -> Iterable[LotFact]:
        del packed  # every fact tells its days of packing
        return [
            fact for fact in self.told
            if fact.key.gtin in gtins and (codes is None or fact.key.lot in codes)
        ]  # fmt: skip

    def facts(self, keys: Collection[LotKey]) -> Mapping[LotKey, LotFact]:
        return {fact.key: fact for fact in self.told if fact.key in keys}

    def related(self, *, gtin: str, spans: Collection[Span]) -> Iterable[Thing]:
        put = [thing for run in self.transformations for thing, _ in run.inputs]
        put += [saying.child for saying in self.sayings if saying.child is not None]
        return {
            thing for thing in put
            if thing.gtin == gtin and thing.serial is not None
            and any(first <= thing.serial <= last for first, last in spans)
        }  # fmt: skip

    def item_lots(self, *, gtin: str, spans: Collection[Span]) -> Iterable[tuple[str, str, bool]]:
        items = self.related(gtin=gtin, spans=spans)
        return [(item.serial or "", lot, True) for item in items for lot in item.lots]

    def runs(self, things: Collection[Thing]) -> Iterable[Run]:
        asked = _Asked(things)
        return [run for run in self.transformations if any(asked.names(thing) for thing, _ in run.inputs)]

    def parts(self, things: Collection[Thing]) -> Iterable[PartSaying]:
        asked = _Asked(things)
        own = [one for one in self.sayings if one.child is not None and asked.names(one.child)]
        parents = {one.parent for one in own}
        return [*own, *(one for one in self.sayings if one.child is None and one.parent in parents)]

    def untold(self, gtins: Collection[str]) -> Iterable[Untold]:
        del gtins  # every origin is told
        return ()

    def contents(self, containers: Collection[str]) -> Iterable[tuple[str, Thing, int, Proof]]:
        return [(code, *held) for code in containers for held in self.inside.get(code, ())]

    def movements(self, keys: Collection[LotKey]) -> Iterable[Movement]:
        return [move for move in self.moves if move.key in keys]

    def containers(self, lots: Collection[LotKey], items: Collection[Thing]) -> Iterable[Container]:
        del lots, items
        return ()

    def oddities(self, lots: Collection[LotKey], items: Collection[Thing]) -> Iterable[Anomaly]:
        del lots, items
        return ()


class _Asked:
    def __init__(self, things: Collection[Thing]) -> None:
        self._lots = {lot for thing in things if (lot := thing.as_lot)}
        self._gtins = {lot.gtin for lot in self._lots}
        self._wide = {thing.gtin for thing in things if thing.is_amount}
        self._any_lot = {thing.gtin for thing in things if thing.as_item and not thing.lots}
        self._codes = {thing.code for thing in things} | {
            class_key(thing.gtin) for thing in things if thing.gtin
        }

    def names(self, thing: Thing) -> bool:
        lost = thing.serial is not None and not thing.lots and thing.gtin in self._gtins
        return (
            lost
            or thing.gtin in self._wide
            or (thing.is_lot and thing.gtin in self._any_lot)
            or thing.code in self._codes
            or any(lot in self._lots for lot in thing.of_lots)
        )


def traced(
    scope: Scope,
    *,
    lots: Sequence[LotFact] = (),
    made_from: Iterable[MadeFrom] = (),
    movements: Sequence[Movement] = (),
) -> Trace:
    """The trace through whole lots alone."""
    runs = [
        Run(
            id=f"{number}", inputs=((Thing.lot(step.source), Proof(step.at, step.event)),),
            outputs=((Thing.lot(step.product), Proof(step.at, step.event)),),
        )
        for number, step in enumerate(made_from)
    ]  # fmt: skip
    return trace(scope, world=MemoryWorld(told=lots, transformations=runs, moves=movements))
