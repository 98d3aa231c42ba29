"""Whose word counted when: roles and sites in time, who gave an event first; and all days of keeping."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from recall.store.migrations.columns import number, text, time

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SITE = ("site", "party_id", "position")
FIRST = """
    SELECT w.party FROM witness w
    WHERE w.event = event.number AND w.captured_at = event.captured_at AND w.withdrawn_at IS NOT NULL
    ORDER BY w.withdrawn_at, w.party LIMIT 1
"""
"""The party that gave an event first, where the event names another that stood to it later."""
LATER = """
    EXISTS (SELECT 1 FROM witness l WHERE l.event = event.number AND l.party = event.captured_by
            AND l.captured_at > event.captured_at)
"""
STANDING = """
    SELECT w.party FROM witness w WHERE w.event = event.number AND w.withdrawn_at IS NULL
    ORDER BY w.captured_at, w.party LIMIT 1
"""
TOOK_BACK = """
    EXISTS (SELECT 1 FROM witness l WHERE l.event = event.number AND l.party = event.captured_by
            AND l.withdrawn_at IS NOT NULL)
"""
_KEEPS = ("sellByDate", "bestBeforeDate", "itemExpirationDate", "expirationDate")


def upgrade() -> None:
    """What is known now is taken for what was known since the parties came."""
    op.create_table(
        "party_role",
        text("party_id", sa.ForeignKey("party.id"), primary_key=True),
        time("known_from", primary_key=True),
        time("known_to", nullable=True),
        text("role"),
    )
    op.execute("INSERT INTO party_role (party_id, known_from, role) SELECT id, created_at, role FROM party")
    rows = _sites("party.created_at AS known_from")
    op.drop_table("party_site")
    _make_sites(time("known_from", primary_key=True), time("known_to", nullable=True))
    _insert_sites(rows)
    op.execute(f"UPDATE event SET captured_by = ({FIRST}) WHERE {LATER} AND EXISTS ({FIRST})")
    for name in ("expires_first", "expires_last"):
        op.add_column("made", sa.Column(name, sa.Date(), nullable=True))
    op.execute("UPDATE made SET expires_first = expires, expires_last = expires")
    op.drop_column("made", "expires")
    _tell_all_days()


def downgrade() -> None:
    """Back to the roles and sites of today, who stands to the events now, and the last day of keeping."""
    op.add_column("made", sa.Column("expires", sa.Date(), nullable=True))
    op.execute("UPDATE made SET expires = expires_last")
    for name in ("expires_first", "expires_last"):
        op.drop_column("made", name)
    counts = f"withdrawn_at IS NULL AND {TOOK_BACK}"
    op.execute(f"UPDATE event SET captured_by = ({STANDING}) WHERE {counts} AND EXISTS ({STANDING})")
    rows = _sites(which="WHERE party_site.known_to IS NULL")
    op.drop_table("party_site")
    _make_sites()
    _insert_sites(rows)
    op.drop_table("party_role")


def _sites(*more: str, which: str = "") -> list[dict[str, Any]]:
    columns = ", ".join((*(f"party_site.{name}" for name in SITE), *more))
    query = f"SELECT {columns} FROM party_site JOIN party ON party.id = party_site.party_id {which}"
    return [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]


def _make_sites(*times: sa.Column[Any]) -> None:
    of_party = text("party_id", sa.ForeignKey("party.id"))
    op.create_table("party_site", text("site", primary_key=True), *times, of_party, number("position"))
    op.create_index("ix_party_site_party_id", "party_site", ["party_id"])


def _insert_sites(rows: list[dict[str, Any]]) -> None:
    if rows:
        table = sa.table("party_site", *map(sa.column, rows[0]))
        op.get_bind().execute(sa.insert(table), rows)


def _tell_all_days() -> None:
    """The days beside the one that was kept, where events told several."""
    event = sa.table("event", sa.column("number"), sa.column("body", sa.JSON()))
    made = sa.table(
        "made",
        sa.column("event"),
        sa.column("expires_first", sa.Date()),
        sa.column("expires_last", sa.Date()),
    )
    told = sa.select(made.c.event).where(made.c.expires_first.is_not(None))
    rows = op.get_bind().execute(sa.select(event).where(event.c.number.in_(told)))
    days = [(one, sorted(_days(body))) for one, body in rows]
    change = sa.update(made).where(made.c.event == sa.bindparam("of"))
    change = change.values(expires_first=sa.bindparam("first"), expires_last=sa.bindparam("last"))
    several = [{"of": one, "first": some[0], "last": some[-1]} for one, some in days if len(some) > 1]
    if several:
        op.get_bind().execute(change, several)


def _days(body: Any) -> Iterator[date]:
    ilmd = (json.loads(body) if isinstance(body, str) else body).get("ilmd") or {}
    for name, value in ilmd.items():
        if name.rpartition(":")[2] in _KEEPS and isinstance(value, str):
            try:
                yield date.fromisoformat(value[:10])
            except ValueError:
                continue
