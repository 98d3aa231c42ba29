"""Several laws a recall: its policies by their ids, and of each task which law's clock it follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import number, text, time

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = ("recall_id", "version", "party_id", "duty", "place")
OLD_KEY = "uq_task_recall_id_version_party_id_duty_place"
OLD = "id, recall_id, version, party_id, duty, place, units, issued_at, due_at, basis, state, done_units, escalation, done_at"  # noqa: E501 - the columns in their order
CLOCK = """(SELECT recall.policies FROM recall WHERE recall.id = {task}.recall_id) || '/'
    || (SELECT party.role FROM party WHERE party.id = {task}.party_id) || '-' || replace(duty, '_', '-')"""
CONFIDENCE = "CASE WHEN basis LIKE '%unverified%' THEN 'unverified' ELSE 'verified' END"


def upgrade() -> None:
    """A recall's one policy becomes the first of several; a task keeps the clock that its duty had."""
    op.execute("ALTER TABLE recall RENAME COLUMN policy TO policies")
    if op.get_context().dialect.name == "sqlite":
        _copy(
            text("clock"), text("confidence"), key=(*KEY, "clock"), into=f"{OLD}, clock, confidence",
            select=f"{OLD}, {CLOCK.format(task='before_task')}, {CONFIDENCE}",
        )  # fmt: skip
    else:
        for name in ("clock", "confidence"):
            op.add_column("task", text(name, nullable=True))
        op.execute(f"UPDATE task SET clock = {CLOCK.format(task='task')}, confidence = {CONFIDENCE}")
        for name in ("clock", "confidence"):
            op.alter_column("task", name, nullable=False)
        op.drop_constraint(OLD_KEY, "task", type_="unique")
        op.create_unique_constraint(f"{OLD_KEY}_clock", "task", [*KEY, "clock"])


def downgrade() -> None:
    """The first policy alone; of several reports of a party to several laws, the one that was asked first."""
    op.execute(
        "DELETE FROM task WHERE id > (SELECT min(o.id) FROM task o WHERE"
        f" {' AND '.join(f'o.{name} = task.{name}' for name in KEY)})"
    )
    first = "split_part(policies, ' ', 1)"
    if op.get_context().dialect.name == "sqlite":
        first = "substr(policies, 1, instr(policies || ' ', ' ') - 1)"
        _copy(key=KEY, into=OLD, select=OLD)
    else:
        op.drop_constraint(f"{OLD_KEY}_clock", "task", type_="unique")
        op.create_unique_constraint(OLD_KEY, "task", list(KEY))
        for name in ("clock", "confidence"):
            op.drop_column("task", name)
    op.execute(f"UPDATE recall SET policies = {first}")
    op.execute("ALTER TABLE recall RENAME COLUMN policies TO policy")


def _copy(*more: SchemaItem, key: tuple[str, ...], into: str, select: str) -> None:
    """SQLite takes no key from a table that is there: the rows go to a new one."""
    op.drop_index("ix_task_party_id", "task")
    op.rename_table("task", "before_task")
    op.create_table(
        "task",
        text("id", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        number("version"),
        text("party_id", sa.ForeignKey("party.id"), index=True),
        *(text(name) for name in ("duty", "place")),
        number("units"),
        *(time(name) for name in ("issued_at", "due_at")),
        text("basis"),
        *more,
        text("state"),
        *(number(name) for name in ("done_units", "escalation")),
        time("done_at", nullable=True),
        sa.UniqueConstraint(*key),
    )
    op.execute(f"INSERT INTO task ({into}) SELECT {select} FROM before_task")
    op.drop_table("before_task")
