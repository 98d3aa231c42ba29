"""Affected items by their lot: whether a lot has some, asked for one code at a time."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ix_affected_item_recall_id_gtin_lot"


def upgrade() -> None:
    """Make the index."""
    op.create_index(NAME, "affected_item", ["recall_id", "gtin", "lot"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(NAME, "affected_item")
