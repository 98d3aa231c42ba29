"""The outbox: every message that is to leave, each queued once, each handed over by one holder at a time.

| from | what happens | to |
|---|---|---|
| waiting | a holder claims it | claimed |
| claimed | its holder begins the hand-over | handing_over |
| claimed, handing_over | its holder settles it | delivered, accepted, refused, waiting |
| claimed, handing_over | its holder died before it began | waiting |
| handing_over | nobody knows: its holder died, or the connection was lost | waiting (once more), ambiguous |
| accepted, handing_over, waiting after an attempt | the relay's receipt comes | delivered, refused |
| waiting, claimed | another version is in force, or its line was let off | superseded |

Who hands over what, and how the dead are replaced, is the matter of `claims`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, case, func, not_, or_, select, update

from recall.domain.confirmation import RelayReceipt
from recall.domain.message import ABOUT_TASK, FAREWELL, URGENCIES, Message, MessageKind, Via, lane_of, urgency
from recall.store.listed import listed
from recall.store.outbox_table import (
    ENDED,
    HELD,
    WAITS,
    MessageCount,
    MessageState,
    OutboxRow,
    Tracked,
)
from recall.store.sql import Tx, Values, chunks, columns_of, flat, insert_new, table_of

__all__ = [
    "ENDED", "MESSAGE", "MessageCount", "MessageState", "Tracked", "call_back", "lines_told",
    "message_counts", "messages", "next_due", "put", "read_message", "supersede", "told",
]  # fmt: skip

_S = MessageState
_TOGETHER = 5_000
_box = table_of(OutboxRow)
MESSAGE = columns_of(_box, Message)
_LEVELS = tuple((via.value, level) for via in Via for level in URGENCIES)


def put(
    tx: Tx,
    messages: Iterable[Message],
    *,
    at: datetime,
    not_before: datetime | None = None,
    serious: bool = True,
) -> int:
    """Queue messages, a few thousand at a time; returns how many are new. A second one for the same recall,
    version, party, channel, kind, recipient, subject and round is refused by the database itself."""
    fresh = {
        "state": _S.WAITING.value, "attempts": 0, "ambiguous": 0, "detail": "", "created_at": at,
        "not_before": not_before or at,
    }  # fmt: skip
    queued = 0
    for some in chunks(messages, size=_TOGETHER):
        rows = [
            flat(m)
            | {"facts": dict(m.facts), "priority": urgency(m.kind, serious=serious), "lane": lane_of(m)}
            | fresh
            for m in some
        ]
        queued += insert_new(tx, _box, rows)
    return queued


def read_message(row: Mapping[str, Any]) -> Message:
    """The message that a row of the outbox holds."""
    values = {column.name: row[column.name] for column in MESSAGE}
    return Message(**values | {"via": Via(row["via"]), "kind": MessageKind(row["kind"])})


def supersede(tx: Tx, *, recall_id: str, version: int) -> int:
    """Let nothing of an older version leave any more, but what is about one task: its clock runs on."""
    about_task = _box.c.subject.startswith(ABOUT_TASK)
    return _supersede(tx, _box.c.recall_id == recall_id, _box.c.version < version, not_(about_task))


def call_back(tx: Tx, *, recall_id: str) -> int:
    """Let nothing of a recall leave but farewells; what is being handed over cannot be called back."""
    farewell = [kind.value for kind in sorted(FAREWELL)]
    return _supersede(tx, _box.c.recall_id == recall_id, _box.c.kind.not_in(farewell))


def _supersede(tx: Tx, *old: ColumnElement[bool]) -> int:
    states = [_S.WAITING.value, _S.CLAIMED.value]
    ids = select(_box.c.id).where(*old, _box.c.state.in_(states))
    which = _box.c.id.in_(ids.order_by(_box.c.id).with_for_update())
    return tx.write(update(_box).where(which).values(state=_S.SUPERSEDED.value, holder=None))


def told(tx: Tx, *, recall_id: str, party_id: str, receipts: Sequence[RelayReceipt], now: datetime) -> int:
    """Write down what became of messages that a platform relayed; returns how many it was news for.

    A receipt may come before the hand-over is settled, or after a crash instead of it. The platform's own
    time counts as far as it can be: nothing arrived before it was written, or later than `now`.
    """
    tried = and_(_box.c.state == _S.WAITING.value, _box.c.attempts > 0)
    handed = or_(_box.c.state == _S.ACCEPTED.value, _box.c.state == _S.HANDING_OVER.value, tried)
    rows = [
        {
            "line": receipt.line_ref, "of": receipt.kind, "at": min(receipt.at, now),
            "to": (_S.DELIVERED if receipt.delivered else _S.REFUSED).value,
        }
        for receipt in receipts
    ]  # fmt: skip
    which = and_(
        _box.c.recall_id == recall_id, _box.c.party_id == party_id, _box.c.via == Via.RELAY.value,
        handed, _box.c.recipient == bindparam("line"), _box.c.kind == bindparam("of"),
    )  # fmt: skip
    at = bindparam("at", type_=_box.c.created_at.type)
    arrived = case((_box.c.created_at > at, _box.c.created_at), else_=at)
    done: Values = {"state": bindparam("to"), "sent_at": arrived, "holder": None, "hold_until": None}
    return tx.write(update(_box).where(which).values(done), rows)


def message_counts(tx: Tx, *, recall_id: str) -> tuple[MessageCount, ...]:
    """How many messages of a recall each party has, by channel, kind and state."""
    by = (_box.c.party_id, _box.c.via, _box.c.kind, _box.c.state)
    query = (
        select(*by, func.count().label("n")).where(_box.c.recall_id == recall_id).group_by(*by).order_by(*by)
    )
    return tuple(
        MessageCount(
            party_id=row["party_id"], via=Via(row["via"]), kind=MessageKind(row["kind"]),
            state=_S(row["state"]), n=row["n"],
        )
        for row in tx.rows(query)
    )  # fmt: skip


def lines_told(tx: Tx, *, recall_id: str) -> tuple[tuple[str, str], ...]:
    """(platform, line) of every buyer's message that a platform took over or delivered."""
    reached = [_S.ACCEPTED.value, _S.DELIVERED.value]
    which = and_(_box.c.recall_id == recall_id, _box.c.via == Via.RELAY.value, _box.c.state.in_(reached))
    lines = select(_box.c.party_id, _box.c.recipient).where(
        which, _box.c.kind == MessageKind.NOTIFY_BUYER.value
    )
    return tuple((row["party_id"], row["recipient"]) for row in tx.rows(lines.distinct()))


def next_due(tx: Tx) -> datetime | None:
    """When the next message may be claimed: when its wait or a hold runs out; None: the outbox is empty.

    The first of each channel and level is found by the index: a million that wait cost no more than ten.
    """
    level = listed(_LEVELS, via=String, priority=Integer)
    first = (
        select(_box.c.not_before)
        .where(WAITS, _box.c.via == level.c.via, _box.c.priority == level.c.priority)
        .order_by(_box.c.not_before)
        .limit(1)
        .correlate(level)
        .scalar_subquery()
    )
    moments = tx.scalars(select(first).select_from(level))
    moments.append(tx.scalar(select(func.min(_box.c.hold_until)).where(HELD)))
    return min((moment for moment in moments if moment is not None), default=None)


def messages(
    tx: Tx, *, recall_id: str, party_id: str | None = None, recipient: str | None = None, limit: int = 1000
) -> tuple[Tracked, ...]:
    """The newest messages of a recall, of one party or recipient or all, with what became of them."""
    fate = (_box.c.attempts, _box.c.ambiguous, _box.c.detail, _box.c.created_at, _box.c.sent_at)
    query = select(*MESSAGE, _box.c.state, *fate).where(_box.c.recall_id == recall_id)
    if party_id is not None:
        query = query.where(_box.c.party_id == party_id)
    if recipient is not None:
        query = query.where(_box.c.recipient == recipient)
    rows = tx.rows(query.order_by(_box.c.created_at.desc(), _box.c.id.desc()).limit(limit))
    return tuple(
        Tracked(message=read_message(row), state=_S(row["state"]), **{c.name: row[c.name] for c in fate})
        for row in rows
    )
