"""The freight of a block: units into cases, cases of mixed lots onto pallets, and the ways to the sites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from connectors.sandbox.trial.births import CASE, Timed, commissioning, unit_uri
from connectors.sandbox.trial.lots import Lot, Parcel
from connectors.sandbox.trial.places import FAR, HUB, MAKER
from connectors.sandbox.trial.plan import DAY, time_text
from connectors.sandbox.trial.production import SITES, Made
from connectors.sandbox.trial.rates import Rates
from connectors.sandbox.writing import Event, frame, leg, packed, quantity, sscc

PALLET = 20
"""Cases a pallet."""
LEAVES = (13, 18)
"""The day of a block on which the truckloads of each wave leave the maker."""
CODES = 100_000
"""Logistic units that a block has numbers for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: its code, whose units, how many."""

    code: str
    lot: Lot
    units: int


class Freight:
    """Packs and sends what a block made, and writes each parcel's time of arrival."""

    def __init__(self, made: Made, *, rates: Rates, random: Random) -> None:
        """`made` is changed: its parcels arrive."""
        self._made, self._rates, self._random = made, rates, random
        self._number = count(made.block.number * CODES + 1)

    def events(self) -> Iterator[Timed]:
        """Every event, parcel by parcel and truck by truck."""
        parcels = [parcel for lot in self._made.sold() for parcel in lot.parcels]
        for wave, day in enumerate(LEAVES):
            far: dict[str, list[Case]] = {}
            for site in SITES:
                cases: list[Case] = []
                for parcel in parcels:
                    if parcel.site == site and parcel.wave == wave:
                        parcel.arrived = (self._made.block.base + day + (7 if site in FAR else 3)) * DAY
                        yield from self._cased(parcel, cases)
                if site in FAR:
                    far[site] = cases
                elif cases:
                    yield from self._truck(MAKER, site, cases, day=day, days=3)
            yield from self._over_the_hub(far, day=day)

    def _cased(self, parcel: Parcel, cases: list[Case]) -> Iterator[Timed]:
        """The units of a parcel, begun and packed; of items without serials, so many of the lot."""
        lot, block = parcel.lot, self._made.block.number
        minute = lot.days[1] * DAY + 120
        for start in range(parcel.first, parcel.first + parcel.units, CASE):
            units = min(CASE, parcel.first + parcel.units - start)
            case = Case(code=sscc(next(self._number)), lot=lot, units=units)
            cases.append(case)
            children: dict[str, Any] = {"childQuantityList": [quantity(lot.uri, units)]}
            if lot.item.serialised:
                uris = [unit_uri(lot, block, n) for n in range(start, start + units)]
                yield minute, commissioning(lot, uris, minute)
                children = {"childEPCs": uris}
            at = minute + 180
            yield at, packed(case.code, time=time_text(at), place=MAKER, **children)

    def _palletised(self, cases: Sequence[Case], *, place: str, minute: int) -> Iterator[tuple[str, Timed]]:
        """Pallets in the order of the cases, so that lots share them."""
        for start in range(0, len(cases), PALLET):
            code = sscc(next(self._number))
            children = [case.code for case in cases[start : start + PALLET]]
            yield code, (minute, packed(code, time=time_text(minute), place=place, childEPCs=children))

    def _truck(
        self,
        start: str,
        end: str,
        cases: list[Case],
        *,
        day: int,
        days: int,
        pallets: list[str] | None = None,
    ) -> Iterator[Timed]:
        """One truckload; a mixed one is told by its pallets alone."""
        leaves = (self._made.block.base + day) * DAY
        arrives = leaves + days * DAY
        mixed = self._random.random() < self._rates.mixed
        if mixed:
            self._random.shuffle(cases)
        if pallets is None:
            loaded = list(self._palletised(cases, place=start, minute=leaves - 300))
            yield from (event for _, event in loaded)
            pallets = [code for code, _ in loaded]
        goods = [] if mixed else _amounts(cases)
        told = leg(
            start=start, end=end, leaves=time_text(leaves), arrives=time_text(arrives), pallets=pallets,
            goods=goods,
        )  # fmt: skip
        yield from zip((leaves, arrives), told, strict=True)

    def _over_the_hub(self, far: dict[str, list[Case]], *, day: int) -> Iterator[Timed]:
        """One truckload to the hub, where its pallets are taken apart and made up anew for each site."""
        everything = [case for cases in far.values() for case in cases]
        if not everything:
            return
        self._random.shuffle(everything)
        leaves = (self._made.block.base + day) * DAY
        loaded = list(self._palletised(everything, place=MAKER, minute=leaves - 300))
        yield from (event for _, event in loaded)
        pallets = [code for code, _ in loaded]
        yield from self._truck(MAKER, HUB, everything, day=day, days=2, pallets=pallets)
        for number, (_, (_, packing)) in enumerate(loaded):
            minute = leaves + 2 * DAY + 60 + number % 300
            yield minute, _unpacked(packing, minute, everything_at_once=number % 2 == 0)
        for site, cases in far.items():
            if cases:
                yield from self._truck(HUB, site, cases, day=day + 4, days=3)


def _amounts(cases: Sequence[Case]) -> list[dict[str, Any]]:
    units: dict[Lot, int] = {}
    for case in cases:
        units[case.lot] = units.get(case.lot, 0) + case.units
    return [quantity(lot.uri, number) for lot, number in units.items()]


def _unpacked(packing: Event, minute: int, *, everything_at_once: bool) -> Event:
    """A pallet taken apart: all of it, or child by child."""
    children = {} if everything_at_once else {"childEPCs": packing["childEPCs"]}
    return frame(
        "AggregationEvent", time=time_text(minute), place=HUB, step="unpacking", action="DELETE",
        bizLocation={"id": HUB}, parentID=packing["parentID"], **children,
    )  # fmt: skip
