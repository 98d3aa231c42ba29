"""The known items: every trade item of which anything here speaks, before any recall names it."""

from __future__ import annotations

from sqlalchemy import select, union

from recall.store.kinds import LOT_ORIGIN
from recall.store.order_tables import COHORT
from recall.store.orders import LISTING
from recall.store.sql import Tx


def known_gtins(tx: Tx) -> tuple[str, ...]:
    """The trade items (GTIN-14) that events, order lines or listings name, in order."""
    named = union(*(select(table.c.gtin) for table in (LOT_ORIGIN, COHORT, LISTING)))
    return tuple(sorted(str(row["gtin"]) for row in tx.rows(named)))
