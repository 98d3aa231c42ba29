"""Systems of vendors: their kinds and settings, sealed secrets, paces, and scans that prove themselves."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import flag, json, number, real, text, time

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make columns and tables; tokens move to the secrets, to be sealed by who has the key."""
    for table, columns in _more().items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "pace", text("name", primary_key=True), real("tokens"), time("at"), real("burst"), real("per_second"),
        time("not_before", nullable=True), number("failures"),
    )  # fmt: skip
    op.create_table(
        "party_secret", text("party_id", sa.ForeignKey("party.id"), primary_key=True),
        text("name", primary_key=True), text("sealed"),
    )  # fmt: skip
    op.execute(
        "INSERT INTO party_secret (party_id, name, sealed)"
        " SELECT party_id, 'token', 'plain:' || token FROM partner_token"
    )
    op.drop_table("partner_token")
    op.create_table(
        "scan_seen", text("scan", primary_key=True), number("passed", primary_key=True),
        text("line_ref", primary_key=True),
    )  # fmt: skip


def downgrade() -> None:
    """Take them away; of the secrets only tokens that were never sealed can be kept."""
    op.create_table(
        "partner_token", text("party_id", sa.ForeignKey("party.id"), primary_key=True), text("token")
    )
    op.execute(
        "INSERT INTO partner_token (party_id, token) SELECT party_id, substr(sealed, 7) FROM party_secret"
        " WHERE name = 'token' AND sealed LIKE 'plain:%'"
    )
    for table in ("scan_seen", "party_secret", "pace"):
        op.drop_table(table)
    for table, columns in _more().items():
        for column in columns:
            op.drop_column(table, column.name)


def _more() -> dict[str, tuple[sa.Column[Any], ...]]:
    """New columns by their tables; made each time, for a column belongs to one table."""
    matched = (text(name, nullable=True) for name in ("matched_by", "product_ref", "sku", "seen_how"))
    times = (time(name, nullable=True) for name in ("began", "since", "sure", "not_before"))
    return {
        "party": (text("connector", nullable=True), json("settings", nullable=True)),
        "listing": (*matched, flag("seen_stopped", nullable=True), time("seen_at", nullable=True)),
        "scan": (
            *times, text("why", nullable=True), number("strange", nullable=True),
            json("blind", nullable=True),
        ),
    }  # fmt: skip
