"""The recalls: each with its notices version by version, its scope, and how far its stages are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Select, delete, func, select, update
from sqlmodel import Field

from recall.domain.notice import Notice
from recall.domain.recall import Recall, RecallState
from recall.domain.scope import Scope
from recall.errors import NotFound, NotNow
from recall.store.clauses import clause_document, read_clause
from recall.store.columns import UtcTime, Words
from recall.store.recall_items import keep_items
from recall.store.sql import Row, Tx, Values, columns_of, flat, insert_new, locked, table_of, upsert


class RecallRow(Row, table=True):
    """A recall as it stands."""

    __tablename__ = "recall"
    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    title: str
    authority: str
    policies: tuple[str, ...] = Field(sa_type=Words)
    state: str
    version: int
    proposed_by: str = Field(foreign_key="party.id")
    proposed_at: datetime = Field(sa_type=UtcTime, index=True)
    approved_by: str | None = Field(foreign_key="party.id")
    opened_at: datetime | None = Field(sa_type=UtcTime)
    rested_at: datetime | None = Field(sa_type=UtcTime)


class NoticeRow(Row, table=True):
    """One version of a recall's notice, whole."""

    __tablename__ = "notice"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
    digest: str
    submitted_by: str = Field(foreign_key="party.id")
    submitted_at: datetime = Field(sa_type=UtcTime)
    approved_by: str | None = Field(foreign_key="party.id")
    approved_at: datetime | None = Field(sa_type=UtcTime)
    rejected_by: str | None
    rejected_at: datetime | None = Field(sa_type=UtcTime)
    reason: str | None


class ClauseRow(Row, table=True):
    """One clause of the scope of one version."""

    __tablename__ = "clause"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class StageRow(Row, table=True):
    """A stage of one version: when it last ran, and what came of it."""

    __tablename__ = "stage"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    began_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime = Field(sa_type=UtcTime)
    seconds: float
    result: dict[str, Any] = Field(sa_type=JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage that ran: `result` is flat JSON for people and programs."""

    recall_id: str
    version: int
    name: str
    began_at: datetime
    ended_at: datetime
    seconds: float
    """How long it took, on a clock that nobody moves."""
    result: Mapping[str, object]


_recall, _notice = table_of(RecallRow), table_of(NoticeRow)
_clause, _stage = table_of(ClauseRow), table_of(StageRow)
_recalls = select(*columns_of(_recall, Recall))


def _read(row: Values) -> Recall:
    return Recall(**row | {"state": RecallState(row["state"])})


def add_recall(tx: Tx, recall: Recall) -> None:
    """Add a recall. Raises NotNow where its reference is known."""
    if not insert_new(tx, _recall, [flat(recall)]):
        raise NotNow(f"There is a recall of notice {recall.reference} already", value=recall.reference)


def recall(tx: Tx, *, recall_id: str) -> Recall:
    """The recall of that id. Raises NotFound.

    In a transaction that writes it is locked: whoever changes something of a recall reads the recall first,
    and so waits for its turn.
    """
    row = tx.first(locked(tx, _recalls.where(_recall.c.id == recall_id)))
    if row is None:
        raise NotFound(f"There is no recall {recall_id!r}", value=recall_id)
    return _read(row)


def recall_by_reference(tx: Tx, *, reference: str) -> Recall | None:
    """The recall of the notice with that reference, or None."""
    row = tx.first(_recalls.where(_recall.c.reference == reference))
    return _read(row) if row else None


def recalls(tx: Tx) -> tuple[Recall, ...]:
    """Every recall, newest first."""
    rows = tx.rows(_recalls.order_by(_recall.c.proposed_at.desc(), _recall.c.id.desc()))
    return tuple(_read(row) for row in rows)


def save_recall(tx: Tx, recall: Recall) -> None:
    """Keep how a known recall stands now. Raises NotFound."""
    if not tx.write(update(_recall).where(_recall.c.id == recall.id).values(flat(recall))):
        raise NotFound(f"There is no recall {recall.id!r}", value=recall.id)


def add_notice(
    tx: Tx, *, recall_id: str, version: int, notice: Notice, submitted_by: str, at: datetime
) -> None:
    """Keep a version of the notice, not yet approved. Raises NotNow where that version is there."""
    row = {
        "recall_id": recall_id, "version": version, "document": notice.document(), "digest": notice.digest(),
        "submitted_by": submitted_by, "submitted_at": at,
    }  # fmt: skip
    if not insert_new(tx, _notice, [row]):
        raise NotNow(f"Version {version} of the notice is there already", value=str(version))


def approve_notice(tx: Tx, *, recall_id: str, version: int, approved_by: str, at: datetime) -> None:
    """Keep who approved a version. Raises NotNow where no such version waits."""
    waiting = _waiting(recall_id).where(_notice.c.version == version)
    if tx.first(waiting) is None:
        raise NotNow(f"No version {version} of the notice waits for approval", value=str(version))
    approved = {"approved_by": approved_by, "approved_at": at}
    which = (_notice.c.recall_id == recall_id) & (_notice.c.version == version)
    tx.write(update(_notice).where(which).values(approved))
    products = notice(tx, recall_id=recall_id, version=version).products
    gtins = {product.gtin for product in products if product.gtin}
    keep_items(tx, recall_id=recall_id, origin="notice", gtins=gtins)


def notice(tx: Tx, *, recall_id: str, version: int | None = None) -> Notice:
    """A version of the notice; None: the latest that is approved. Raises NotFound."""
    return Notice.read(document_of(tx, recall_id=recall_id, version=version))


def document_of(tx: Tx, *, recall_id: str, version: int | None = None) -> dict[str, Any]:
    """The document of a version as it was submitted; None: the latest that is approved. Raises NotFound."""
    query = select(_notice.c.document).where(_notice.c.recall_id == recall_id)
    if version is None:
        query = query.where(_notice.c.approved_by.is_not(None)).order_by(_notice.c.version.desc()).limit(1)
    else:
        query = query.where(_notice.c.version == version)
    row = tx.first(query)
    if row is None:
        what = f"version {version}" if version is not None else "approved version"
        raise NotFound(f"There is no {what} of the notice", value=recall_id)
    return dict(row["document"])


def version_at(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> int:
    """The version that was in force at a time (None: now); 0: none was. Raises NotFound."""
    if as_of is None:
        return recall(tx, recall_id=recall_id).version
    query = select(func.max(_notice.c.version)).where(_notice.c.recall_id == recall_id)
    return int(tx.scalar(query.where(_notice.c.approved_at <= as_of)) or 0)


def pending_version(tx: Tx, *, recall_id: str) -> int | None:
    """The version that waits for approval, or None."""
    row = tx.first(_waiting(recall_id).order_by(_notice.c.version.desc()))
    return row["version"] if row else None


def submitter(tx: Tx, *, recall_id: str, version: int) -> str:
    """The officer who proposed a version. Raises NotFound."""
    query = select(_notice.c.submitted_by)
    found = tx.scalar(query.where(_notice.c.recall_id == recall_id, _notice.c.version == version))
    if found is None:
        raise NotFound(f"There is no version {version} of the notice", value=recall_id)
    return str(found)


def _waiting(recall_id: str) -> Select[int]:
    query = select(_notice.c.version)
    return query.where(
        _notice.c.recall_id == recall_id, _notice.c.approved_by.is_(None), _notice.c.rejected_by.is_(None)
    )


def save_scope(tx: Tx, scope: Scope) -> None:
    """Keep the scope of a version; it replaces the one settled before."""
    which = (_clause.c.recall_id == scope.recall_id) & (_clause.c.version == scope.version)
    tx.write(delete(_clause).where(which))
    of = {"recall_id": scope.recall_id, "version": scope.version}
    rows = [of | {"number": c.number, "document": clause_document(c)} for c in scope.clauses]
    insert_new(tx, _clause, rows)
    keep_items(tx, recall_id=scope.recall_id, origin="scope", gtins=scope.gtins)


def scope(tx: Tx, *, recall_id: str, version: int) -> Scope:
    """The scope of a version; without a clause as long as none was settled."""
    which = (_clause.c.recall_id == recall_id) & (_clause.c.version == version)
    documents = tx.scalars(select(_clause.c.document).where(which).order_by(_clause.c.number))
    said = tx.first(
        select(_recall.c.reference, _notice.c.digest, _notice.c.submitted_at.label("issued_at"))
        .join_from(_notice, _recall, _notice.c.recall_id == _recall.c.id)
        .where(_notice.c.recall_id == recall_id, _notice.c.version == version)
    )
    return Scope(
        recall_id=recall_id, version=version, clauses=tuple(map(read_clause, documents)), **said or {}
    )


def save_stage(
    tx: Tx,
    *,
    recall_id: str,
    version: int,
    name: str,
    began_at: datetime,
    ended_at: datetime,
    seconds: float,
    result: Mapping[str, object],
) -> None:
    """Keep when a stage last ran and what came of it."""
    stage = Stage(
        recall_id=recall_id, version=version, name=name, began_at=began_at, ended_at=ended_at,
        seconds=seconds, result=result,
    )  # fmt: skip
    upsert(tx, _stage, [flat(stage)])


def stages(tx: Tx, *, recall_id: str) -> tuple[Stage, ...]:
    """The stages of a recall in the order in which they began, version by version."""
    query = select(*columns_of(_stage, Stage)).where(_stage.c.recall_id == recall_id)
    return tuple(Stage(**row) for row in tx.rows(query.order_by(_stage.c.version, _stage.c.began_at)))
