"""The lanes: receivers that asked for less are slowed, each alone, while all others go on.

A lane is who may ask: the domain of a mail address, the host of a webhook, a platform. Only lanes in trouble
have a row. A lane rests first; then it takes a few messages every `PORTION`, twice as many after each portion
that went well, until it takes as many as anybody and its row goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Field

from recall.domain.message import Via
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, columns_of, flat, table_of, upsert

PORTION = timedelta(seconds=10)
FARTHEST = timedelta(minutes=10)
"""No message is put off for longer at once, so that all are back soon after their lane has recovered."""
FIRST_ALLOWANCE, WHOLE = 32, 1_000
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)


class LaneRow(Row, table=True):
    """A receiver that asked for less."""

    __tablename__ = "lane"
    via: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    rests_until: datetime = Field(sa_type=UtcTime)
    allowance: int
    pauses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """How much a receiver in trouble takes now."""

    via: Via
    name: str
    rests_until: datetime
    allowance: int = FIRST_ALLOWANCE
    """How many messages it takes every `PORTION`."""
    pauses: int = 0
    """How often it has asked for less without having recovered since."""

    def slowed(self, *, now: datetime, wait: float | None) -> Lane:
        """It asked for less, perhaps for so many seconds."""
        rest = min(FIRST_REST * 2 ** min(self.pauses, 10), LONGEST_REST)
        if wait is not None:
            rest = timedelta(seconds=wait)
        return replace(
            self, rests_until=now + rest, allowance=max(1, self.allowance // 2), pauses=self.pauses + 1
        )

    def recovering(self) -> Lane:
        """A portion of it went well."""
        return replace(self, allowance=self.allowance * 2, pauses=max(0, self.pauses - 1))

    def put_off(self, *, now: datetime, place: int) -> datetime:
        """When a message is looked at again that came too many, as the so-manieth of these (from 0)."""
        wait = min(PORTION * (1 + place // self.allowance), FARTHEST)
        return max(now, self.rests_until) + wait


_lane = table_of(LaneRow)


def in_trouble(tx: Tx, *, via: Via) -> Mapping[str, Lane]:
    """The lanes of a channel that are slowed, by their names."""
    rows = tx.rows(select(*columns_of(_lane, Lane)).where(_lane.c.via == via.value))
    return {row["name"]: Lane(**row | {"via": via}) for row in rows}


def took(tx: Tx, *, lanes: Collection[Lane], now: datetime) -> None:
    """Those of these lanes that rested no more took their portion: they rest until the next."""
    _keep(tx, [replace(lane, rests_until=now + PORTION) for lane in lanes if lane.rests_until <= now])


def heard(
    tx: Tx, *, via: Via, slow: Mapping[str, float | None], well: Collection[str], now: datetime
) -> None:
    """Write down which lanes asked for less (each with its stated wait in seconds), and which went well."""
    known = in_trouble(tx, via=via) if slow or well else {}
    fresh = Lane(via=via, name="", rests_until=now)
    changed = [
        known.get(name, replace(fresh, name=name)).slowed(now=now, wait=wait) for name, wait in slow.items()
    ]
    changed += [known[name].recovering() for name in well if name in known and name not in slow]
    whole = [lane.name for lane in changed if lane.allowance > WHOLE]
    tx.write(delete(_lane).where(_lane.c.via == via.value, _lane.c.name.in_(whole)))
    _keep(tx, [lane for lane in changed if lane.allowance <= WHOLE])


def _keep(tx: Tx, lanes: Collection[Lane]) -> None:
    upsert(tx, _lane, [flat(lane) for lane in lanes])
