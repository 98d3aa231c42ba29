"""The link entries: where a product's page, passport and the like stand, as the operator gave them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, false, or_, select
from sqlmodel import Field

from recall.domain.link_form import entry_document, read_entry
from recall.domain.linkset import Identity, LinkEntry, links_of, most_specific_first
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, table_of, upsert


class LinkEntryRow(Row, table=True):
    """The links of one level of one identity."""

    __tablename__ = "link_entry"
    anchor: str = Field(primary_key=True)
    qualifiers: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
    kept_by: str
    kept_at: datetime = Field(sa_type=UtcTime)


_entry = table_of(LinkEntryRow)


def keep_entries(tx: Tx, entries: Sequence[LinkEntry], *, kept_by: str, at: datetime) -> None:
    """Keep entries; the same level again is what it says now."""
    rows = {(entry.anchor, entry.place): entry for entry in entries}
    upsert(
        tx, _entry,
        [
            {"anchor": anchor, "qualifiers": place, "document": entry_document(entry), "kept_by": kept_by,
             "kept_at": at}
            for (anchor, place), entry in rows.items()
        ],
    )  # fmt: skip


def drop_entries(tx: Tx, *, anchor: str) -> int:
    """Forget every entry of a primary key; returns how many there were."""
    return tx.write(delete(_entry).where(_entry.c.anchor == anchor))


def entries(tx: Tx, *, anchor: str = "") -> tuple[LinkEntry, ...]:
    """The entries of a primary key, or all, by anchor and qualifiers."""
    query = select(_entry.c.document).order_by(_entry.c.anchor, _entry.c.qualifiers)
    if anchor:
        query = query.where(_entry.c.anchor == anchor)
    return tuple(read_entry(document) for document in tx.scalars(query))


def anchors_under(tx: Tx, *, prefixes: Collection[str], after: str, limit: int) -> tuple[str, ...]:
    """The anchors of trade items under company prefixes that have entries, in order, past `after`."""
    under = or_(false(), *(_entry.c.anchor.like(f"/01/_{prefix}%") for prefix in prefixes))
    query = select(_entry.c.anchor).where(under, _entry.c.anchor > after).distinct()
    return tuple(tx.scalars(query.order_by(_entry.c.anchor).limit(limit)))


def entries_of(tx: Tx, *, identity: Identity) -> tuple[LinkEntry, ...]:
    """The entries that answer for an identity, the most specific first; a handful of looks at the key."""
    which = (_entry.c.anchor.in_(identity.anchors()), _entry.c.qualifiers.in_(identity.places()))
    found = map(read_entry, tx.scalars(select(_entry.c.document).where(*which)))
    fitting = (entry for entry in found if links_of(entry, identity=identity) is not None)
    return tuple(most_specific_first(fitting, identity=identity))
