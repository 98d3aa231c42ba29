"""The company prefixes of parties: under which of them a maker may say where its products lead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAME = "party_prefix"


def upgrade() -> None:
    """Make the table."""
    owner = text("party_id", sa.ForeignKey("party.id"), index=True)
    op.create_table(NAME, text("prefix", primary_key=True), owner)


def downgrade() -> None:
    """Take it away, with all that it holds."""
    op.drop_table(NAME)
