"""The sales of a block: who sold which units from where and when, and which came back and were sold again."""

from __future__ import annotations

from collections.abc import Iterator
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
    units: int
    affected: int
    """Units of it that are."""
    fault: Fault
    gtin: str


class Sales:
    """Sells what a block sent to its sites: every line once, in no order."""

    def __init__(self, made: Made, *, rates: Rates, random: Random) -> None:
        """The parcels of `made` have arrived."""
        self._made, self._rates, self._random = made, rates, random
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
        random, number, lot = self._random, parcel.first, parcel.lot
        shops = SELLING_AT[parcel.site]
        serial = lot.item.serialised
        for units in parcel.sold:
            after = int(random.expovariate(1 / MEAN_DAYS) * DAY)
            sold = min(parcel.arrived + 60 + after, LAST_SALE - int(random.random() * 30 * DAY))
            shipped = sold + 60 + int(random.random() * 2 * DAY)
            if lot.faults:
                faults = [lot.fault_of(n) for n in range(number, number + units)]
                affected, fault = sum(map(bool, faults)), max(faults)
            else:
                affected, fault = (units, lot.fault) if lot.fault else (0, Fault.NONE)
            if units == 1 and shipped < LAST_RETURNED:
                self._singles.append(Single(lot, number, shipped))
            yield self._line(
                shops[int(random.random() * len(shops))], lot, number if serial else None, parcel.site,
                sold=sold, shipped=shipped, units=units, affected=affected, fault=fault, again=False,
            )  # fmt: skip
            number += units

    def _again(self, single: Single) -> Line:
        """A unit that came back to where returns go, and was sold from there."""
        random, lot = self._random, single.lot
        back = single.shipped + int((7 + 20 * random.random()) * DAY)
        site = RETURNS[int(random.random() * len(RETURNS))]
        self.returned.append(self._came_back(single, site, back))
        sold = back + int((1 + 15 * random.random()) * DAY)
        fault = lot.fault_of(single.number)
        shops, number = SELLING_AT[site], single.number if lot.item.serialised else None
        return self._line(
            shops[int(random.random() * len(shops))], lot, number, site,
            sold=sold, shipped=sold + 60 + int(random.random() * DAY), units=1, affected=int(bool(fault)),
            fault=fault, again=True,
        )  # fmt: skip

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
        self, shop: Shop, lot: Lot, number: int | None, site: str, *, sold: int, shipped: int, units: int,
        affected: int, fault: Fault, again: bool,
    ) -> Line:  # fmt: skip
        """The documents of a line; no value in them needs escaping, so they are written as they are."""
        random, item = self._random, lot.item
        serial = None if number is None else item.serial(block=self._made.block.number, number=number)
        seller = f"S-{int(random.random() * shop.sellers):02d}"
        recorded, scanned = self._recorder.codes(shop, item, lot=lot.code, serial=serial)
        place = "null" if random.random() < self._rates.unplaced else f'"{site}"'
        gtin = item.gtin
        order = (
            f'"listing":"{shop.prefix}-{seller}-{gtin[-4:]}","seller":"{seller}",'
            f'"gtin":"{gtin[14 - shop.digits :]}",'
            f'"lot":{_text(recorded)},"serial":{_text(scanned)},"units":{units},"sold_at":"{time_text(sold)}",'
            f'"shipped_at":"{time_text(shipped)}","ship_from":{place},'
            f'"region":"{REGIONS[int(random.random() * 10)]}"}}\n'
        )  # fmt: skip
        truth = (
            f'"gtin":"{gtin}","lot":"{lot.code}","serial":{_text(serial)},"units":{units},"affected":{affected},'
            f'"why":"{fault}","again":{"true" if again else "false"}}}\n'
        )
        return Line(sold, shop.place, order, truth, units, affected, fault, gtin)


def _text(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'
