"""Events by number, what they say kept in time, parts, and who else said the same."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.schema import SchemaItem

from recall.codes.keys import gtin_of, key_of, lot_of, serial_of
from recall.epcis.event import Event
from recall.errors import EventRefused
from recall.store.migrations.columns import blob, day, flag, json, number, text, time

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _where_told(name: str, *columns: str, told: str) -> sa.Index:
    which = sa.text(f"{told} IS NOT NULL")
    return sa.Index(name, *columns, sqlite_where=which, postgresql_where=which)


def _saying() -> tuple[SchemaItem, ...]:
    return (
        number("event", primary_key=True),
        number("number", primary_key=True),
        time("known_from"),
        time("known_to", nullable=True),
    )


def _thing(*names: str) -> tuple[SchemaItem, ...]:
    return tuple(text(name, nullable=True) for name in names)


TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "event": (
        number("number", primary_key=True),
        text("hash"),
        text("fingerprint"),
        *_thing("event_id"),
        text("type"),
        *_thing("action"),
        time("event_time"),
        text("biz_step", nullable=True, index=True),
        *_thing("disposition", "read_point", "biz_location", "transformation_id", "captured_by"),
        time("captured_at", index=True),
        time("withdrawn_at", nullable=True),
        *_thing("error_reason"),
        json("body"),
        sa.UniqueConstraint("hash", "fingerprint"),
        sa.Index(None, "event_time", "number"),
        sa.Index(None, "captured_by", "event_time"),
        _where_told("ix_event_event_id", "event_id", told="event_id"),
    ),
    "witness": (
        number("event", sa.ForeignKey("event.number"), primary_key=True),
        text("party", primary_key=True),
        time("captured_at"),
        time("withdrawn_at", nullable=True),
    ),
    "declaration": (
        number("event", sa.ForeignKey("event.number"), primary_key=True),
        text("party", primary_key=True),
        time("captured_at"),
        json("body"),
    ),
    "made": (
        *_saying(),
        text("gtin"),
        text("lot"),
        day("made_first", nullable=True),
        day("made_last", nullable=True),
        number("units"),
        number("serials"),
        *_thing("site"),
        time("at"),
        sa.Index(None, "gtin", "lot"),
    ),
    "serial": (
        *_saying(),
        text("gtin"),
        text("serial"),
        text("lot"),
        sa.Index(None, "gtin", "serial"),
        sa.Index(None, "gtin", "lot"),
    ),
    "content": (
        *_saying(),
        text("parent"),
        text("child", index=True),
        *_thing("gtin", "lot", "serial"),
        number("units"),
        flag("inside"),
        time("at"),
        sa.Index(None, "parent", "at"),
        _where_told("ix_content_gtin_lot", "gtin", "lot", told="lot"),
    ),
    "part": (
        *_saying(),
        text("parent"),
        text("child", index=True),
        *_thing("gtin", "lot", "serial", "parent_gtin", "parent_lot", "parent_serial"),
        flag("attached"),
        time("at"),
        sa.Index(None, "parent", "at"),
        _where_told("ix_part_gtin_lot", "gtin", "lot", told="lot"),
    ),
    "sighting": (
        *_saying(),
        text("code", index=True),
        *_thing("gtin", "lot", "serial"),
        number("units"),
        number("sign"),
        *_thing("site"),
        time("at"),
        _where_told("ix_sighting_gtin_lot", "gtin", "lot", told="lot"),
    ),
    "turned": (
        *_saying(),
        text("run", index=True),
        flag("is_output"),
        text("code", index=True),
        *_thing("gtin", "lot", "serial"),
        time("at"),
        _where_told("ix_turned_gtin_lot", "gtin", "lot", told="lot"),
    ),
    "capture_job": (
        text("id", primary_key=True),
        text("party", index=True),
        flag("proceed"),
        flag("running"),
        flag("success"),
        number("new"),
        number("known"),
        json("errors"),
        time("created_at"),
        time("finished_at", nullable=True),
    ),
    "capture_part": (
        text("job", primary_key=True),
        number("number", primary_key=True),
        time("at"),
        blob("content"),
    ),
}
_ROWIDS = {"event", "witness", "declaration", "capture_job", "capture_part"}
_OLD = ("event", "made", "serial", "content", "sighting", "turned")
_EVENT = (
    "hash", "type", "action", "event_time", "biz_step", "disposition", "read_point", "biz_location",
    "captured_by", "captured_at", "body",
)  # fmt: skip
_SAME = {
    "made": ("gtin", "lot", "made_first", "made_last", "units", "serials", "site", "at"),
    "serial": ("gtin", "serial", "lot"),
    "content": ("parent", "child", "gtin", "lot", "serial", "units", "inside", "at"),
    "sighting": ("code", "gtin", "lot", "serial", "units", "sign", "site", "at"),
    "turned": ("run", "is_output", "code", "gtin", "lot", "serial", "at"),
}
"""What the tables have in common before and after."""
_PLACED = {"made": ("gtin", "lot"), "serial": ("gtin", "serial")}
"""What told the rows of one event apart before they had numbers."""


def upgrade() -> None:
    """Number the events, and let what they say be known since they were captured."""
    _set_aside(_OLD)
    for name, parts in TABLES.items():
        op.create_table(name, *parts, sqlite_with_rowid=name in _ROWIDS)
    event = _named_table("event", *_EVENT, "number")
    _number_events()
    for name, columns in _SAME.items():
        was = _aside(name, *columns, "event", "number")
        order = [was.c[column] for column in _PLACED.get(name, ("number",))]
        place = sa.func.row_number().over(partition_by=was.c.event, order_by=order) - 1
        same = [was.c[column] for column in columns]
        query = sa.select(event.c.number, place, event.c.captured_at, *same)
        of = query.join_from(was, event, event.c.hash == was.c.event)
        _fill(name, ("event", "number", "known_from", *columns), of)
    _attach_parts()
    _mark_lots()
    _let_go(_OLD)


def downgrade() -> None:
    """Events by hash again: when they were withdrawn, the parts and the other witnesses are lost."""
    _set_aside(tuple(TABLES))
    first = context.script.get_revision("0002").module.TABLES
    for name in _OLD:
        op.create_table(name, *first[name])
    event = _aside("event", *_EVENT, "number", "withdrawn_at")
    same = [event.c[column] for column in _EVENT]
    _fill("event", (*_EVENT, "declared_wrong"), sa.select(*same, event.c.withdrawn_at.is_not(None)))
    for name, columns in _SAME.items():
        was = _aside(name, *columns, "event", "number", "known_to")
        kept = columns if name in _PLACED else ("number", *columns)
        query = sa.select(event.c.hash, *(was.c[column] for column in kept)).where(was.c.known_to.is_(None))
        _fill(name, ("event", *kept), query.join_from(was, event, event.c.number == was.c.event))
    _let_go(tuple(TABLES))


def _number_events() -> None:
    event, turned = _aside("event", *_EVENT, "declared_wrong"), _aside("turned", "event", "run")
    told = "body ->> 'eventID'" if op.get_bind().dialect.name == "postgresql" else "body ->> '$.eventID'"
    run = sa.select(sa.func.min(turned.c.run)).where(
        turned.c.event == event.c.hash, turned.c.run != turned.c.event
    )
    query = sa.select(
        sa.func.row_number().over(order_by=(event.c.captured_at, event.c.hash)),
        sa.literal_column(told),
        run.scalar_subquery(),
        sa.literal(""),
        sa.case((sa.type_coerce(event.c.declared_wrong, sa.Boolean), event.c.captured_at)),
        *(event.c[column] for column in _EVENT),
    )
    _fill("event", ("number", "event_id", "transformation_id", "fingerprint", "withdrawn_at", *_EVENT), query)


def _fill(name: str, columns: tuple[str, ...], query: sa.Select[Any]) -> None:
    op.execute(sa.insert(_named_table(name, *columns)).from_select(columns, query))


def _named_table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))


def _aside(name: str, *columns: str) -> sa.TableClause:
    return _named_table(f"before_{name}", *columns)


def _set_aside(names: tuple[str, ...]) -> None:
    """Copy tables and drop them: renamed ones would keep the names of their indexes."""
    for name in names:
        op.execute(f"CREATE TABLE before_{name} AS SELECT * FROM {name}")
    for name in sorted(names, key=lambda name: name == "event"):
        op.drop_table(name)


def _let_go(names: tuple[str, ...]) -> None:
    for name in names:
        op.drop_table(f"before_{name}")


def _attach_parts() -> None:
    """The parts that AssociationEvents told before there was a table for them."""
    event, part = _columns("event"), _columns("part")
    told = (event.c.type == "AssociationEvent") & event.c.withdrawn_at.is_(None)
    for row in op.get_bind().execute(sa.select(event).where(told)).mappings().all():
        since = {"event": row["number"], "at": row["event_time"], "known_from": row["captured_at"]}
        for place, told_part in enumerate(_parts(row["body"])):
            op.get_bind().execute(sa.insert(part), since | told_part | {"number": place})


def _mark_lots() -> None:
    """What the hashes leave out of lots, so that an event that comes again is known again."""
    event = _columns("event")
    mark = (
        sa.update(event).where(event.c.number == sa.bindparam("of")).values(fingerprint=sa.bindparam("told"))
    )
    for row in op.get_bind().execute(sa.select(event.c.number, event.c.body)).mappings().all():
        try:
            told = Event.read(row["body"], where="").fingerprint
        except EventRefused:  # a form that is read no more: it can come again only in another
            continue
        if told:
            op.get_bind().execute(mark, {"of": row["number"], "told": told})


def _columns(name: str) -> sa.TableClause:
    columns = (part for part in TABLES[name] if isinstance(part, sa.Column))
    return sa.table(name, *(sa.column(column.name, column.type) for column in columns))


def _parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    if body["action"] == "OBSERVE":
        return []
    parent, attached = body["parentID"], body["action"] == "ADD"
    children = [*body.get("childEPCs", ()), *(one["epcClass"] for one in body.get("childQuantityList", ()))]
    above = {f"parent_{name}": told for name, told in _named(parent).items()}
    of = {"parent": key_of(parent), "attached": attached} | above
    if not children and not attached:
        return [of | {"child": "", "gtin": None, "lot": None, "serial": None}]
    return [of | {"child": key_of(child)} | _named(child) for child in children]


def _named(code: str) -> dict[str, str | None]:
    lot, item = lot_of(code), serial_of(code)
    return {"gtin": gtin_of(code), "lot": lot[1] if lot else None, "serial": item[1] if item else None}
