"""Matches without a foreign key to look up a row, and the sites where goods came found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import moment, number

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_sighting_came": ("sighting", ["site"], "sign > 0"),
    "ix_made_site": ("made", ["site"], "site IS NOT NULL"),
    "ix_event_returned": ("event", ["biz_location", "read_point"], "disposition = 'returned'"),
}
KEYS = {"ruling": "ruling", "line": "order_line"}


def upgrade() -> None:
    """Make the indexes, and drop the keys."""
    for name, (table, columns, which) in INDEXES.items():
        where = sa.text(which)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    if op.get_context().dialect.name == "sqlite":
        _copy(number("ruling", primary_key=True), number("line", primary_key=True))
    else:
        for column, other in KEYS.items():
            op.drop_constraint(f"fk_match_{column}_{other}", "match", type_="foreignkey")


def downgrade() -> None:
    """The keys again, and no indexes."""
    if op.get_context().dialect.name == "sqlite":
        keys = {name: sa.ForeignKey(f"{other}.number") for name, other in KEYS.items()}
        _copy(*(number(name, key, primary_key=True) for name, key in keys.items()))
    else:
        for column, other in KEYS.items():
            op.create_foreign_key(f"fk_match_{column}_{other}", "match", other, [column], ["number"])
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)


def _copy(*key: SchemaItem) -> None:
    """SQLite takes no key from a table that is there: the rows go to a new one."""
    op.drop_index("ix_match_line", "match")
    op.rename_table("match", "before_match")
    rest = (moment("known_from", primary_key=True), moment("known_to", nullable=True), number("units"))
    op.create_table("match", *key, *rest, sqlite_with_rowid=False)
    op.execute(
        'INSERT INTO "match" (ruling, line, known_from, known_to, units)'
        " SELECT ruling, line, known_from, known_to, units FROM before_match"
    )
    op.drop_table("before_match")
    op.create_index("ix_match_line", "match", ["line"])
