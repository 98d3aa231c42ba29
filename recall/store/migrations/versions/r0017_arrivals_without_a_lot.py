"""Arrivals without a lot: goods and containers that came to a site, asked for by their index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ix_sighting_unnamed"
UNNAMED = sa.text("sign > 0 AND lot IS NULL")


def upgrade() -> None:
    """Make the index."""
    op.create_index(NAME, "sighting", ["site", "gtin"], sqlite_where=UNNAMED, postgresql_where=UNNAMED)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(NAME, "sighting")
