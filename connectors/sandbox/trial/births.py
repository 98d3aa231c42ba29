"""The events of a block's production: what was made of what, which units began, what was built in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.sandbox.goods import serial_uri
from connectors.sandbox.trial import items
from connectors.sandbox.trial.lots import Lot
from connectors.sandbox.trial.places import MAKER, SUPPLIER
from connectors.sandbox.trial.plan import DAY, day_text, time_text
from connectors.sandbox.trial.production import Fitting, Made, Rework, units_of
from connectors.sandbox.writing import Event, begun, frame, quantity

CASE = 24
KILOGRAMS = 0.05
"""Of electrolyte in a cell."""
Timed = tuple[int, Event]
"""An event with its minute."""


def unit_uri(lot: Lot, block: int, number: int) -> str:
    """Canonical Digital Link of one unit."""
    return serial_uri(gtin=lot.item.gtin, serial=lot.item.serial(block=block, number=number))


def births(made: Made) -> Iterator[Timed]:
    """The events of production but for the units' own, which are told case by case where they are packed."""
    for lot in (*made.tanks, *made.cells, *made.inward, *made.batteries, *made.sold()):
        yield from _birth(lot, made)
    for rework in made.rework:
        yield from _commissioned(rework.source, made.block.number, rework.numbers)
    for lot in made.batteries:
        yield from _commissioned(lot, made.block.number, range(lot.first, lot.first + lot.spent))
    for rework in made.rework:
        yield from _unit_by_unit(rework, made.block.number)
    for fitting in made.installed:
        yield from _fitting(fitting, made.block.number)


def _birth(lot: Lot, made: Made) -> Iterator[Timed]:
    """The transformation that a lot comes from, if it does, and its commissioning."""
    place = SUPPLIER if lot in made.tanks or lot in made.cells else MAKER
    minute, sources = lot.days[0] * DAY, made.from_lots.get(lot, ())
    size = _amount(lot, lot.made)
    if sources:
        same = lot.item is sources[0].item
        yield (
            minute,
            frame(
                "TransformationEvent",
                time=time_text(minute),
                place=place,
                step="repackaging" if same else "creating_class_instance",
                bizLocation={"id": place},
                transformationID=f"https://example.org/sandbox/trial/{lot.item.gtin}/{lot.code}",
                inputQuantityList=[_part(source, lot, of=len(sources)) for source in sources],
                outputQuantityList=[size],
            ),
        )
    told = {"cbvmda:lotNumber": lot.code, "cbvmda:productionDate": day_text(lot.days[0])}
    if lot.days[1] > lot.days[0]:
        told["sandbox:productionDateLast"] = day_text(lot.days[1])
    yield minute + 60, begun(time=time_text(minute + 60), place=place, quantityList=[size], ilmd=told)


def _amount(lot: Lot, units: int) -> dict[str, Any]:
    """So many units of a lot; electrolyte is told in kilograms of the cells that it fills."""
    if lot.item is items.TANK:
        return quantity(lot.uri, round(units * KILOGRAMS, 2), uom="KGM")
    return quantity(lot.uri, units)


def _part(source: Lot, product: Lot, *, of: int) -> dict[str, Any]:
    return _amount(source, units_of(source, product, of=of))


def _commissioned(lot: Lot, block: int, numbers: range) -> Iterator[Timed]:
    """Units that begin to exist in trays that go nowhere by themselves."""
    minute = lot.days[1] * DAY + 90
    for start in range(numbers.start, numbers.stop, CASE):
        uris = [unit_uri(lot, block, n) for n in range(start, min(start + CASE, numbers.stop))]
        yield minute, commissioning(lot, uris, minute)


def commissioning(lot: Lot, uris: list[str], minute: int) -> Event:
    """Units of a lot that begin to exist."""
    told = {"cbvmda:lotNumber": lot.code, "cbvmda:productionDate": day_text(minute // DAY)}
    return begun(time=time_text(minute), place=MAKER, epcList=uris, ilmd=told)


def _unit_by_unit(rework: Rework, block: int) -> Iterator[Timed]:
    """One unit becomes one other: the old serial ends, a new one of another lot begins."""
    source, product = rework.source, rework.product
    for place, number in enumerate(rework.numbers):
        minute = product.days[0] * DAY + 30 + place % 400
        yield (
            minute,
            frame(
                "TransformationEvent",
                time=time_text(minute),
                place=MAKER,
                step="repackaging",
                bizLocation={"id": MAKER},
                inputEPCList=[unit_uri(source, block, number)],
                outputEPCList=[unit_uri(product, block, product.first + place)],
                ilmd={"cbvmda:lotNumber": product.code},
            ),
        )


def _fitting(fitting: Fitting, block: int) -> Iterator[Timed]:
    """A battery is built in, and perhaps taken out again for another."""
    device = unit_uri(fitting.device, block, fitting.number)
    minute = fitting.device.days[1] * DAY + 200 + fitting.number % 300
    yield minute, _association(device, fitting.battery, block, minute, action="ADD", step="assembling")
    if fitting.replaced_by is not None:
        later = minute + 2 * DAY
        yield later, _association(device, fitting.battery, block, later, action="DELETE", step="removing")
        yield (
            later + 5,
            _association(device, fitting.replaced_by, block, later + 5, action="ADD", step="replacing"),
        )


def _association(
    device: str, battery: tuple[Lot, int], block: int, minute: int, *, action: str, step: str
) -> Event:
    lot, place = battery
    return frame(
        "AssociationEvent", time=time_text(minute), place=MAKER, step=step, action=action,
        bizLocation={"id": MAKER}, parentID=device, childEPCs=[unit_uri(lot, block, lot.first + place - 1)],
    )  # fmt: skip
