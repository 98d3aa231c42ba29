"""The first release: events with what they say, the catalogue, what platforms gave, traces and matches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import day, flag, json, number, text, time

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "event": (
        text("hash", primary_key=True),
        text("type"),
        text("action", nullable=True),
        time("event_time"),
        text("biz_step", nullable=True, index=True),
        text("disposition", nullable=True),
        text("read_point", nullable=True),
        text("biz_location", nullable=True),
        flag("declared_wrong"),
        text("captured_by", nullable=True),
        time("captured_at"),
        json("body"),
        sa.Index(None, "event_time", "hash"),
    ),
    "made": (
        text("event", sa.ForeignKey("event.hash"), primary_key=True),
        text("gtin", primary_key=True),
        text("lot", primary_key=True),
        day("made_first", nullable=True),
        day("made_last", nullable=True),
        number("units"),
        number("serials"),
        text("site", nullable=True),
        time("at"),
    ),
    "serial": (
        text("gtin", primary_key=True),
        text("serial", primary_key=True),
        text("event", sa.ForeignKey("event.hash"), primary_key=True, index=True),
        text("lot"),
    ),
    "content": (
        text("event", sa.ForeignKey("event.hash"), primary_key=True),
        number("number", primary_key=True),
        text("parent"),
        text("child", index=True),
        text("gtin", nullable=True),
        text("lot", nullable=True),
        text("serial", nullable=True),
        number("units"),
        flag("inside"),
        time("at"),
        sa.Index(None, "parent", "at"),
    ),
    "sighting": (
        text("event", sa.ForeignKey("event.hash"), primary_key=True),
        number("number", primary_key=True),
        text("code", index=True),
        text("gtin", nullable=True),
        text("lot", nullable=True),
        text("serial", nullable=True),
        number("units"),
        number("sign"),
        text("site", nullable=True),
        time("at"),
    ),
    "turned": (
        text("event", sa.ForeignKey("event.hash"), primary_key=True),
        number("number", primary_key=True),
        text("run", index=True),
        flag("is_output"),
        text("code", index=True),
        text("gtin", nullable=True),
        text("lot", nullable=True),
        text("serial", nullable=True),
        time("at"),
    ),
    "product": (
        text("gtin", primary_key=True),
        text("model", index=True),
        text("brand"),
        text("name"),
    ),
    "listing": (
        text("platform_id", primary_key=True),
        text("ref", primary_key=True),
        text("gtin", index=True),
        text("seller_ref"),
        text("title"),
        flag("on_sale"),
        text("before", nullable=True),
        text("after", nullable=True),
        time("stopped_at", nullable=True),
    ),
    "order_line": (
        text("platform_id", primary_key=True),
        text("line_ref", primary_key=True),
        text("listing_ref"),
        text("seller_ref"),
        text("gtin"),
        text("lot", nullable=True),
        text("serial", nullable=True),
        number("units"),
        time("sold_at"),
        time("shipped_at", nullable=True),
        text("ship_from", nullable=True),
        text("region", nullable=True),
        text("digest"),
        sa.Index(None, "gtin", "lot"),
    ),
    "scan": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        number("version", primary_key=True),
        text("platform_id", primary_key=True),
        text("gtin", primary_key=True),
        text("cursor", nullable=True),
        number("rows"),
        number("total"),
        number("passes"),
        text("digest"),
        flag("complete"),
        time("first", nullable=True),
        time("last", nullable=True),
        time("at"),
    ),
    "affected_lot": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        text("gtin", primary_key=True),
        text("lot", primary_key=True),
        number("position"),
        number("version"),
        number("clause"),
        number("units"),
        json("chain"),
    ),
    "stock": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        text("site", primary_key=True),
        text("gtin", primary_key=True),
        text("lot", primary_key=True),
        number("version"),
        number("received"),
        number("sent_on"),
        time("first_arrival"),
    ),
    "match": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        text("platform_id", primary_key=True),
        text("line_ref", primary_key=True),
        number("version"),
        text("cls"),
        text("rule"),
        text("reason"),
        number("units_lo"),
        number("units_hi"),
        text("lot_gtin", nullable=True),
        text("lot", nullable=True),
        json("chain"),
        text("digest"),
    ),
}


def upgrade() -> None:
    """Make these tables."""
    for name, parts in TABLES.items():
        op.create_table(name, *parts)


def downgrade() -> None:
    """Take these tables away, with all that they hold."""
    for name in reversed(TABLES):
        op.drop_table(name)
