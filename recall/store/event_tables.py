"""The tables of the events: each event whole, and what it says of lots, items, parts, containers and places.

Every row of what an event says names its event by number, so that the answers are a function of the set of
events: neither their order nor how often they come matters. Nothing is deleted: a row says since and until
when it was known, and an event declared wrong ends the knowledge of its rows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Dialect,
    FromClause,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    text,
)
from sqlmodel import Field

from recall.store.columns import UtcTime
from recall.store.sql import Row, table_of

_CLUSTERED = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key: what one event says lies together, and is written at the end."""

_CAME, _BACK = text("sign > 0"), text("disposition = 'returned'")
_UNNAMED = text("sign > 0 AND lot IS NULL")


def _where_told(name: str, *columns: str, told: str) -> Index:
    """An index of the rows alone that tell `told`."""
    which = text(f"{told} IS NOT NULL")
    return Index(name, *columns, sqlite_where=which, postgresql_where=which)


class EventRow(Row, table=True):
    """One event under its canonical hash, as it came; numbered in the order of capture."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("hash", "fingerprint"),
        Index(None, "event_time", "number"),
        Index(None, "captured_by", "event_time"),
        _where_told("ix_event_event_id", "event_id", told="event_id"),
        Index("ix_event_returned", "biz_location", "read_point", sqlite_where=_BACK, postgresql_where=_BACK),
    )
    number: int = Field(primary_key=True)
    hash: str
    fingerprint: str
    """What the hash leaves out of lots: both together are unique."""
    event_id: str | None
    """The party's own name of the event."""
    type: str
    action: str | None
    event_time: datetime = Field(sa_type=UtcTime)
    biz_step: str | None = Field(index=True)
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    transformation_id: str | None
    captured_by: str | None
    """The party that gave it first, for ever; who stood to it when, `WitnessRow` tells."""
    captured_at: datetime = Field(sa_type=UtcTime, index=True)
    """recordTime: since when we know it."""
    withdrawn_at: datetime | None = Field(sa_type=UtcTime)
    """When its error declaration reached us; None: it counts."""
    error_reason: str | None
    body: dict[str, Any] = Field(sa_type=JSON)


class WitnessRow(Row, table=True):
    """A party that said what another said before, since when, and when it took that back.

    Of the party that gave the event first there is a row where it took its word back. An event counts while
    one of those who said it stands to it.
    """

    __tablename__ = "witness"
    event: int = Field(primary_key=True, foreign_key="event.number")
    party: str = Field(primary_key=True)
    captured_at: datetime = Field(sa_type=UtcTime)
    withdrawn_at: datetime | None = Field(sa_type=UtcTime)


class DeclarationRow(Row, table=True):
    """That a party declared its event wrong, as it came."""

    __tablename__ = "declaration"
    event: int = Field(primary_key=True, foreign_key="event.number")
    party: str = Field(primary_key=True)
    captured_at: datetime = Field(sa_type=UtcTime)
    body: dict[str, Any] = Field(sa_type=JSON)


class Saying(Row):
    """A row of what an event says: its event, its place in it, and since and until when we know it.

    Written in one transaction with its event by `capturing` alone: no foreign key is looked up a row.
    """

    event: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    known_from: datetime = Field(sa_type=UtcTime)
    known_to: datetime | None = Field(default=None, sa_type=UtcTime)
    """None: still."""


class MadeRow(Saying, table=True):
    """Units of a lot that began to exist: stated as a quantity, or as so many serials."""

    __tablename__ = "made"
    __table_args__ = (
        Index(None, "gtin", "lot"),
        _where_told("ix_made_site", "site", told="site"),
        _CLUSTERED,
    )
    gtin: str
    lot: str
    made_first: date | None
    made_last: date | None
    expires_first: date | None
    expires_last: date | None
    units: int
    serials: int
    site: str | None
    at: datetime = Field(sa_type=UtcTime)


class SerialRow(Saying, table=True):
    """An item's lot, as an event tells it."""

    __tablename__ = "serial"
    __table_args__ = (Index(None, "gtin", "serial"), Index(None, "gtin", "lot"), _CLUSTERED)
    gtin: str
    serial: str
    lot: str


class ContentRow(Saying, table=True):
    """Something that was put into a container, or taken out of it (`inside` false; no child: everything)."""

    __tablename__ = "content"
    __table_args__ = (
        Index(None, "parent", "at"),
        _where_told("ix_content_gtin_lot", "gtin", "lot", told="lot"),
        _CLUSTERED,
    )
    parent: str
    child: str = Field(index=True)
    gtin: str | None
    lot: str | None
    serial: str | None
    units: int
    inside: bool
    at: datetime = Field(sa_type=UtcTime)


class PartRow(Saying, table=True):
    """A part that was attached to its parent, or detached from it (`attached` false; no child: all parts)."""

    __tablename__ = "part"
    __table_args__ = (
        Index(None, "parent", "at"),
        _where_told("ix_part_gtin_lot", "gtin", "lot", told="lot"),
        _where_told("ix_part_gtin_serial", "gtin", "serial", told="serial"),
        _CLUSTERED,
    )
    parent: str
    child: str = Field(index=True)
    gtin: str | None
    lot: str | None
    serial: str | None
    parent_gtin: str | None
    parent_lot: str | None
    parent_serial: str | None
    attached: bool
    at: datetime = Field(sa_type=UtcTime)


class SightingRow(Saying, table=True):
    """Something that an event saw at a place: it came (`sign` 1), left (-1), or was merely there (0).

    A number below 0 is that of the event's parent, any other that of its goods.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        _where_told("ix_sighting_gtin_lot", "gtin", "lot", told="lot"),
        Index("ix_sighting_came", "site", sqlite_where=_CAME, postgresql_where=_CAME),
        Index("ix_sighting_unnamed", "site", "gtin", sqlite_where=_UNNAMED, postgresql_where=_UNNAMED),
        _CLUSTERED,
    )
    code: str = Field(index=True)
    gtin: str | None
    lot: str | None
    serial: str | None
    units: int
    sign: int
    site: str | None
    at: datetime = Field(sa_type=UtcTime)


class TurnedRow(Saying, table=True):
    """Goods that went into a transformation (`is_output` false) or came out of it; `run` joins the two."""

    __tablename__ = "turned"
    __table_args__ = (
        _where_told("ix_turned_gtin_lot", "gtin", "lot", told="lot"),
        _where_told("ix_turned_gtin_serial", "gtin", "serial", told="serial"),
        _CLUSTERED,
    )
    run: str = Field(index=True)
    is_output: bool
    code: str = Field(index=True)
    gtin: str | None
    lot: str | None
    serial: str | None
    at: datetime = Field(sa_type=UtcTime)


class ProductRow(Row, table=True):
    """A trade item of the catalogue."""

    __tablename__ = "product"
    gtin: str = Field(primary_key=True)
    model: str = Field(index=True)
    brand: str
    name: str


EVENT, PRODUCT = table_of(EventRow), table_of(ProductRow)
WITNESS, DECLARATION = table_of(WitnessRow), table_of(DeclarationRow)
MADE, SERIAL = table_of(MadeRow), table_of(SerialRow)
CONTENT, PART = table_of(ContentRow), table_of(PartRow)
SIGHTING, TURNED = table_of(SightingRow), table_of(TurnedRow)
SAYINGS = (MADE, SERIAL, CONTENT, PART, SIGHTING, TURNED)
"""The tables of what events say; each row names its event, and since and until when it was known."""
NAMING = (MADE, SIGHTING, TURNED, CONTENT, PART)
"""Those that name lots."""


class _AsOf(UtcTime):
    """A moment up to which we know; None: all that we know now."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The end of time, where nobody asks for an earlier one."""
        return super().process_bind_param(value or _FOREVER, dialect)


_FOREVER = datetime.max.replace(tzinfo=UTC)
AS_OF = bindparam("as_of", type_=_AsOf)
"""The moment of knowledge of a statement that is built once."""


Moment = datetime | BindParameter[datetime] | None
"""A time up to which we know; None: now."""


def known(table: FromClause, as_of: Moment = None) -> ColumnElement[bool]:
    """The rows of a table of sayings (or of its alias) that were known at a time; None: all we know now."""
    return held(table.c.known_from, table.c.known_to, as_of)


def held(
    since: ColumnElement[datetime], until: ColumnElement[datetime | None], as_of: Moment = None
) -> ColumnElement[bool]:
    """Whether a time that began at `since`, and ended where `until` is told, was running at a moment."""
    running: ColumnElement[bool] = until.is_(None)
    if as_of is None:
        return running
    return and_(since <= as_of, or_(running, until > as_of))
