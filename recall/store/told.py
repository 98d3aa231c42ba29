"""The told: which parties were asked or cleared last, and what must not leave any more.

A later message has a later name, for ids are in the order of time: the last one says how its reader stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, case, func, not_, or_, select, update

from recall.domain.message import ABOUT_TASK, ASKING, FAREWELL, MessageKind, Via
from recall.domain.recall import ACTIVE_STATES
from recall.store.outbox_table import IN_FLIGHT, REACHED, MessageState, OutboxRow
from recall.store.recalls import RecallRow
from recall.store.sql import Tx, chunks, table_of

_S = MessageState
_box, _recall = table_of(OutboxRow), table_of(RecallRow)
_WAITS = [_S.WAITING.value, _S.CLAIMED.value]
_FAREWELL = [kind.value for kind in sorted(FAREWELL)]
_ASKING = [kind.value for kind in sorted(ASKING)]
OLD_OF_TASKS = not_(_box.c.subject.startswith(ABOUT_TASK))
"""What is not about one task, whose clock runs on under every version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The last message by which a party was asked at one address, and its all-clears there."""

    last: str
    version: int
    clears: int

    @property
    def told(self) -> bool:
        """Whether the party stands as told: its last message here is no all-clear."""
        return bool(self.last)


def parties_asked(tx: Tx, *, recall_id: str) -> Mapping[str, Mapping[str, Asked]]:
    """By party and address: how each party that was ever asked stands; reminders apart."""
    rows = tx.rows(
        select(_box.c.party_id, _box.c.recipient, _box.c.kind, _box.c.id, _box.c.version, _box.c.state)
        .where(
            _box.c.recall_id == recall_id, _box.c.via != Via.RELAY.value, OLD_OF_TASKS,
            _box.c.state != _S.SUPERSEDED.value,
            _box.c.kind.in_([*_ASKING, MessageKind.ALL_CLEAR.value]),
        )
        .order_by(_box.c.id)
    )  # fmt: skip
    found: dict[str, dict[str, Asked]] = defaultdict(dict)
    for row in rows:
        before = found[row["party_id"]].get(row["recipient"], Asked(last="", version=0, clears=0))
        if row["kind"] == MessageKind.ALL_CLEAR.value:
            after = Asked(last="", version=0, clears=before.clears + 1)
        elif row["state"] in REACHED:
            after = Asked(last=row["id"], version=row["version"], clears=before.clears)
        else:
            after = before
        found[row["party_id"]][row["recipient"]] = after
    return found


def kinds_reached(tx: Tx, *, recall_id: str, party_id: str) -> frozenset[MessageKind]:
    """The kinds of message by which a party was asked, those that are being handed over among them."""
    query = select(_box.c.kind).where(
        _box.c.recall_id == recall_id, _box.c.party_id == party_id, _box.c.kind.in_(_ASKING),
        _box.c.state.in_([*REACHED, _S.HANDING_OVER.value]),
    )  # fmt: skip
    return frozenset(MessageKind(kind) for kind in tx.scalars(query.distinct()))


def site_clears(tx: Tx, *, recall_id: str, task_id: str) -> int:
    """How many all-clears were ever queued about one task's site."""
    about = (_box.c.recall_id == recall_id, _box.c.kind == MessageKind.ALL_CLEAR.value)
    return int(tx.scalar(select(func.count()).where(*about, _box.c.subject == task_id)))


def take_back(tx: Tx, *, recall_id: str, party_id: str, task_id: str | None = None) -> int:
    """Let no all-clear leave to a party that holds affected goods again, (`task_id`) at that site."""
    subject = OLD_OF_TASKS if task_id is None else _box.c.subject == task_id
    which = and_(
        _box.c.recall_id == recall_id, _box.c.party_id == party_id, subject, _box.c.state.in_(_WAITS),
        _box.c.kind == MessageKind.ALL_CLEAR.value,
    )  # fmt: skip
    return tx.write(update(_box).where(which).values(state=_S.SUPERSEDED.value, holder=None))


def versions_told(tx: Tx, *, recall_id: str) -> Mapping[tuple[str, MessageKind, str], int]:
    """The newest version of which each (party, kind, recipient) is or will be told, since its last all-clear.

    Reminders, and what is about one task, apart.
    """
    rows = tx.rows(
        select(_box.c.party_id, _box.c.kind, _box.c.recipient, _box.c.version)
        .where(
            _box.c.recall_id == recall_id, _box.c.via != Via.RELAY.value, OLD_OF_TASKS,
            _box.c.state != _S.SUPERSEDED.value,
        )
        .order_by(_box.c.id)
    )  # fmt: skip
    told = dict[tuple[str, MessageKind, str], int]()
    for row in rows:
        party, kind, recipient = row["party_id"], MessageKind(row["kind"]), row["recipient"]
        if kind is MessageKind.ALL_CLEAR:
            told = {key: v for key, v in told.items() if (key[0], key[2]) != (party, recipient)}
        key = (party, kind, recipient)
        told[key] = max(row["version"], told.get(key, 0))
    return told


def in_flight(tx: Tx, *, recall_id: str) -> int:
    """How many messages of a recall, farewells apart, may still reach somebody."""
    query = select(func.count()).where(
        _box.c.recall_id == recall_id, IN_FLIGHT, _box.c.kind.not_in(_FAREWELL)
    )
    return int(tx.scalar(query))


def drop_stale(tx: Tx, *, ids: Collection[str]) -> frozenset[str]:
    """Of these messages, those that must not leave any more, and now will not.

    They are of a version that is no longer in force, or of a recall that has ended, and came back after a
    hand-over that failed or was lost; one of which nobody knows whether it arrived is ambiguous from now on.
    """
    gone, active = set[str](), [state.value for state in sorted(ACTIVE_STATES)]
    older = and_(_box.c.version < _recall.c.version, OLD_OF_TASKS)
    ended = and_(_recall.c.state.not_in(active), _box.c.kind.not_in(_FAREWELL))
    for some in chunks(sorted(ids), size=500):
        stale = select(_box.c.id).join(_recall, _recall.c.id == _box.c.recall_id)
        stale = stale.where(_box.c.id.in_(some), _box.c.state.in_(_WAITS), or_(older, ended))
        lost = and_(_box.c.state == _S.CLAIMED.value, _box.c.attempts > 1)
        state = case((lost, _S.AMBIGUOUS.value), else_=_S.SUPERSEDED.value)
        change = update(_box).where(_box.c.id.in_(stale)).values(state=state, holder=None)
        gone |= set(tx.scalars(change.returning(_box.c.id)))
    return frozenset(gone)
