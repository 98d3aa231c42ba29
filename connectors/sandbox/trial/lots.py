"""The lots of a trial market: what they physically are, where their units went, what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.sandbox.trial.items import Item, uri_of


class Fault(StrEnum):
    """What is physically wrong with a unit, by the way in which it came to be so."""

    NONE = ""
    PRESS = "pressed with a faulty tool"
    HOT_DAY = "pressed on a day on which the press ran hot"
    TANK = "cells filled from a bad tank"
    CELLS = "made with a bad lot of cells"
    BATTERY = "holds a bad battery"
    WIRING = "wired by a faulty machine"


@dataclass(slots=True, kw_only=True, eq=False)
class Lot:
    """Units that were made together; `days` are the first and the last, counted from the market's first."""

    item: Item
    code: str
    days: tuple[int, int]
    fault: Fault = Fault.NONE
    """Of every unit; single units' own faults stand in `faults`."""
    faults: dict[int, Fault] = field(default_factory=dict)
    """Of single units, by the number of their serial."""
    spent: int = 0
    """Units that became something else and were never sold as this."""
    parcels: list[Parcel] = field(default_factory=list)
    first: int = 0
    """The number of its first serial."""

    @property
    def uri(self) -> str:
        """Canonical Digital Link."""
        return uri_of(self.item, self.code)

    @property
    def sent(self) -> int:
        """Units that went to sites of sale."""
        return sum(parcel.units for parcel in self.parcels)

    @property
    def made(self) -> int:
        """Units made, as far as they were counted out so far."""
        return self.sent + self.spent

    def fault_of(self, number: int) -> Fault:
        """What is wrong with one unit."""
        return self.fault or self.faults.get(number, Fault.NONE)


@dataclass(slots=True, kw_only=True, eq=False)
class Parcel:
    """Units of a lot that go to one site; `sold` says how many units each line of it takes, in order."""

    lot: Lot
    site: str
    wave: int
    sold: Sequence[int]
    left: int
    """Units that stand unsold."""
    first: int = 0
    """The number of its first serial."""
    arrived: int = 0
    """The minute."""

    @property
    def units(self) -> int:
        """All its units."""
        return sum(self.sold) + self.left
