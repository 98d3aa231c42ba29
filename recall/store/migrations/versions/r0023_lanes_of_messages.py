"""Messages by lane and claims by their own index, lanes in trouble, and tasks of any number of units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import number, text, time

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

IN_FLIGHT = sa.text("state IN ('waiting', 'claimed', 'handing_over')")
INDEXES = {
    "ix_outbox_waiting": (["via", "priority", "not_before"], sa.text("state = 'waiting'")),
    "ix_outbox_held": (["holder", "hold_until"], sa.text("state IN ('claimed', 'handing_over')")),
}
LANE = """CASE via
    WHEN 'relay' THEN party_id
    WHEN 'email' THEN lower(substr(recipient, {at}(recipient, '@') + 1))
    ELSE '' END"""
"""A hook's host is read when it is queued again: until then no lane slows it."""


def upgrade() -> None:
    """Give every message its lane, and tasks their wide numbers."""
    on_sqlite = op.get_context().dialect.name == "sqlite"
    op.add_column("outbox", text("lane", server_default=""))
    op.execute(
        f"UPDATE outbox SET lane = {LANE.format(at='instr' if on_sqlite else 'strpos')},"
        " priority = 2 * priority"
    )
    if not on_sqlite:
        for name in ("units", "done_units"):
            op.alter_column("task", name, type_=sa.BigInteger())
    op.drop_index("ix_outbox_in_flight", "outbox")
    for name, (columns, which) in INDEXES.items():
        op.create_index(name, "outbox", columns, sqlite_where=which, postgresql_where=which)
    op.create_table(
        "lane",
        text("via", primary_key=True),
        text("name", primary_key=True),
        time("rests_until"),
        number("allowance"),
        number("pauses"),
    )


def downgrade() -> None:
    """Take the lanes away: nobody is slowed any more."""
    op.drop_table("lane")
    for name in INDEXES:
        op.drop_index(name, "outbox")
    columns = ["via", "priority", "id"]
    op.create_index(
        "ix_outbox_in_flight", "outbox", columns, sqlite_where=IN_FLIGHT, postgresql_where=IN_FLIGHT
    )
    op.drop_column("outbox", "lane")
    op.execute("UPDATE outbox SET priority = priority / 2")
    if op.get_context().dialect.name != "sqlite":
        for name in ("units", "done_units"):
            op.alter_column("task", name, type_=sa.Integer())
