"""The silent: order lines whose buyers were told and have not answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from recall.domain.completion import HoldingKind
from recall.domain.confirmation import BUYER_OUTCOMES
from recall.domain.message import MessageKind, Via
from recall.store.confirmations import ConfirmationRow
from recall.store.ledger import HoldingRow
from recall.store.match_tables import matched_lines
from recall.store.order_tables import LINE, PLATFORM
from recall.store.outbox_table import REACHED, MessageState, OutboxRow
from recall.store.sql import Tx, table_of

_holding, _box, _said = table_of(HoldingRow), table_of(OutboxRow), table_of(ConfirmationRow)
_ARRIVED = [MessageState.DELIVERED.value, MessageState.AMBIGUOUS.value]
_to_line = and_(
    _box.c.recall_id == _holding.c.recall_id,
    _box.c.party_id == _holding.c.party_id,
    _box.c.recipient == _holding.c.ref,
    _box.c.via == Via.RELAY.value,
    _box.c.kind == MessageKind.NOTIFY_BUYER.value,
)
_first = and_(_to_line, _box.c.round == 0, _box.c.state.in_(REACHED))
_answered = exists().where(
    _said.c.recall_id == _holding.c.recall_id,
    _said.c.party_id == _holding.c.party_id,
    _said.c.line_ref == _holding.c.ref,
    _said.c.outcome.in_(sorted(outcome.value for outcome in BUYER_OUTCOMES)),
)


def _silent(recall_id: str) -> ColumnElement[bool]:
    line = and_(_holding.c.recall_id == recall_id, _holding.c.kind == HoldingKind.LINE.value)
    return and_(line, _holding.c.outstanding > 0, exists().where(_first), ~_answered)


def silent_lines(tx: Tx, *, recall_id: str, told_before: datetime, round: int) -> tuple[tuple[str, str], ...]:
    """(platform, line) of the silent who were told before a time, and not reminded in that round or later.

    Reminders do not count as telling, and a round is one round whatever the version.
    """
    since = exists().where(_first, _box.c.sent_at >= told_before)
    reminded = exists().where(_to_line, _box.c.round >= round, _box.c.state != MessageState.SUPERSEDED.value)
    query = select(_holding.c.party_id, _holding.c.ref).where(_silent(recall_id), ~since, ~reminded)
    rows = tx.rows(query.order_by(_holding.c.party_id, _holding.c.ref))
    return tuple((row["party_id"], row["ref"]) for row in rows)


def lines_told(tx: Tx, *, recall_id: str) -> int:
    """How many affected lines were told; reminders do not count as telling.

    A message that never arrived has told nobody, unless nothing of its line is outstanding any more.
    """
    done = exists().where(
        _holding.c.recall_id == recall_id,
        _holding.c.kind == HoldingKind.LINE.value,
        _holding.c.party_id == PLATFORM.c.id,
        _holding.c.ref == LINE.c.line_ref,
        _holding.c.outstanding == 0,
    )
    told = exists().where(
        _box.c.recall_id == recall_id,
        _box.c.party_id == PLATFORM.c.id,
        _box.c.recipient == LINE.c.line_ref,
        _box.c.via == Via.RELAY.value,
        _box.c.kind == MessageKind.NOTIFY_BUYER.value,
        _box.c.round == 0,
        or_(_box.c.state.in_(_ARRIVED), and_(_box.c.state == MessageState.REFUSED.value, done)),
    )
    return int(tx.scalar(matched_lines(func.count(), recall_id=recall_id).where(told)))


def lines_awaiting_reminder(tx: Tx, *, recall_id: str, rounds: int) -> int:
    """How many of the silent have not yet been sent their last reminder, the one of round `rounds`."""
    last = exists().where(_to_line, _box.c.round >= rounds, _box.c.state.in_([*REACHED, "refused"]))
    waiting = select(func.count()).select_from(_holding).where(_silent(recall_id), ~last)
    return int(tx.scalar(waiting))
