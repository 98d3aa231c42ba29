"""The schema that the engine began with."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_IN_FLIGHT = sa.text("state IN ('waiting', 'claimed', 'handing_over')")


def _column(kind: sa.types.TypeEngine[Any], name: str, *rest: sa.ForeignKey, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *rest, **{"nullable": False} | more)


_int = partial(_column, sa.Integer())
_json = partial(_column, sa.JSON())
_text = partial(_column, sa.String())
_time = partial(_column, sa.DateTime(timezone=True))

sa.Table(
    "audit",
    _TABLES,
    _int("seq", primary_key=True, autoincrement=False),
    _time("at"),
    _text("recall_id", nullable=True, index=True),
    _text("actor"),
    _text("action"),
    _text("subject"),
    _json("detail"),
    _text("previous", unique=True),
    _text("hash"),
)
sa.Table(
    "party",
    _TABLES,
    _text("id", primary_key=True),
    _text("role", index=True),
    _text("name"),
    _text("language"),
    _text("timezone"),
    _text("email", nullable=True),
    _text("endpoint", nullable=True),
    _text("platform_id", sa.ForeignKey("party.id"), nullable=True),
    _text("reference", nullable=True, index=True),
    _time("created_at"),
    sa.UniqueConstraint("platform_id", "reference"),
)
sa.Table(
    "api_key",
    _TABLES,
    _text("id", primary_key=True),
    _text("party_id", sa.ForeignKey("party.id"), index=True),
    _text("prefix"),
    _text("key_hash", unique=True),
    _time("created_at"),
    _time("revoked_at", nullable=True),
)
sa.Table(
    "partner_token",
    _TABLES,
    _text("party_id", sa.ForeignKey("party.id"), primary_key=True),
    _text("token"),
)
sa.Table(
    "party_site",
    _TABLES,
    _text("site", primary_key=True),
    _text("party_id", sa.ForeignKey("party.id"), index=True),
    _int("position"),
)
sa.Table(
    "recall",
    _TABLES,
    _text("id", primary_key=True),
    _text("reference", unique=True),
    _text("title"),
    _text("authority"),
    _text("policy"),
    _text("state"),
    _int("version"),
    _text("proposed_by", sa.ForeignKey("party.id")),
    _time("proposed_at", index=True),
    _text("approved_by", sa.ForeignKey("party.id"), nullable=True),
    _time("opened_at", nullable=True),
    _time("rested_at", nullable=True),
)
sa.Table(
    "clause",
    _TABLES,
    _text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
    _int("version", primary_key=True, autoincrement=False),
    _int("number", primary_key=True, autoincrement=False),
    _json("document"),
)
sa.Table(
    "notice",
    _TABLES,
    _text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
    _int("version", primary_key=True, autoincrement=False),
    _json("document"),
    _text("digest"),
    _text("submitted_by", sa.ForeignKey("party.id")),
    _time("submitted_at"),
    _text("approved_by", sa.ForeignKey("party.id"), nullable=True),
    _time("approved_at", nullable=True),
)
sa.Table(
    "outbox",
    _TABLES,
    _text("id", primary_key=True),
    _text("recall_id", sa.ForeignKey("recall.id")),
    _int("version"),
    _text("party_id", sa.ForeignKey("party.id")),
    _text("via"),
    _text("kind"),
    _text("recipient"),
    _text("language"),
    _json("facts"),
    _text("subject"),
    _int("round"),
    _int("priority"),
    _text("state"),
    _int("attempts"),
    _int("ambiguous"),
    _text("holder", nullable=True),
    _time("hold_until", nullable=True),
    _time("not_before"),
    _text("detail"),
    _time("created_at"),
    _time("sent_at", nullable=True),
    sa.UniqueConstraint("recall_id", "version", "party_id", "via", "kind", "recipient", "subject", "round"),
    sa.Index(
        "ix_outbox_in_flight", "via", "priority", "id", sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT
    ),
)
sa.Table(
    "stage",
    _TABLES,
    _text("recall_id", sa.ForeignKey("recall.id"), primary_key=True),
    _int("version", primary_key=True, autoincrement=False),
    _text("name", primary_key=True),
    _time("began_at"),
    _time("ended_at"),
    _json("result"),
)
sa.Table(
    "task",
    _TABLES,
    _text("id", primary_key=True),
    _text("recall_id", sa.ForeignKey("recall.id")),
    _int("version"),
    _text("party_id", sa.ForeignKey("party.id"), index=True),
    _text("duty"),
    _text("place"),
    _int("units"),
    _time("issued_at"),
    _time("due_at"),
    _text("basis"),
    _text("state"),
    _int("done_units"),
    _int("escalation"),
    _time("done_at", nullable=True),
    sa.UniqueConstraint("recall_id", "version", "party_id", "duty", "place"),
)


def upgrade() -> None:
    """Make every table."""
    _TABLES.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Take every table away, with all that it holds."""
    _TABLES.drop_all(op.get_bind(), checkfirst=False)
