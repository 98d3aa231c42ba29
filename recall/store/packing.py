"""The packing: what stood in which container when; it locates goods and infects nothing.

A container's number may be used again: what it held before it was emptied or taken out of service is not in
it since. Where nobody told that a thing was taken out, its being packed elsewhere or sold ends its stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, exists, func, or_, select, union

from recall.codes.keys import sscc_of
from recall.domain.goods import LotKey, Proof, Thing
from recall.domain.world import Container
from recall.store.authority import is_trusted, said_by, told_by_trusted
from recall.store.event_tables import AS_OF, CONTENT, EVENT, SIGHTING, known
from recall.store.frontier import CODES, ITEMS_OF_LOTS, LOTS, item_code, rows_of
from recall.store.goods import item_lots
from recall.store.sql import Tx, Values, spelled

_LEFT = spelled("retail_selling", "destroying", "decommissioning")
_COLUMNS = (CONTENT.c.child, CONTENT.c.gtin, CONTENT.c.lot, CONTENT.c.serial, CONTENT.c.units)


def there(*, then: FromClause | None = None) -> ColumnElement[bool]:
    """Whether a content was in its container at the time `at` of a row of `then` (None: at last), as known
    `AS_OF`: put in, and not out since.

    Anybody's word puts in; only that of parties that may let goods off takes out.
    """
    at = None if then is None else then.c.at

    def exist(*where: ColumnElement[bool]) -> ColumnElement[bool]:
        found = exists().where(*where)
        # said outright: deeper inside, any row of `then` would do for the one that is asked of
        return found if then is None else found.correlate(CONTENT, then)

    def since(column: ColumnElement[Any]) -> ColumnElement[bool]:
        later = column > CONTENT.c.at
        return later if at is None else and_(later, column <= at)

    out, moved, seen = CONTENT.alias("taken_out"), CONTENT.alias("moved_on"), SIGHTING.alias("gone")
    taken = exist(
        known(out, AS_OF),
        out.c.parent == CONTENT.c.parent,
        or_(out.c.child == CONTENT.c.child, out.c.child == ""),
        out.c.inside.is_(False),
        since(out.c.at),
        told_by_trusted(out.c.event, AS_OF),
    )
    elsewhere = exist(
        known(moved, AS_OF),
        moved.c.child == CONTENT.c.child,
        moved.c.parent != CONTENT.c.parent,
        moved.c.inside,
        CONTENT.c.child != "",
        since(moved.c.at),
        told_by_trusted(moved.c.event, AS_OF),
    )
    event = EVENT.alias("of_gone")
    ended = and_(seen.c.code == CONTENT.c.parent, _ends(event))
    sold = and_(seen.c.code == CONTENT.c.child, event.c.biz_step.in_(_LEFT))
    gone = (
        exist(
            event.c.number == seen.c.event, known(seen, AS_OF), which, since(seen.c.at),
            told_by_trusted(seen.c.event, AS_OF),
        )
        for which in (ended, sold)
    )  # fmt: skip
    counts = or_(
        CONTENT.c.units >= 0, told_by_trusted(CONTENT.c.event, AS_OF)
    )  # less than nothing: taken out
    inside = and_(
        known(CONTENT, AS_OF), CONTENT.c.inside, counts, ~taken, ~elsewhere, *(~one for one in gone)
    )
    return inside if at is None else and_(inside, CONTENT.c.at <= at)


def opened(moved: FromClause) -> CTE:
    """Everything inside the containers of `moved` (event, site, sign, at, code) as they moved, however deep.

    Rows of one content are the same row, so a container that is said to hold itself ends the search.
    """
    when = (moved.c.event, moved.c.site, moved.c.sign, moved.c.at)
    inner = and_(CONTENT.c.parent == moved.c.code, there(then=moved))
    inside = select(*when, *_COLUMNS).join_from(moved, CONTENT, inner).cte("inside", recursive=True)
    deeper = and_(CONTENT.c.parent == inside.c.child, there(then=inside))
    below = (inside.c.event, inside.c.site, inside.c.sign, inside.c.at)
    return inside.union(select(*below, *_COLUMNS).join_from(inside, CONTENT, deeper))


def _last_time() -> ColumnElement[bool]:
    """Whether a content came since its container was begun for the last time.

    A time ends where the container is emptied as a whole or taken out of service; what came after the last of
    these ends is in the last time, and where nothing came after it, what came before it since the end before.
    Both must be told by parties that may let goods off, for that is what the end of a time does.
    """
    again, emptied = CONTENT.alias("again"), CONTENT.alias("emptied")
    seen, event = SIGHTING.alias("ended"), EVENT.alias("of_ended")
    begun = and_(
        known(again, AS_OF), again.c.parent == CONTENT.c.parent, again.c.inside,
        told_by_trusted(again.c.event, AS_OF),
    )  # fmt: skip
    by_emptying = exists().where(
        known(emptied, AS_OF), emptied.c.parent == CONTENT.c.parent, emptied.c.child == "",
        emptied.c.at > CONTENT.c.at, told_by_trusted(emptied.c.event, AS_OF), begun,
        again.c.at > emptied.c.at,
    )  # fmt: skip
    by_ending = exists().where(
        known(seen, AS_OF), seen.c.code == CONTENT.c.parent, event.c.number == seen.c.event, _ends(event),
        seen.c.at > CONTENT.c.at, told_by_trusted(seen.c.event, AS_OF), begun, again.c.at > seen.c.at,
    )  # fmt: skip
    return and_(~by_emptying, ~by_ending)


def _ends(event: FromClause) -> ColumnElement[bool]:
    """Whether an event takes things out of service."""
    return and_(event.c.type == "ObjectEvent", event.c.action == "DELETE")


_AT_LAST = there()
_BY_LOT = and_(CONTENT.c.gtin == LOTS.c.gtin, CONTENT.c.lot == LOTS.c.lot)
_BY_ITEM = CONTENT.c.child == item_code(ITEMS_OF_LOTS.c.gtin, ITEMS_OF_LOTS.c.serial)
_IN_CODES, _IS_CODE = CONTENT.c.parent == CODES.c.code, CONTENT.c.child == CODES.c.code
_OF_EVENT = EVENT.c.number == CONTENT.c.event
_HOLDING = union(
    *(
        select(CONTENT.c.parent).join_from(source, CONTENT, same).where(known(CONTENT, AS_OF))
        for source, same in ((LOTS, _BY_LOT), (ITEMS_OF_LOTS, _BY_ITEM))
    )
)
_AROUND = select(CONTENT.c.parent).join_from(CODES, CONTENT, _IS_CODE).where(known(CONTENT, AS_OF)).distinct()
_CONTENTS = (
    select(CONTENT, EVENT.c.hash, said_by(AS_OF).label("source"), is_trusted(AS_OF).label("trusted"))
    .select_from(CODES.join(CONTENT, _IN_CODES).join(EVENT, _OF_EVENT))
    .where(known(CONTENT, AS_OF), CONTENT.c.inside, _last_time())
    .order_by(CONTENT.c.at, EVENT.c.hash, CONTENT.c.number)
)
_SINGLY_INSIDE = (
    select(CONTENT.c.child)
    .join_from(CODES, CONTENT, _IN_CODES)
    .where(or_(CONTENT.c.gtin.is_(None), CONTENT.c.serial.is_not(None)), _AT_LAST)
    .distinct()
)
_OUTER = (
    select(CONTENT.c.child, CONTENT.c.parent)
    .join_from(CODES, CONTENT, _IS_CODE)
    .where(_AT_LAST)
    .order_by(CONTENT.c.at, CONTENT.c.parent)
)
_SEEN = (
    select(SIGHTING.c.code, SIGHTING.c.site, SIGHTING.c.sign)
    .join_from(CODES, SIGHTING, SIGHTING.c.code == CODES.c.code)
    .where(known(SIGHTING, AS_OF))
    .order_by(SIGHTING.c.at, SIGHTING.c.sign)
)


def _held(source: FromClause, same: ColumnElement[bool], name: ColumnElement[str]) -> Select[Any]:
    """The units of each container and lot, or item, that stand there at last."""
    by = (CONTENT.c.parent, CONTENT.c.gtin, name.label("name"))
    sums = (func.sum(CONTENT.c.units).label("units"), func.min(CONTENT.c.at).label("at"))
    joined = source.join(CONTENT, same).join(EVENT, _OF_EVENT)
    query = select(*by, *sums, func.min(EVENT.c.hash).label("hash")).select_from(joined)
    return query.where(_AT_LAST).group_by(*by)


_LOTS_HELD = _held(LOTS, _BY_LOT, LOTS.c.lot)
_ITEMS_OF_LOTS_HELD = _held(ITEMS_OF_LOTS, _BY_ITEM, ITEMS_OF_LOTS.c.lot)
_ITEMS_HELD = _held(CODES, _IS_CODE, CONTENT.c.child)


def ancestors(tx: Tx, *, keys: Collection[LotKey], as_of: datetime | None = None) -> frozenset[str]:
    """The containers in which units of these lots ever stood, and those around them."""
    found = set[str](tx.scalars(_HOLDING, lots=keys, as_of=as_of))
    frontier = found
    while frontier:
        frontier = set(tx.scalars(_AROUND, codes=rows_of(frontier), as_of=as_of)) - found
        found |= frontier
    return frozenset(found)


def contents(
    tx: Tx, *, containers: Collection[str], as_of: datetime | None = None
) -> Iterator[tuple[str, Thing, int, Proof]]:
    """(container, thing, units, proof) of all that stood in these containers since they were last begun, and
    in what stood in them then."""
    frontier, seen = {code: code for code in containers}, set(containers)
    while frontier:
        rows = tx.rows(_CONTENTS, codes=rows_of(frontier), as_of=as_of)
        told = [(row["gtin"], row["serial"]) for row in rows if row["gtin"] and row["serial"] is not None]
        lots, deeper = item_lots(tx, items=told, as_of=as_of), dict[str, str]()
        for row in rows:
            outer = frontier[row["parent"]]
            if row["units"] > 0 and sscc_of(row["child"]) is None:
                proof = Proof(row["at"], row["hash"], row["source"], bool(row["trusted"]))
                yield outer, _thing(row, lots), row["units"], proof
            if row["child"] not in seen:
                deeper[row["child"]] = outer
        seen |= deeper.keys()
        frontier = deeper


def descendants(tx: Tx, *, containers: Collection[str], as_of: datetime | None = None) -> frozenset[str]:
    """Everything with a name of its own that stands in these containers at last, however deep."""
    found, frontier = set[str](), set(containers)
    while frontier:
        frontier = set(tx.scalars(_SINGLY_INSIDE, codes=rows_of(frontier), as_of=as_of)) - found
        found |= frontier
    return frozenset(found)


def _thing(row: Values, lots: dict[tuple[str, str], tuple[str, ...]]) -> Thing:
    gtin, serial, lot = row["gtin"], row["serial"], row["lot"]
    if gtin and serial is not None:
        told = set(lots.get((gtin, serial), ())) | ({lot} if lot else set())
        return Thing(row["child"], gtin, serial, tuple(sorted(told)))
    return Thing.lot(LotKey(gtin, lot)) if gtin and lot else Thing(row["child"], gtin)


def containers_of(
    tx: Tx, *, keys: Collection[LotKey], items: Collection[Thing], as_of: datetime | None = None
) -> tuple[Container, ...]:
    """The containers that hold units of these lots, or these items, at last; each with the outermost one."""
    lots_of = {thing.code: thing.of_lots for thing in items}
    found = dict[tuple[str, LotKey], Values]()
    for query in (_LOTS_HELD, _ITEMS_OF_LOTS_HELD) if keys else ():
        for row in tx.rows(query, lots=keys, as_of=as_of):
            found.setdefault((row["parent"], LotKey(row["gtin"] or "", row["name"])), row)
    for row in tx.rows(_ITEMS_HELD, codes=rows_of(lots_of), as_of=as_of) if items else ():
        told = lots_of.get(row["name"], ())
        key = LotKey(row["gtin"] or "", told[0].lot if len(told) == 1 else "")
        found.setdefault((row["parent"], key), row)
    outer = _outermost(tx, {parent for parent, _ in found}, as_of=as_of)
    sites = _last_sites(tx, set(outer.values()), as_of=as_of)
    return tuple(
        Container(
            code=parent, outer=outer[parent], site=sites.get(outer[parent]), key=key, units=int(row["units"]),
            at=row["at"], event=row["hash"],
        )
        for (parent, key), row in sorted(found.items(), key=lambda one: one[0])
        if row["units"] > 0
    )  # fmt: skip


def _outermost(tx: Tx, inner: Collection[str], *, as_of: datetime | None) -> dict[str, str]:
    outer, frontier = {code: code for code in inner}, set(inner)
    above = dict[str, str]()
    while frontier:
        rows = tx.rows(_OUTER, codes=rows_of(frontier), as_of=as_of)
        fresh = {row["child"]: row["parent"] for row in rows}
        frontier = set(fresh.values()) - above.keys() - set(inner)
        above |= fresh
    for code in inner:
        seen, at = {code}, code
        while (parent := above.get(at)) is not None and parent not in seen:
            seen.add(parent)
            at = parent
        outer[code] = at
    return outer


def _last_sites(tx: Tx, codes: Collection[str], *, as_of: datetime | None) -> dict[str, str | None]:
    """Where each container was seen last; None for one that was sent on and not yet received."""
    rows = tx.rows(_SEEN, codes=rows_of(codes), as_of=as_of) if codes else ()
    return {row["code"]: None if row["sign"] < 0 else row["site"] for row in rows}
