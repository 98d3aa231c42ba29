"""The outbox: every message that is to leave, each queued once, each handed over by one holder at a time.

| from | what happens | to |
|---|---|---|
| waiting, or a hold that ran out | a holder claims it | claimed |
| claimed | its holder begins the hand-over | handing_over |
| claimed, handing_over | its holder settles it | delivered, accepted, refused, waiting |
| handing_over | nobody knows: the hold ran out, or the connection was lost | waiting (once more), ambiguous |
| accepted, handing_over, waiting after an attempt | the relay's receipt comes | delivered, refused |
| waiting, claimed | another version is in force, or its line was let off | superseded |

A mail that nobody knows of is sent once more under the same Message-ID, and counted (RFC 1047); hooks and
relays carry their key with them, so they are simply tried again. The holder's name is the fence: whoever lost
a hold can neither begin nor settle a hand-over. A name is used by one claim loop at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, not_, or_, select, update

from recall.domain.confirmation import RelayReceipt
from recall.domain.message import ABOUT_TASK, FAREWELL, PRIORITY, Message, MessageKind, Via
from recall.ports import Receipt, Result
from recall.store.outbox_table import (
    ENDED,
    IN_FLIGHT,
    Claimed,
    MessageCount,
    MessageState,
    OutboxRow,
    Tracked,
)
from recall.store.sql import Tx, Values, chunks, columns_of, flat, insert_new, table_of

__all__ = [
    "ENDED", "HOLD", "Claimed", "MessageCount", "MessageState", "Tracked", "call_back", "claim",
    "handing_over", "lines_told", "message_counts", "messages", "next_due", "put", "settle", "supersede",
    "told",
]  # fmt: skip

HOLD = timedelta(seconds=10)
"""How long a claim lasts: after it, a dead holder's messages are taken over."""
_TOGETHER = 2_000
"""Messages that are written by one statement."""

_S = MessageState

_box = table_of(OutboxRow)
_message = columns_of(_box, Message)


def put(tx: Tx, messages: Iterable[Message], *, at: datetime, not_before: datetime | None = None) -> int:
    """Queue messages; returns how many are new. A second one for the same recall, version, party, channel,
    kind, recipient, subject and round is refused by the database itself. Few are held at a time."""
    fresh = {
        "state": _S.WAITING.value, "attempts": 0, "ambiguous": 0, "detail": "", "created_at": at,
        "not_before": not_before or at,
    }  # fmt: skip
    rows = (flat(m) | {"facts": dict(m.facts), "priority": PRIORITY[m.kind]} | fresh for m in messages)
    return sum(insert_new(tx, _box, some) for some in chunks(rows, size=_TOGETHER))


def claim(tx: Tx, *, holder: str, now: datetime, limit: int, via: Via) -> tuple[Claimed, ...]:
    """Take up to `limit` messages of a channel that are due, most urgent first, for `HOLD` from now."""
    _give_up_twice_ambiguous(tx, now=now)
    due = or_(
        and_(_box.c.state == _S.WAITING.value, _box.c.not_before <= now),
        and_(_box.c.state.in_([_S.CLAIMED.value, _S.HANDING_OVER.value]), _box.c.hold_until < now),
    )
    chosen = (
        select(_box.c.id)
        .where(IN_FLIGHT, _box.c.via == via.value, due)
        .order_by(_box.c.priority, _box.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    lost = case((and_(_box.c.state == _S.HANDING_OVER.value, _box.c.via == Via.EMAIL.value), 1), else_=0)
    taken = update(_box).where(_box.c.id.in_(chosen)).returning(*_message, *_claim_columns())
    rows = tx.rows(
        taken.values(
            state=_S.CLAIMED.value, holder=holder, hold_until=now + HOLD, attempts=_box.c.attempts + 1,
            ambiguous=_box.c.ambiguous + lost,
        )
    )  # fmt: skip
    return tuple(_claimed(row) for row in sorted(rows, key=lambda row: (row["priority"], row["id"])))


def _claim_columns() -> Sequence[Any]:
    return _box.c.attempts, _box.c.ambiguous, _box.c.created_at, _box.c.priority


def _give_up_twice_ambiguous(tx: Tx, *, now: datetime) -> None:
    lost = (_box.c.state == _S.HANDING_OVER.value) & (_box.c.hold_until < now)
    twice = (_box.c.via == Via.EMAIL.value) & (_box.c.ambiguous > 0)
    tx.write(
        update(_box)
        .where(IN_FLIGHT, lost, twice)
        .values(state=_S.AMBIGUOUS.value, holder=None, hold_until=None, ambiguous=_box.c.ambiguous + 1)
    )


def _claimed(row: Values) -> Claimed:
    return Claimed(
        message=read_message(row), attempts=row["attempts"], ambiguous=row["ambiguous"] > 0,
        created_at=row["created_at"],
    )  # fmt: skip


def read_message(row: Mapping[str, Any]) -> Message:
    """The message that a row of the outbox holds."""
    values = {column.name: row[column.name] for column in _message}
    return Message(**values | {"via": Via(row["via"]), "kind": MessageKind(row["kind"])})


def handing_over(
    tx: Tx, *, ids: Collection[str], holder: str, now: datetime, hold: timedelta = HOLD
) -> frozenset[str]:
    """Write down that the hand-over begins; returns the ids that may go: those that `holder` still holds.

    `hold` is as long as the hand-over may take before it counts as lost.
    """
    going = set[str]()
    for some in chunks(sorted(ids), size=500):
        mine = and_(_box.c.id.in_(some), _box.c.holder == holder, _box.c.state == _S.CLAIMED.value)
        begun = update(_box).where(mine, _box.c.hold_until >= now).returning(_box.c.id)
        going |= set(tx.scalars(begun.values(state=_S.HANDING_OVER.value, hold_until=now + hold)))
    return frozenset(going)


def settle(
    tx: Tx,
    receipts: Sequence[Receipt],
    *,
    holder: str,
    now: datetime,
    backoff: Callable[[int], float | None],
) -> int:
    """Write down what became of messages that `holder` held; returns how many it still did hold.

    `backoff` gives the seconds to wait after so many attempts, where the receiver did not say; None: give up.
    """
    held = _held(tx, [receipt.outgoing_id for receipt in receipts], holder=holder)
    rows = [
        _settled(receipt, row=held[receipt.outgoing_id], now=now, backoff=backoff)
        for receipt in receipts
        if receipt.outgoing_id in held
    ]
    names = ("state", "detail", "not_before", "ambiguous", "sent_at")
    change = update(_box).where(_box.c.id == bindparam("of"))
    return tx.write(change.values({n: bindparam(f"new_{n}") for n in names} | {"holder": None}), rows)


def _held(tx: Tx, ids: Sequence[str], *, holder: str) -> dict[str, Values]:
    """The rows that the holder may settle, locked in one order lest two settlers wait in a circle."""
    columns = (_box.c.id, _box.c.via, _box.c.attempts, _box.c.ambiguous, _box.c.not_before, _box.c.sent_at)
    states = [_S.CLAIMED.value, _S.HANDING_OVER.value]
    mine = select(*columns).where(_box.c.holder == holder, _box.c.state.in_(states))
    return {
        row["id"]: row
        for some in chunks(sorted(ids), size=500)
        for row in tx.rows(mine.where(_box.c.id.in_(some)).order_by(_box.c.id).with_for_update())
    }


def _settled(
    receipt: Receipt, *, row: Values, now: datetime, backoff: Callable[[int], float | None]
) -> Values:
    state, ambiguous, sent_at = _S(_ENDS.get(receipt.result, _S.WAITING)), row["ambiguous"], row["sent_at"]
    wait = receipt.after if receipt.after is not None else backoff(row["attempts"])
    if receipt.result is Result.AMBIGUOUS and row["via"] == Via.EMAIL.value:
        ambiguous += 1
        state = _S.WAITING if ambiguous == 1 else _S.AMBIGUOUS
    if state is _S.WAITING and wait is None:
        state = _S.REFUSED
    if state in (_S.DELIVERED, _S.ACCEPTED):
        sent_at = now
    later = now + timedelta(seconds=wait) if state is _S.WAITING and wait is not None else row["not_before"]
    return {
        "of": row["id"], "new_state": state.value, "new_detail": receipt.detail, "new_not_before": later,
        "new_ambiguous": ambiguous, "new_sent_at": sent_at,
    }  # fmt: skip


_ENDS = {Result.DELIVERED: _S.DELIVERED, Result.ACCEPTED: _S.ACCEPTED, Result.REFUSED: _S.REFUSED}


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


def told(tx: Tx, *, recall_id: str, party_id: str, receipts: Sequence[RelayReceipt]) -> int:
    """Write down what became of messages that a platform relayed; returns how many it was news for.

    A receipt may come before the hand-over is settled, or after a crash instead of it.
    """
    tried = and_(_box.c.state == _S.WAITING.value, _box.c.attempts > 0)
    handed = or_(_box.c.state == _S.ACCEPTED.value, _box.c.state == _S.HANDING_OVER.value, tried)
    rows = [
        {
            "line": receipt.line_ref, "of": receipt.kind, "at": receipt.at,
            "to": (_S.DELIVERED if receipt.delivered else _S.REFUSED).value,
        }
        for receipt in receipts
    ]  # fmt: skip
    which = and_(
        _box.c.recall_id == recall_id, _box.c.party_id == party_id, _box.c.via == Via.RELAY.value,
        handed, _box.c.recipient == bindparam("line"), _box.c.kind == bindparam("of"),
    )  # fmt: skip
    done: Values = {"state": bindparam("to"), "sent_at": bindparam("at"), "holder": None, "hold_until": None}
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
    """When the next message may be claimed: when its wait or a hold runs out; None: the outbox is empty."""
    when = case((_box.c.state == _S.WAITING.value, _box.c.not_before), else_=_box.c.hold_until)
    row = tx.first(select(func.min(when, type_=_box.c.not_before.type).label("at")).where(IN_FLIGHT))
    return row["at"] if row else None


def messages(
    tx: Tx, *, recall_id: str, party_id: str | None = None, recipient: str | None = None, limit: int = 1000
) -> tuple[Tracked, ...]:
    """The newest messages of a recall, of one party or recipient or all, with what became of them."""
    fate = (_box.c.attempts, _box.c.ambiguous, _box.c.detail, _box.c.created_at, _box.c.sent_at)
    query = select(*_message, _box.c.state, *fate).where(_box.c.recall_id == recall_id)
    if party_id is not None:
        query = query.where(_box.c.party_id == party_id)
    if recipient is not None:
        query = query.where(_box.c.recipient == recipient)
    rows = tx.rows(query.order_by(_box.c.created_at.desc(), _box.c.id.desc()).limit(limit))
    return tuple(
        Tracked(message=read_message(row), state=_S(row["state"]), **{c.name: row[c.name] for c in fate})
        for row in rows
    )
