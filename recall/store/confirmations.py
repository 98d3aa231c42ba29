"""The confirmations: each statement kept whole and once, those in conflict until a person resolves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, select, update
from sqlmodel import Field

from recall.domain.completion import Part
from recall.domain.confirmation import BUYER_OUTCOMES, Confirmation, Outcome
from recall.errors import ConfirmationRefused, NotFound
from recall.store import recalls
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, insert_new, table_of


class ConfirmationRow(Row, table=True):
    """One statement of one party, as it was said."""

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint("party_id", "key"),
        Index("ix_confirmation_line", "recall_id", "line_ref"),
    )
    id: str = Field(primary_key=True)
    recall_id: str = Field(foreign_key="recall.id")
    party_id: str = Field(foreign_key="party.id")
    key: str
    body_digest: str
    outcome: str
    line_ref: str | None
    document: dict[str, Any] = Field(sa_type=JSON)
    conflict: str | None
    resolved_by: str | None
    resolved_at: datetime | None = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A statement with what the engine made of it."""

    id: str
    recall_id: str
    party_id: str
    confirmation: Confirmation
    conflict: str | None
    """Why the books could not take it."""
    resolved_by: str | None
    """The person who settled the conflict."""
    received_at: datetime


_said = table_of(ConfirmationRow)
_BUYERS = sorted(outcome.value for outcome in BUYER_OUTCOMES)


def add_confirmation(
    tx: Tx,
    *,
    id: str,
    recall_id: str,
    party_id: str,
    confirmation: Confirmation,
    body_digest: str,
    conflict: str | None,
    at: datetime,
) -> bool:
    """Keep a statement; False: the very same came before. Raises ConfirmationRefused where the key came with
    another body."""
    row = {
        "id": id, "recall_id": recall_id, "party_id": party_id, "key": confirmation.key,
        "body_digest": body_digest, "outcome": confirmation.outcome.value, "line_ref": confirmation.line_ref,
        "document": confirmation.document(), "conflict": conflict, "received_at": at,
    }  # fmt: skip
    if insert_new(tx, _said, [row]):
        return True
    same_key = (_said.c.party_id == party_id) & (_said.c.key == confirmation.key)
    if tx.scalar(select(_said.c.body_digest).where(same_key)) != body_digest:
        raise ConfirmationRefused.of(
            confirmation.key, expected="the same statement under the same key", got="another one",
            where="/key", advice="Give every statement a key of its own.",
        )  # fmt: skip
    return False


def conflict_of(tx: Tx, *, party_id: str, key: str) -> str | None:
    """Why the books could not take the statement that came under a key, or None where they did."""
    same_key = (_said.c.party_id == party_id) & (_said.c.key == key)
    found: str | None = tx.scalar(select(_said.c.conflict).where(same_key))
    return found


def confirmation(tx: Tx, *, confirmation_id: str) -> Kept:
    """The statement of that id. Raises NotFound. In a transaction that writes its recall is locked first."""
    query = select(_said).where(_said.c.id == confirmation_id)
    row = tx.first(query)
    if row is not None and tx.writes:
        recalls.recall(tx, recall_id=row["recall_id"])
        row = tx.first(query)
    if row is None:
        raise NotFound(f"There is no confirmation {confirmation_id!r}", value=confirmation_id)
    return _read(row)


def confirmations(
    tx: Tx,
    *,
    recall_id: str,
    party_id: str | None = None,
    line_ref: str | None = None,
    outcome: Outcome | None = None,
    conflicts_only: bool = False,
    limit: int | None = None,
) -> tuple[Kept, ...]:
    """Statements about a recall, of a party, line or outcome, newest first; or those whose conflict waits."""
    query = select(_said).where(_said.c.recall_id == recall_id)
    if party_id is not None:
        query = query.where(_said.c.party_id == party_id)
    if line_ref is not None:
        query = query.where(_said.c.line_ref == line_ref)
    if outcome is not None:
        query = query.where(_said.c.outcome == outcome.value)
    if conflicts_only:
        query = query.where(_said.c.conflict.is_not(None), _said.c.resolved_by.is_(None))
    ordered = query.order_by(_said.c.received_at.desc(), _said.c.id.desc()).limit(limit)
    return tuple(_read(row) for row in tx.rows(ordered))


def parts_before(
    tx: Tx, *, recall_id: str, party_id: str, said: Confirmation, place: str
) -> tuple[Part, ...]:
    """What the same party counted at a place in parts, since it last counted the whole."""
    told = confirmations(tx, recall_id=recall_id, party_id=party_id, outcome=said.outcome)
    there = (
        kept
        for kept in told
        if kept.confirmation.seller_ref == said.seller_ref and kept.confirmation.place in (None, place)
    )
    since = takewhile(lambda kept: not kept.confirmation.final or kept.conflict, there)
    return tuple(
        Part(said=kept.confirmation, disputed=kept.conflict is not None)
        for kept in since
        if not kept.confirmation.final
    )


def _read(row: Values) -> Kept:
    return Kept(
        id=row["id"], recall_id=row["recall_id"], party_id=row["party_id"],
        confirmation=Confirmation.read(row["document"]), conflict=row["conflict"],
        resolved_by=row["resolved_by"], received_at=row["received_at"],
    )  # fmt: skip


def resolve_conflict(tx: Tx, *, confirmation_id: str, by: str, at: datetime) -> None:
    """Write down who settled a conflict. Raises NotFound where no such conflict waits."""
    open_one = (_said.c.id == confirmation_id) & _said.c.conflict.is_not(None) & _said.c.resolved_by.is_(None)
    if not tx.write(update(_said).where(open_one).values(resolved_by=by, resolved_at=at)):
        raise NotFound(f"No conflict {confirmation_id!r} waits for a person", value=confirmation_id)
