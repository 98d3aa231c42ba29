"""The kinds and the lots of untold making: what is kept as events come leaves nothing out, nor adds to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from recall.domain.goods import Thing
from recall.epcis.event import Event
from recall.store import events, origins
from recall.store.database import Store
from recall.store.kinds import KIND, LOT_ORIGIN
from recall.store.sql import Tx
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.exhaustive import Told
from tests.store.goods import CELL, begun, event, lot, turned
from tests.store.tracing import PHONE, joined, thing

GTINS = (GTIN, CELL, PHONE)
RUN = "urn:epcglobal:cbv:bt:6901234000016:run-"


class Events:
    """Events of three trade items, three lots and three serials of each, at random."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self) -> Event:
        return self.random.choice(self._ways())(at=NOW + self.random.randrange(4) * HOUR)

    def _ways(self) -> list[Callable[..., Event]]:
        return [self.named, self.made, self.turned, self.reworked, self.in_parts, self.joined, self.with_lots]

    def named(self, **more: Any) -> Event:
        return begun(quantityList=self.lots(), ilmd={}, **more)

    def made(self, **more: Any) -> Event:
        return begun(epcList=self.items(), **self.of_a_lot(), **more)

    def turned(self, **more: Any) -> Event:
        out: dict[str, Any] = self.random.choice(
            [{"outputEPCList": self.items()}, {"outputQuantityList": self.lots()}]
        )
        used = self.random.choice([self.lots(), [self.a_class()]])
        return turned(inputQuantityList=used, **out, **self.of_a_lot(), **more)

    def reworked(self, **more: Any) -> Event:
        return turned(inputEPCList=self.items(), outputEPCList=self.items(), **self.of_a_lot(), **more)

    def in_parts(self, **more: Any) -> Event:
        """A run that several events tell, each of one side or of both."""
        names = ["inputQuantityList", "inputEPCList", "outputQuantityList", "outputEPCList"]
        sides = {
            name: self.items() if "EPC" in name else self.random.choice([self.lots(), [self.a_class()]])
            for name in self.random.sample(names, self.random.randint(1, 2))
        }
        return turned(transformationID=f"{RUN}{self.random.randrange(2)}", **sides, **self.of_a_lot(), **more)

    def joined(self, **more: Any) -> Event:
        action = self.random.choice(["ADD", "ADD", "DELETE"])
        parts = self.items() if action == "ADD" or self.random.random() < 0.5 else ()
        return joined(*self.items()[:1], *parts, action=action, **more)

    def with_lots(self, **more: Any) -> Event:
        parent = self.lots()[0]["epcClass"]
        parts = self.random.choice([self.lots(), [self.a_class()]])
        return event("AssociationEvent", action="ADD", parentID=parent, childQuantityList=parts, **more)

    def gtins(self) -> list[str]:
        return self.random.sample(GTINS, self.random.randint(1, 2))

    def lots(self) -> list[dict[str, Any]]:
        return [lot(f"L{self.random.randrange(3)}", 5, gtin=gtin) for gtin in self.gtins()]

    def items(self) -> list[str]:
        return [thing(gtin, f"S{self.random.randrange(3)}") for gtin in self.gtins()]

    def a_class(self) -> dict[str, Any]:
        return {"epcClass": f"https://id.gs1.org/01/{self.random.choice(GTINS)}", "quantity": 5}

    def of_a_lot(self) -> dict[str, Any]:
        code = self.random.choice([None, "L1", "L3"])
        return {"ilmd": {"cbvmda:lotNumber": code} if code else {}}


def taken_back(one: Event) -> Event:
    return Event.read({**one.body, "errorDeclaration": {"declarationTime": NOW.isoformat()}}, where="/0")


def untold(tx: Tx, gtins: list[str], *, as_of: datetime | None = None) -> set[tuple[Thing, str]]:
    return {(one.thing, one.of) for one in origins.untold(tx, gtins=gtins, as_of=as_of)}


@pytest.mark.parametrize("seed", range(24))
def test_what_is_kept_as_events_come_finds_what_a_reading_of_every_event_finds(
    store: Store, seed: int
) -> None:
    """Events come late, in any order, in parts and twice, are taken back, and are said again by another."""
    said = Events(seed)
    some = told = [said.one() for _ in range(14)]
    with store.begin() as tx:
        for day in range(6):
            wrong = list(map(taken_back, said.random.sample(some, 3))) if day else []
            some = said.random.sample(told, 5) + wrong
            party = said.random.choice(["party_maker", "party_maker", "party_other"])
            events.capture(tx, some, captured_by=party, at=NOW + day * DAY)
        for day in (None, *range(6)):
            at = None if day is None else NOW + day * DAY
            for gtins in ([GTIN], [CELL], [PHONE], [GTIN, CELL]):
                assert Told(tx, as_of=at).untold(gtins) == untold(tx, gtins, as_of=at)


def kept(tx: Tx) -> tuple[list[Any], list[Any]]:
    """The kinds, and the lots with whether their making is told."""
    kinds = tx.each(select(KIND).order_by(*KIND.c))
    lots = tx.each(select(LOT_ORIGIN).order_by(*LOT_ORIGIN.c))
    return [tuple(row) for row in kinds], [tuple(row) for row in lots]


def test_a_lot_is_told_as_long_as_the_event_of_its_making_counts(store: Store) -> None:
    made = turned(inputQuantityList=[lot("C1", 9, gtin=CELL)], outputQuantityList=[lot("A1", 10)])
    with store.begin() as tx:
        events.capture(tx, [begun(quantityList=[lot("A1", 10)])], captured_by="party_maker", at=NOW)
        assert ([], [(GTIN, "A1", False)]) == kept(tx)
        events.capture(tx, [made], captured_by="party_maker", at=NOW)
        kinds, lots = kept(tx)
        assert ([(CELL, GTIN, False)], [(GTIN, "A1", True), (CELL, "C1", False)]) == (kinds, lots)
        events.capture(tx, [taken_back(made)], captured_by="party_maker", at=NOW + DAY)
        assert [(GTIN, "A1", False), (CELL, "C1", False)] == kept(tx)[1]
        events.capture(tx, [made], captured_by="party_other", at=NOW + 2 * DAY)
        assert [(GTIN, "A1", True), (CELL, "C1", False)] == kept(tx)[1]
