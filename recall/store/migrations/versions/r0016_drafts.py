"""The drafts of notices, with what was said of each clause."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import json, text, time

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "draft",
        text("id", primary_key=True),
        text("maker", sa.ForeignKey("party.id")),
        json("policies"),
        json("notice"),
        json("marks"),
        time("created_at"),
        time("changed_at", index=True),
        text("amends", sa.ForeignKey("recall.id"), nullable=True),
        text("recall_id", sa.ForeignKey("recall.id"), nullable=True, index=True),
    )


def downgrade() -> None:
    """Take it away, with all that it holds."""
    op.drop_table("draft")
