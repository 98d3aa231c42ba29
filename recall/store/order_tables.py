"""The tables of order lines: who offered what, the cohorts in which lines are decided, and the lines.

A line is kept under the number of its cohort, so that the lines of affected cohorts lie together in an index
however many others there are; text that many lines share stands once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from recall.store.columns import Instant
from recall.store.sql import Row, table_of

AND = "\x1f"
"""Stands between the lots of a serial where events tell several: no code can hold it."""

_SERIAL = text("serial IS NOT NULL")


class PlatformRow(Row, table=True):
    """A platform by a number, as lines name it."""

    __tablename__ = "platform"
    number: int = Field(primary_key=True)
    id: str = Field(unique=True)


class OfferRow(Row, table=True):
    """A listing of a seller on a platform, as lines name it."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("platform", "seller_ref", "listing_ref"),)
    number: int = Field(primary_key=True)
    platform: int = Field(foreign_key="platform.number")
    seller_ref: str
    listing_ref: str


class CohortRow(Row, table=True):
    """Lines that stand or fall together; what is not recorded is the empty text.

    `told` are the lots that events tell of a line's serial; `lines` and `units` count what the cohort holds.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("gtin", "lot", "told", "vouched", "site"),
        Index(None, "gtin", "told"),
        Index(None, "gtin", "folded"),
        Index("ix_cohort_open", "gtin", sqlite_where=text("open = 1"), postgresql_where=text("open")),
    )
    number: int = Field(primary_key=True)
    gtin: str
    lot: str
    told: str
    vouched: bool
    site: str
    folded: str
    """The recorded lot as hasty typing leaves it."""
    known: bool
    open: bool
    """Whether nothing for certain says which lot the goods are of."""
    lines: int
    units: int


class OrderLineRow(Row, table=True):
    """One order line; nothing in it tells who bought."""

    __tablename__ = "order_line"
    __table_args__ = (
        Index("ix_order_line_ref", "line_ref", "platform", unique=True),
        Index("ix_order_line_cohort", "cohort", "shipped_at", "offer", "units", "number"),
        Index("ix_order_line_serial", "serial", sqlite_where=_SERIAL, postgresql_where=_SERIAL),
    )
    number: int = Field(primary_key=True)
    platform: int = Field(foreign_key="platform.number")
    line_ref: str
    offer: int = Field(foreign_key="offer.number")
    cohort: int = Field(foreign_key="cohort.number")
    serial: str | None
    units: int
    sold_at: datetime = Field(sa_type=Instant)
    shipped_at: datetime | None = Field(sa_type=Instant)
    region: str | None
    digest: str


PLATFORM, OFFER = table_of(PlatformRow), table_of(OfferRow)
COHORT, LINE = table_of(CohortRow), table_of(OrderLineRow)
