"""The supply side of the sandbox: which lots exist, where and when they arrived, which serials they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from connectors.sandbox.goods import BYSTANDER, RECALLED, Lot, lots_of, rework_lot
from connectors.sandbox.orders import Batch, Sale
from connectors.sandbox.places import HARBOUR_WAREHOUSE, HUB, LANTERN_WAREHOUSE, SALES_SITES, SELLER_SITES

SPARE_SHARE, SPARE_LEAST = 0.12, 2
"""Units that stand unsold at a site: share of those sold from there, and at least so many."""
OTHER_LOTS, BYSTANDER_LOTS = 12, 10
_WHOLE_MARKET = RECALLED[0].gtin
_FIRST_SITES = (HARBOUR_WAREHOUSE, LANTERN_WAREHOUSE, HUB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Units of a lot that went to one site, with their serials in order; `left` still stand there."""

    batch: Batch
    serials: tuple[str, ...]
    left: int


def at(day: date, hour: int, *, days: int = 0) -> datetime:
    """An hour of a day, UTC."""
    return datetime.combine(day, time(hour), tzinfo=UTC) + timedelta(days=days)


def make_lots(*, random: Random) -> tuple[Lot, ...]:
    """Every finished lot of the market in order of production, with the one rework lot."""
    lots = [rework_lot(model=RECALLED[0])]
    for model in RECALLED:
        lots += lots_of(model=model, others=OTHER_LOTS, random=random)
    lots += lots_of(model=BYSTANDER, others=BYSTANDER_LOTS, random=random)
    return tuple(sorted(lots, key=lambda lot: (lot.made, lot.key)))


def make_batches(*, lots: Sequence[Lot], random: Random) -> tuple[Batch, ...]:
    """Each lot goes to two or three sites of sale, some days after its last day of production."""
    batches = []
    for lot in lots:
        places = SALES_SITES if lot.gtin in (_WHOLE_MARKET, BYSTANDER.gtin) else _FIRST_SITES
        for site in sorted(random.sample(places, random.randint(2, 3))):
            days = random.randint(8, 16) + (6 if site in SELLER_SITES.values() else 0)
            batches.append(Batch(lot=lot, site=site, arrived=at(lot.made[1], 2, days=days)))
    return tuple(batches)


def fill(*, batches: Sequence[Batch], sales: Sequence[Sale]) -> tuple[Shipment, ...]:
    """How many units each batch held: those sold, and the spare; serials run on a model by order of lots."""
    sold: dict[Batch, int] = dict.fromkeys(batches, 0)
    for sale in sales:
        sold[sale.batch] += sale.units
    numbers: dict[str, int] = {}
    shipments = []
    for batch, units in sold.items():
        left = max(SPARE_LEAST, round(units * SPARE_SHARE))
        first = numbers.get(batch.lot.gtin, 0) + 1
        numbers[batch.lot.gtin] = first + units + left - 1
        shipments.append(
            Shipment(
                batch=batch,
                serials=tuple(f"{number:09d}" for number in range(first, first + units + left)),
                left=left,
            )
        )
    return tuple(shipments)


def serials_of(*, shipments: Sequence[Shipment], sales: Sequence[Sale]) -> Mapping[str, tuple[str, ...]]:
    """Which serials each order line (by its reference) got: a batch's units leave in order of shipping."""
    queues: dict[Batch, Iterator[str]] = {s.batch: iter(s.serials) for s in shipments}
    ordered = sorted(sales, key=lambda sale: (sale.shipped_at, sale.ref))
    return {sale.ref: tuple(next(queues[sale.batch]) for _ in range(sale.units)) for sale in ordered}
