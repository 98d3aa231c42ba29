"""Which trade items a recall is about: by its notice, by its settled scope, or by its trace.

One row a pair, so that whoever asks about a code learns by one look at an index that no recall names it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from sqlalchemy import delete
from sqlmodel import Field

from recall.store.sql import Row, Tx, insert_new, table_of

Origin = Literal["notice", "scope", "trace"]


class RecallItemRow(Row, table=True):
    """A trade item of a recall, and what says so."""

    __tablename__ = "recall_item"
    gtin: str = Field(primary_key=True)
    recall_id: str = Field(primary_key=True, foreign_key="recall.id", index=True)
    origin: str = Field(primary_key=True)


RECALL_ITEM = table_of(RecallItemRow)


def keep_items(tx: Tx, *, recall_id: str, origin: Origin, gtins: Collection[str]) -> None:
    """Keep the trade items (GTIN-14) of one origin; they replace those that were kept before."""
    which = (RECALL_ITEM.c.recall_id == recall_id) & (RECALL_ITEM.c.origin == origin)
    tx.write(delete(RECALL_ITEM).where(which))
    of = {"recall_id": recall_id, "origin": origin}
    insert_new(tx, RECALL_ITEM, [of | {"gtin": gtin} for gtin in sorted(gtins)])
