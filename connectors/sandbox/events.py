"""The supply-chain events of the sandbox: EPCIS 2.0 JSON-LD, one event a line.

What each says (so that nothing is counted twice):

- a lot's own commissioning carries its quantity (`quantityList`) and its days of production in `ilmd`:
  `cbvmda:productionDate` is the first day, `sandbox:productionDateLast` the last;
- the commissioning of a case's items carries their serials and the lot they belong to, and no quantity;
- shipping and receiving name the pallets (`epcList`) and say their contents again by lot (`quantityList`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import count

from connectors.sandbox.goods import CELL_GTIN, REWORK_LOT, Lot, lot_uri, serial_uri
from connectors.sandbox.places import CELL_PLANT, FACTORY, HUB, SELLER_SITES
from connectors.sandbox.supply import Shipment, at
from connectors.sandbox.writing import Event, begun, frame, leg, packed, quantity, sscc

CASE, PALLET, CELLS = 24, 40, 6
"""Units a case, cases a pallet, cells a power bank."""
EAST = timezone(timedelta(hours=8))


def make_events(shipments: Sequence[Shipment]) -> list[Event]:
    """Every event of the market, in order of time."""
    sscc = count(1)
    by_lot: dict[Lot, list[Shipment]] = {}
    for shipment in shipments:
        by_lot.setdefault(shipment.batch.lot, []).append(shipment)
    units = _units_made(by_lot)
    events: list[Event] = []
    for lot, members in by_lot.items():
        events += _birth(lot, units=units[lot])
        for shipment in members:
            events += _packing_and_way(shipment, sscc)
    for cells, lots in _by_cells(units).items():
        events += _cell_events(cells, lots)
    return sorted(events, key=lambda event: (event["eventTime"], event["type"]))


def _units_made(by_lot: Mapping[Lot, Sequence[Shipment]]) -> dict[Lot, int]:
    """Units of each lot at its birth: those sent out, and those that became another lot."""
    sent = {lot: sum(len(s.serials) for s in members) for lot, members in by_lot.items()}
    return {
        lot: units + sum(n for other, n in sent.items() if (other.gtin, other.source) == lot.key)
        for lot, units in sent.items()
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(EAST).isoformat(timespec="seconds")


def _uri(lot: Lot) -> str:
    return lot_uri(gtin=lot.gtin, lot=lot.code)


def _birth(lot: Lot, *, units: int) -> Iterator[Event]:
    """The transformation that a lot comes from, and its commissioning."""
    rework = lot.code == REWORK_LOT
    source = lot_uri(gtin=lot.gtin if rework else CELL_GTIN, lot=lot.source)
    yield frame(
        "TransformationEvent",
        time=_time(at(lot.made[0], 0)),
        place=FACTORY,
        step="creating_class_instance",
        bizLocation={"id": FACTORY},
        transformationID=f"https://example.org/sandbox/transformation/{lot.gtin}/{lot.code}",
        inputQuantityList=[quantity(source, units if rework else units * CELLS)],
        outputQuantityList=[quantity(_uri(lot), units)],
    )
    days = {
        "cbvmda:lotNumber": lot.code,
        "cbvmda:productionDate": lot.made[0].isoformat(),
        "sandbox:productionDateLast": lot.made[1].isoformat(),
    }
    goods = [quantity(_uri(lot), units)]
    yield begun(time=_time(at(lot.made[0], 1)), place=FACTORY, quantityList=goods, ilmd=days)


def _packing_and_way(shipment: Shipment, numbers: count[int]) -> Iterator[Event]:
    """Items commissioned and packed in cases over the days of production, then the way to the site."""
    lot = shipment.batch.lot
    days = (lot.made[1] - lot.made[0]).days
    cases = [shipment.serials[i : i + CASE] for i in range(0, len(shipment.serials), CASE)]
    cartons = []
    for number, serials in enumerate(cases):
        day = lot.made[0] + timedelta(days=days * number // len(cases))
        cartons.append(sscc(next(numbers)))
        items = [serial_uri(gtin=lot.gtin, serial=serial) for serial in serials]
        told = {"cbvmda:lotNumber": lot.code, "cbvmda:productionDate": day.isoformat()}
        yield begun(time=_time(at(day, 2)), place=FACTORY, epcList=items, ilmd=told)
        yield packed(cartons[-1], time=_time(at(day, 8)), place=FACTORY, childEPCs=items)
    pallets = []
    for start in range(0, len(cartons), PALLET):
        pallets.append(sscc(next(numbers)))
        load = cartons[start : start + PALLET]
        yield packed(pallets[-1], time=_time(at(lot.made[1], 9)), place=FACTORY, childEPCs=load)
    yield from _way(shipment, pallets)


def _way(shipment: Shipment, pallets: list[str]) -> Iterator[Event]:
    """From the factory to the site; to a seller's warehouse the way leads over the hub."""
    batch = shipment.batch
    goods = [quantity(_uri(batch.lot), len(shipment.serials))]
    start, leaves = FACTORY, at(batch.lot.made[1], 1, days=3)
    if batch.site in SELLER_SITES.values():
        there = batch.arrived - timedelta(days=4)
        yield from leg(
            start=start, end=HUB, leaves=_time(leaves), arrives=_time(there), pallets=pallets, goods=goods
        )
        start, leaves = HUB, there + timedelta(days=2)
    yield from leg(
        start=start, end=batch.site, leaves=_time(leaves), arrives=_time(batch.arrived), pallets=pallets,
        goods=goods,
    )  # fmt: skip


def _by_cells(units: dict[Lot, int]) -> dict[str, list[tuple[Lot, int]]]:
    """The finished lots that each cell lot went into, with their units."""
    cells: dict[str, list[tuple[Lot, int]]] = {}
    for lot, number in units.items():
        if lot.code != REWORK_LOT:
            cells.setdefault(lot.source, []).append((lot, number))
    return cells


def _cell_events(cells: str, lots: Sequence[tuple[Lot, int]]) -> Iterator[Event]:
    """A cell lot is made a month before its first use and sent to the factory; some cells stay over."""
    first_use = min(lot.made[0] for lot, _ in lots)
    made = first_use - timedelta(days=30)
    units = CELLS * sum(units for _, units in lots) * 21 // 20
    goods = [quantity(lot_uri(gtin=CELL_GTIN, lot=cells), units)]
    told = {"cbvmda:lotNumber": cells, "cbvmda:productionDate": made.isoformat()}
    yield begun(time=_time(at(made, 1)), place=CELL_PLANT, quantityList=goods, ilmd=told)
    leaves, arrives = _time(at(made, 1, days=5)), _time(at(made, 1, days=9))
    yield from leg(start=CELL_PLANT, end=FACTORY, leaves=leaves, arrives=arrives, pallets=[], goods=goods)
