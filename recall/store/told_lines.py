"""The told lines: whose buyers were told what, who has had an all-clear since, and who is to be told yet.

A later message has a later name, for ids are in the order of time: the last one says how its reader stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    select,
    true,
    update,
)

from recall.domain.message import MessageKind, Via
from recall.store.event_tables import PRODUCT
from recall.store.match_tables import MATCH, RULING, matched_lines, rulings_of
from recall.store.order_tables import COHORT, LINE, PLATFORM
from recall.store.outbox_table import IN_FLIGHT, REACHED, MessageState, OutboxRow
from recall.store.sql import Tx, table_of

_S = MessageState
_box = table_of(OutboxRow)
_clear = _box.alias("clear")
_WAITS = [_S.WAITING.value, _S.CLAIMED.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """A line whose buyer was told, by which message last, and what the product is called."""

    platform_id: str
    line_ref: str
    message_id: str
    product: str


def has_let_go(tx: Tx, *, recall_id: str) -> bool:
    """Whether any line was ever let off: until then nobody can have been cleared, or be told again."""
    ended = select(literal(1)).where(MATCH.c.ruling.in_(rulings_of(recall_id)), MATCH.c.known_to.is_not(None))
    return tx.first(ended.limit(1)) is not None


def released_lines(tx: Tx, *, recall_id: str) -> Iterator[ToldLine]:
    """The told lines that were in the recall, are no more, and have had no all-clear since they were told.

    Walked from the matches that ended, each once, not from all that there are. What is written of a line
    that was given changes none that is still to come.
    """
    ended = and_(MATCH.c.known_to.is_not(None), MATCH.c.ruling.in_(rulings_of(recall_id)))
    lines = select(MATCH.c.line).where(ended).distinct().subquery()
    walk = lines.join(LINE, LINE.c.number == lines.c.line).join(
        PLATFORM, PLATFORM.c.number == LINE.c.platform
    )
    walk = walk.join(_box, and_(_box.c.recipient == LINE.c.line_ref, _box.c.party_id == PLATFORM.c.id))
    return _read_lines(tx, _told_lines(walk, recall_id).where(~_stands(recall_id)))


def told_lines(tx: Tx, *, recall_id: str) -> Iterator[ToldLine]:
    """Every told line that has had no all-clear since, one by one: of a recall that was withdrawn."""
    walk = _box.join(PLATFORM, PLATFORM.c.id == _box.c.party_id)
    walk = walk.join(LINE, and_(LINE.c.line_ref == _box.c.recipient, LINE.c.platform == PLATFORM.c.number))
    return _read_lines(tx, _told_lines(walk, recall_id))


def _told_lines(walk: FromClause, recall_id: str) -> Select[tuple[object, ...]]:
    """The lines of a walk over messages whose last word was a telling."""
    tells = and_(_box.c.kind == MessageKind.NOTIFY_BUYER.value, _box.c.state.in_(REACHED))
    clears = and_(_box.c.kind == MessageKind.ALL_CLEAR_BUYER.value, _box.c.state != _S.SUPERSEDED.value)
    told, cleared = (func.max(case((which, _box.c.id), else_="")) for which in (tells, clears))
    name = func.coalesce(func.nullif(PRODUCT.c.model, ""), PRODUCT.c.name, "")
    brand = func.coalesce(PRODUCT.c.brand, "")
    return (
        select(
            PLATFORM.c.id.label("platform_id"),
            LINE.c.line_ref,
            told.label("message_id"),
            func.trim(brand.concat(" ").concat(name)).label("product"),
        )
        .select_from(
            walk.join(COHORT, COHORT.c.number == LINE.c.cohort).outerjoin(
                PRODUCT, PRODUCT.c.gtin == COHORT.c.gtin
            )
        )
        .where(_box.c.recall_id == recall_id, _box.c.via == Via.RELAY.value)
        .group_by(PLATFORM.c.id, LINE.c.line_ref, PRODUCT.c.brand, PRODUCT.c.model, PRODUCT.c.name)
        .having(told > cleared)
        .order_by(PLATFORM.c.id, LINE.c.line_ref)
    )


def _read_lines(tx: Tx, query: Select[tuple[object, ...]]) -> Iterator[ToldLine]:
    return (ToldLine(**row) for row in tx.stream(query))


def _telling(recall_id: str) -> ColumnElement[bool]:
    relayed = and_(_box.c.via == Via.RELAY.value, _box.c.kind == MessageKind.NOTIFY_BUYER.value)
    return and_(_box.c.recall_id == recall_id, relayed)


def _stands(recall_id: str) -> ColumnElement[bool]:
    """Whether the line of a query is in the recall now."""
    other, ruling = MATCH.alias("standing_match"), RULING.alias("standing_ruling")
    return exists().where(
        other.c.line == LINE.c.number,
        other.c.known_to.is_(None),
        other.c.ruling == ruling.c.number,
        ruling.c.recall_id == recall_id,
    )


def untold_lines(tx: Tx, *, recall_id: str) -> Iterator[tuple[str, str, str]]:
    """(platform, line, after) of the affected lines that nobody was told of, or not since their all-clear.

    `after` is the id of that all-clear; empty where there was none.
    """
    last = _last_clear(recall_id) if has_let_go(tx, recall_id=recall_id) else literal("")
    of_line = (
        _box.c.recall_id == recall_id, _box.c.party_id == PLATFORM.c.id, _box.c.recipient == LINE.c.line_ref,
        _box.c.via == Via.RELAY.value, _box.c.kind == MessageKind.NOTIFY_BUYER.value,
        _box.c.state != _S.SUPERSEDED.value,
    )  # fmt: skip
    addressed = exists().where(*of_line, _box.c.id > func.coalesce(last, ""))
    after = func.coalesce(last, literal("")).label("after")
    query = matched_lines(PLATFORM.c.id, LINE.c.line_ref, after, recall_id=recall_id).where(~addressed)
    rows = tx.stream(query.order_by(PLATFORM.c.id, LINE.c.line_ref))
    return ((row["id"], row["line_ref"], row["after"]) for row in rows)


def _last_clear(recall_id: str) -> ScalarSelect[str]:
    """The newest all-clear to the line of a query."""
    return (
        select(func.max(_clear.c.id))
        .where(
            _clear.c.recall_id == recall_id,
            _clear.c.party_id == PLATFORM.c.id,
            _clear.c.recipient == LINE.c.line_ref,
            _clear.c.kind == MessageKind.ALL_CLEAR_BUYER.value,
            _clear.c.state != _S.SUPERSEDED.value,
        )
        .correlate(PLATFORM, LINE)
        .scalar_subquery()
    )


def hold_back(tx: Tx, *, recall_id: str) -> int:
    """Let no message leave that its line has given the lie since it was queued; returns how many were held.

    A buyer is not told of a line that was let off meanwhile, nor cleared of one that is in again.
    """
    if not has_let_go(tx, recall_id=recall_id):
        return 0
    line = (
        select(LINE.c.number)
        .join_from(LINE, PLATFORM, PLATFORM.c.number == LINE.c.platform)
        .where(LINE.c.line_ref == _box.c.recipient, PLATFORM.c.id == _box.c.party_id)
    )
    is_in = line.where(_stands(recall_id)).exists()
    waits = and_(
        _box.c.recall_id == recall_id, _box.c.via == Via.RELAY.value, _box.c.state.in_(_WAITS), IN_FLIGHT
    )
    wrong = case((_box.c.kind == MessageKind.NOTIFY_BUYER.value, not_(is_in)), else_=is_in)
    held = select(_box.c.id).where(waits, wrong == true(), line.exists())
    which = _box.c.id.in_(held.order_by(_box.c.id).with_for_update())
    return tx.write(update(_box).where(which).values(state=_S.SUPERSEDED.value, holder=None))


def revive(tx: Tx, *, recall_id: str, version: int, at: datetime) -> int:
    """Let messages of this version that were held back leave after all, where their lines are in again."""
    if not has_let_go(tx, recall_id=recall_id):
        return 0
    line = (
        select(LINE.c.number)
        .join_from(LINE, PLATFORM, PLATFORM.c.number == LINE.c.platform)
        .where(LINE.c.line_ref == _box.c.recipient, PLATFORM.c.id == _box.c.party_id, _stands(recall_id))
    )
    other = _box.alias("other")
    told = exists().where(
        other.c.recall_id == recall_id, other.c.party_id == _box.c.party_id,
        other.c.recipient == _box.c.recipient, other.c.kind == _box.c.kind, other.c.id != _box.c.id,
        other.c.state != _S.SUPERSEDED.value,
    )  # fmt: skip
    held = select(_box.c.id).where(
        _telling(recall_id), _box.c.version == version, _box.c.round == 0,
        _box.c.state == _S.SUPERSEDED.value, line.exists(), ~told,
    )  # fmt: skip
    back = {"state": _S.WAITING.value, "holder": None, "hold_until": None, "not_before": at}
    return tx.write(update(_box).where(_box.c.id.in_(held)).values(back))
