"""The first release: parties, recalls, and what was said to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import json, number, real, text, time

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "party": (
        text("id", primary_key=True),
        text("role", index=True),
        text("name"),
        text("language"),
        text("timezone"),
        text("email", nullable=True),
        text("endpoint", nullable=True),
        text("platform_id", sa.ForeignKey("party.id"), nullable=True),
        text("reference", nullable=True, index=True),
        time("created_at"),
        sa.UniqueConstraint("platform_id", "reference"),
    ),
    "party_site": (
        text("site", primary_key=True),
        text("party_id", sa.ForeignKey("party.id"), index=True),
        number("position"),
    ),
    "api_key": (
        text("id", primary_key=True),
        text("party_id", sa.ForeignKey("party.id"), index=True),
        text("prefix"),
        text("key_hash", unique=True),
        time("created_at"),
        time("revoked_at", nullable=True),
    ),
    "partner_token": (
        text("party_id", sa.ForeignKey("party.id"), primary_key=True),
        text("token"),
    ),
    "recall": (
        text("id", primary_key=True),
        text("reference", unique=True),
        text("title"),
        text("authority"),
        text("policy"),
        text("state"),
        number("version"),
        text("proposed_by", sa.ForeignKey("party.id")),
        time("proposed_at", index=True),
        text("approved_by", sa.ForeignKey("party.id"), nullable=True),
        time("opened_at", nullable=True),
        time("rested_at", nullable=True),
    ),
    "notice": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        number("version", primary_key=True),
        json("document"),
        text("digest"),
        text("submitted_by", sa.ForeignKey("party.id")),
        time("submitted_at"),
        text("approved_by", sa.ForeignKey("party.id"), nullable=True),
        time("approved_at", nullable=True),
    ),
    "clause": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        number("version", primary_key=True),
        number("number", primary_key=True),
        json("document"),
    ),
    "stage": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        number("version", primary_key=True),
        text("name", primary_key=True),
        time("began_at"),
        time("ended_at"),
        real("seconds"),
        json("result"),
    ),
    "audit": (
        number("seq", primary_key=True, autoincrement=False),
        time("at"),
        text("recall_id", nullable=True, index=True),
        text("actor"),
        text("action"),
        text("subject"),
        json("detail"),
        text("previous", unique=True),
        text("hash"),
    ),
    "party_event": (
        text("party_id", sa.ForeignKey("party.id"), primary_key=True),
        number("seq", primary_key=True),
        text("type"),
        json("document"),
        time("at"),
    ),
    "reply": (
        text("party_id", sa.ForeignKey("party.id"), primary_key=True),
        text("key", primary_key=True),
        text("digest"),
        number("status"),
        json("document"),
        time("at"),
    ),
    "cursor": (
        text("name", primary_key=True),
        text("value"),
    ),
    "lease": (
        text("name", primary_key=True),
        text("holder"),
        time("until"),
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
