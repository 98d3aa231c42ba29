"""Capture: events enter the store once each, whoever says them; an error declaration ends what they say.

An event counts while one of those who said it stands to it: nobody takes back what another said. A word taken
back may come before its event; then the event never counts, unless another party says it too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from recall.epcis.event import Event
from recall.store import kinds
from recall.store.authority import is_counted, is_doubted
from recall.store.event_tables import DECLARATION, EVENT, SAYINGS, WITNESS, known
from recall.store.indexing import COLUMNS, SAYING, Sayings
from recall.store.sql import Tx, Values, chunks, insert_new

BATCH = 1_000
"""Events that are looked up and written at a time."""
_EVENT = (
    "number", "hash", "fingerprint", "event_id", "type", "action", "event_time", "biz_step", "disposition",
    "read_point", "biz_location", "transformation_id", "captured_by", "captured_at", "withdrawn_at",
    "error_reason", "body",
)  # fmt: skip
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Key = tuple[str, str]
"""Hash and fingerprint: events of the same key are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture found: events that are new from this party, and those that it had given before."""

    new: int = 0
    known: int = 0
    withdrawn: int = 0
    """Events that count no more from now on."""

    def __add__(self, other: Captured) -> Captured:
        return Captured(
            new=self.new + other.new, known=self.known + other.known,
            withdrawn=self.withdrawn + other.withdrawn,
        )  # fmt: skip


def capture(
    tx: Tx,
    events: Iterable[Event],
    *,
    captured_by: str,
    at: datetime,
) -> Captured:
    """Keep events, in memory that does not grow with their number; the same event again is one.

    An event that comes with an error declaration is kept as declared wrong, and whatever it said counts no
    more. A declaration of an event that others alone gave changes nothing for them, and is answered as one
    of an event that nobody gave: who asks learns nothing of others' events.
    """
    tx.hold_captures()
    captured = Captured()
    for some in chunks(events, size=BATCH):
        captured += _Batch(tx, captured_by=captured_by, at=at).keep(some)
    return captured


class _Batch:
    """A thousand events at most, of one party."""

    def __init__(self, tx: Tx, *, captured_by: str, at: datetime) -> None:
        self._tx, self._party, self._at = tx, captured_by, at
        self._sayings = Sayings(day=tx.stored_day, since=tx.stored(at))

    def keep(self, events: Sequence[Event]) -> Captured:
        keyed = [((event.hash, event.fingerprint), event) for event in events]
        distinct = dict(reversed(keyed))  # of several spellings the first is kept
        wrong = {key: event for key, event in keyed if event.error is not None}
        here = self._here(distinct)
        fresh = [(key, event) for key, event in distinct.items() if key not in here]
        numbers = self._add(fresh[::-1], wrong=wrong)
        second = self._second([here[key] | {"said": distinct[key]} for key in here if key not in wrong])
        second += self._unsaid([here[key] for key in wrong if key in here])
        withdrawn = self._declare(wrong, here=here, numbers=numbers)
        for table, rows in self._sayings.rows.items():
            self._tx.load(table, (*SAYING, *COLUMNS[table]), rows)
        trusted = not is_doubted(self._tx, party=self._party)
        kinds.learn(self._tx, self._sayings.rows, trusted=trusted)
        new = len(fresh) + second
        return Captured(new=new, known=len(events) - new, withdrawn=withdrawn)

    def _here(self, keys: Collection[_Key]) -> dict[_Key, Values]:
        """The events that are known; `witness` is the party, where it said what another said before."""
        ours = (WITNESS.c.event == EVENT.c.number) & (WITNESS.c.party == self._party)
        columns = (
            EVENT.c.number,
            EVENT.c.hash,
            EVENT.c.fingerprint,
            EVENT.c.captured_by,
            EVENT.c.withdrawn_at,
        )
        query = select(*columns, WITNESS.c.party.label("witness")).outerjoin_from(EVENT, WITNESS, ours)
        rows = self._tx.among(query, EVENT.c.hash, {hash for hash, _ in keys})
        found = {(row["hash"], row["fingerprint"]): row for row in rows}
        return {key: row for key, row in found.items() if key in keys}

    def _add(self, fresh: Sequence[tuple[_Key, Event]], *, wrong: Mapping[_Key, Event]) -> dict[_Key, int]:
        tx, at = self._tx, self._tx.stored(self._at)
        first = (tx.scalar(select(func.max(EVENT.c.number))) or 0) + 1
        rows = []
        for number, (key, event) in enumerate(fresh, start=first):
            error = wrong[key].error if key in wrong else None
            happened = tx.stored(event.event_time)
            rows.append((
                number, *key, event.event_id, event.type.value, event.action and event.action.value,
                happened, event.biz_step, event.disposition, event.read_point,
                event.biz_location, event.transformation_id, self._party, at, at if error else None,
                error.reason if error else None, _text_of(event),
            ))  # fmt: skip
            self._sayings.add(event, number=number, at=happened, counts=error is None)
        tx.load(EVENT, _EVENT, rows)
        return {key: number for number, (key, _) in enumerate(fresh, start=first)}

    def _second(self, known: Sequence[Values]) -> int:
        """The party says what another said: it is a witness; what nobody stood to any more counts again.

        How many such events there are.
        """
        others = [row for row in known if row["captured_by"] != self._party and row["witness"] is None]
        witnesses = [
            {"event": row["number"], "party": self._party, "captured_at": self._at, "withdrawn_at": None}
            for row in others
        ]
        insert_new(self._tx, WITNESS, witnesses)
        for row in others:
            if row["withdrawn_at"] is not None:
                self._revive(row["number"], event=row["said"])
        return len(others)

    def _unsaid(self, declared: Sequence[Values]) -> int:
        """The party takes back what it never said, as if it had said it just before; how often it does."""
        others = [row for row in declared if self._party not in (row["captured_by"], row["witness"])]
        taken_back = {"party": self._party, "captured_at": self._at, "withdrawn_at": self._at}
        insert_new(self._tx, WITNESS, [{"event": row["number"]} | taken_back for row in others])
        return len(others)

    def _revive(self, number: int, *, event: Event) -> None:
        """Nobody stood to the event; the party does. Who gave it before stays on record."""
        of_it = EVENT.c.number == number
        query = select(EVENT.c.captured_by, EVENT.c.captured_at, EVENT.c.withdrawn_at).where(of_it)
        before = self._tx.first(query)
        if before is not None and before["captured_by"] is not None:
            self._took_back(number, before, at=before["withdrawn_at"])
        self._tx.write(update(EVENT).where(of_it).values(withdrawn_at=None, error_reason=None))
        last = (select(func.max(table.c.number)).where(table.c.event == number) for table in SAYINGS)
        first = max((self._tx.scalar(query) or 0) for query in last) + 1
        happened = self._tx.stored(event.event_time)
        self._sayings.add(event, number=number, at=happened, counts=True, first=first)

    def _declare(
        self, wrong: Mapping[_Key, Event], *, here: Mapping[_Key, Values], numbers: Mapping[_Key, int]
    ) -> int:
        """Keep the declarations; the number of events that count no more because of them."""
        named = {key: here[key]["number"] if key in here else numbers[key] for key in wrong}
        told = [self._declaration(number, wrong[key]) for key, number in named.items()]
        insert_new(self._tx, DECLARATION, told)
        return sum(self._withdraw(named[key], event) for key, event in wrong.items() if key in here)

    def _declaration(self, number: int, event: Event) -> Values:
        return {
            "event": number, "party": self._party, "captured_at": self._at,
            "body": event.body["errorDeclaration"],
        }  # fmt: skip

    def _withdraw(self, number: int, event: Event) -> bool:
        """Take the party's word back. Whether the event counts no more, for nobody else stands to it."""
        tx, counting = self._tx, (EVENT.c.number == number, EVENT.c.withdrawn_at.is_(None))
        mine = (
            (WITNESS.c.event == number) & (WITNESS.c.party == self._party) & WITNESS.c.withdrawn_at.is_(None)
        )
        stood = tx.write(update(WITNESS).where(mine).values(withdrawn_at=self._at))
        given = tx.first(select(EVENT.c.captured_by, EVENT.c.captured_at).where(*counting))
        if given is None or not (stood or given["captured_by"] == self._party):
            return False
        if given["captured_by"] == self._party:
            self._took_back(number, given, at=self._at)
        kinds.forget(tx, event=number)
        if tx.first(select(EVENT.c.number).where(*counting, is_counted())) is not None:
            return False
        self._end(number, reason=event.error.reason if event.error else None)
        return True

    def _took_back(self, number: int, given: Values, *, at: datetime) -> None:
        """Note when the party that first gave an event took it back; the event itself says who it was."""
        word = {"party": given["captured_by"], "captured_at": given["captured_at"], "withdrawn_at": at}
        insert_new(self._tx, WITNESS, [word | {"event": number}])

    def _end(self, number: int, *, reason: str | None) -> None:
        for table in SAYINGS:
            self._tx.write(
                update(table).where(table.c.event == number, known(table)).values(known_to=self._at)
            )
        counts = {"withdrawn_at": self._at, "error_reason": reason}
        self._tx.write(update(EVENT).where(EVENT.c.number == number).values(counts))


def _text_of(event: Event) -> str:
    """The event as JSON: as it came, unless on several lines, which would fill the store with blanks."""
    said = event.said
    return said if said is not None and "\n" not in said else _encode(event.body)
