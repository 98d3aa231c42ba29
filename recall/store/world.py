"""The world as the store knows it, now or at an earlier time: the answers that a trace asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from recall.domain.goods import LotFact, LotKey, Movement, PartSaying, Proof, Run, Thing
from recall.domain.world import Anomaly, Container, Span, Untold
from recall.store import genealogy, goods, origins, packing
from recall.store.frontier import any_items
from recall.store.listed import Rows
from recall.store.movements import movements
from recall.store.oddities import oddities
from recall.store.sql import Tx


class StoredWorld:
    """What the events say, as it was known at `as_of` (None: now); meets `domain.world.World`."""

    def __init__(self, tx: Tx, *, as_of: datetime | None = None) -> None:
        self._tx, self._as_of = tx, as_of
        self._told: dict[LotKey, LotFact | None] = {}
        self._lots, self._stood, self._of_items = Rows(), frozenset[str](), False
        self._things: Collection[Thing] = ()
        self._used = genealogy.Uses([], [])

    def _rows(self, keys: Collection[LotKey]) -> Rows:
        """The lots as statements take them; looked up once while the same are asked for.

        `_stood` are the containers in which units of them ever stood; `_of_items`: events give items to them.
        """
        if self._lots != tuple(keys):
            self._lots = Rows(keys)
            self._stood = packing.ancestors(self._tx, keys=self._lots, as_of=self._as_of)
            self._of_items = any_items(self._tx, self._lots, as_of=self._as_of)
        return self._lots

    def _uses(self, things: Collection[Thing]) -> genealogy.Uses:
        """What became of the things; looked up once while the same are asked for."""
        if self._things is not things:
            names = genealogy.names_of(things)
            self._things, self._used = things, genealogy.uses(self._tx, names=names, as_of=self._as_of)
        return self._used

    def lots(
        self, *, gtins: Collection[str], codes: Collection[str] | None, packed: bool = False
    ) -> Iterator[LotFact]:
        """Every lot of some trade items that any event names; with `codes` only those lots."""
        if codes is None:
            keys = goods.known_lots(self._tx, gtins=gtins, as_of=self._as_of)
        else:
            asked = [LotKey(gtin, lot) for gtin in sorted(gtins) for lot in codes]
            keys = goods.told_lots(self._tx, keys=asked, as_of=self._as_of)
        told = self.facts(keys)
        days = goods.packing_days(self._tx, facts=told.values(), as_of=self._as_of) if packed else {}
        for key in sorted(keys):
            yield replace(told.get(key, LotFact(key=key)), packed=days.get(key))

    def facts(self, keys: Collection[LotKey]) -> Mapping[LotKey, LotFact]:
        """What is told of the making of these lots."""
        if missing := sorted(set(keys) - self._told.keys()):
            told = {fact.key: fact for fact in goods.facts_of(self._tx, keys=missing, as_of=self._as_of)}
            self._told |= {key: told.get(key) for key in missing}
        return {key: fact for key in keys if (fact := self._told[key]) is not None}

    def related(self, *, gtin: str, spans: Collection[Span]) -> Iterable[Thing]:
        """The items of a trade item in some spans that went into others."""
        return genealogy.related(self._tx, gtin=gtin, spans=spans, as_of=self._as_of)

    def item_lots(self, *, gtin: str, spans: Collection[Span]) -> Iterable[tuple[str, str, bool]]:
        """(serial, lot, whether somebody trusted tells it) of the items of a trade item in some spans."""
        return genealogy.lots_in(self._tx, gtin=gtin, spans=spans, as_of=self._as_of)

    def runs(self, things: Collection[Thing]) -> Iterable[Run]:
        """Every transformation that took in one of the things, or an item of one of the lots."""
        return genealogy.runs(self._tx, used=self._uses(things), as_of=self._as_of)

    def parts(self, things: Collection[Thing]) -> Iterable[PartSaying]:
        """Everything told of the things, or items of the lots, as parts."""
        return genealogy.parts(self._tx, used=self._uses(things), as_of=self._as_of)

    def untold(self, gtins: Collection[str]) -> Iterable[Untold]:
        """The goods of kinds made of, or holding, these trade items of which nobody told what of."""
        return origins.untold(self._tx, gtins=gtins, as_of=self._as_of)

    def contents(self, containers: Collection[str]) -> Iterable[tuple[str, Thing, int, Proof]]:
        """What stood in these containers since they were last begun, however deep."""
        return packing.contents(self._tx, containers=containers, as_of=self._as_of)

    def movements(self, keys: Collection[LotKey]) -> Iterable[Movement]:
        """Every arrival and departure of these lots."""
        lots = self._rows(keys)
        stood, of_items = self._stood, self._of_items
        return movements(self._tx, keys=lots, containers=stood, of_items=of_items, as_of=self._as_of)

    def containers(self, lots: Collection[LotKey], items: Collection[Thing]) -> Iterable[Container]:
        """The containers that hold units of these lots, or these items, at last."""
        keys = self._rows(lots)
        held = keys if self._stood else ()
        return packing.containers_of(self._tx, keys=held, items=items, as_of=self._as_of)

    def oddities(self, lots: Collection[LotKey], items: Collection[Thing]) -> Iterable[Anomaly]:
        """What is odd about these lots, their items and single items."""
        keys, begun = self._rows(lots), self.facts(lots).keys()
        return oddities(
            self._tx, keys=keys, items=items, begun=begun, of_items=self._of_items, as_of=self._as_of
        )
