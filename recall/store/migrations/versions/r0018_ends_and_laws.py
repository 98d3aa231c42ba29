"""The ends that wait for a second officer, and the laws that amendments brought to a recall."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import flag, number, text, time

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ending",
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        text("act"),
        text("reason"),
        flag("override"),
        number("version"),
        text("asked_by", sa.ForeignKey("party.id")),
        time("asked_at"),
    )
    op.create_table(
        "added_law",
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
        number("version", primary_key=True),
        text("policy", primary_key=True),
        number("place"),
    )


def downgrade() -> None:
    """Take them away: no end waits any more, and each law counts from the opening of its recall."""
    op.drop_table("added_law")
    op.drop_table("ending")
