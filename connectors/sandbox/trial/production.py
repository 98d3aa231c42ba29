"""The production of a block: which lots are made of what, and how faults travel with the matter itself.

Nothing here knows of clauses, events or rules: a fault begins in a tank, a press, a winder or a machine, and
goes where the goods go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from connectors.sandbox.trial import items
from connectors.sandbox.trial.items import Item
from connectors.sandbox.trial.lots import Fault, Lot, Parcel
from connectors.sandbox.trial.places import FAR, NEAR
from connectors.sandbox.trial.plan import Block
from connectors.sandbox.trial.rates import Rates

SITES = (*NEAR, *FAR)
SPARE = 0.1
"""Of the units sold from a site: so many more stand there."""
_LOTS = {
    items.PACK: 6,
    items.CHARGER: 6,
    items.KIT: 2,
    items.TOOL: 3,
    items.LAMP: 3,
    items.PAD: 4,
    items.PLUG: 4,
}
_SPAN = {items.PACK: 3, items.TOOL: 2, items.LAMP: 2, items.PAD: 3}
"""Days that a lot takes beyond the first."""
TWIN = 60
"""The number of the sound lot whose code is an affected one's without its zeros; reworked lots follow."""


@dataclass(slots=True, kw_only=True)
class Made:
    """Everything that a block made."""

    block: Block
    lots: dict[Item, list[Lot]]
    """What is sold, by trade item, in order of production."""
    tanks: list[Lot]
    cells: list[Lot]
    """The supplier's."""
    inward: list[Lot]
    """The same cells under the maker's names."""
    batteries: list[Lot]
    from_lots: dict[Lot, tuple[Lot, ...]] = field(default_factory=dict)
    """What each lot was made of, a part of each in every unit."""
    rework: list[tuple[Lot, Lot]] = field(default_factory=list)
    """(Source, product): reworked as so many of the lot."""
    rework_by_unit: list[tuple[Lot, int, Lot, int]] = field(default_factory=list)
    """(Source, its serial's number, product, its serial's number): reworked one by one."""
    installed: list[Fitting] = field(default_factory=list)

    def sold(self) -> Iterator[Lot]:
        """Every lot that is sold."""
        for lots in self.lots.values():
            yield from lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """A device with the battery that was built in, and the one that replaced it before it was sold."""

    device: Lot
    number: int
    battery: tuple[Lot, int]
    replaced_by: tuple[Lot, int] | None


def produce(block: Block, *, rates: Rates, hot: range, random: Random) -> Made:
    """Make a block's goods for as many lines as it has, but for those that are sold a second time."""
    made = _supplies(block)
    for item, count in _LOTS.items():
        made.lots[item] = [_lot(block, item, number) for number in range(count)]
    _faults_of_machines(made, hot=hot)
    _reworked(made, share=rates.rework)
    if block.faulty:
        twin = made.lots[items.CHARGER][0]
        made.lots[items.CHARGER].append(
            Lot(item=items.CHARGER, code=twin.code.lstrip("0"), days=(block.base + 9, block.base + 9))
        )
    _made_of(made)
    lines = block.lines - round(block.lines * rates.returns)
    _parcelled(made, lines=lines, rework=rates.rework, random=random)
    _numbered(made)
    _wired(made)
    _rework_by_unit(made)
    _fitted(made, replaced=rates.replaced, random=random)
    _spend(made)
    return made


def _lot(block: Block, item: Item, number: int, *, style: str = "") -> Lot:
    code = item.lot_code(block=block.number, number=number)
    if style:
        digits = "".join(filter(str.isdigit, code))
        code = style.format(digits[:4], digits[4:])
    start = block.base + 2 * number % 12
    return Lot(item=item, code=code, days=(start, start + _SPAN.get(item, 0)))


def _supplies(block: Block) -> Made:
    """Tanks blend into the supplier's lots of cells, which the maker takes in under its own names."""
    early = block.base - 30
    tanks = [Lot(item=items.TANK, code=items.TANK.lot_code(block=block.number, number=n), days=(early, early))
             for n in range(3)]  # fmt: skip
    cells, inward, batteries = ([_lot(block, item, n, style=style) for n in range(count)] for item, count, style in (
        (items.CELL, 4, ""), (items.CELL, 5, items.INWARD), (items.BATTERY, 4, "")))  # fmt: skip
    made = Made(block=block, lots={}, tanks=tanks, cells=cells, inward=inward, batteries=batteries)
    for number, blend in enumerate(((0, 1), (1,), (2,), (2, 1))):
        cells[number].days = (early + 5, early + 6)
        made.from_lots[cells[number]] = tuple(tanks[n] for n in blend)
    for number, source in enumerate((0, 1, 2, 3, 0)):  # the first delivery is split in two
        inward[number].days = (early + 20, early + 20)
        made.from_lots[inward[number]] = (cells[source],)
    for lot in batteries:
        lot.days = (early + 10, early + 12)
    if block.faulty:
        tanks[0].fault, cells[2].fault, batteries[0].fault = Fault.TANK, Fault.CELLS, Fault.BATTERY
    return made


def _faults_of_machines(made: Made, *, hot: range) -> None:
    for lot in made.lots[items.CHARGER]:
        if lot.days[0] in hot:
            lot.fault = Fault.HOT_DAY
    if made.block.faulty:
        made.lots[items.PACK][0].fault = made.lots[items.CHARGER][0].fault = Fault.PRESS


def _reworked(made: Made, *, share: float) -> None:
    """Two lots of packs that are made of a part of another: one in bulk, one unit by unit.

    In a faulty block the sources are affected lots, else sound ones: rework by itself is no sign.
    """
    packs = made.lots[items.PACK]
    bulk, single = (packs[0], packs[1]) if made.block.faulty else (packs[4], packs[5])
    for number, source in enumerate((bulk, single) if share else (), start=TWIN):
        lot = _lot(made.block, items.PACK, number)
        lot.days = (made.block.base + 14, made.block.base + 15)
        packs.append(lot)
        if source is bulk:
            made.rework.append((source, lot))
            made.from_lots[lot] = (source,)
        else:
            made.rework_by_unit.append((source, 0, lot, 0))


def _made_of(made: Made) -> None:
    """What the finished lots are made of; a fault of a source is in every unit."""
    cells, chargers = made.inward, made.lots[items.CHARGER]
    for lot, sources in zip(
        made.lots[items.PACK],
        ((1,), (0,), (4, 1), (2,), (3,), (1, 3)),
        strict=False,  # reworked packs are made of packs
    ):
        made.from_lots[lot] = tuple(cells[n] for n in sources)
    first, second = made.lots[items.KIT]
    made.from_lots |= {first: (chargers[0], chargers[5]), second: (chargers[4], chargers[5])}
    for lot in (first, second):
        lot.days = (made.block.base + 13, made.block.base + 13)
    for lot, sources in sorted(made.from_lots.items(), key=lambda pair: pair[0].days):
        lot.fault = lot.fault or next((s.fault for s in sources if s.fault), Fault.NONE)


def _parcelled(made: Made, *, lines: int, rework: float, random: Random) -> None:
    """Each lot goes to two or three sites, where its lines are sold; all lines are given out exactly."""
    reworked = {product for _, product in made.rework} | {product for _, _, product, _ in made.rework_by_unit}
    weights: list[tuple[Lot, str, float]] = []
    for item, lots in made.lots.items():
        for lot in lots:
            weight = item.share / len(lots)
            if item is items.PACK and reworked:
                weight = item.share * (
                    rework / len(reworked) if lot in reworked else (1 - rework) / (len(lots) - len(reworked))
                )
            sites = sorted(random.sample(SITES, random.randint(2, 3)))
            weights += [(lot, site, weight / len(sites) * random.uniform(0.6, 1.4)) for site in sites]
    total, upto, given = sum(weight for *_, weight in weights), 0.0, 0
    for number, (lot, site, weight) in enumerate(weights, start=1):
        upto += weight
        count = (lines if number == len(weights) else int(lines * upto / total)) - given
        given += count
        sold = random.choices((1, 2, 3), (0.86, 0.1, 0.04), k=count)
        lot.parcels.append(
            Parcel(
                lot=lot, site=site, wave=int(lot.days[1] > made.block.base + 7), sold=sold,
                left=max(1, round(sum(sold) * SPARE)),
            )
        )  # fmt: skip


def _numbered(made: Made) -> None:
    """Serials run on a trade item in the order of its lots."""
    for lots in made.lots.values():
        number = 1
        for lot in lots:
            lot.first = number
            for parcel in lot.parcels:
                parcel.first = number
                number += parcel.units


def _wired(made: Made) -> None:
    """One machine wired the middle of the first lot of lamps: a part of a lot, by its serials."""
    if made.block.faulty:
        lamps = made.lots[items.LAMP][0]
        third = lamps.sent // 3
        middle = range(lamps.first + third, lamps.first + 2 * third + 1)
        lamps.faults = dict.fromkeys(middle, Fault.WIRING)


def _rework_by_unit(made: Made) -> None:
    """The units of the product, each with the unit of the source that it was: those have the last numbers."""
    for source, _, product, _ in made.rework_by_unit[:]:
        made.rework_by_unit.clear()
        last = made.lots[items.PACK][-1]
        beyond = last.first + last.sent
        for place in range(product.sent):
            made.rework_by_unit.append((source, beyond + place, product, product.first + place))
        product.fault = source.fault


def _fitted(made: Made, *, replaced: float, random: Random) -> None:
    """Every device gets a battery from a tray of mixed lots; some get another one before they are sold."""
    taken = dict.fromkeys(made.batteries, 0)

    def battery(*lots: int) -> tuple[Lot, int]:
        lot = made.batteries[random.choice(lots)]
        taken[lot] += 1
        return lot, taken[lot]

    for place, device in enumerate(made.lots[items.TOOL]):
        for number in range(device.first, device.first + device.sent):
            own = battery(place, place + 1)
            other = battery(3, 3, 3, 0) if random.random() < replaced else None
            made.installed.append(Fitting(device=device, number=number, battery=own, replaced_by=other))
            if fault := (other or own)[0].fault:
                device.faults[number] = fault
    beyond = 1
    for lot in made.batteries:
        lot.first, lot.spent = beyond, taken[lot]
        beyond += taken[lot]


def _spend(made: Made) -> None:
    """Units of each source that its products took, from the last product back to the first source."""
    for source, product in made.rework:
        source.spent += product.made
    if made.rework_by_unit:
        made.rework_by_unit[0][0].spent += len(made.rework_by_unit)
    each = {items.PACK: 6, items.KIT: 2, items.CELL: 1}
    for lot, sources in sorted(made.from_lots.items(), key=lambda pair: -pair[0].days[0]):
        if (sources, lot) in [((s,), p) for s, p in made.rework]:
            continue
        for source in sources:
            source.spent += -(-lot.made * each[lot.item] // len(sources))
