"""The oddities: events that contradict one another or miss one, among affected goods; told, never dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, union

from recall.domain.goods import LotKey, Thing, lot_in_words
from recall.domain.world import Anomaly
from recall.store.event_tables import AS_OF, CONTENT, EVENT, MADE, SERIAL, known
from recall.store.frontier import ITEMS, ITEMS_OF_LOTS, LOTS, item_code
from recall.store.goods import told_lots
from recall.store.sql import Tx

MOST_ITEMS = 50_000
"""Items that are looked at one by one; of more it is said that they were not."""
MOST_OF_A_KIND = 100

_some = select(ITEMS_OF_LOTS.c.gtin).limit(MOST_ITEMS + 1).subquery()
_COUNT = select(func.count()).select_from(_some)

_first = (
    select(MADE.c.gtin, MADE.c.lot, func.min(MADE.c.at).label("at"))
    .join_from(LOTS, MADE, and_(MADE.c.gtin == LOTS.c.gtin, MADE.c.lot == LOTS.c.lot))
    .where(known(MADE, AS_OF))
    .group_by(MADE.c.gtin, MADE.c.lot)
    .subquery()
)
_early = and_(CONTENT.c.gtin == _first.c.gtin, CONTENT.c.lot == _first.c.lot, CONTENT.c.at < _first.c.at)
_LOTS_PACKED_EARLY = (
    select(CONTENT.c.gtin, CONTENT.c.lot, CONTENT.c.parent, EVENT.c.hash)
    .select_from(_first.join(CONTENT, _early).join(EVENT, EVENT.c.number == CONTENT.c.event))
    .where(known(CONTENT, AS_OF))
    .order_by(EVENT.c.hash)
    .limit(MOST_OF_A_KIND)
)

_items = union(
    select(ITEMS_OF_LOTS.c.gtin, ITEMS_OF_LOTS.c.serial), select(ITEMS.c.gtin, ITEMS.c.serial)
).subquery()
_OF_LOT = and_(SERIAL.c.gtin == _items.c.gtin, SERIAL.c.serial == _items.c.serial)
_INSIDE = CONTENT.c.child == item_code(_items.c.gtin, _items.c.serial)
_TOLD = (SERIAL.c.gtin, SERIAL.c.serial)
_WITH_EVENT = _items.join(SERIAL, _OF_LOT).join(EVENT, EVENT.c.number == SERIAL.c.event)
_TORN = (
    select(
        *_TOLD,
        func.min(SERIAL.c.lot).label("one"),
        func.max(SERIAL.c.lot).label("other"),
        func.max(EVENT.c.hash).label("hash"),
    )
    .select_from(_WITH_EVENT)
    .where(known(SERIAL, AS_OF))
    .group_by(*_TOLD)
    .having(func.count(SERIAL.c.lot.distinct()) > 1)
    .order_by(*_TOLD)
    .limit(MOST_OF_A_KIND)
)
"""Items to which events give several lots: neither lets them off."""
_BEGUN_TWICE = (
    select(*_TOLD, func.max(EVENT.c.hash).label("hash"))
    .select_from(_WITH_EVENT)
    .where(known(SERIAL, AS_OF), EVENT.c.type == "ObjectEvent", EVENT.c.action == "ADD")
    .group_by(*_TOLD)
    .having(func.count(SERIAL.c.event.distinct()) > 1)
    .order_by(*_TOLD)
    .limit(MOST_OF_A_KIND)
)
_made, _packed = EVENT.alias("made_by"), EVENT.alias("packed_by")
_making = and_(_made.c.number == SERIAL.c.event, _made.c.action == "ADD", _made.c.type == "ObjectEvent")
_ITEMS_PACKED_EARLY = (
    select(_items.c.gtin, _items.c.serial, CONTENT.c.parent, _packed.c.hash)
    .select_from(
        _items.join(SERIAL, _OF_LOT)
        .join(_made, _making)
        .join(CONTENT, and_(_INSIDE, CONTENT.c.at < _made.c.event_time))
        .join(_packed, _packed.c.number == CONTENT.c.event)
    )
    .where(known(SERIAL, AS_OF), known(CONTENT, AS_OF), CONTENT.c.inside)
    .order_by(_items.c.gtin, _items.c.serial, _packed.c.hash)
    .limit(MOST_OF_A_KIND)
)
_out, _moved = CONTENT.alias("taken_out"), CONTENT.alias("moved_on")
_later = and_(
    _moved.c.child == CONTENT.c.child, _moved.c.parent != CONTENT.c.parent, _moved.c.inside,
    _moved.c.at > CONTENT.c.at, known(_moved, AS_OF),
)  # fmt: skip
_taken = exists().where(
    known(_out, AS_OF), _out.c.parent == CONTENT.c.parent, _out.c.inside.is_(False),
    or_(_out.c.child == CONTENT.c.child, _out.c.child == ""), _out.c.at > CONTENT.c.at,
    _out.c.at <= _moved.c.at,
)  # fmt: skip
_NEVER_TAKEN_OUT = (
    select(_items.c.gtin, _items.c.serial, CONTENT.c.parent, EVENT.c.hash)
    .select_from(
        _items.join(CONTENT, _INSIDE).join(_moved, _later).join(EVENT, EVENT.c.number == _moved.c.event)
    )
    .where(known(CONTENT, AS_OF), CONTENT.c.inside, ~_taken)
    .order_by(_items.c.gtin, _items.c.serial, EVENT.c.hash)
    .limit(MOST_OF_A_KIND)
)
"""Items that were packed elsewhere, or sold, although nobody told that they were taken out."""
_EARLY = "packed in {parent} before it was made"
_OF_ITEMS = (
    (_TORN, "contradictory_lot", "told to be of lot {one} and of {other}"),
    (_BEGUN_TWICE, "made_twice", "told to be made more than once"),
    (_ITEMS_PACKED_EARLY, "packed_before_made", _EARLY),
    (
        _NEVER_TAKEN_OUT,
        "missing_unpacking",
        "no event takes it out of {parent}, it was packed elsewhere since",
    ),
)


def oddities(
    tx: Tx,
    *,
    keys: Collection[LotKey],
    items: Collection[Thing],
    begun: Collection[LotKey],
    of_items: bool,
    as_of: datetime | None = None,
) -> Iterator[Anomaly]:
    """What is odd about these lots, their items, and single items; of the lots `begun` the making is told.

    `of_items`: events give items to the lots.
    """
    yield from _of_lots(tx, keys, begun, as_of)
    if not (items or of_items):
        return
    held: dict[str, Any] = {"lots": keys, "items": sorted(pair for one in items if (pair := one.as_item))}
    if tx.scalar(_COUNT, lots=keys, as_of=as_of) > MOST_ITEMS:
        what = f"More than {MOST_ITEMS:,} items: they were not looked at one by one"
        yield Anomaly(kind="unchecked", what=what, event=None)
        held["lots"] = ()
    for query, kind, words in _OF_ITEMS:
        for row in tx.rows(query, **held, as_of=as_of):
            what = f"item {row['serial']} of {row['gtin']}: {words.format_map(row)}"
            yield Anomaly(kind=kind, what=what, event=row["hash"])


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
    for row in tx.rows(_LOTS_PACKED_EARLY, lots=begun, as_of=as_of) if begun else ():
        what = f"{lot_in_words(LotKey(row['gtin'], row['lot']))}: {_EARLY.format_map(row)}"
        yield Anomaly(kind="packed_before_made", what=what, event=row["hash"])
