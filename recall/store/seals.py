"""The seals: what an authority's key signed of each version of a notice, and the code that people type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlmodel import Field

from recall.codes.short_code import short_code
from recall.domain.notice import digest_of
from recall.domain.recall import Recall
from recall.links import Links
from recall.notary import AuthorityKey, Seal
from recall.store.columns import UtcTime
from recall.store.recalls import NoticeRow, RecallRow, document_of
from recall.store.sql import Row, Tx, Values, insert_new, table_of


class SealRow(Row, table=True):
    """The signature of one version."""

    __tablename__ = "notice_seal"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    code: str = Field(unique=True)
    digest: str
    signature: str
    issued_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A version of a notice that was signed; `signature` is the compact JWS."""

    recall_id: str
    version: int
    code: str
    digest: str
    signature: str
    issued_at: datetime


_seal, _notice, _recall = table_of(SealRow), table_of(NoticeRow), table_of(RecallRow)
_sealed = select(_seal)


def sign(tx: Tx, recall: Recall, *, version: int, key: AuthorityKey, links: Links, at: datetime) -> Sealed:
    """Sign a version that was approved with a key of its authority, and give it its code.

    Done twice, the first signature stands.
    """
    known = seal_of(tx, recall_id=recall.id, version=version)
    if known is not None:
        return known
    document = document_of(tx, recall_id=recall.id, version=version)
    digest = digest_of(document)
    code = short_code(links.seed(f"recall.notice/{recall.id}/{version}/{digest}"))
    seal = Seal(
        authority=recall.authority, reference=recall.reference, version=version, digest=digest, code=code,
        issued_at=at,
    )  # fmt: skip
    sealed = Sealed(
        recall_id=recall.id, version=version, code=code, digest=digest, signature=key.sign(seal),
        issued_at=at,
    )  # fmt: skip
    insert_new(tx, _seal, [{name: getattr(sealed, name) for name in Sealed.__slots__}])
    return sealed


def unsigned(tx: Tx) -> tuple[tuple[str, int], ...]:
    """(recall, version) of what was approved and never signed: before this engine knew how."""
    signed = select(_seal.c.version).where(
        _seal.c.recall_id == _notice.c.recall_id, _seal.c.version == _notice.c.version
    )
    query = select(_notice.c.recall_id, _notice.c.version).where(
        _notice.c.approved_by.is_not(None), ~signed.exists()
    )
    rows = tx.rows(query.order_by(_notice.c.recall_id, _notice.c.version))
    return tuple((row["recall_id"], row["version"]) for row in rows)


def seal_of(tx: Tx, *, recall_id: str, version: int) -> Sealed | None:
    """The seal of a version, or None where it is not signed."""
    return _one(tx, _sealed.where(_seal.c.recall_id == recall_id, _seal.c.version == version))


def seal_of_code(tx: Tx, *, code: str) -> Sealed | None:
    """The version that a code (in its written form) stands for, or None."""
    return _one(tx, _sealed.where(_seal.c.code == code))


def seals(tx: Tx, *, recall_id: str) -> tuple[Sealed, ...]:
    """Every seal of a recall, the newest version first."""
    query = _sealed.where(_seal.c.recall_id == recall_id).order_by(_seal.c.version.desc())
    return tuple(map(_read, tx.rows(query)))


def _one(tx: Tx, query: Select[tuple[object, ...]]) -> Sealed | None:
    row = tx.first(query)
    return _read(row) if row else None


def _read(row: Values) -> Sealed:
    return Sealed(**row)
