"""The claims: one holder at a time hands a message over, writes down what became of it, or is replaced.

A holder says every few seconds that it lives (`keep`). What a dead one left is taken over by the next claim,
by the dead one's handover log: answered, begun, or not begun. A mail that was begun, and of which nobody
knows whether it arrived, is sent once more under the same Message-ID, and counted (RFC 1047); hooks and
relays carry their key with them, so they are simply tried again. The holder's name is the fence: whoever lost
a hold can neither begin nor settle a hand-over. A name is used by one claim loop at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, String, and_, select, update

from recall.domain.message import URGENCIES, Via
from recall.ports import Receipt, Result
from recall.store import lanes
from recall.store.listed import listed
from recall.store.outbox import MESSAGE, read_message
from recall.store.outbox_table import HELD, WAITS, Claimed, MessageState, OutboxRow
from recall.store.sql import Tx, Values, table_of

HOLD = timedelta(seconds=8)
"""How long a silent holder is waited for."""
TAKEN_OVER = 2_000
"""How many messages of the dead one claim takes over at most."""

Log = Mapping[str, Receipt | None]
"""What a holder wrote of its hand-overs: by the id of each that was begun its answer, or None."""
Backoff = Callable[[int], float | None]
"""The seconds to wait after so many attempts, where the receiver did not say; None: give up."""

_S = MessageState
_box = table_of(OutboxRow)
_ENDS = {Result.DELIVERED: _S.DELIVERED, Result.ACCEPTED: _S.ACCEPTED, Result.REFUSED: _S.REFUSED}
_FATE = (
    _box.c.id, _box.c.via, _box.c.state, _box.c.attempts, _box.c.ambiguous, _box.c.not_before,
    _box.c.sent_at, _box.c.lane, _box.c.holder,
)  # fmt: skip


def claim(tx: Tx, *, holder: str, now: datetime, limit: int, via: Via) -> tuple[Claimed, ...]:
    """Take up to `limit` messages of a channel that are due, most urgent first, for `HOLD` from now.

    Those that came too many for a lane in trouble are put off.
    """
    going = list[str]()
    while not going:
        due = _due(tx, now=now, limit=limit, via=via)
        if not due:
            return ()
        going = _let_through(tx, due, via=via, now=now)
    taken = update(_box).where(_box.c.id.in_(_these(going)))
    change = {"state": _S.CLAIMED.value, "holder": holder, "hold_until": now + HOLD}
    rows = tx.rows(
        taken.values(attempts=_box.c.attempts + 1, **change).returning(
            *MESSAGE, _box.c.attempts, _box.c.ambiguous, _box.c.created_at, _box.c.priority
        )
    )
    return tuple(_claimed(row) for row in sorted(rows, key=lambda row: (row["priority"], row["id"])))


def _due(tx: Tx, *, now: datetime, limit: int, via: Via) -> list[Values]:
    """The id and lane of what may be claimed, level by level: what is not due is never looked at."""
    found = list[Values]()
    for level in URGENCIES:
        at_level = and_(WAITS, _box.c.via == via.value, _box.c.priority == level, _box.c.not_before <= now)
        query = select(_box.c.id, _box.c.lane).where(at_level).order_by(_box.c.not_before)
        found += tx.rows(query.limit(limit - len(found)).with_for_update(skip_locked=True))
        if len(found) == limit:
            break
    return found


def _let_through(tx: Tx, due: Sequence[Values], *, via: Via, now: datetime) -> list[str]:
    """The ids that may go now; a lane in trouble takes its portion, what is over it waits."""
    slowed = lanes.in_trouble(tx, via=via)
    going, over = list[str](), defaultdict[datetime, list[str]](list)
    places = defaultdict[str, int](int)
    for row in due:
        lane = slowed.get(row["lane"])
        place, places[row["lane"]] = places[row["lane"]], places[row["lane"]] + 1
        if lane is None or (lane.rests_until <= now and place < lane.allowance):
            going.append(row["id"])
        else:
            over[lane.put_off(now=now, place=place)].append(row["id"])
    lanes.took(tx, lanes=[lane for lane in slowed.values() if lane.name in places], now=now)
    for later, ids in over.items():
        tx.write(update(_box).where(_box.c.id.in_(_these(ids))).values(not_before=later))
    return going


def _these(ids: Collection[str]) -> Select[tuple[str]]:
    return select(listed(((id,) for id in ids), value=String).c.value)


def _claimed(row: Values) -> Claimed:
    return Claimed(
        message=read_message(row), attempts=row["attempts"], ambiguous=row["ambiguous"] > 0,
        created_at=row["created_at"],
    )  # fmt: skip


def handing_over(tx: Tx, *, ids: Collection[str], holder: str, now: datetime) -> frozenset[str]:
    """Write down that the hand-over begins; returns the ids that may go: those that `holder` still holds."""
    mine = and_(HELD, _box.c.holder == holder, _box.c.hold_until >= now, _box.c.state == _S.CLAIMED.value)
    begun = update(_box).where(mine, _box.c.id.in_(_these(ids))).returning(_box.c.id)
    return frozenset(tx.scalars(begun.values(state=_S.HANDING_OVER.value, hold_until=now + HOLD)))


def keep(tx: Tx, *, holder: str, now: datetime) -> int:
    """The holder lives: it keeps what it still holds for `HOLD` from now; returns how many these are."""
    mine = and_(HELD, _box.c.holder == holder, _box.c.hold_until >= now)
    return tx.write(update(_box).where(mine).values(hold_until=now + HOLD))


def settle(tx: Tx, receipts: Sequence[Receipt], *, holder: str, now: datetime, backoff: Backoff) -> int:
    """Write down what became of messages that `holder` held; returns how many it still did hold."""
    mine = select(*_FATE).where(HELD, _box.c.holder == holder).order_by(_box.c.id).with_for_update()
    held = {row["id"]: row for row in tx.rows(mine)}
    known = [receipt for receipt in receipts if receipt.outgoing_id in held]
    _hear_lanes(tx, known, held=held, now=now)
    return _write(
        tx, [_settled(receipt, row=held[receipt.outgoing_id], now=now, backoff=backoff) for receipt in known]
    )


def take_over(tx: Tx, *, now: datetime, log_of: Callable[[str], Log | None], backoff: Backoff) -> int:
    """Take back what holders left whose hold ran out; returns how many messages these were.

    `log_of` gives what a holder wrote of its hand-overs; None: nobody can read it here.
    """
    left = select(*_FATE).where(HELD, _box.c.hold_until < now).order_by(_box.c.id).limit(TAKEN_OVER)
    rows = tx.rows(left.with_for_update(skip_locked=True))
    logs = {name: log_of(name) for name in sorted({row["holder"] for row in rows})}
    return _write(tx, [_left(row, log=logs[row["holder"]], now=now, backoff=backoff) for row in rows])


class _End(NamedTuple):
    """What a row becomes; many become the same."""

    state: MessageState
    not_before: datetime
    ambiguous: int
    sent_at: datetime | None
    untried: int = 0
    """Attempts that were none."""


def _left(row: Values, *, log: Log | None, now: datetime, backoff: Backoff) -> tuple[_End, str, str]:
    """The end of a hand-over whose holder died."""
    if row["state"] == _S.CLAIMED.value or (log is not None and row["id"] not in log):
        return _End(_S.WAITING, now, row["ambiguous"], row["sent_at"], untried=1), row["id"], ""
    said = log[row["id"]] if log is not None else None
    if said is None:
        doubt = Result.AMBIGUOUS if row["via"] == Via.EMAIL.value else Result.LATER
        said = Receipt(
            outgoing_id=row["id"], result=doubt, detail="its sender died in the hand-over", after=0.0
        )
    return _settled(said, row=row, now=now, backoff=backoff)


def _settled(receipt: Receipt, *, row: Values, now: datetime, backoff: Backoff) -> tuple[_End, str, str]:
    state, ambiguous, sent_at = _S(_ENDS.get(receipt.result, _S.WAITING)), row["ambiguous"], row["sent_at"]
    wait = receipt.after if receipt.after is not None else backoff(row["attempts"])
    if receipt.result is Result.AMBIGUOUS and row["via"] == Via.EMAIL.value:
        ambiguous += 1
        state = _S.WAITING if ambiguous == 1 else _S.AMBIGUOUS
    if state is _S.WAITING and (wait is None or backoff(row["attempts"]) is None):
        state = _S.REFUSED if ambiguous == 0 else _S.AMBIGUOUS
    if state in (_S.DELIVERED, _S.ACCEPTED):
        sent_at = now
    later = now + timedelta(seconds=wait) if state is _S.WAITING and wait is not None else row["not_before"]
    return _End(state, later, ambiguous, sent_at), row["id"], receipt.detail


def _write(tx: Tx, ends: Sequence[tuple[_End, str, str]]) -> int:
    """One statement a kind of end, however many rows come to it; the receivers' words are each row's own."""
    alike = defaultdict[_End, list[tuple[str, str]]](list)
    for end, id, detail in ends:
        alike[end].append((id, detail))
    done = 0
    for end, rows in alike.items():
        said = listed(rows, id=String, detail=String)
        change = update(_box).where(_box.c.id == said.c.id).values(
            state=end.state.value, not_before=end.not_before, ambiguous=end.ambiguous, sent_at=end.sent_at,
            attempts=_box.c.attempts - end.untried, detail=said.c.detail, holder=None, hold_until=None,
        )  # fmt: skip
        done += tx.write(change)
    return done


def _hear_lanes(tx: Tx, receipts: Sequence[Receipt], *, held: Mapping[str, Values], now: datetime) -> None:
    """Tell the lanes who asked for less, and who took what it was given."""
    slow, well, via = dict[str, float | None](), set[str](), ""
    for receipt in receipts:
        row = held[receipt.outgoing_id]
        via = row["via"]
        if receipt.slow and row["lane"]:
            slow[row["lane"]] = receipt.after
        elif receipt.result in _ENDS:
            well.add(row["lane"])
    if via:
        lanes.heard(tx, via=Via(via), slow=slow, well=well, now=now)
