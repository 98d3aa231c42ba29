"""The first release: tasks, outbox, confirmations and the books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import flag, json, number, text, time

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_IN_FLIGHT = sa.text("state IN ('waiting', 'claimed', 'handing_over')")
_RECOVERED = sa.text("recovered > 0")

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "task": (
        text("id", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        number("version"),
        text("party_id", sa.ForeignKey("party.id"), index=True),
        text("duty"),
        text("place"),
        number("units"),
        time("issued_at"),
        time("due_at"),
        text("basis"),
        text("state"),
        number("done_units"),
        number("escalation"),
        time("done_at", nullable=True),
        sa.UniqueConstraint("recall_id", "version", "party_id", "duty", "place"),
    ),
    "outbox": (
        text("id", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        number("version"),
        text("party_id", sa.ForeignKey("party.id")),
        text("via"),
        text("kind"),
        text("recipient"),
        text("language"),
        json("facts"),
        text("subject"),
        number("round"),
        number("priority"),
        text("state"),
        number("attempts"),
        number("ambiguous"),
        text("holder", nullable=True),
        time("hold_until", nullable=True),
        time("not_before"),
        text("detail"),
        time("created_at"),
        time("sent_at", nullable=True),
        sa.UniqueConstraint(
            "recall_id", "version", "party_id", "via", "kind", "recipient", "subject", "round"
        ),
        sa.Index("ix_outbox_recipient", "recipient", "party_id"),
        sa.Index(
            "ix_outbox_in_flight",
            "via",
            "priority",
            "id",
            sqlite_where=_IN_FLIGHT,
            postgresql_where=_IN_FLIGHT,
        ),
    ),
    "confirmation": (
        text("id", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        text("party_id", sa.ForeignKey("party.id")),
        text("key"),
        text("body_digest"),
        text("outcome"),
        text("line_ref", nullable=True),
        json("document"),
        text("conflict", nullable=True),
        text("resolved_by", nullable=True),
        time("resolved_at", nullable=True),
        time("received_at"),
        sa.UniqueConstraint("party_id", "key"),
        sa.Index("ix_confirmation_line", "recall_id", "line_ref"),
    ),
    "holding": (
        text("id", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        text("kind"),
        text("party_id"),
        text("ref"),
        number("units"),
        flag("certain"),
        number("outstanding"),
        number("recovered"),
        number("corrected"),
        number("disposed"),
        number("unreachable"),
        number("cleared"),
        sa.CheckConstraint(
            "outstanding + recovered + corrected + disposed + unreachable + cleared = units",
            name="accounts_add_up",
        ),
        sa.CheckConstraint(
            "outstanding >= 0 AND recovered >= 0 AND corrected >= 0 AND "
            "disposed >= 0 AND unreachable >= 0 AND cleared >= 0",
            name="never_below_nothing",
        ),
        sa.UniqueConstraint("recall_id", "kind", "party_id", "ref"),
        sa.Index(
            "ix_holding_recovered",
            "recall_id",
            "id",
            sqlite_where=_RECOVERED,
            postgresql_where=_RECOVERED,
        ),
    ),
    "posting": (
        number("id", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        text("holding_id", sa.ForeignKey("holding.id"), index=True),
        text("source"),
        text("target"),
        number("units"),
        text("confirmation_id", sa.ForeignKey("confirmation.id"), nullable=True),
        time("at"),
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
