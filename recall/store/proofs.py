"""The proofs: the events that tell a sold unit's lot and its parts, as links of an evidence chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import String, and_, select

from recall.codes.keys import item_key
from recall.domain.cohort import OrderLine
from recall.domain.goods import Thing
from recall.domain.link import Link
from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import LotKey, lot_in_words
from recall.store.authority import said_by
from recall.store.event_tables import EVENT, PART, SERIAL, known
from recall.store.listed import listed
from recall.store.sql import Tx


def lots_of_serials(
    tx: Tx, lines: Sequence[OrderLine], *, as_of: datetime | None
) -> dict[tuple[str, str], Link]:
    """By (gtin, serial): the link from the lot of a serial to it, with the event that says so."""
    items = listed({(line.gtin, line.serial) for line in lines if line.serial}, gtin=String, serial=String)
    query = (
        select(
            SERIAL.c.gtin,
            SERIAL.c.serial,
            SERIAL.c.lot,
            EVENT.c.hash,
            EVENT.c.event_time,
            said_by(as_of).label("source"),
        )
        .join_from(items, SERIAL, and_(SERIAL.c.gtin == items.c.gtin, SERIAL.c.serial == items.c.serial))
        .join(EVENT, EVENT.c.number == SERIAL.c.event)
        .where(known(SERIAL, as_of))
    )
    found = dict[tuple[str, str], Link]()
    for row in tx.rows(query.order_by(SERIAL.c.gtin, SERIAL.c.serial, SERIAL.c.event)):
        link = Link(
            rule="serial of lot", start=lot_in_words(LotKey(row["gtin"], row["lot"])),
            end=f"serial {row['serial']}", event=row["hash"], at=row["event_time"], source=row["source"],
        )  # fmt: skip
        found.setdefault((row["gtin"], row["serial"]), link)
    return found


def parts_inside(tx: Tx, line: OrderLine, scope: Scope, *, as_of: datetime | None) -> Iterator[Link]:
    """The parts, of the kinds that the notice names, that events put into the very unit of a line."""
    kinds = {gtin for clause in scope.clauses for gtin in _inside(clause)}
    if line.serial is None or not kinds:
        return
    source = said_by(as_of).label("source")
    query = (
        select(PART.c.gtin, PART.c.lot, PART.c.serial, PART.c.child, EVENT.c.hash, EVENT.c.event_time, source)
        .join_from(PART, EVENT, EVENT.c.number == PART.c.event)
        .where(
            PART.c.parent == item_key(line.gtin, line.serial),
            PART.c.attached,
            PART.c.gtin.in_(kinds),
            known(PART, as_of),
        )
    )
    for row in tx.rows(query.order_by(PART.c.event, PART.c.number)):
        thing = Thing(row["child"], row["gtin"], row["serial"], (row["lot"],) if row["lot"] else ())
        yield Link(
            rule="part of", start=thing.in_words(), end=f"serial {line.serial}", event=row["hash"],
            at=row["event_time"], source=row["source"],
        )  # fmt: skip


def _inside(clause: ScopeClause) -> Iterator[str]:
    """The trade items of a clause's components, whatever they are inside."""
    for part in clause.components:
        yield from part.gtins
        yield from _inside(part)
