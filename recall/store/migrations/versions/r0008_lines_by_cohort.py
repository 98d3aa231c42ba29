"""Order lines by cohort, and matches as narrow rows under rulings, both kept in time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.schema import SchemaItem

from recall.domain.cohort import folded
from recall.store.columns import micros
from recall.store.migrations.columns import flag, moment, number, text

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

_WITH_SERIAL = sa.text("serial IS NOT NULL")

TABLES: dict[str, tuple[SchemaItem, ...]] = {
    "platform": (number("number", primary_key=True), text("id", unique=True)),
    "offer": (
        number("number", primary_key=True),
        number("platform", sa.ForeignKey("platform.number")),
        text("seller_ref"),
        text("listing_ref"),
        sa.UniqueConstraint("platform", "seller_ref", "listing_ref"),
    ),
    "cohort": (
        number("number", primary_key=True),
        text("gtin"),
        text("lot"),
        text("told"),
        flag("vouched"),
        text("site"),
        text("folded"),
        flag("known"),
        flag("open"),
        number("lines"),
        number("units"),
        sa.UniqueConstraint("gtin", "lot", "told", "vouched", "site"),
        sa.Index(None, "gtin", "told"),
        sa.Index(None, "gtin", "folded"),
        sa.Index(
            "ix_cohort_open", "gtin", sqlite_where=sa.text("open = 1"), postgresql_where=sa.text("open")
        ),
    ),
    "order_line": (
        number("number", primary_key=True),
        number("platform", sa.ForeignKey("platform.number")),
        text("line_ref"),
        number("offer", sa.ForeignKey("offer.number")),
        number("cohort", sa.ForeignKey("cohort.number")),
        text("serial", nullable=True),
        number("units"),
        moment("sold_at"),
        moment("shipped_at", nullable=True),
        text("region", nullable=True),
        text("digest"),
        sa.Index("ix_order_line_ref", "line_ref", "platform", unique=True),
        sa.Index("ix_order_line_cohort", "cohort", "shipped_at", "offer", "units", "number"),
        sa.Index("ix_order_line_serial", "serial", sqlite_where=_WITH_SERIAL, postgresql_where=_WITH_SERIAL),
    ),
    "ruling": (
        number("number", primary_key=True),
        text("recall_id", sa.ForeignKey("recall.id")),
        number("cohort", sa.ForeignKey("cohort.number")),
        number("position"),
        number("version"),
        *(text(name) for name in ("cls", "rule", "test", "reason")),
        text("basis_gtin", nullable=True),
        text("basis_lot", nullable=True),
        number("clause", nullable=True),
        moment("known_from"),
        moment("known_to", nullable=True),
        sa.Index(None, "recall_id", "number"),
    ),
    "match": (
        number("ruling", sa.ForeignKey("ruling.number"), primary_key=True),
        number("line", sa.ForeignKey("order_line.number"), primary_key=True),
        moment("known_from", primary_key=True),
        moment("known_to", nullable=True),
        number("units"),
        sa.Index(None, "line"),
    ),
}
_OLD = ("order_line", "match")
_MICROS = {
    "sqlite": "CAST(strftime('%s', {0}) AS INTEGER) * 1000000 + CAST(substr({0}, 21, 6) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM {0}) * 1000000 AS BIGINT)",
}
_TIMES = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {0} / 1000000, 'unixepoch') || printf('.%06d', {0} % 1000000)",
    "postgresql": "to_timestamp({0} / 1000000.0)",
}


_LINES_IN = """
    INSERT INTO order_line (
        platform, line_ref, offer, cohort, serial, units, sold_at, shipped_at, region, digest
    )
    SELECT p.number, b.line_ref, o.number, c.number, b.serial, b.units, {sold_at}, {shipped_at}, b.region,
        b.digest
    FROM before_order_line b
    JOIN platform p ON p.id = b.platform_id
    JOIN offer o ON o.platform = p.number AND o.seller_ref = b.seller_ref AND o.listing_ref = b.listing_ref
    JOIN cohort c ON c.gtin = b.gtin AND c.lot = coalesce(b.lot, '') AND c.site = coalesce(b.ship_from, '')
    ORDER BY c.number, p.number, b.line_ref
"""
_LINES_BACK = """
    INSERT INTO order_line (
        platform_id, line_ref, listing_ref, seller_ref, gtin, lot, serial, units, sold_at, shipped_at,
        ship_from, region, digest
    )
    SELECT p.id, l.line_ref, o.listing_ref, o.seller_ref, c.gtin, nullif(c.lot, ''), l.serial, l.units,
        {sold_at}, {shipped_at}, nullif(c.site, ''), l.region, l.digest
    FROM before_order_line l
    JOIN before_platform p ON p.number = l.platform
    JOIN before_offer o ON o.number = l.offer
    JOIN before_cohort c ON c.number = l.cohort
"""
_MATCHED = """
    FROM before_match b
    JOIN platform p ON p.id = b.platform_id
    JOIN order_line l ON l.platform = p.number AND l.line_ref = b.line_ref
"""
_RULINGS_IN = f"""
    SELECT DISTINCT b.recall_id, b.cls, b.rule, b.reason, b.version, b.lot_gtin AS basis_gtin,
        CASE WHEN b.lot_gtin IS NOT NULL THEN b.lot END AS basis_lot, l.cohort
    {_MATCHED}
    WHERE b.cls <> 'excluded' ORDER BY b.recall_id, l.cohort, b.cls, b.rule, b.reason
"""
_MATCHES_IN = f"""
    INSERT INTO match (ruling, line, known_from, units)
    SELECT r.number, l.number, r.known_from, b.units_hi
    {_MATCHED}
    JOIN ruling r ON r.recall_id = b.recall_id AND r.cohort = l.cohort AND r.cls = b.cls AND r.rule = b.rule
        AND r.reason = b.reason AND r.version = b.version
        AND coalesce(r.basis_gtin, '') = coalesce(b.lot_gtin, '')
    WHERE b.cls <> 'excluded'
"""
_MATCHES_BACK = """
    INSERT INTO match (
        recall_id, platform_id, line_ref, version, cls, rule, reason, units_lo, units_hi, lot_gtin, lot,
        chain, digest
    )
    SELECT r.recall_id, p.id, l.line_ref, r.version, r.cls, r.rule, r.reason,
        CASE WHEN r.cls = 'confirmed' THEN m.units ELSE 0 END, m.units, r.basis_gtin, r.basis_lot, '[]', ''
    FROM before_match m
    JOIN before_ruling r ON r.number = m.ruling
    JOIN before_order_line l ON l.number = m.line
    JOIN before_platform p ON p.number = l.platform
    WHERE m.known_to IS NULL
"""


def upgrade() -> None:
    """Give every line its cohort, and every match its ruling; the next pass asks the events for serials."""
    _set_aside(_OLD)
    for name, parts in TABLES.items():
        op.create_table(name, *parts, sqlite_with_rowid=name != "match")
    op.execute("INSERT INTO platform (id) SELECT DISTINCT platform_id FROM before_order_line ORDER BY 1")
    op.execute(
        "INSERT INTO offer (platform, seller_ref, listing_ref) SELECT DISTINCT p.number, b.seller_ref, "
        "b.listing_ref FROM before_order_line b JOIN platform p ON p.id = b.platform_id ORDER BY 1, 2, 3"
    )
    _make_cohorts()
    op.execute(_LINES_IN.format(sold_at=_micros("b.sold_at"), shipped_at=_micros("b.shipped_at")))
    held = "(SELECT {} FROM order_line l WHERE l.cohort = cohort.number)"
    lines, units = held.format("count(*)"), held.format("coalesce(sum(l.units), 0)")
    op.execute(f"UPDATE cohort SET lines = {lines}, units = {units}")
    _make_rulings()
    _let_go(_OLD)


def _make_cohorts() -> None:
    """The cohorts of what the lines record; what events tell of them is asked in the next pass."""
    goods = "gtin, coalesce(lot, '') AS lot, coalesce(ship_from, '') AS site"
    query = f"SELECT DISTINCT {goods} FROM before_order_line ORDER BY 1, 2, 3"
    rows = [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]
    made = {"told": "", "vouched": False, "known": False, "open": True, "lines": 0, "units": 0}
    _insert("cohort", [row | made | {"folded": folded(row["lot"])} for row in rows])


def _make_rulings() -> None:
    """A ruling for all matches of one cohort that say the same; what was let off is not written down."""
    rows = [dict(row) for row in op.get_bind().execute(sa.text(_RULINGS_IN)).mappings()]
    made = {"test": "", "clause": None, "known_from": micros(datetime.now(UTC)), "known_to": None}
    _insert("ruling", [row | made | {"number": n, "position": n} for n, row in enumerate(rows, start=1)])
    op.execute(_MATCHES_IN)


def downgrade() -> None:
    """Lines and matches as they stand now, each whole; chains, and what was known before, are lost."""
    _set_aside(tuple(TABLES))
    first = context.script.get_revision("0002").module.TABLES
    for name in _OLD:
        op.create_table(name, *first[name])
    op.execute(_LINES_BACK.format(sold_at=_times("l.sold_at"), shipped_at=_times("l.shipped_at")))
    op.execute(_MATCHES_BACK)
    _let_go(tuple(TABLES))


def _insert(name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        table = sa.table(name, *(sa.column(column) for column in rows[0]))
        op.get_bind().execute(sa.insert(table), rows)


def _micros(column: str) -> str:
    return _MICROS[op.get_bind().dialect.name].format(column)


def _times(column: str) -> str:
    return _TIMES[op.get_bind().dialect.name].format(column)


def _set_aside(names: tuple[str, ...]) -> None:
    """Copy tables and drop them: renamed ones would keep the names of their indexes."""
    for name in names:
        op.execute(f"CREATE TABLE before_{name} AS SELECT * FROM {name}")
    for name in reversed(names):
        op.drop_table(name)


def _let_go(names: tuple[str, ...]) -> None:
    for name in names:
        op.drop_table(f"before_{name}")
