"""The published notices: what the regulators' feeds hold, each version kept, linked with its twins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, bindparam, delete, func, or_, select, update
from sqlmodel import Field

from recall.domain.notice import Notice
from recall.domain.published import Known, Published, Twin, content_of, names_of, twin_by_item
from recall.errors import NotFound
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, columns_of, insert_new, table_of, upsert


class PublishedRow(Row, table=True):
    """A notice of a feed as it stands."""

    __tablename__ = "published"
    source: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    version: int
    content: str
    reading: str
    title: str
    published: date | None
    first_seen: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime, index=True)
    last_seen: datetime = Field(sa_type=UtcTime)
    taken_version: int | None


class PublishedVersionRow(Row, table=True):
    """One version of it, whole."""

    __tablename__ = "published_version"
    source: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
    seen_at: datetime = Field(sa_type=UtcTime)


class PublishedNameRow(Row, table=True):
    """A name of it by which its twins are found: its address, an address that it names, a trade item."""

    __tablename__ = "published_name"
    kind: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)


class TwinRow(Row, table=True):
    """Two notices about the same goods; each pair stands once, in the order of the alphabet."""

    __tablename__ = "twin"
    source: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    other_source: str = Field(primary_key=True)
    other_reference: str = Field(primary_key=True)
    why: str
    found_at: datetime = Field(sa_type=UtcTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a published notice, and when it was seen first."""

    version: int
    notice: Notice
    seen_at: datetime


_published, _version = table_of(PublishedRow), table_of(PublishedVersionRow)
_name, _twin = table_of(PublishedNameRow), table_of(TwinRow)
_all = select(*columns_of(_published, Published))
_NAMED = ("kind", "name", "source", "reference")
_MOST_TWINS = 50
"""Of one name: an address that fifty notices share is no notice's."""
_COUNTERPART = {Known.ITSELF: Known.PARTNER, Known.PARTNER: Known.ITSELF, Known.ITEM: Known.ITEM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many notices of a page were new, changed, or as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            new=self.new + other.new, changed=self.changed + other.changed, same=self.same + other.same
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much a feed holds: its notices, and the versions of them all."""

    notices: int = 0
    versions: int = 0


def volumes(tx: Tx) -> Mapping[str, Volume]:
    """How much each feed holds, by its name."""
    sums = (func.count().label("notices"), func.sum(_published.c.version).label("versions"))
    rows = tx.rows(select(_published.c.source, *sums).group_by(_published.c.source))
    return {row["source"]: Volume(notices=row["notices"], versions=int(row["versions"])) for row in rows}


def keep(tx: Tx, notices: Sequence[Notice], *, at: datetime) -> Kept:
    """Keep what a feed says now: a notice whose content changed is its next version, the old ones stay.

    A notice of the same content takes the place of what was read before, where our reading knows more now.
    """
    now = {(notice.source, notice.reference): notice for notice in notices}
    known = {(row.source, row.reference): row for row in _known(tx, now)}
    rows = [_row(notice, before=known.get(key), at=at) for key, notice in now.items()]
    before = [known.get((row["source"], row["reference"])) for row in rows]
    told = [
        (row, now[row["source"], row["reference"]])
        for row, was in zip(rows, before, strict=True)
        if was is None or was.reading != row["reading"]
    ]
    edited = [
        notice for row, notice in told
        if (was := known.get((notice.source, notice.reference))) is None or was.version != row["version"]
    ]  # fmt: skip
    upsert(tx, _published, rows)
    upsert(tx, _version, [_told(row, notice, at=at) for row, notice in told], keep=("seen_at",))
    _link(tx, edited, at=at)
    new = before.count(None)
    return Kept(new=new, changed=len(edited) - new, same=len(rows) - len(edited))


def _known(tx: Tx, keys: Iterable[tuple[str, str]]) -> list[Published]:
    sources = dict[str, list[str]]()
    for source, reference in keys:
        sources.setdefault(source, []).append(reference)
    rows = (
        row
        for source, references in sources.items()
        for row in tx.among(_all.where(_published.c.source == source), _published.c.reference, references)
    )
    return [Published(**row) for row in rows]


def _row(notice: Notice, *, before: Published | None, at: datetime) -> Values:
    """The notice as it stands now; another reading of the same words leaves its version and its moments."""
    content, reading = content_of(notice), notice.digest()
    row = {
        "source": notice.source, "reference": notice.reference, "version": 1, "content": content,
        "reading": reading, "title": notice.title, "published": notice.published, "first_seen": at,
        "changed_at": at, "last_seen": at, "taken_version": None,
    }  # fmt: skip
    if before is None:
        return row
    row |= {"first_seen": before.first_seen, "taken_version": before.taken_version}
    if before.content == content:
        return row | {"version": before.version, "changed_at": before.changed_at}
    return row | {"version": before.version + 1}


def _told(row: Values, notice: Notice, *, at: datetime) -> Values:
    key = {name: row[name] for name in ("source", "reference", "version")}
    return key | {"document": notice.document(), "seen_at": at}


def _link(tx: Tx, notices: Sequence[Notice], *, at: datetime) -> None:
    """Find the twins of notices by their names, in both directions; a pair that is known stays as it is."""
    mine = {
        (kind, name, notice.source, notice.reference): notice
        for notice in notices
        for kind, name in names_of(notice)
        if name
    }
    gone = (_name.c.source == bindparam("of_source")) & (_name.c.reference == bindparam("of_reference"))
    tx.write(
        delete(_name).where(gone), [{"of_source": n.source, "of_reference": n.reference} for n in notices]
    )
    insert_new(tx, _name, [dict(zip(_NAMED, (k.value, *rest), strict=True)) for k, *rest in mine])
    others = dict[tuple[str, str], list[tuple[str, str]]]()
    wanted = {name for _, name, _, _ in mine}
    for row in tx.among(select(_name), _name.c.name, wanted):
        others.setdefault((row["kind"], row["name"]), []).append((row["source"], row["reference"]))
    pairs = [
        _pair((source, reference), (other, its), why=why, at=at)
        for (kind, name, source, reference), notice in mine.items()
        for other, its in others.get((_COUNTERPART[kind].value, name), ())[:_MOST_TWINS]
        if other != source and (why := _why(tx, notice, kind=kind, source=other, reference=its))
    ]
    insert_new(tx, _twin, pairs)


def _why(tx: Tx, notice: Notice, *, kind: Known, source: str, reference: str) -> str:
    if kind is Known.ITEM:
        return twin_by_item(notice, latest(tx, source=source, reference=reference))
    says = f"{notice.source}/{notice.reference}" if kind is Known.PARTNER else f"{source}/{reference}"
    return f"{says} names the other"


def _pair(one: tuple[str, str], two: tuple[str, str], *, why: str, at: datetime) -> Values:
    (source, reference), (other_source, other_reference) = sorted((one, two))
    return {"source": source, "reference": reference, "other_source": other_source,
            "other_reference": other_reference, "why": why, "found_at": at}  # fmt: skip


def published(tx: Tx, *, source: str, reference: str) -> Published:
    """The notice of that reference in a feed as it stands. Raises NotFound."""
    row = tx.first(_all.where(_of(source, reference)))
    if row is None:
        raise NotFound(f"The feed {source} holds no notice {reference!r}", value=reference)
    return Published(**row)


def find(tx: Tx, *, reference: str) -> tuple[Published, ...]:
    """The notices of that reference in any feed, however large its letters are."""
    rows = tx.rows(
        _all.where(or_(_published.c.reference == reference, _published.c.reference == reference.lower()))
    )
    return tuple(Published(**row) for row in rows)


def newest(
    tx: Tx, *, limit: int, source: str | None = None, taken: bool | None = None
) -> tuple[Published, ...]:
    """What changed last, newest first: `taken` True only what people took up, False only what not."""
    which: list[ColumnElement[bool]] = [_published.c.source == source] if source else []
    if taken is not None:
        which.append(
            _published.c.taken_version.is_not(None) if taken else _published.c.taken_version.is_(None)
        )
    order = (_published.c.changed_at.desc(), _published.c.published.desc(), _published.c.reference)
    return tuple(
        Published(**row) for row in tx.rows(_all.where(and_(True, *which)).order_by(*order).limit(limit))
    )


def amended(tx: Tx) -> tuple[Published, ...]:
    """What its regulator changed after people took it up, newest first."""
    which = _published.c.taken_version < _published.c.version
    return tuple(
        Published(**row) for row in tx.rows(_all.where(which).order_by(_published.c.changed_at.desc()))
    )


def versions(tx: Tx, *, source: str, reference: str) -> tuple[Version, ...]:
    """Every version of a notice, oldest first."""
    which = (_version.c.source == source) & (_version.c.reference == reference)
    query = select(_version.c.version, _version.c.document, _version.c.seen_at).where(which)
    return tuple(
        Version(version=row["version"], notice=Notice.read(row["document"]), seen_at=row["seen_at"])
        for row in tx.rows(query.order_by(_version.c.version))
    )


def latest(tx: Tx, *, source: str, reference: str) -> Notice:
    """The last version of a notice. Raises NotFound."""
    which = (_version.c.source == source) & (_version.c.reference == reference)
    document = tx.scalar(
        select(_version.c.document).where(which).order_by(_version.c.version.desc()).limit(1)
    )
    if document is None:
        raise NotFound(f"The feed {source} holds no notice {reference!r}", value=reference)
    return Notice.read(document)


def twins(tx: Tx, *, source: str, reference: str) -> tuple[Twin, ...]:
    """The notices of other regulators about the same goods."""
    one = (_twin.c.source == source) & (_twin.c.reference == reference)
    two = (_twin.c.other_source == source) & (_twin.c.other_reference == reference)
    first = select(_twin.c.other_source, _twin.c.other_reference, _twin.c.why).where(one)
    second = select(_twin.c.source, _twin.c.reference, _twin.c.why).where(two)
    found = [tuple(row.values()) for query in (first, second) for row in tx.rows(query)]
    return tuple(
        Twin(source=source, reference=reference, why=why) for source, reference, why in sorted(found)
    )


def take(tx: Tx, *, source: str, reference: str, version: int) -> None:
    """Keep that a person took this version up for a recall. Raises NotFound."""
    if not tx.write(update(_published).where(_of(source, reference)).values(taken_version=version)):
        raise NotFound(f"The feed {source} holds no notice {reference!r}", value=reference)


def _of(source: str, reference: str) -> ColumnElement[bool]:
    return and_(_published.c.source == source, _published.c.reference == reference)
