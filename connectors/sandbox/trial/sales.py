"""The sales of a block: who sold which units from where and when, and which came back and were sold again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log
from random import Random
from typing import Any, NamedTuple

from connectors.sandbox.trial.births import Timed, unit_uri
from connectors.sandbox.trial.lots import Fault, Lot, Parcel
from connectors.sandbox.trial.places import RETURNS, SELLING_AT, Shop
from connectors.sandbox.trial.plan import DAY, END, time_text
from connectors.sandbox.trial.production import Made
from connectors.sandbox.trial.rates import Rates
from connectors.sandbox.trial.recording import Recorder
from connectors.sandbox.writing import frame, quantity

MEAN_DAYS = 60
"""After its arrival, until a unit is sold."""
LAST_SALE = (END - 4) * DAY
LAST_RETURNED = (END - 60) * DAY
"""Units sold after it do not come back in time."""
REGIONS = ("CN-11", "CN-31", "CN-32", "CN-33", "CN-35", "CN-37", "CN-44", "CN-50", "CN-51", "CN-61")


class Single(NamedTuple):
    """A line of one unit that may come back: its lot, its serial's number, when it was shipped."""

    lot: Lot
    number: int
    shipped: int


class Line(NamedTuple):
    """An order line and its truth, each as the JSON that follows its reference."""

    sold: int
    shop: int
    """The place of its platform among the shops."""
    order: str
    truth: str


@dataclass(slots=True, kw_only=True)
class Sums:
    """What a market's lines add up to, by GTIN."""

    lines: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    affected: Counter[str] = field(default_factory=Counter)
    """Lines that hold an affected unit."""
    why: Counter[str] = field(default_factory=Counter)
    """The same by what is wrong with them."""
    affected_units: int = 0

    def hit(self, gtin: str, *, units: int, fault: Fault) -> None:
        """One line with affected units."""
        self.affected[gtin] += 1
        self.affected_units += units
        self.why[fault.value] += 1


class Sales:
    """Sells what a block sent to its sites: every line once, in no order."""

    def __init__(self, made: Made, *, rates: Rates, random: Random, sums: Sums) -> None:
        """The parcels of `made` have arrived; `sums` grow with every line."""
        self._made, self._rates, self._random, self._sums = made, rates, random, sums
        self._recorder = Recorder(rates=rates, random=random)
        self._singles: list[Single] = []
        self.returned: list[Timed] = []
        """The events of units that came back; whole once every line was drawn."""

    def lines(self) -> Iterator[Line]:
        """Every line, those of units sold again last."""
        for lot in self._made.sold():
            for parcel in lot.parcels:
                yield from self._of_parcel(parcel)
        again = round(self._made.block.lines * self._rates.returns)
        for single in self._random.sample(self._singles, again):
            yield self._again(single)

    def _of_parcel(self, parcel: Parcel) -> Iterator[Line]:
        draw, number, lot = self._random.random, parcel.first, parcel.lot
        shops = SELLING_AT[parcel.site]
        for units in parcel.sold:
            after = int(-log(1 - draw()) * MEAN_DAYS * DAY)
            sold = min(parcel.arrived + 60 + after, LAST_SALE - int(draw() * 30 * DAY))
            shipped = sold + 60 + int(draw() * 2 * DAY)
            if units == 1 and shipped < LAST_RETURNED:
                self._singles.append(Single(lot, number, shipped))
            shop = shops[int(draw() * len(shops))]
            yield self._line(shop, lot, number, parcel.site, sold=sold, shipped=shipped, units=units)
            number += units

    def _again(self, single: Single) -> Line:
        """A unit that came back to where returns go, and was sold from there."""
        draw, lot = self._random.random, single.lot
        back = single.shipped + int((7 + 20 * draw()) * DAY)
        site = RETURNS[int(draw() * len(RETURNS))]
        self.returned.append(self._came_back(single, site, back))
        sold = back + int((1 + 15 * draw()) * DAY)
        shop = SELLING_AT[site][int(draw() * len(SELLING_AT[site]))]
        shipped = sold + 60 + int(draw() * DAY)
        return self._line(shop, lot, single.number, site, sold=sold, shipped=shipped, units=1, again="true")

    def _came_back(self, single: Single, site: str, minute: int) -> Timed:
        """What is told of a return: the unit, or its lot, or where nobody read the lot only the product."""
        lot, goods = single.lot, dict[str, Any]()
        if lot.item.serialised:
            goods["epcList"] = [unit_uri(lot, self._made.block.number, single.number)]
        else:
            read = self._random.random() < 0.5
            goods["quantityList"] = [quantity(lot.uri if read else lot.uri.partition("/10/")[0], 1)]
        return minute, frame(
            "ObjectEvent", time=time_text(minute), place=site, step="receiving", action="OBSERVE",
            disposition="returned", bizLocation={"id": site}, **goods,
        )  # fmt: skip

    def _line(
        self, shop: Shop, lot: Lot, number: int, site: str, *, sold: int, shipped: int, units: int,
        again: str = "false",
    ) -> Line:  # fmt: skip
        """The documents of a line; no value in them needs escaping, so they are written as they are."""
        draw, item = self._random.random, lot.item
        gtin, code = item.gtin, lot.code
        affected, fault = self._counted(lot, number, units)
        serial = item.serial(block=self._made.block.number, number=number) if item.serialised else None
        written, scanned = self._recorder.codes(shop, item, lot=code, serial=serial)
        seller = f"S-{int(draw() * shop.sellers):02d}"
        place = "null" if draw() < self._rates.unplaced else f'"{site}"'
        order = (
            f'"listing":"{shop.prefix}-{seller}-{gtin[-4:]}","seller":"{seller}",'
            f'"gtin":"{gtin[14 - shop.digits :]}","lot":{_text(written)},"serial":{_text(scanned)},'
            f'"units":{units},"sold_at":"{time_text(sold)}","shipped_at":"{time_text(shipped)}",'
            f'"ship_from":{place},"region":"{REGIONS[int(draw() * 10)]}"}}\n'
        )
        truth = (
            f'"gtin":"{gtin}","lot":"{code}","serial":{_text(serial)},"units":{units},'
            f'"affected":{affected},"why":"{fault}","again":{again}}}\n'
        )
        return Line(sold, shop.place, order, truth)

    def _counted(self, lot: Lot, first: int, units: int) -> tuple[int, Fault]:
        """How many units of a line are affected, and by what; counted in the sums."""
        sums, gtin = self._sums, lot.item.gtin
        sums.lines[gtin] += 1
        sums.units[gtin] += units
        affected, fault = (units, lot.fault) if lot.fault else (0, Fault.NONE)
        if lot.faults:
            faults = [lot.fault_of(number) for number in range(first, first + units)]
            affected, fault = sum(map(bool, faults)), max(faults)
        if affected:
            sums.hit(gtin, units=affected, fault=fault)
        return affected, fault


def _text(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'
