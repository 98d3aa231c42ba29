"""The matches: how each order line is classed, written only where that changed, and paged by a key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, and_, delete, func, or_, select, update
from sqlalchemy.sql.expression import bindparam
from sqlmodel import Field

from recall.domain.match import Match, MatchClass, OrderLine, Rule
from recall.domain.trace import Link, LotKey
from recall.errors import NotFound
from recall.store.orders import OrderLineRow
from recall.store.sql import Row, Tx, Values, columns_of, table_of, upsert
from recall.store.traces import affected_lots, save_trace, stocks, trace

__all__ = [
    "AFFECTED", "Delta", "MatchCount", "affected", "affected_lots", "match", "match_summary", "save_matches",
    "save_trace", "stocks", "trace",
]  # fmt: skip

AFFECTED = frozenset({MatchClass.CONFIRMED, MatchClass.POSSIBLE})
"""The classes whose buyers are told."""


class MatchRow(Row, table=True):
    """How one line is classed, by which rule, for which reason."""

    __tablename__ = "match"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    platform_id: str = Field(primary_key=True)
    line_ref: str = Field(primary_key=True)
    version: int
    cls: str
    rule: str
    reason: str
    units_lo: int
    units_hi: int
    lot_gtin: str | None
    lot: str | None
    chain: list[dict[str, Any]] = Field(sa_type=JSON)
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What a version changed: lines that are newly in, that are let off, and that are affected as before."""

    newly_in: int
    released: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCount:
    """How many lines of one seller one rule put in one class, and the most units that they may hold."""

    platform_id: str
    seller_ref: str
    cls: MatchClass
    rule: Rule
    lines: int
    units: int


_match, _line = table_of(MatchRow), table_of(OrderLineRow)
_LINE = columns_of(_line, OrderLine)
_OWN = ("cls", "rule", "reason", "units_lo", "units_hi", "lot_gtin", "chain")
_matches = select(*_LINE, *(_match.c[name] for name in _OWN), _match.c.lot.label("affected_lot")).join(
    _line, and_(_line.c.platform_id == _match.c.platform_id, _line.c.line_ref == _match.c.line_ref)
)


def save_matches(tx: Tx, *, recall_id: str, version: int, matches: Iterable[Match]) -> Delta:
    """Keep how every line is classed now: a version replaces the former, and what did not change is not
    written again."""
    known = {
        (row["platform_id"], row["line_ref"]): row
        for row in tx.stream(_known.where(_match.c.recall_id == recall_id))
    }
    newly, kept, changed, seen = 0, 0, list[Values](), set[tuple[str, str]]()
    for match in matches:
        key = (match.line.platform_id, match.line.line_ref)
        seen.add(key)
        was, row = known.get(key), _row(match, recall_id=recall_id, version=version)
        if was is None or was["digest"] != row["digest"]:
            changed.append(row)
        was_affected = was is not None and was["cls"] in AFFECTED
        newly += match.cls in AFFECTED and not was_affected
        kept += match.cls in AFFECTED and was_affected
    upsert(tx, _match, changed)
    _remove(tx, known.keys() - seen, recall_id=recall_id)
    stale = (_match.c.recall_id == recall_id) & (_match.c.version != version)
    tx.write(update(_match).where(stale).values(version=version))
    released = sum(row["cls"] in AFFECTED for row in known.values()) - kept
    return Delta(newly_in=newly, released=released, unchanged=kept)


_known = select(_match.c.platform_id, _match.c.line_ref, _match.c.cls, _match.c.digest)


def _remove(tx: Tx, keys: Collection[tuple[str, str]], *, recall_id: str) -> None:
    which = and_(
        _match.c.recall_id == recall_id,
        _match.c.platform_id == bindparam("of"),
        _match.c.line_ref == bindparam("line"),
    )
    tx.write(delete(_match).where(which), [{"of": platform, "line": line} for platform, line in sorted(keys)])


def _row(match: Match, *, recall_id: str, version: int) -> Values:
    row: Values = {
        "cls": match.cls.value, "rule": match.rule.value, "reason": match.reason, "units_lo": match.units_lo,
        "units_hi": match.units_hi, "lot_gtin": match.lot.gtin if match.lot else None,
        "lot": match.lot.lot if match.lot else None, "chain": [link.document() for link in match.chain],
    }  # fmt: skip
    digest = hashlib.blake2b(json.dumps(row).encode(), digest_size=16).hexdigest()
    of = {"recall_id": recall_id, "platform_id": match.line.platform_id, "line_ref": match.line.line_ref}
    return row | of | {"version": version, "digest": digest}


def _read(row: Values) -> Match:
    line = OrderLine(**{column.name: row[column.name] for column in _LINE})
    lot = LotKey(row["lot_gtin"], row["affected_lot"]) if row["lot_gtin"] else None
    return Match(
        line=line, cls=MatchClass(row["cls"]), rule=Rule(row["rule"]), reason=row["reason"],
        units_lo=row["units_lo"], units_hi=row["units_hi"], lot=lot,
        chain=tuple(map(Link.read, row["chain"])),
    )  # fmt: skip


def match(tx: Tx, *, recall_id: str, platform_id: str, line_ref: str) -> Match:
    """How one line is classed, with the line and the whole chain. Raises NotFound."""
    which = and_(
        _match.c.recall_id == recall_id, _match.c.platform_id == platform_id, _match.c.line_ref == line_ref
    )
    row = tx.first(_matches.where(which))
    if row is None:
        raise NotFound(f"Order line {line_ref!r} is not one of those matched", value=line_ref)
    return _read(row)


def affected(
    tx: Tx,
    *,
    recall_id: str,
    classes: Collection[MatchClass] = AFFECTED,
    platform_id: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 1000,
) -> tuple[Match, ...]:
    """The next page of lines of some classes, by (platform, line); `after` is the last of the page before."""
    query = _matches.where(_match.c.recall_id == recall_id, _match.c.cls.in_([c.value for c in classes]))
    if platform_id is not None:
        query = query.where(_match.c.platform_id == platform_id)
    if after is not None:
        platform, line = after
        beyond = and_(_match.c.platform_id == platform, _match.c.line_ref > line)
        query = query.where(or_(_match.c.platform_id > platform, beyond))
    page = query.order_by(_match.c.platform_id, _match.c.line_ref).limit(limit)
    return tuple(_read(row) for row in tx.rows(page))


def match_summary(tx: Tx, *, recall_id: str) -> tuple[MatchCount, ...]:
    """How many lines and units each seller has in each class, by rule."""
    by = (_match.c.platform_id, _line.c.seller_ref, _match.c.cls, _match.c.rule)
    same = and_(_line.c.platform_id == _match.c.platform_id, _line.c.line_ref == _match.c.line_ref)
    query = (
        select(*by, func.count().label("lines"), func.sum(_match.c.units_hi).label("units"))
        .join_from(_match, _line, same)
        .where(_match.c.recall_id == recall_id)
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        MatchCount(
            **row | {"cls": MatchClass(row["cls"]), "rule": Rule(row["rule"]), "units": int(row["units"])}
        )
        for row in tx.rows(query)
    )
