"""The saving of matches: every affected line under its ruling as of now, and only what changed is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from recall.domain.matcher import Matcher
from recall.domain.ruling import MatchClass, Ruling
from recall.store.cohorts import settle
from recall.store.columns import micros
from recall.store.judging import Judged, Numbered, carried_out, judged
from recall.store.listed import listed
from recall.store.match_tables import MATCH, RULING, rulings_of
from recall.store.order_tables import LINE
from recall.store.sql import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What a version changed: lines that are newly in, that are let off, and that are affected as before."""

    newly_in: int
    released: int
    unchanged: int


def save_matches(tx: Tx, *, recall_id: str, version: int, matcher: Matcher, at: datetime) -> Delta:
    """Put every affected line under its ruling as of now; what did not change is not written again."""
    settle(tx)
    numbered = _save_rulings(tx, judged(tx, matcher), recall_id=recall_id, version=version, at=at)
    here = and_(MATCH.c.known_to.is_(None), MATCH.c.ruling.in_(rulings_of(recall_id)))
    before = tx.scalar(select(func.count()).select_from(MATCH).where(here))
    if not before:
        return Delta(newly_in=_write_all(tx, numbered, at=at), released=0, unchanged=0)
    settled = _as_before(tx, numbered)
    rest = [(each, numbers) for each, numbers in numbered if numbers[0] not in settled]
    kept = sum(each.lines for each, numbers in numbered if numbers[0] in settled)
    these = listed(((ruling,) for ruling in settled), ruling=Integer)
    others = and_(here, MATCH.c.ruling.not_in(select(these.c.ruling)))
    with carried_out(tx, rest) as found:
        newly = _newly(tx, found, recall_id=recall_id)
        kept += tx.count(found) - newly
        _write_changes(tx, found, others, at=at)
    return Delta(newly_in=newly, released=before - kept, unchanged=kept)


def _write_all(tx: Tx, numbered: Numbered, *, at: datetime) -> int:
    """Write the first matches of a recall: whole cohorts straight from the lines; returns how many."""
    whole = ((each.cohort, numbers[0]) for each, numbers in numbered if each.whole)
    with tx.beside("whole", _WHOLE, whole) as ruled:
        lines = select(ruled.c.ruling, LINE.c.number, literal(micros(at)), LINE.c.units)
        lines = lines.join_from(ruled, LINE, LINE.c.cohort == ruled.c.cohort).order_by(ruled.c.cohort)
        written = tx.write(insert(MATCH).from_select(_COLUMNS, lines))
    tested = [(each, numbers) for each, numbers in numbered if not each.whole]
    with carried_out(tx, tested) as found:
        return written + tx.write(insert(MATCH).from_select(_COLUMNS, _new(found, at=at)))


def _as_before(tx: Tx, numbered: Numbered) -> frozenset[int]:
    """The rulings over whole cohorts under which stand exactly the lines of the cohort, as they are now."""
    whole = {numbers[0]: each for each, numbers in numbered if each.whole}
    with tx.beside("whole", _WHOLE, ((each.cohort, ruling) for ruling, each in whole.items())) as ruled:
        same = and_(
            MATCH.c.ruling == ruled.c.ruling, MATCH.c.line == LINE.c.number, MATCH.c.units == LINE.c.units
        )
        alike = (
            select(ruled.c.ruling, func.count().label("lines"))
            .join_from(ruled, LINE, LINE.c.cohort == ruled.c.cohort)
            .join(MATCH, and_(same, MATCH.c.known_to.is_(None)))
            .group_by(ruled.c.ruling)
        )
        standing = (
            select(ruled.c.ruling, func.count().label("lines"))
            .join_from(ruled, MATCH, and_(MATCH.c.ruling == ruled.c.ruling, MATCH.c.known_to.is_(None)))
            .group_by(ruled.c.ruling)
        )
        counts = [{row["ruling"]: row["lines"] for row in tx.rows(query)} for query in (alike, standing)]
    return frozenset(
        ruling
        for ruling, each in whole.items()
        if all(count.get(ruling, 0) == each.lines for count in counts)
    )


def _newly(tx: Tx, found: Table, *, recall_id: str) -> int:
    """How many lines of a table of `carried_out` are not affected yet."""
    of_recall = exists().where(RULING.c.number == MATCH.c.ruling, RULING.c.recall_id == recall_id)
    was_in = exists().where(MATCH.c.line == found.c.line, MATCH.c.known_to.is_(None), of_recall)
    return int(tx.scalar(select(func.count()).select_from(found).where(~was_in)))


def _write_changes(tx: Tx, found: Table, here: ColumnElement[bool], *, at: datetime) -> None:
    """End the matches that are `here` and not found again as they are, and write the new ones."""
    under = and_(MATCH.c.line == found.c.line, MATCH.c.ruling == found.c.ruling)
    gone = and_(here, ~exists().where(under, MATCH.c.units == found.c.units))
    tx.write(delete(MATCH).where(gone, MATCH.c.known_from == at))  # nobody can have asked between
    tx.write(update(MATCH).where(gone).values(known_to=at))
    stands = exists().where(under, MATCH.c.known_to.is_(None))
    tx.write(insert(MATCH).from_select(_COLUMNS, _new(found, at=at).where(~stands)))


def _new(found: Table, *, at: datetime) -> Select[Any]:
    """The lines of a table of `carried_out` as rows of matches since now, in the order of their keys."""
    rows = select(found.c.ruling, found.c.line, literal(micros(at)), found.c.units)
    return rows.order_by(found.c.ruling, found.c.line)


def _save_rulings(
    tx: Tx, cohorts: Sequence[Judged], *, recall_id: str, version: int, at: datetime
) -> list[tuple[Judged, list[int]]]:
    """Number the rulings: those that stand keep their numbers, the others end and new ones begin."""
    query = select(RULING).where(RULING.c.recall_id == recall_id, RULING.c.known_to.is_(None))
    standing = {tuple(row[name] for name in _SAID): row["number"] for row in tx.rows(query)}
    wanted = {
        _said(each.cohort, position, ruling): ruling
        for each in cohorts
        for position, ruling in enumerate(each.rulings)
        if ruling.cls is not MatchClass.EXCLUDED
    }
    ended = [{"of": number} for said, number in standing.items() if said not in wanted]
    tx.write(update(RULING).where(RULING.c.number == bindparam("of")).values(known_to=at), ended)
    first = (tx.scalar(select(func.max(RULING.c.number))) or 0) + 1
    new = [said for said in wanted if said not in standing]
    numbers = standing | dict(zip(new, range(first, first + len(new)), strict=True))
    of = {"recall_id": recall_id, "version": version, "known_from": at, "known_to": None}
    rows = [dict(zip(_SAID, said, strict=True)) | of | {"number": numbers[said]} for said in new]
    tx.write(insert(RULING), rows)
    return [
        (each, [numbers.get(_said(each.cohort, n, ruling), 0) for n, ruling in enumerate(each.rulings)])
        for each in cohorts
    ]


_COLUMNS = ("ruling", "line", "known_from", "units")
_WHOLE = (Column("cohort", Integer, primary_key=True), Column("ruling", Integer, nullable=False))
"""Cohorts of which every line is under one ruling."""
_SAID = ("cohort", "position", "cls", "rule", "test", "reason", "basis_gtin", "basis_lot", "clause")


def _said(cohort: int, position: int, ruling: Ruling) -> tuple[object, ...]:
    gtin, lot = ruling.basis or (None, None)
    of = (cohort, position, ruling.cls.value, ruling.rule.value, str(ruling.test), ruling.reason)
    return (*of, gtin, lot, ruling.clause)
