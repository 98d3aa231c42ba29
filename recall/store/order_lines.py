"""The order lines as platforms gave them: many at once, each under its cohort, written where it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    Select,
    String,
    Table,
    and_,
    delete,
    exists,
    insert,
    select,
    update,
)

from recall.domain.cohort import OrderLine, folded
from recall.errors import NotFound
from recall.store.cohorts import GOODS, count, place
from recall.store.columns import micros
from recall.store.order_tables import COHORT, LINE, OFFER, PLATFORM
from recall.store.sql import Tx, Values, chunks

_AT_ONCE = 100_000
_GIVEN = (
    Column("line", Integer),
    Column("platform_id", String, nullable=False),
    Column("line_ref", String, nullable=False),
    Column("seller_ref", String, nullable=False),
    Column("listing_ref", String, nullable=False),
    Column("sold_at", BigInteger, nullable=False),
    Column("shipped_at", BigInteger),
    Column("region", String),
    Column("digest", String, nullable=False),
    Column("platform", Integer),
    Column("offer", Integer),
)
_KEPT = (
    "platform",
    "line_ref",
    "offer",
    "cohort",
    "serial",
    "units",
    "sold_at",
    "shipped_at",
    "region",
    "digest",
)

COLUMNS = (
    PLATFORM.c.id.label("platform_id"), LINE.c.line_ref, OFFER.c.listing_ref, OFFER.c.seller_ref,
    COHORT.c.gtin, COHORT.c.lot, LINE.c.serial, LINE.c.units, LINE.c.sold_at, LINE.c.shipped_at,
    COHORT.c.site.label("ship_from"), LINE.c.region, LINE.c.digest,
)  # fmt: skip
"""The columns of a line, for `read_line`; to be selected from `joined`."""


def joined(query: Select[Any]) -> Select[Any]:
    """A query over the lines, with what they share joined to it."""
    return (
        query.join(PLATFORM, PLATFORM.c.number == LINE.c.platform)
        .join(OFFER, OFFER.c.number == LINE.c.offer)
        .join(COHORT, COHORT.c.number == LINE.c.cohort)
    )


def read_line(row: Values) -> OrderLine:
    """The line of a row with COLUMNS."""
    told = {column.name: row[column.name] for column in COLUMNS}
    return OrderLine(**told | {"lot": told["lot"] or None, "ship_from": told["ship_from"] or None})


def save_lines(tx: Tx, lines: Sequence[OrderLine]) -> int:
    """Keep order lines; returns how many are new or not as they were (by their digest)."""
    newest = {(line.platform_id, line.line_ref): line for line in lines}
    tx.alone(LINE)
    return sum(_save(tx, some) for some in chunks(newest.values(), size=_AT_ONCE))


def _save(tx: Tx, lines: Sequence[OrderLine]) -> int:
    columns = (*GOODS, *_GIVEN)
    with tx.beside("given", columns, (_staged(n, line) for n, line in enumerate(lines))) as given:
        _recognise(tx, given)
        changed = tx.count(given)
        if changed:
            place(tx, given)
            before = select(LINE.c.cohort, LINE.c.units).join(given, given.c.line == LINE.c.number)
            count(tx, before, sign=-1)
            _write(tx, given)
            count(tx, select(given.c.cohort, given.c.units), sign=1)
        return changed


def _staged(row: int, line: OrderLine) -> tuple[object, ...]:
    """A line as the staged columns have it, in their order."""
    lot = line.lot or ""
    return (
        row, line.gtin, lot, folded(lot), line.serial, line.units, line.ship_from or "", "", False, None,
        None, line.platform_id, line.line_ref, line.seller_ref, line.listing_ref, micros(line.sold_at),
        micros(line.shipped_at) if line.shipped_at else None, line.region, line.digest, None, None,
    )  # fmt: skip


def _recognise(tx: Tx, given: Table) -> None:
    """Name each line's platform, offer and number; forget those that are as they were."""
    ids = select(given.c.platform_id).where(~exists().where(PLATFORM.c.id == given.c.platform_id))
    tx.write(insert(PLATFORM).from_select(["id"], ids.distinct()))
    named = update(given).values(platform=PLATFORM.c.number).where(PLATFORM.c.id == given.c.platform_id)
    tx.write(named)
    same = and_(LINE.c.platform == given.c.platform, LINE.c.line_ref == given.c.line_ref)
    tx.write(update(given).values(line=LINE.c.number).where(same))
    as_it_was = exists().where(LINE.c.number == given.c.line, LINE.c.digest == given.c.digest)
    tx.write(delete(given).where(as_it_was))
    columns = ("platform", "seller_ref", "listing_ref")
    offered = and_(*(OFFER.c[name] == given.c[name] for name in columns))
    new = select(*(given.c[name] for name in columns)).where(~exists().where(offered)).distinct()
    tx.write(insert(OFFER).from_select(columns, new))
    tx.write(update(given).values(offer=OFFER.c.number).where(offered))


def _write(tx: Tx, given: Table) -> None:
    now = {name: given.c[name] for name in _KEPT}
    tx.write(update(LINE).values(now).where(LINE.c.number == given.c.line))
    new = select(*now.values()).where(given.c.line.is_(None)).order_by(given.c.cohort, given.c.row)
    tx.write(insert(LINE).from_select(_KEPT, new))


def lines(tx: Tx, *, gtins: Collection[str]) -> Iterator[OrderLine]:
    """The lines of some trade items, streamed; to be read before the transaction ends."""
    query = joined(select(*COLUMNS).select_from(LINE)).where(COHORT.c.gtin.in_(sorted(gtins)))
    return (read_line(row) for row in tx.stream(query.order_by(PLATFORM.c.id, LINE.c.line_ref)))


def line(tx: Tx, *, platform_id: str, line_ref: str) -> OrderLine:
    """One line. Raises NotFound."""
    query = joined(select(*COLUMNS).select_from(LINE))
    row = tx.first(query.where(PLATFORM.c.id == platform_id, LINE.c.line_ref == line_ref))
    if row is None:
        raise NotFound(f"There is no order line {line_ref!r}", value=line_ref)
    return read_line(row)
