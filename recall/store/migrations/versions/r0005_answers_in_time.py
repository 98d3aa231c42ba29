"""Answers in time: what a trace found, from when and until when; links that say who says so; expiry dates."""

from __future__ import annotations

import json as plain
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.schema import SchemaItem

from recall.store.migrations.columns import flag, json, number, text, time

revision = "0005"
down_revision = "0007"
branch_labels = None
depends_on = None

_NOW = sa.text("known_to IS NULL")
_ITEM = sa.text("serial IS NOT NULL")
_EXPIRY = ("itemExpirationDate", "expirationDate", "bestBeforeDate")
_LINKS = (("source", "from"), ("target", "to"), ("at", "time"))


def _current(name: str, *columns: str) -> sa.Index:
    name = f"ix_{name}_{'_'.join(columns)}"
    return sa.Index(name, *columns, unique=True, sqlite_where=_NOW, postgresql_where=_NOW)


def _answer(name: str, *key: str) -> tuple[SchemaItem, ...]:
    return (
        number("number", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        number("version"),
        time("known_from"),
        time("known_to", nullable=True),
        _current(name, "recall_id", *key),
        sa.Index(f"ix_{name}_recall_id_known_from", "recall_id", "known_from"),
    )


TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "affected_lot": (
        *_answer("affected_lot", "gtin", "lot"),
        text("gtin"),
        text("lot"),
        number("clause"),
        number("units"),
        flag("inspect"),
        json("chain"),
    ),
    "affected_item": (
        *_answer("affected_item", "code"),
        text("code"),
        text("gtin", nullable=True),
        text("serial", nullable=True),
        text("lot", nullable=True),
        number("clause"),
        flag("inspect"),
        json("chain"),
    ),
    "stock": (
        *_answer("stock", "site", "gtin", "lot"),
        text("site"),
        text("gtin"),
        text("lot"),
        number("received"),
        number("sent_on"),
        time("first_arrival"),
    ),
    "finding": (
        *_answer("finding", "kind", "name"),
        text("kind"),
        text("name"),
        json("document"),
    ),
}
_SAME = {
    "affected_lot": ("recall_id", "version", "gtin", "lot", "clause", "units", "chain"),
    "stock": ("recall_id", "version", "site", "gtin", "lot", "received", "sent_on", "first_arrival"),
}


def upgrade() -> None:
    """What was found last becomes the answer since the trace last ran."""
    kept = {name: _rows(name, columns) for name, columns in _SAME.items()}
    since = _last_traced()
    for name in _SAME:
        op.drop_table(name)
    for name, parts in TABLES.items():
        op.create_table(name, *parts)
    for name, rows in kept.items():
        for row in rows:
            row["known_from"] = since[row["recall_id"]]
        _insert(name, rows)
    _rewrite_matches(forward=True)
    op.add_column("made", sa.Column("expires", sa.Date(), nullable=True))
    _tell_expiry()
    for name in ("part", "turned"):
        index = f"ix_{name}_gtin_serial"
        op.create_index(index, name, ["gtin", "serial"], sqlite_where=_ITEM, postgresql_where=_ITEM)


def downgrade() -> None:
    """The last answers alone: former ones, single items, containers and anomalies are lost."""
    for name in ("part", "turned"):
        op.drop_index(f"ix_{name}_gtin_serial", name)
    op.drop_column("made", "expires")
    _rewrite_matches(forward=False)
    kept = {name: _rows(name, (*columns, "known_to")) for name, columns in _SAME.items()}
    for name in reversed(TABLES):
        op.drop_table(name)
    first = context.script.get_revision("0002").module.TABLES
    for name, rows in kept.items():
        op.create_table(name, *first[name])
        current = [row for row in rows if row.pop("known_to") is None]
        if name == "affected_lot":
            current = [
                row | {"position": at, "chain": _backward(row["chain"])} for at, row in enumerate(current)
            ]
        _insert(name, current, columns=first[name])


def _columns(name: str, parts: tuple[SchemaItem, ...]) -> sa.TableClause:
    columns = (part for part in parts if isinstance(part, sa.Column))
    return sa.table(name, *(sa.column(column.name, column.type) for column in columns))


def _rows(name: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    table = _columns(name, TABLES[name])
    rows = op.get_bind().execute(sa.select(*(table.c[column] for column in columns))).mappings()
    return [dict(row) for row in rows]


def _insert(name: str, rows: list[dict[str, Any]], *, columns: tuple[SchemaItem, ...] | None = None) -> None:
    if columns is None and name == "affected_lot":
        rows = [row | {"inspect": False, "chain": _forward(row["chain"])} for row in rows]
    if rows:
        op.get_bind().execute(sa.insert(_columns(name, columns or TABLES[name])), rows)


def _last_traced() -> Mapping[str, Any]:
    """When each recall was last traced; where that was not kept, when it was proposed."""
    when = sa.DateTime(timezone=True)
    stage = sa.table("stage", sa.column("recall_id"), sa.column("name"), sa.column("ended_at", when))
    recall = sa.table("recall", sa.column("id"), sa.column("proposed_at", when))
    ended = (
        sa.select(sa.func.max(stage.c.ended_at))
        .where(stage.c.recall_id == recall.c.id, stage.c.name == "trace")
        .scalar_subquery()
    )
    rows = op.get_bind().execute(sa.select(recall.c.id, ended, recall.c.proposed_at))
    return {id: traced or proposed for id, traced, proposed in rows}


def _forward(chain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = dict(_LINKS)
    return [{names.get(key, key): value for key, value in link.items()} | {"source": None} for link in chain]


def _backward(chain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {new: old for old, new in _LINKS}
    return [{names.get(key, key): value for key, value in link.items() if key != "source"} for link in chain]


def _rewrite_matches(*, forward: bool) -> None:
    """The same links in the chains of the matches."""
    names = ("recall_id", "platform_id", "line_ref")
    match = sa.table("match", *map(sa.column, names), sa.column("chain", sa.JSON()))
    which = sa.and_(*(match.c[name] == sa.bindparam(f"of_{name}") for name in names))
    change, bind = sa.update(match).where(which).values(chain=sa.bindparam("new")), op.get_bind()
    rows = [
        {f"of_{name}": row[name] for name in names}
        | {"new": _forward(row["chain"]) if forward else _backward(row["chain"])}
        for row in bind.execute(sa.select(match)).mappings()
    ]
    if rows:
        bind.execute(change, rows)


def _tell_expiry() -> None:
    """The days of expiry that events told before there was a column for them."""
    event = sa.table("event", sa.column("number"), sa.column("type"), sa.column("body", sa.JSON()))
    made = sa.table("made", sa.column("event"), sa.column("expires", sa.Date()))
    bind = op.get_bind()
    query = sa.select(event.c.number, event.c.body).where(
        event.c.number.in_(sa.select(made.c.event).distinct())
    )
    days = [{"of": number, "day": day} for number, body in bind.execute(query) for day in _expiry(body)]
    change = sa.update(made).where(made.c.event == sa.bindparam("of")).values(expires=sa.bindparam("day"))
    if days:
        bind.execute(change, days)


def _expiry(body: Any) -> Iterator[date]:
    ilmd = (plain.loads(body) if isinstance(body, str) else body).get("ilmd")
    told = {name.rpartition(":")[2]: value for name, value in (ilmd or {}).items()}
    for name in _EXPIRY:
        if isinstance(told.get(name), str):
            try:
                yield date.fromisoformat(told[name][:10])
            except ValueError:
                continue
            return
