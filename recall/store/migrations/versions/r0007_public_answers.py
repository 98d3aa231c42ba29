"""What the public asks: the trade items of each recall, and the links that a resolver gives for a product."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import json, text, time

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "recall_item": (
        text("gtin", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id"), primary_key=True, index=True),
        text("origin", primary_key=True),
    ),
    "link_entry": (
        text("anchor", primary_key=True),
        text("qualifiers", primary_key=True),
        json("document"),
        text("kept_by"),
        time("kept_at"),
    ),
}


def upgrade() -> None:
    """Make these tables, and fill in the trade items of the recalls that are there."""
    for name, parts in TABLES.items():
        op.create_table(name, *parts)
    bind = op.get_bind()
    pairs = {*_of_clauses(bind), *_of_traces(bind)}
    item = sa.table("recall_item", *(sa.column(name) for name in ("gtin", "recall_id", "origin")))
    rows = [{"gtin": gtin, "recall_id": recall, "origin": origin} for gtin, recall, origin in sorted(pairs)]
    if rows:
        bind.execute(sa.insert(item), rows)


def _of_clauses(bind: sa.Connection) -> Iterator[tuple[str, str, str]]:
    """The trade items of every version in force."""
    query = (
        "SELECT c.recall_id, c.document FROM clause c JOIN recall r ON r.id = c.recall_id "
        "AND r.version = c.version"
    )
    for recall_id, document in bind.execute(sa.text(query)):
        for gtin in _read(document)["gtins"]:
            yield gtin, recall_id, "scope"


def _of_traces(bind: sa.Connection) -> Iterator[tuple[str, str, str]]:
    for gtin, recall_id in bind.execute(sa.text("SELECT DISTINCT gtin, recall_id FROM affected_lot")):
        yield gtin, recall_id, "trace"


def _read(document: Any) -> Any:
    return jsonlib.loads(document) if isinstance(document, str) else document


def downgrade() -> None:
    """Take these tables away, with all that they hold."""
    for name in reversed(TABLES):
        op.drop_table(name)
