"""The market: a seeded world of lots, ways and orders whose truth is known, written to a folder.

`events.jsonl` the supply chain's events (EPCIS 2.0, one a line) · `catalogue.json` the products ·
`parties.json` who takes part · `harbour.db`, `lantern.db`, `northgate.db` a participant's own books ·
`truth.jsonl` what really happened to each order line · `truth.json` the sums.
The same seed gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from connectors.sandbox import database
from connectors.sandbox.behaviour import BuyerPlan, model_code, plan_buyers
from connectors.sandbox.books import write_logistics, write_platform
from connectors.sandbox.events import make_events
from connectors.sandbox.goods import RECALLED, REWORK_LOT, catalogue
from connectors.sandbox.orders import Sale, make_sales
from connectors.sandbox.places import PLATFORMS, parties
from connectors.sandbox.supply import Shipment, fill, make_batches, make_lots, serials_of
from connectors.sandbox.writing import write_document, write_lines
from recall.errors import InputRefused

EARLIEST_END = datetime(2025, 3, 1, tzinfo=UTC)
OVERCOUNT = 7
"""By how many units one count of the logistics partner exceeds all that ever came to the site."""
DOWN_AFTER, DOWN_FOR = timedelta(days=4), timedelta(days=2)
"""When the second platform is down: after the end of the market's history, and for how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSummary:
    """The sums of a market: what is true, and what a product-wide recall would have told."""

    seed: int
    lines: int
    affected_lines: int
    affected_units: int
    blanket_lines: int
    """Lines of the three models, whatever their lot."""
    units: int
    affected_stock: int
    """Affected units that stand unsold at the sites."""
    lots: int
    affected_lots: int
    events: int
    rework_lot: str
    overcount: dict[str, object] | None
    """The one false count of the logistics partner: site, gtin, lot, what stands there, what it will say."""


def make_market(
    *, seed: int, lines: int, until: datetime, into: Path, overcount: bool = True
) -> MarketSummary:
    """Makes the market and writes it into a folder (made if absent; files of an older market replaced).

    `until` is when its history ends (the day of the recall), at the earliest March 2025; else InputRefused.
    """
    if until < EARLIEST_END or lines < 0:
        raise InputRefused(
            "Cannot make this market",
            expected=f"lines from 0 and an end from {EARLIEST_END:%Y-%m-%d} on",
            got=f"{lines} lines until {until:%Y-%m-%d}",
        )
    random = Random(seed)
    lots = make_lots(random=random)
    batches = make_batches(lots=lots, random=random)
    sales = make_sales(batches=batches, lines=lines, until=until, random=random)
    shipments = fill(batches=batches, sales=sales)
    serials = serials_of(shipments=shipments, sales=sales)
    sales = [changed(sale, serials=serials[sale.ref]) for sale in sales]
    buyers = plan_buyers(sales, random=random)
    false_count = _false_count(shipments, random) if overcount else None
    events = make_events(shipments)
    into.mkdir(parents=True, exist_ok=True)
    summary = _summary(seed, sales, shipments, events=len(events), false_count=false_count)
    _write_documents(into, events=events, sales=sales, summary=summary)
    _write_books(into, seed=seed, until=until, sales=sales, buyers=buyers, shipments=shipments,
                 false_count=false_count, random=random)  # fmt: skip
    return summary


def _false_count(shipments: Sequence[Shipment], random: Random) -> dict[str, object]:
    """One affected batch that the logistics partner will count higher than it can be."""
    shipment = random.choice([s for s in shipments if s.batch.lot.affected])
    gtin, lot = shipment.batch.lot.key
    return {
        "site": shipment.batch.site,
        "gtin": gtin,
        "lot": lot,
        "units": shipment.left,
        "says": len(shipment.serials) + OVERCOUNT,
    }


def _summary(
    seed: int,
    sales: Sequence[Sale],
    shipments: Sequence[Shipment],
    *,
    events: int,
    false_count: dict[str, object] | None,
) -> MarketSummary:
    recalled = {model.gtin for model in RECALLED}
    affected = [sale for sale in sales if sale.batch.lot.affected]
    lots = {shipment.batch.lot for shipment in shipments}
    return MarketSummary(
        seed=seed,
        lines=len(sales),
        affected_lines=len(affected),
        affected_units=sum(sale.units for sale in affected),
        blanket_lines=sum(1 for sale in sales if sale.batch.lot.gtin in recalled),
        units=sum(len(shipment.serials) for shipment in shipments),
        affected_stock=sum(s.left for s in shipments if s.batch.lot.affected),
        lots=len(lots),
        affected_lots=sum(1 for lot in lots if lot.affected),
        events=events,
        rework_lot=REWORK_LOT,
        overcount=false_count,
    )


def _write_documents(
    into: Path, *, events: Iterable[object], sales: Sequence[Sale], summary: MarketSummary
) -> None:
    write_lines(into / "events.jsonl", events)
    write_lines(into / "truth.jsonl", map(_truth, sales))
    for name, document in (
        ("catalogue.json", catalogue()),
        ("parties.json", parties()),
        ("truth.json", asdict(summary)),
    ):
        write_document(into / name, document)


def _truth(sale: Sale) -> dict[str, object]:
    """What really happened to an order line."""
    gtin, lot = sale.batch.lot.key
    return {
        "platform": sale.plan.key,
        "line": sale.ref,
        "model": model_code(gtin),
        "gtin": gtin,
        "lot": lot,
        "serials": sale.serials,
        "units": sale.units,
        "site": sale.batch.site,
        "record": sale.record,
        "affected": sale.batch.lot.affected,
    }


def _write_books(
    into: Path,
    *,
    seed: int,
    until: datetime,
    sales: Sequence[Sale],
    buyers: Sequence[BuyerPlan],
    shipments: Sequence[Shipment],
    false_count: dict[str, object] | None,
    random: Random,
) -> None:
    common = {"seed": str(seed), "history_until": until.isoformat()}
    down = {
        "down_from": (until + DOWN_AFTER).isoformat(),
        "down_until": (until + DOWN_AFTER + DOWN_FOR).isoformat(),
    }
    for plan in PLATFORMS:
        meta = common | {"key": plan.key, "name": plan.name, "language": plan.language}
        with database.create(
            into / f"{plan.key}.db", kind="platform", meta=meta | (down if plan is PLATFORMS[1] else {})
        ) as books:
            write_platform(books, plan=plan, sales=sales, buyers=buyers, shipments=shipments, random=random)
        books.close()
    meta = common | {"key": "northgate", "name": "Northgate Logistics", "language": "en"}
    with database.create(into / "northgate.db", kind="logistics", meta=meta) as books:
        write_logistics(books, shipments=shipments, false_count=false_count)
    books.close()
