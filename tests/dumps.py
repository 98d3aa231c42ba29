"""A database as plain text, table by table: for tests which say that nothing changed, or just what did."""

from __future__ import annotations

from sqlalchemy import select

from recall.store.database import Store
from recall.store.sql import Row

Dump = dict[str, list[str]]


def dump(store: Store) -> Dump:
    """Every row of every table, in an order that does not depend on the database."""
    with store.read() as tx:
        return {table.name: sorted(map(repr, tx.rows(select(table)))) for table in Row.metadata.sorted_tables}


def changed(before: Dump, after: Dump) -> set[str]:
    """The tables that are not as they were."""
    return {name for name in before if before[name] != after[name]}
