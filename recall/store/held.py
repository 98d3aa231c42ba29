"""What stands in one container now, however deep: goods by their codes, and whose word it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from recall.store.authority import is_trusted
from recall.store.event_tables import AS_OF, CONTENT, EVENT
from recall.store.frontier import CODES, rows_of
from recall.store.packing import there
from recall.store.sql import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Goods in a container, as far as their code tells: a lot's units, or one item."""

    gtin: str
    lot: str | None
    serial: str | None
    trusted: bool
    """Whether a party whose word may let goods off packed them."""


_INSIDE = (
    select(
        CONTENT.c.child, CONTENT.c.gtin, CONTENT.c.lot, CONTENT.c.serial, is_trusted(AS_OF).label("trusted")
    )
    .join_from(CODES, CONTENT, CONTENT.c.parent == CODES.c.code)
    .join(EVENT, EVENT.c.number == CONTENT.c.event)
    .where(there())
    .distinct()
)


def held(tx: Tx, *, container: str, at_most: int) -> frozenset[Held] | None:
    """The goods that stand in a container (by its key) now, and in what stands in it.

    Empty: no event tells of any. None: there are more than `at_most`.
    """
    found, seen, frontier = set[Held](), {container}, {container}
    while frontier:
        rows = tx.rows(_INSIDE.limit(at_most + 1), codes=rows_of(frontier), as_of=None)
        for row in rows:
            if row["gtin"]:
                goods = (row["gtin"], row["lot"] or None, row["serial"])
                found.add(Held(gtin=goods[0], lot=goods[1], serial=goods[2], trusted=bool(row["trusted"])))
        frontier = {row["child"] for row in rows if row["child"]} - seen
        seen |= frontier
        if len(rows) > at_most or len(seen) > at_most:
            return None
    return frozenset(found)
