"""The query: events found again by what they say, a page at a time (EPCIS 2.0, section 8.2.7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, func, literal, or_, select, tuple_, union
from sqlalchemy.dialects import postgresql

from recall.epcis.event import EventType
from recall.store.event_tables import (
    CONTENT,
    DECLARATION,
    EVENT,
    MADE,
    PART,
    SERIAL,
    SIGHTING,
    TURNED,
    WITNESS,
)
from recall.store.indexing import thing_of
from recall.store.sql import Tx, Values


class Names(StrEnum):
    """In which of an event's fields a code is looked for; an item and a class are told apart by the code."""

    GOODS = "goods"
    PARENT = "parent"
    INPUT = "input"
    OUTPUT = "output"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """What is asked: every filter that is given must be met, by one of its values. Codes are keys."""

    event_types: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    biz_steps: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    read_points: tuple[str, ...] = ()
    biz_locations: tuple[str, ...] = ()
    within_read_points: tuple[str, ...] = ()
    within_biz_locations: tuple[str, ...] = ()
    """Places, or the places inside them: a location number's own extensions."""
    event_ids: tuple[str, ...] = ()
    """The party's own, or the canonical hash."""
    transformation_ids: tuple[str, ...] = ()
    names: tuple[tuple[Names, tuple[str, ...]], ...] = ()
    ge_event_time: datetime | None = None
    lt_event_time: datetime | None = None
    ge_record_time: datetime | None = None
    lt_record_time: datetime | None = None
    declared_wrong: bool = False
    error_reasons: tuple[str, ...] = ()
    corrective_ids: tuple[str, ...] = ()
    by_record_time: bool = False
    descending: bool = True
    captured_by: str | None = None
    """Only what this party said; None: whoever did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent:
    """An event as it came, and what we know of it."""

    number: int
    hash: str
    event_time: datetime
    captured_at: datetime
    body: Mapping[str, Any]
    declaration: Mapping[str, Any] | None
    """That it is wrong, where nobody stands to it."""
    witnessed_at: datetime | None = None
    """When the one who asks said it, where another party's words of the same event are kept."""

    def document(self) -> dict[str, Any]:
        """The event with its record time, its identifier and its error declaration.

        Who said the same as another learns neither when that was nor what the other calls it.
        """
        body = dict(self.body) | {"recordTime": (self.witnessed_at or self.captured_at).isoformat()}
        if self.witnessed_at is not None:
            body.pop("eventID", None)
        body.setdefault("eventID", self.hash)
        body.pop("errorDeclaration", None)
        return body if self.declaration is None else body | {"errorDeclaration": dict(self.declaration)}


After = tuple[datetime, int]
"""Where a page ended: the time that it is ordered by, and the number of its last event."""


def find_events(
    tx: Tx, query: EventQuery, *, limit: int, after: After | None = None
) -> tuple[FoundEvent, ...]:
    """The events of a page in order; `after` is where the page before ended.

    Events declared wrong are found too: they did come.
    """
    time = EVENT.c.captured_at if query.by_record_time else EVENT.c.event_time
    which = _conditions(tx, query)
    if after is not None:
        here, last = tuple_(time, EVENT.c.number), tuple_(literal(after[0], time.type), literal(after[1]))
        which.append(here < last if query.descending else here > last)
    order = [column.desc() if query.descending else column.asc() for column in (time, EVENT.c.number)]
    columns = (EVENT.c.number, EVENT.c.hash, EVENT.c.event_time, EVENT.c.captured_at, EVENT.c.body)
    page = select(*columns, EVENT.c.withdrawn_at).where(*which).order_by(*order).limit(limit)
    rows = tx.rows(page)
    witnessed = _witnessed(tx, query.captured_by, [row["number"] for row in rows])
    wrong = _declarations(tx, query.captured_by, rows)
    return tuple(
        FoundEvent(
            number=row["number"], hash=row["hash"], event_time=row["event_time"],
            captured_at=row["captured_at"], body=row["body"], declaration=wrong.get(row["number"]),
            witnessed_at=witnessed.get(row["number"]),
        )
        for row in rows
    )  # fmt: skip


def count_events(tx: Tx, query: EventQuery, *, at_most: int) -> int:
    """How many events meet a query, counted no further than one past `at_most`."""
    some = select(EVENT.c.number).where(*_conditions(tx, query)).limit(at_most + 1).subquery()
    return int(tx.scalar(select(func.count()).select_from(some)))


def _witnessed(tx: Tx, party: str | None, numbers: list[int]) -> dict[int, datetime]:
    """When the party said those events that another had said before."""
    if party is None or not numbers:
        return {}
    which = (WITNESS.c.party == party, WITNESS.c.event.in_(numbers))
    return {row["event"]: row["captured_at"] for row in tx.rows(select(WITNESS).where(*which))}


def _declarations(tx: Tx, party: str | None, rows: Sequence[Values]) -> dict[int, Mapping[str, Any]]:
    """The party's own declarations; None: those of events that nobody stands to."""
    numbers = [row["number"] for row in rows if party is not None or row["withdrawn_at"] is not None]
    query = select(DECLARATION.c.event, DECLARATION.c.body).where(DECLARATION.c.event.in_(numbers))
    if party is not None:
        query = query.where(DECLARATION.c.party == party)
    return {row["event"]: row["body"] for row in tx.rows(query)} if numbers else {}


def _conditions(tx: Tx, query: EventQuery) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    which += [column.in_(sorted(values)) for column, values in _equal(query) if values]
    which += [_at_or_within(column, places) for column, places in _within(query) if places]
    for column, first, last in (
        (EVENT.c.event_time, query.ge_event_time, query.lt_event_time),
        (EVENT.c.captured_at, query.ge_record_time, query.lt_record_time),
    ):
        which += [column >= first] if first is not None else []
        which += [column < last] if last is not None else []
    if query.event_ids:
        ids = sorted(query.event_ids)
        which.append(or_(EVENT.c.event_id.in_(ids), EVENT.c.hash.in_(ids)))
    for where, keys in query.names:
        which.append(EVENT.c.number.in_(union(*_naming(where, keys))))
    if query.declared_wrong or query.error_reasons or query.corrective_ids:
        which += _declared_wrong(tx, query)
    if query.captured_by is not None:
        which.append(_said_by(tx, query.captured_by))
    return which


def _equal(query: EventQuery) -> tuple[tuple[ColumnElement[Any], tuple[str, ...]], ...]:
    return (
        (EVENT.c.type, query.event_types),
        (EVENT.c.action, query.actions),
        (EVENT.c.biz_step, query.biz_steps),
        (EVENT.c.disposition, query.dispositions),
        (EVENT.c.read_point, query.read_points),
        (EVENT.c.biz_location, query.biz_locations),
        (EVENT.c.transformation_id, query.transformation_ids),
    )


def _within(query: EventQuery) -> tuple[tuple[ColumnElement[Any], tuple[str, ...]], ...]:
    return (
        (EVENT.c.read_point, query.within_read_points),
        (EVENT.c.biz_location, query.within_biz_locations),
    )


def _at_or_within(column: ColumnElement[Any], places: tuple[str, ...]) -> ColumnElement[bool]:
    """At one of the places, or at one whose key goes on from its: `/` and whatever follows."""
    inside = (and_(column >= f"{place}/", column < f"{place}0") for place in places)
    return or_(column.in_(sorted(places)), *inside)


def _said_by(tx: Tx, party: str) -> ColumnElement[bool]:
    first = EVENT.c.captured_by == party
    second = select(WITNESS.c.event).where(WITNESS.c.party == party)
    if tx.first(second.limit(1)) is None:  # the usual case keeps to one index
        return first
    return or_(first, EVENT.c.number.in_(second))


def _declared_wrong(tx: Tx, query: EventQuery) -> Iterator[ColumnElement[bool]]:
    """A party's own declarations; of whomever else, the events that nobody stands to."""
    declared = select(DECLARATION.c.event)
    if query.captured_by is None:
        yield EVENT.c.withdrawn_at.is_not(None)
    else:
        declared = declared.where(DECLARATION.c.party == query.captured_by)
    if query.error_reasons:
        reason = DECLARATION.c.body["reason"].as_string()
        declared = declared.where(reason.in_(sorted(query.error_reasons)))
    yield EVENT.c.number.in_(declared)
    if query.corrective_ids:
        yield EVENT.c.number.in_(_corrected(tx, query.corrective_ids))


def _corrected(tx: Tx, ids: tuple[str, ...]) -> Select[Any]:
    """The events whose declarations name one of these as their correction."""
    if tx.on_postgresql:
        named = func.jsonb_exists_any(
            cast(DECLARATION.c.body, postgresql.JSONB)["correctiveEventIDs"], postgresql.array(ids)
        )
        return select(DECLARATION.c.event).where(named)
    each = func.json_each(DECLARATION.c.body, "$.correctiveEventIDs").table_valued("value")
    return (
        select(DECLARATION.c.event).join_from(DECLARATION, each, literal(True)).where(each.c.value.in_(ids))
    )


def _naming(where: Names, keys: Collection[str]) -> list[Select[Any]]:
    """Queries for the numbers of the events that name one of the keys in such a field."""
    turned = select(TURNED.c.event).where(TURNED.c.code.in_(keys))
    match where:
        case Names.GOODS:
            return [_no_transformation(query) for query in _goods(keys)]
        case Names.PARENT:
            return _parents(keys)
        case Names.INPUT | Names.OUTPUT:
            return [turned.where(TURNED.c.is_output.is_(where is Names.OUTPUT))]
        case Names.ANY:
            return [*_goods(keys), *_parents(keys), turned]


def _parents(keys: Collection[str]) -> list[Select[Any]]:
    seen = select(SIGHTING.c.event).where(SIGHTING.c.code.in_(keys), SIGHTING.c.number < 0)
    return [seen, *(select(table.c.event).where(table.c.parent.in_(keys)) for table in (CONTENT, PART))]


def _goods(keys: Collection[str]) -> list[Select[Any]]:
    things = [thing_of(key) for key in keys]
    items = [(gtin, serial) for gtin, _, serial in things if serial is not None]
    lots = [(gtin, lot) for gtin, lot, serial in things if lot is not None and serial is None]
    found = [
        select(SIGHTING.c.event).where(SIGHTING.c.code.in_(keys), SIGHTING.c.number >= 0),
        *(select(table.c.event).where(table.c.child.in_(keys)) for table in (CONTENT, PART)),
    ]
    if items:
        found.append(select(SERIAL.c.event).where(_one_of(SERIAL.c.gtin, SERIAL.c.serial, items)))
    if lots:
        stated = or_(MADE.c.units > 0, MADE.c.serials == 0)
        found.append(select(MADE.c.event).where(_one_of(MADE.c.gtin, MADE.c.lot, lots), stated))
        of_lot = (_one_of(CONTENT.c.gtin, CONTENT.c.lot, lots),)
        found.append(select(CONTENT.c.event).where(*of_lot, CONTENT.c.serial.is_(None)))
    return found


def _one_of(
    gtin: ColumnElement[Any], code: ColumnElement[Any], pairs: Collection[tuple[str | None, str]]
) -> ColumnElement[bool]:
    """One of the pairs, each a look at an index: SQLite walks the whole table for a list of pairs."""
    return or_(*(and_(gtin == one, code == other) for one, other in pairs))


def _no_transformation(query: Select[Any]) -> Select[Any]:
    """What went into a transformation is no good of the event in the standard's words."""
    table = query.selected_columns[0].table
    of_event = query.join(EVENT, EVENT.c.number == table.c.event)
    return of_event.where(EVENT.c.type != EventType.TRANSFORMATION.value)
