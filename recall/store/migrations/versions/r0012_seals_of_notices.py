"""The signature and the short code of each version of a notice, who rejected one, and false copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import json, number, text, time

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "notice_seal": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        number("version", primary_key=True),
        text("code"),
        text("digest"),
        text("signature"),
        time("issued_at"),
        sa.UniqueConstraint("code", name="uq_notice_seal_code"),
    ),
    "notice_alarm": (
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        text("digest", primary_key=True),
        number("version"),
        json("differences"),
        time("first_seen"),
        time("last_seen"),
        number("times"),
    ),
}
COLUMNS = ("rejected_by", "rejected_at", "reason")


def upgrade() -> None:
    """Make the tables, and room for who rejected a version and why."""
    for name, parts in TABLES.items():
        op.create_table(name, *parts)
    for column in (text("rejected_by", nullable=True), time("rejected_at", nullable=True)):
        op.add_column("notice", column)
    op.add_column("notice", text("reason", nullable=True))


def downgrade() -> None:
    """Take them away, with all that they hold; a version that was rejected waits again."""
    for name in COLUMNS:
        op.drop_column("notice", name)
    for name in reversed(TABLES):
        op.drop_table(name)
