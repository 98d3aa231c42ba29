"""What the regulators' feeds hold, version by version, its twins elsewhere, and how fresh each feed is."""

from __future__ import annotations

from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import day, json, number, text, time

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "published": (
        text("source", primary_key=True), text("reference", primary_key=True), number("version"),
        text("content"), text("reading"), text("title"), day("published", nullable=True), time("first_seen"),
        time("changed_at", index=True), time("last_seen"), number("taken_version", nullable=True),
    ),
    "published_version": (
        text("source", primary_key=True), text("reference", primary_key=True),
        number("version", primary_key=True), json("document"), time("seen_at"),
    ),
    "published_name": (
        text("kind", primary_key=True), text("name", primary_key=True), text("source", primary_key=True),
        text("reference", primary_key=True),
    ),
    "twin": (
        text("source", primary_key=True), text("reference", primary_key=True),
        text("other_source", primary_key=True), text("other_reference", primary_key=True), text("why"),
        time("found_at"),
    ),
    "watched": (
        text("name", primary_key=True), time("asked_at"), time("succeeded_at", nullable=True),
        time("changed_at", nullable=True), time("deep_at", nullable=True), time("failed_at", nullable=True),
        text("error"), number("failures"),
    ),
    "watched_page": (
        text("name", primary_key=True), text("address", primary_key=True), text("etag"), text("modified"),
        text("digest"), time("read_at"),
    ),
}  # fmt: skip


def upgrade() -> None:
    """Make these tables."""
    for name, parts in TABLES.items():
        op.create_table(name, *parts)


def downgrade() -> None:
    """Take these tables away, with all that they hold."""
    for name in reversed(TABLES):
        op.drop_table(name)
