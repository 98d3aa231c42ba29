"""Indexes and hints: lines read before any recall, what a scan took over from them, webhooks of vendors."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import flag, json, number, text, time

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; nothing is indexed yet."""
    op.create_table(
        "line_index", text("platform_id", sa.ForeignKey("party.id"), primary_key=True),
        text("gtin", primary_key=True), text("cursor", nullable=True), number("rows"), number("total"),
        number("passes"), text("digest"), flag("complete"), time("first", nullable=True),
        time("last", nullable=True), time("at"), time("began", nullable=True), time("since", nullable=True),
        time("sure", nullable=True), time("not_before", nullable=True), text("why", nullable=True),
        number("strange", nullable=True), json("blind", nullable=True),
    )  # fmt: skip
    op.create_table(
        "hint", text("platform_id", sa.ForeignKey("party.id"), primary_key=True),
        text("id", primary_key=True), text("kind"), text("ref"), time("at"), time("heard_at"),
        time("looked_at", nullable=True, index=True),
    )  # fmt: skip
    for column in _taken_over():
        op.add_column("scan", column)


def downgrade() -> None:
    """Take them away; the lines that an index brought stay."""
    for column in _taken_over():
        op.drop_column("scan", column.name)
    op.drop_table("hint")
    op.drop_table("line_index")


def _taken_over() -> tuple[sa.Column[Any], ...]:
    return tuple(time(name, nullable=True) for name in ("indexed", "indexed_alone"))
