"""Replies that were given: a request that comes again under the same key gets the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlmodel import Field

from recall.errors import NotNow
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, columns_of, insert_new, table_of


class ReplyRow(Row, table=True):
    """The answer to one keyed request of one party."""

    __tablename__ = "reply"
    party_id: str = Field(primary_key=True, foreign_key="party.id")
    key: str = Field(primary_key=True)
    digest: str
    status: int
    document: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that was given; `digest` is that of the request's body."""

    digest: str
    status: int
    document: Mapping[str, object]


_reply = table_of(ReplyRow)


def reply(tx: Tx, *, party_id: str, key: str) -> Reply | None:
    """The answer that a party's request of that key was given, or None: it is new."""
    query = select(*columns_of(_reply, Reply))
    row = tx.first(query.where(_reply.c.party_id == party_id, _reply.c.key == key))
    return Reply(**row) if row else None


def save_reply(
    tx: Tx,
    *,
    party_id: str,
    key: str,
    digest: str,
    status: int,
    document: Mapping[str, object],
    at: datetime,
) -> None:
    """Keep an answer. Raises NotNow where another request of the same key was answered in between."""
    row = {"party_id": party_id, "key": key, "digest": digest, "status": status, "document": dict(document)}
    if not insert_new(tx, _reply, [row | {"at": at}]):
        raise NotNow("A request under the same key is being answered", value=key, advice="Send it again.")
