"""The goods as events tell them: lots and things, what was made from what, what was part of what, what moved.

Three relations, never mixed: made-from and has-part carry a defect; a movement locates and infects nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from recall.codes.keys import item_key, lot_key


class LotKey(NamedTuple):
    """A lot's whole identity: lots of two trade items may share a code."""

    gtin: str
    lot: str


class ItemKey(NamedTuple):
    """One item's whole identity."""

    gtin: str
    serial: str


class Thing(NamedTuple):
    """A lot, an item, or any other object with a name of its own; `code` is its key (`codes.keys`).

    `lots` are those that events give an item: none, one, or several where they contradict one another; an
    empty one beside them where only those tell it whose word lets no goods off.
    """

    code: str
    gtin: str | None = None
    serial: str | None = None
    lots: tuple[str, ...] = ()

    @classmethod
    def lot(cls, key: LotKey) -> Thing:
        """A whole lot."""
        return cls(lot_key(*key), key.gtin, None, (key.lot,))

    @classmethod
    def item(cls, key: ItemKey, *, lots: tuple[str, ...] = ()) -> Thing:
        """One item of a trade item."""
        return cls(item_key(*key), key.gtin, key.serial, lots)

    @classmethod
    def untold_lot(cls, gtin: str) -> Thing:
        """Whatever lot of a trade item no event names: what is used without its lot may be of it."""
        return cls.lot(LotKey(gtin, ""))

    @classmethod
    def untold_item(cls, gtin: str, *, lots: tuple[str, ...] = ()) -> Thing:
        """Whatever item of a trade item (of these lots alone, where they are told) no event names: what is
        used without its serial may be it."""
        return cls.item(ItemKey(gtin, ""), lots=lots)

    @property
    def is_untold(self) -> bool:
        """Whether it is no lot or item of its own, but whatever one no event names."""
        return self.serial == "" or (self.serial is None and self.lots == ("",))

    @property
    def is_lot(self) -> bool:
        """Whether it is a whole lot."""
        _, gtin, serial, lots = self
        return serial is None and gtin is not None and len(lots) == 1

    @property
    def is_amount(self) -> bool:
        """Whether it is so much of a trade item, of whatever lot."""
        return self.serial is None and self.gtin is not None and not self.lots

    @property
    def as_lot(self) -> LotKey | None:
        """Its key where it is a whole lot."""
        _, gtin, serial, lots = self
        return LotKey(gtin, lots[0]) if serial is None and gtin is not None and len(lots) == 1 else None

    @property
    def as_item(self) -> ItemKey | None:
        """Its key where it is an item of a trade item."""
        return ItemKey(self.gtin, self.serial) if self.gtin and self.serial is not None else None

    @property
    def of_lots(self) -> tuple[LotKey, ...]:
        """The lots that it is, or may be, of."""
        _, gtin, serial, lots = self
        if gtin is None:
            return ()
        if serial is None and len(lots) == 1:
            return (LotKey(gtin, lots[0]),)
        return tuple(LotKey(gtin, lot) for lot in lots if lot)

    @property
    def of_any_lot(self) -> bool:
        """Whether it is an item of whose lot nobody whose word may let goods off told."""
        return self.gtin is not None and self.serial is not None and (not self.lots or "" in self.lots)

    def in_words(self) -> str:
        """The thing for people, and for the links of a chain."""
        if self.is_lot:
            return f"lot {self.lots[0]} of {self.gtin}" if self.lots[0] else f"an untold lot of {self.gtin}"
        if self.as_item:
            return f"item {self.serial} of {self.gtin}" if self.serial else f"an untold item of {self.gtin}"
        return self.code


def lot_in_words(key: LotKey) -> str:
    """A lot for people, and for the links of a chain."""
    return f"lot {key.lot} of {key.gtin}"


class Proof(NamedTuple):
    """What shows a fact: when it happened, in which event (its hash), and the party that gave the event.

    `trusted`: the party may let goods off by what it says; any party may bring goods in.
    """

    at: datetime
    event: str
    source: str | None = None
    trusted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFact:
    """A lot as events tell it; without `event` and `at` no event tells of its making.

    Dates and sites are only those that trusted parties gave: they alone may let a lot off.
    """

    key: LotKey
    made_first: date | None = None
    made_last: date | None = None
    undated: bool = False
    """Whether units of it may be of other days: of some nobody tells any, or somebody tells another."""
    units: int = 0
    event: str | None = None
    at: datetime | None = None
    said_by: str | None = None
    sites: frozenset[str] = frozenset()
    """Where it was made."""
    packed: tuple[date, date] | None = None
    """The first and the last day on which units of it were packed; None: those of some are not told."""
    expires: tuple[date, date] | None = None
    """The first and the last day until which units of it keep, with the same meaning of None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One transformation, told in one event or in several that share its id.

    `inputs` and `outputs` are things, each with the event that names it there; `steps` the business steps.
    """

    id: str
    inputs: tuple[tuple[Thing, Proof], ...]
    outputs: tuple[tuple[Thing, Proof], ...]
    steps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSaying:
    """A part was attached to its parent, or detached from it (no child: every part); or, without a parent,
    it was seen by itself."""

    parent: Thing | None
    child: Thing | None
    attached: bool
    proof: Proof


class Way(StrEnum):
    """How goods came to a site or left it."""

    BEGUN = "begun"
    CAME = "came"
    LEFT = "left"
    USED = "used"
    """Used up in a transformation: they are nowhere on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Units of a lot came to a site (positive) or left it (negative)."""

    site: str
    key: LotKey
    units: int
    event: str
    at: datetime
    way: Way | None = None
    """None: by the sign."""
    trusted: bool = True
    """Told by a party whose word takes goods off the road: it may let goods off, or it runs the site."""

    @property
    def arrives(self) -> bool:
        """Whether it was received from another site."""
        return (self.way or (Way.CAME if self.units >= 0 else Way.LEFT)) is Way.CAME

    @property
    def departs(self) -> bool:
        """Whether it was sent to another site."""
        return (self.way or (Way.CAME if self.units >= 0 else Way.LEFT)) is Way.LEFT
