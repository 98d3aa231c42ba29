"""The world: what a trace asks of whoever keeps the events, a whole frontier at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from recall.domain.goods import LotFact, LotKey, Movement, PartSaying, Proof, Run, Thing


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
class Untold:
    """Goods of a kind that is made of the trade item `of`, or holds it; of them nobody told what of.

    `proof` is an event that tells of them at all, where there is one.
    """

    thing: Thing
    of: str
    proof: Proof | None


Span = tuple[str, str]
"""Serials from the first to the last in the order of their signs; an empty last one: without end."""


class World(Protocol):
    """Everything that is known, or was known at one time; no answer depends on the order of capture."""

    def lots(
        self, *, gtins: Collection[str], codes: Collection[str] | None, packed: bool = False
    ) -> Iterable[LotFact]:
        """Every lot of some trade items that any event names; with `codes` only those lots, with `packed` the
        days of packing too."""

    def facts(self, keys: Collection[LotKey]) -> Mapping[LotKey, LotFact]:
        """What is told of the making of these lots."""

    def related(self, *, gtin: str, spans: Collection[Span]) -> Iterable[Thing]:
        """The items of a trade item in some spans that were put into others: as parts, or as what is turned
        into something else."""

    def item_lots(self, *, gtin: str, spans: Collection[Span]) -> Iterable[tuple[str, str, bool]]:
        """(serial, lot, whether somebody trusted tells it) of the items of a trade item in some spans."""

    def runs(self, things: Collection[Thing]) -> Iterable[Run]:
        """Every transformation that took in one of the things, an item of one of the lots, or anything of a
        trade item of which one of the things is an amount; whole."""

    def parts(self, things: Collection[Thing]) -> Iterable[PartSaying]:
        """Everything told of the things, or items of the lots, as parts: attached, detached, seen alone."""

    def untold(self, gtins: Collection[str]) -> Iterable[Untold]:
        """The lots and items of the kinds that are made of these trade items, or hold them, of which no event
        tells what they were made of, or what they hold."""

    def contents(self, containers: Collection[str]) -> Iterable[tuple[str, Thing, int, Proof]]:
        """(container, thing, units, proof) of all that stood in these containers since they were last begun,
        however deep."""

    def movements(self, keys: Collection[LotKey]) -> Iterable[Movement]:
        """Every arrival and departure of these lots."""

    def containers(self, lots: Collection[LotKey], items: Collection[Thing]) -> Iterable[Container]:
        """The containers that hold units of these lots, or these items, now."""

    def oddities(self, lots: Collection[LotKey], items: Collection[Thing]) -> Iterable[Anomaly]:
        """What is wrong in what the events tell of these lots and items."""
