"""Which trade item is made of which, and the lots whose making nobody told, kept as events come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import flag, text

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAMING = ("made", "sighting", "turned", "content", "part")
FED = """
    EXISTS (SELECT 1 FROM turned i WHERE i.run = o.run AND NOT i.is_output AND i.known_to IS NULL)
"""
KINDS = """
    INSERT INTO kind (source, product, holds)
    SELECT DISTINCT i.gtin, o.gtin, false FROM turned i JOIN turned o ON o.run = i.run AND o.is_output
    WHERE NOT i.is_output AND i.gtin IS NOT NULL AND o.gtin IS NOT NULL
    UNION ALL
    SELECT DISTINCT gtin, parent_gtin, true FROM part
    WHERE attached AND gtin IS NOT NULL AND parent_gtin IS NOT NULL
"""


def upgrade() -> None:
    """Make the tables, and fill them from the events that are here."""
    op.create_table(
        "kind",
        *(text(name, primary_key=True) for name in ("source", "product")),
        flag("holds", primary_key=True),
    )
    op.create_table(
        "lot_origin", text("gtin", primary_key=True), text("lot", primary_key=True), flag("told"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.execute(KINDS)
    lots = " UNION ".join(
        f"SELECT gtin, lot FROM {table} WHERE gtin IS NOT NULL AND lot IS NOT NULL" for table in NAMING
    )
    whole = f"""
        SELECT o.gtin, o.lot FROM turned o
        WHERE o.is_output AND o.known_to IS NULL AND o.serial IS NULL AND {FED}
    """
    op.execute(f"INSERT INTO lot_origin (gtin, lot, told) SELECT gtin, lot, false FROM ({lots}) AS named")
    op.execute(f"UPDATE lot_origin SET told = true WHERE (gtin, lot) IN ({whole})")
    untold = sa.text("NOT told")
    op.create_index("ix_lot_origin_gtin_told", "lot_origin", ["gtin", "told"], postgresql_where=untold)


def downgrade() -> None:
    """Take them away: all of it stands in the events."""
    op.drop_table("lot_origin")
    op.drop_table("kind")
