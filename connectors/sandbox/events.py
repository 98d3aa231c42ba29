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
from typing import Any

from connectors.sandbox.goods import CELL_GTIN, REWORK_LOT, Lot, lot_uri, serial_uri, with_check_digit
from connectors.sandbox.places import CELL_PLANT, FACTORY, HUB, SELLER_SITES
from connectors.sandbox.supply import Shipment, at

CASE, PALLET, CELLS = 24, 40, 6
"""Units a case, cases a pallet, cells a power bank."""
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"sandbox": "https://example.org/sandbox/"},
]
EAST = timezone(timedelta(hours=8))

Event = dict[str, Any]


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


def _event(kind: str, *, time: datetime, place: str, step: str, **more: Any) -> Event:
    """The frame of an event, its time at UTC+8."""
    return {
        "@context": CONTEXT,
        "type": kind,
        "eventTime": time.astimezone(EAST).isoformat(timespec="seconds"),
        "eventTimeZoneOffset": "+08:00",
        "bizStep": step,
        "readPoint": {"id": place},
        **more,
    }


def _quantity(uri: str, units: int) -> dict[str, Any]:
    return {"epcClass": uri, "quantity": units}


def _uri(lot: Lot) -> str:
    return lot_uri(gtin=lot.gtin, lot=lot.code)


def _birth(lot: Lot, *, units: int) -> Iterator[Event]:
    """The transformation that a lot comes from, and its commissioning."""
    rework = lot.code == REWORK_LOT
    source = lot_uri(gtin=lot.gtin if rework else CELL_GTIN, lot=lot.source)
    yield _event(
        "TransformationEvent",
        time=at(lot.made[0], 0),
        place=FACTORY,
        step="creating_class_instance",
        bizLocation={"id": FACTORY},
        transformationID=f"https://example.org/sandbox/transformation/{lot.gtin}/{lot.code}",
        inputQuantityList=[_quantity(source, units if rework else units * CELLS)],
        outputQuantityList=[_quantity(_uri(lot), units)],
    )
    yield _event(
        "ObjectEvent",
        time=at(lot.made[0], 1),
        place=FACTORY,
        step="commissioning",
        action="ADD",
        disposition="active",
        bizLocation={"id": FACTORY},
        quantityList=[_quantity(_uri(lot), units)],
        ilmd={
            "cbvmda:lotNumber": lot.code,
            "cbvmda:productionDate": lot.made[0].isoformat(),
            "sandbox:productionDateLast": lot.made[1].isoformat(),
        },
    )


def _sscc(number: int) -> str:
    return f"https://id.gs1.org/00/{with_check_digit(f'09521234{number:09d}')}"


def _packing_and_way(shipment: Shipment, numbers: count[int]) -> Iterator[Event]:
    """Items commissioned and packed in cases over the days of production, then the way to the site."""
    lot = shipment.batch.lot
    days = (lot.made[1] - lot.made[0]).days
    cases = [shipment.serials[i : i + CASE] for i in range(0, len(shipment.serials), CASE)]
    cartons = []
    for number, serials in enumerate(cases):
        day = lot.made[0] + timedelta(days=days * number // len(cases))
        carton = _sscc(next(numbers))
        cartons.append(carton)
        items = [serial_uri(gtin=lot.gtin, serial=serial) for serial in serials]
        yield _event(
            "ObjectEvent",
            time=at(day, 2),
            place=FACTORY,
            step="commissioning",
            action="ADD",
            disposition="active",
            bizLocation={"id": FACTORY},
            epcList=items,
            ilmd={"cbvmda:lotNumber": lot.code, "cbvmda:productionDate": day.isoformat()},
        )
        yield _packed(carton, items, time=at(day, 8))
    pallets = []
    for start in range(0, len(cartons), PALLET):
        pallets.append(_sscc(next(numbers)))
        yield _packed(pallets[-1], cartons[start : start + PALLET], time=at(lot.made[1], 9))
    yield from _way(shipment, pallets)


def _packed(parent: str, children: Sequence[str], *, time: datetime) -> Event:
    return _event(
        "AggregationEvent",
        time=time,
        place=FACTORY,
        step="packing",
        action="ADD",
        bizLocation={"id": FACTORY},
        parentID=parent,
        childEPCs=list(children),
    )


def _way(shipment: Shipment, pallets: list[str]) -> Iterator[Event]:
    """From the factory to the site; to a seller's warehouse the way leads over the hub."""
    batch = shipment.batch
    goods = [_quantity(_uri(batch.lot), len(shipment.serials))]
    leaves = at(batch.lot.made[1], 1, days=3)
    if batch.site in SELLER_SITES.values():
        arrives = batch.arrived - timedelta(days=4)
        yield from _leg(FACTORY, HUB, leaves=leaves, arrives=arrives, pallets=pallets, goods=goods)
        yield from _leg(
            HUB,
            batch.site,
            leaves=arrives + timedelta(days=2),
            arrives=batch.arrived,
            pallets=pallets,
            goods=goods,
        )
    else:
        yield from _leg(
            FACTORY, batch.site, leaves=leaves, arrives=batch.arrived, pallets=pallets, goods=goods
        )


def _leg(
    start: str,
    end: str,
    *,
    leaves: datetime,
    arrives: datetime,
    pallets: list[str],
    goods: list[dict[str, Any]],
) -> Iterator[Event]:
    """One shipping event and its receiving event; `pallets` may be empty."""
    load = {"epcList": pallets, "quantityList": goods} if pallets else {"quantityList": goods}
    ends = {
        "sourceList": [{"type": "location", "source": start}],
        "destinationList": [{"type": "location", "destination": end}],
    }
    yield _event(
        "ObjectEvent",
        time=leaves,
        place=start,
        step="shipping",
        action="OBSERVE",
        disposition="in_transit",
        **load,
        **ends,
    )
    yield _event(
        "ObjectEvent",
        time=arrives,
        place=end,
        step="receiving",
        action="OBSERVE",
        disposition="in_progress",
        bizLocation={"id": end},
        **load,
        **ends,
    )


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
    goods = [
        _quantity(lot_uri(gtin=CELL_GTIN, lot=cells), CELLS * sum(units for _, units in lots) * 21 // 20)
    ]
    yield _event(
        "ObjectEvent",
        time=at(made, 1),
        place=CELL_PLANT,
        step="commissioning",
        action="ADD",
        disposition="active",
        bizLocation={"id": CELL_PLANT},
        quantityList=goods,
        ilmd={"cbvmda:lotNumber": cells, "cbvmda:productionDate": made.isoformat()},
    )
    yield from _leg(
        CELL_PLANT,
        FACTORY,
        leaves=at(made, 1, days=5),
        arrives=at(made, 1, days=9),
        pallets=[],
        goods=goods,
    )
