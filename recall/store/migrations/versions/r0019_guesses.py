"""The guesses of codes that are nobody's, counted in spans of time."""

from __future__ import annotations

from alembic import op

from recall.store.migrations.columns import number, text, time

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table("guess", time("since", primary_key=True), text("who", primary_key=True), number("misses"))


def downgrade() -> None:
    """Take it away: the span that runs begins with nothing."""
    op.drop_table("guess")
