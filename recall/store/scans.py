"""The scans: how far each platform's lines of each trade item are read, and what proves that they are all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Dialect, Table, delete, exists, func, select, update
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from recall.ports import Blind
from recall.store.columns import UtcTime
from recall.store.sql import Row, Tx, Values, chunks, flat, insert_new, table_of, upsert

_AT_ONCE = 300
EVERY_ITEM = ""
"""In the place of a trade item: the reading brings the lines of all of them."""
NO_RECALL = ""
"""In the place of a recall: the lines are read before there is one."""


class Blinds(TypeDecorator[tuple[Blind, ...]]):
    """Blind windows as JSON; none is nothing."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the base's signature
        """A list of objects; None for none."""
        return [
            {"why": each.why, "since": _text(each.since), "until": _text(each.until)} for each in value or ()
        ] or None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Blind, ...]:  # noqa: ARG002 - the same
        """The windows."""
        return tuple(
            Blind(why=each["why"], since=_moment(each["since"]), until=_moment(each["until"]))
            for each in value or ()
        )


class _Reading(Row):
    """How far lines have been read; what scans and indexes have in common."""

    cursor: str | None
    rows: int
    total: int
    passes: int
    digest: str
    complete: bool
    first: datetime | None = Field(sa_type=UtcTime)
    last: datetime | None = Field(sa_type=UtcTime)
    at: datetime = Field(sa_type=UtcTime)
    began: datetime | None = Field(sa_type=UtcTime)
    since: datetime | None = Field(sa_type=UtcTime)
    sure: datetime | None = Field(sa_type=UtcTime)
    not_before: datetime | None = Field(sa_type=UtcTime)
    why: str | None
    strange: int | None
    blind: str | None = Field(sa_type=Blinds)


class ScanRow(_Reading, table=True):
    """How far one platform's lines of one trade item have been read for one version."""

    __tablename__ = "scan"
    recall_id: str = Field(primary_key=True, foreign_key="recall.id")
    version: int = Field(primary_key=True)
    platform_id: str = Field(primary_key=True)
    gtin: str = Field(primary_key=True)
    indexed: datetime | None = Field(sa_type=UtcTime)
    indexed_alone: datetime | None = Field(sa_type=UtcTime)


class LineIndexRow(_Reading, table=True):
    """How far one platform's lines of one trade item, or of all, have been read before any recall."""

    __tablename__ = "line_index"
    platform_id: str = Field(primary_key=True, foreign_key="party.id")
    gtin: str = Field(primary_key=True)


class ScanSeenRow(Row, table=True):
    """A line that a pass gave, where two passes must be held against each other; gone when they agree."""

    __tablename__ = "scan_seen"
    scan: str = Field(primary_key=True)
    passed: int = Field(primary_key=True)
    line_ref: str = Field(primary_key=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The reading of one platform's lines of one trade item: complete only when that is proven."""

    recall_id: str
    version: int
    platform_id: str
    gtin: str
    """The trade item, or EVERY_ITEM."""
    cursor: str | None = None
    """Where the next page begins; None: at the beginning, or (complete) nowhere."""
    rows: int = 0
    """What this pass read, counted as the platform counts."""
    total: int = 0
    """How many there are by the platform's own word; 0 where it says nothing."""
    passes: int = 1
    digest: str = ""
    """Over the digests of every page: what the platform said, in order."""
    complete: bool = False
    first: datetime | None = None
    last: datetime | None = None
    at: datetime
    began: datetime | None = None
    """When this pass began."""
    since: datetime | None = None
    """Only lines sold since then are read by this pass; None: all."""
    sure: datetime | None = None
    """Every line that was there at this moment is known to be read."""
    not_before: datetime | None = None
    """The platform allows no call before then."""
    why: str | None = None
    """Why it is not complete, or is read again; None: nothing to say."""
    strange: int | None = None
    """Lines of other trade items that came along in this pass: the platform's filter is not one."""
    blind: tuple[Blind, ...] = ()
    """What could not be read."""
    indexed: datetime | None = None
    """Until when the index was fresh that this scan began with; None: it began with nothing."""
    indexed_alone: datetime | None = None
    """Lines sold before then were read by the index alone; None: this scan reads everything itself."""

    @property
    def key(self) -> str:
        """A short name of the scan."""
        parts = (self.recall_id, str(self.version), self.platform_id, self.gtin)
        return sha256("\x1f".join(parts).encode()).hexdigest()[:32]


_scan, _seen, _index = table_of(ScanRow), table_of(ScanSeenRow), table_of(LineIndexRow)
_OF_A_RECALL = ("recall_id", "version", "indexed", "indexed_alone")


def scan(tx: Tx, *, recall_id: str, version: int, platform_id: str, gtin: str) -> Scan | None:
    """How far the reading of a platform's lines of a trade item is, or None: not begun."""
    which = (
        _scan.c.recall_id == recall_id,
        _scan.c.version == version,
        _scan.c.platform_id == platform_id,
        _scan.c.gtin == gtin,
    )
    row = tx.first(select(_scan).where(*which))
    return Scan(**row) if row else None


def scans(tx: Tx, *, recall_id: str, version: int) -> tuple[Scan, ...]:
    """Every scan of a version: the proof of what was read, platform by platform."""
    which = (_scan.c.recall_id == recall_id) & (_scan.c.version == version)
    ordered = select(_scan).where(which).order_by(_scan.c.platform_id, _scan.c.gtin)
    return tuple(Scan(**row) for row in tx.rows(ordered))


def save_scan(tx: Tx, scan: Scan) -> None:
    """Keep how far a scan is, or (of no recall) an index."""
    row = flat(scan)
    if scan.recall_id == NO_RECALL:
        upsert(tx, _index, [{name: row[name] for name in row if name not in _OF_A_RECALL}])
    else:
        upsert(tx, _scan, [row])


def indexes(tx: Tx, *, platform_id: str | None = None) -> tuple[Scan, ...]:
    """How far the lines of each platform, or of one, are read before any recall: scans of no recall."""
    query = select(_index).order_by(_index.c.platform_id, _index.c.gtin)
    if platform_id is not None:
        query = query.where(_index.c.platform_id == platform_id)
    return tuple(Scan(recall_id=NO_RECALL, version=0, **row) for row in tx.rows(query))


def note_seen(tx: Tx, scan: Scan, refs: Iterable[str]) -> int:
    """Keep which lines the pass at hand gave; returns how many of them it had not given before."""
    named = {"scan": scan.key, "passed": scan.passes}
    rows = [named | {"line_ref": ref} for ref in sorted(set(refs))]
    return sum(insert_new(tx, _seen, some) for some in chunks(rows, size=_AT_ONCE))


def passes_agree(tx: Tx, scan: Scan) -> bool | None:
    """Whether the pass at hand gave the very lines of the one before; None: there is none."""
    here = select(_seen.c.line_ref).where(_seen.c.scan == scan.key, _seen.c.passed == scan.passes)
    before = select(_seen.c.line_ref).where(_seen.c.scan == scan.key, _seen.c.passed == scan.passes - 1)
    if scan.passes < 2:
        return None
    sizes = [tx.scalar(select(func.count()).select_from(part.subquery())) for part in (here, before)]
    return sizes[0] == sizes[1] and not tx.scalar(select(exists(here.except_(before))))


def forget_seen(tx: Tx, scan: Scan, *, before: int | None = None) -> None:
    """Forget what passes gave: those before a number, or all."""
    gone = delete(_seen).where(_seen.c.scan == scan.key)
    tx.write(gone if before is None else gone.where(_seen.c.passed < before))


def next_pass(scan: Scan, *, at: datetime, since: datetime | None = None, why: str | None = None) -> Scan:
    """The same scan at the beginning of another pass."""
    return replace(
        scan, cursor=None, rows=0, digest="", passes=scan.passes + 1, complete=False, began=None, at=at,
        since=since, strange=None, why=why,
    )  # fmt: skip


def begin_again(tx: Tx, *, platform_id: str, why: str) -> None:
    """Read a platform's lines of every trade item once more: a new listing may tell what a line is of."""
    for table in (_scan, _index):
        which = (table.c.platform_id == platform_id) & (table.c.gtin == EVERY_ITEM)
        tx.write(update(table).where(which).values(_anew(table, why=why) | {"since": None, "sure": None}))


def read_again(tx: Tx, *, platform_id: str, since: datetime | None, why: str) -> None:
    """Read what a platform sold since then once more, for every reading of it that was complete."""
    for table in (_scan, _index):
        which = (table.c.platform_id == platform_id) & table.c.complete
        tx.write(update(table).where(which).values(_anew(table, why=why) | {"since": since}))


def _anew(table: Table, *, why: str) -> Values:
    """A reading at the beginning of another pass."""
    return {
        "cursor": None, "rows": 0, "digest": "", "complete": False, "began": None, "why": why,
        "passes": table.c.passes + 1,
    }  # fmt: skip


def is_of_index(scan: Scan, *, sold_at: datetime) -> bool:
    """Whether only an index can have given a line: the scan behind it does not reach so far, or not yet."""
    if scan.indexed is None:
        return False
    hidden = any(
        (b.since or sold_at) <= sold_at and (b.until is None or sold_at < b.until) for b in scan.blind
    )
    before = scan.indexed_alone is not None and sold_at < scan.indexed_alone
    return hidden or before or scan.sure is None


def joined_blind(known: Sequence[Blind], more: Sequence[Blind]) -> tuple[Blind, ...]:
    """Blind windows, each once, in the order in which they were told."""
    return tuple(dict.fromkeys((*known, *more)))


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
