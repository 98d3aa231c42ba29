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
REWORKED = 60
"""The number of the first reworked lot of a block."""
BLENDS = ((0, 1), (1,), (2,), (2, 1))
"""The tanks that each of the supplier's lots of cells was filled from."""
DELIVERIES = (0, 1, 2, 3, 0)
"""The supplier's lot in each of the maker's own: the first went into two."""


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
    rework: list[Rework] = field(default_factory=list)
    installed: list[Fitting] = field(default_factory=list)

    def sold(self) -> Iterator[Lot]:
        """Every lot that is sold."""
        for lots in self.lots.values():
            yield from lots


@dataclass(slots=True, kw_only=True)
class Rework:
    """A part of a lot that became another lot; unit by unit, the units that it was have their `numbers`."""

    source: Lot
    product: Lot
    by_unit: bool
    numbers: range = range(0)


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
    if block.faulty:
        made.lots[items.CHARGER].append(_twin(made))
    _faults_of_machines(made, hot=hot)
    if rates.rework:
        _reworked(made)
    _made_of(made)
    lines = block.lines - round(block.lines * rates.returns)
    _parcelled(made, lines=lines, rework=rates.rework, random=random)
    _numbered(made)
    _wired(made)
    _reworked_units(made)
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
    tanks = [_lot(block, items.TANK, number) for number in range(3)]
    cells = [_lot(block, items.CELL, number) for number in range(len(BLENDS))]
    inward = [_lot(block, items.CELL, number, style=items.INWARD) for number in range(len(DELIVERIES))]
    batteries = [_lot(block, items.BATTERY, number) for number in range(4)]
    for lots, days in (
        (tanks, (-30, -30)),
        (cells, (-25, -24)),
        (inward, (-10, -10)),
        (batteries, (-20, -18)),
    ):
        for lot in lots:
            lot.days = (block.base + days[0], block.base + days[1])
    if block.faulty:
        tanks[0].fault, cells[2].fault, batteries[0].fault = Fault.TANK, Fault.CELLS, Fault.BATTERY
    made = Made(block=block, lots={}, tanks=tanks, cells=cells, inward=inward, batteries=batteries)
    for lot, blend in zip(cells, BLENDS, strict=True):
        made.from_lots[lot] = tuple(tanks[number] for number in blend)
    for lot, source in zip(inward, DELIVERIES, strict=True):
        made.from_lots[lot] = (cells[source],)
    return made


def _faults_of_machines(made: Made, *, hot: range) -> None:
    for lot in made.lots[items.CHARGER]:
        if lot.days[0] in hot:
            lot.fault = Fault.HOT_DAY
    if made.block.faulty:
        made.lots[items.PACK][0].fault = made.lots[items.CHARGER][0].fault = Fault.PRESS


def _reworked(made: Made) -> None:
    """Two lots of packs that are made of a part of another: one in bulk, one unit by unit.

    In a faulty block the sources are affected lots, else sound ones: rework by itself is no sign.
    """
    packs = made.lots[items.PACK]
    sources = (packs[0], packs[1]) if made.block.faulty else (packs[4], packs[5])
    for place, source in enumerate(sources):
        product = _lot(made.block, items.PACK, REWORKED + place)
        product.days = (made.block.base + 14, made.block.base + 15)
        packs.append(product)
        made.rework.append(Rework(source=source, product=product, by_unit=place == 1))


def _twin(made: Made) -> Lot:
    """A lot whose code is that of an affected one without its leading zeros; sound, but for a hot day."""
    code, day = made.lots[items.CHARGER][0].code.lstrip("0"), made.block.base + 9
    return Lot(item=items.CHARGER, code=code, days=(day, day))


def _made_of(made: Made) -> None:
    """What the finished lots are made of; a fault of a source is in every unit."""
    cells, chargers, packs = made.inward, made.lots[items.CHARGER], made.lots[items.PACK]
    for lot, sources in zip(packs[:6], ((1,), (0,), (4, 1), (2,), (3,), (1, 3)), strict=True):
        made.from_lots[lot] = tuple(cells[n] for n in sources)
    first, second = made.lots[items.KIT]
    made.from_lots |= {first: (chargers[0], chargers[5]), second: (chargers[4], chargers[5])}
    for lot in (first, second):
        lot.days = (made.block.base + 13, made.block.base + 13)
    made.from_lots |= {r.product: (r.source,) for r in made.rework if not r.by_unit}
    for lot, origin in sorted(made.from_lots.items(), key=lambda pair: pair[0].days):
        lot.fault = lot.fault or next((source.fault for source in origin if source.fault), Fault.NONE)
    for rework in made.rework:
        rework.product.fault = rework.source.fault


def _parcelled(made: Made, *, lines: int, rework: float, random: Random) -> None:
    """Each lot goes to two or three sites, where its lines are sold; all lines are given out exactly."""
    reworked = {rework.product for rework in made.rework}
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


def _reworked_units(made: Made) -> None:
    """The units that were reworked one by one have numbers of their own, beyond those of all packs."""
    beyond = 1 + sum(lot.sent for lot in made.lots[items.PACK])
    for rework in made.rework:
        if rework.by_unit:
            rework.numbers = range(beyond, beyond + rework.product.sent)


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
    for rework in made.rework:
        rework.source.spent += rework.product.made
    reworked = {rework.product for rework in made.rework}
    for lot, sources in sorted(made.from_lots.items(), key=lambda pair: -pair[0].days[0]):
        if lot not in reworked:
            for source in sources:
                source.spent += units_of(source, lot, of=len(sources))


def units_of(source: Lot, product: Lot, *, of: int) -> int:
    """How many units of one of a product's sources went into it: of cells six, of the halves of a kit two."""
    each = 1 if source.item is product.item else {items.PACK: 6, items.KIT: 2}.get(product.item, 1)
    return -(-product.made * each // of)
