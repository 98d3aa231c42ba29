"""The oddities: events that contradict one another or miss one, among affected goods; told, never dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import FromClause, String, and_, exists, func, literal, select, union_all

from recall.domain.goods import LotKey, Thing, lot_in_words
from recall.domain.world import Anomaly
from recall.store.event_tables import CONTENT, EVENT, MADE, SERIAL, known
from recall.store.frontier import any_items, item_code, items_of, lots_of
from recall.store.goods import told_lots
from recall.store.listed import listed
from recall.store.sql import Tx

MOST_ITEMS = 50_000
"""Items that are looked at one by one; of more it is said that they were not."""
MOST_OF_A_KIND = 100


def oddities(
    tx: Tx,
    *,
    keys: Collection[LotKey],
    items: Collection[Thing],
    begun: Collection[LotKey],
    as_of: datetime | None = None,
) -> tuple[Anomaly, ...]:
    """What is odd about these lots, their items, and single items; of the lots `begun` the making is told."""
    if not items and not any_items(tx, keys, as_of=as_of):
        return tuple(_of_lots(tx, keys, begun, as_of))
    pairs = [thing.as_item for thing in items]
    single = listed([pair for pair in pairs if pair], gtin=String, serial=String)
    told = items_of(lots_of(keys), as_of=as_of)
    some = select(told.c.gtin, told.c.serial).limit(MOST_ITEMS + 1).subquery()
    count = tx.scalar(select(func.count()).select_from(some))
    found = [*_of_lots(tx, keys, begun, as_of)]
    if count > MOST_ITEMS:
        what = f"More than {MOST_ITEMS:,} items: they were not looked at one by one"
        found.append(Anomaly(kind="unchecked", what=what, event=None))
        every = select(single.c.gtin, single.c.serial).subquery()
    else:
        every = union_all(
            select(told.c.gtin, told.c.serial), select(single.c.gtin, single.c.serial)
        ).subquery()
    distinct = select(every).distinct().subquery()
    return (*found, *_of_items(tx, distinct, as_of))


def _of_lots(
    tx: Tx, keys: Collection[LotKey], begun: Collection[LotKey], as_of: datetime | None
) -> Iterator[Anomaly]:
    missing = sorted(set(keys) - set(begun))
    told = told_lots(tx, keys=missing, as_of=as_of)
    for key in missing:
        if key in told:
            what = f"{lot_in_words(key)}: no event tells that it was made"
            yield Anomaly(kind="missing_commissioning", what=what, event=None)
        else:
            yield Anomaly(kind="never_told", what=f"{lot_in_words(key)}: no event names it", event=None)
    if not begun:
        return
    lots = lots_of(sorted(begun))
    first = (
        select(MADE.c.gtin, MADE.c.lot, func.min(MADE.c.at).label("at"))
        .join_from(lots, MADE, and_(MADE.c.gtin == lots.c.gtin, MADE.c.lot == lots.c.lot))
        .where(known(MADE, as_of))
        .group_by(MADE.c.gtin, MADE.c.lot)
        .subquery()
    )
    early = and_(CONTENT.c.gtin == first.c.gtin, CONTENT.c.lot == first.c.lot, CONTENT.c.at < first.c.at)
    joined = first.join(CONTENT, early).join(EVENT, EVENT.c.number == CONTENT.c.event)
    query = select(CONTENT.c.gtin, CONTENT.c.lot, CONTENT.c.parent, EVENT.c.hash).select_from(joined)
    for row in tx.rows(query.where(known(CONTENT, as_of)).order_by(EVENT.c.hash).limit(MOST_OF_A_KIND)):
        what = (
            f"{lot_in_words(LotKey(row['gtin'], row['lot']))}: packed in {row['parent']} before it was made"
        )
        yield Anomaly(kind="packed_before_made", what=what, event=row["hash"])


def _of_items(tx: Tx, items: FromClause, as_of: datetime | None) -> Iterator[Anomaly]:
    yield from _torn(tx, items, as_of)
    yield from _begun_twice(tx, items, as_of)
    yield from _packed_early(tx, items, as_of)
    yield from _never_taken_out(tx, items, as_of)


def _torn(tx: Tx, items: FromClause, as_of: datetime | None) -> Iterator[Anomaly]:
    """Items to which events give several lots: neither lets them off."""
    same = and_(SERIAL.c.gtin == items.c.gtin, SERIAL.c.serial == items.c.serial)
    lots = (func.min(SERIAL.c.lot).label("one"), func.max(SERIAL.c.lot).label("other"))
    joined = items.join(SERIAL, same).join(EVENT, EVENT.c.number == SERIAL.c.event)
    by = (SERIAL.c.gtin, SERIAL.c.serial)
    query = select(*by, *lots, func.max(EVENT.c.hash).label("hash")).select_from(joined)
    query = query.where(known(SERIAL, as_of)).group_by(*by).having(func.count(SERIAL.c.lot.distinct()) > 1)
    for row in tx.rows(query.order_by(*by).limit(MOST_OF_A_KIND)):
        what = f"item {row['serial']} of {row['gtin']}: told to be of lot {row['one']} and of {row['other']}"
        yield Anomaly(kind="contradictory_lot", what=what, event=row["hash"])


def _begun_twice(tx: Tx, items: FromClause, as_of: datetime | None) -> Iterator[Anomaly]:
    same = and_(SERIAL.c.gtin == items.c.gtin, SERIAL.c.serial == items.c.serial)
    joined = items.join(SERIAL, same).join(EVENT, EVENT.c.number == SERIAL.c.event)
    by = (SERIAL.c.gtin, SERIAL.c.serial)
    begins = and_(known(SERIAL, as_of), EVENT.c.type == "ObjectEvent", EVENT.c.action == "ADD")
    query = select(*by, func.max(EVENT.c.hash).label("hash")).select_from(joined).where(begins).group_by(*by)
    query = query.having(func.count(SERIAL.c.event.distinct()) > 1)
    for row in tx.rows(query.order_by(*by).limit(MOST_OF_A_KIND)):
        what = f"item {row['serial']} of {row['gtin']}: told to be made more than once"
        yield Anomaly(kind="made_twice", what=what, event=row["hash"])


def _packed_early(tx: Tx, items: FromClause, as_of: datetime | None) -> Iterator[Anomaly]:
    made, packed = EVENT.alias("made_by"), EVENT.alias("packed_by")
    same = and_(SERIAL.c.gtin == items.c.gtin, SERIAL.c.serial == items.c.serial)
    inside = CONTENT.c.child == item_code(items.c.gtin, items.c.serial)
    joined = (
        items.join(SERIAL, same)
        .join(
            made, and_(made.c.number == SERIAL.c.event, made.c.action == "ADD", made.c.type == "ObjectEvent")
        )
        .join(CONTENT, and_(inside, CONTENT.c.at < made.c.event_time))
        .join(packed, packed.c.number == CONTENT.c.event)
    )
    columns = (items.c.gtin, items.c.serial, CONTENT.c.parent, packed.c.hash)
    query = select(*columns).select_from(joined).where(known(SERIAL, as_of), known(CONTENT, as_of))
    query = query.where(CONTENT.c.inside).order_by(items.c.gtin, items.c.serial, packed.c.hash)
    for row in tx.rows(query.limit(MOST_OF_A_KIND)):
        what = f"item {row['serial']} of {row['gtin']}: packed in {row['parent']} before it was made"
        yield Anomaly(kind="packed_before_made", what=what, event=row["hash"])


def _never_taken_out(tx: Tx, items: FromClause, as_of: datetime | None) -> Iterator[Anomaly]:
    """Items that were packed elsewhere, or sold, although nobody told that they were taken out."""
    out, moved = CONTENT.alias("taken_out"), CONTENT.alias("moved_on")
    inside = CONTENT.c.child == item_code(items.c.gtin, items.c.serial)
    later = and_(
        moved.c.child == CONTENT.c.child, moved.c.parent != CONTENT.c.parent, moved.c.inside,
        moved.c.at > CONTENT.c.at, known(moved, as_of),
    )  # fmt: skip
    taken = exists(literal(1)).where(
        known(out, as_of), out.c.parent == CONTENT.c.parent, out.c.inside.is_(False),
        (out.c.child == CONTENT.c.child) | (out.c.child == ""), out.c.at > CONTENT.c.at,
        out.c.at <= moved.c.at,
    )  # fmt: skip
    joined = items.join(CONTENT, inside).join(moved, later).join(EVENT, EVENT.c.number == moved.c.event)
    query = select(items.c.gtin, items.c.serial, CONTENT.c.parent, EVENT.c.hash).select_from(joined)
    query = query.where(known(CONTENT, as_of), CONTENT.c.inside, ~taken)
    for row in tx.rows(query.order_by(items.c.gtin, items.c.serial, EVENT.c.hash).limit(MOST_OF_A_KIND)):
        what = (
            f"item {row['serial']} of {row['gtin']}: no event takes it out of {row['parent']}, "
            "it was packed elsewhere since"
        )
        yield Anomaly(kind="missing_unpacking", what=what, event=row["hash"])
