"""The tables of the events: each event whole, and what it says of lots, items, containers and places.

Every row of what an event says names its event, so that the answers are a function of the set of events:
neither their order nor how often they come matters, and an event declared wrong takes its rows with it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from recall.store.sql import Row, UtcTime, table_of


class EventRow(Row, table=True):
    """One event under its canonical hash, as it came."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "event_time", "hash"),)
    hash: str = Field(primary_key=True)
    type: str
    action: str | None
    event_time: datetime = Field(sa_type=UtcTime)
    biz_step: str | None = Field(index=True)
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    declared_wrong: bool
    captured_by: str | None
    captured_at: datetime = Field(sa_type=UtcTime)
    body: dict[str, Any] = Field(sa_type=JSON)


class MadeRow(Row, table=True):
    """Units of a lot that began to exist: stated as a quantity, or as so many serials."""

    __tablename__ = "made"
    event: str = Field(primary_key=True, foreign_key="event.hash")
    gtin: str = Field(primary_key=True)
    lot: str = Field(primary_key=True)
    made_first: date | None
    made_last: date | None
    units: int
    serials: int
    site: str | None
    at: datetime = Field(sa_type=UtcTime)


class SerialRow(Row, table=True):
    """An item's lot, as an event tells it."""

    __tablename__ = "serial"
    gtin: str = Field(primary_key=True)
    serial: str = Field(primary_key=True)
    event: str = Field(primary_key=True, foreign_key="event.hash", index=True)
    lot: str


class ContentRow(Row, table=True):
    """Something that was put into a container, or taken out of it (`inside` false; no child: everything)."""

    __tablename__ = "content"
    __table_args__ = (Index(None, "parent", "at"),)
    event: str = Field(primary_key=True, foreign_key="event.hash")
    number: int = Field(primary_key=True)
    parent: str
    child: str = Field(index=True)
    gtin: str | None
    lot: str | None
    serial: str | None
    units: int
    inside: bool
    at: datetime = Field(sa_type=UtcTime)


class SightingRow(Row, table=True):
    """Something that an event saw at a place: it came (`sign` 1), left (-1), or was merely there (0)."""

    __tablename__ = "sighting"
    event: str = Field(primary_key=True, foreign_key="event.hash")
    number: int = Field(primary_key=True)
    code: str = Field(index=True)
    gtin: str | None
    lot: str | None
    serial: str | None
    units: int
    sign: int
    site: str | None
    at: datetime = Field(sa_type=UtcTime)


class TurnedRow(Row, table=True):
    """Goods that went into a transformation (`is_output` false) or came out of it; `run` joins the two."""

    __tablename__ = "turned"
    event: str = Field(primary_key=True, foreign_key="event.hash")
    number: int = Field(primary_key=True)
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
MADE, SERIAL = table_of(MadeRow), table_of(SerialRow)
CONTENT, SIGHTING, TURNED = table_of(ContentRow), table_of(SightingRow), table_of(TurnedRow)
SAYINGS = (MADE, SERIAL, CONTENT, SIGHTING, TURNED)
"""The tables of what events say; each row names its event."""
