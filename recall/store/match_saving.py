"""The saving of matches: every affected line under its ruling as of now, and only what changed is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, func, insert, literal, select, update

from recall.domain.matcher import Matcher
from recall.domain.ruling import MatchClass, Ruling
from recall.store.cohorts import settle
from recall.store.judging import Judged, carried_out, judged
from recall.store.match_tables import MATCH, RULING, rulings_of
from recall.store.sql import Tx, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What a version changed: lines that are newly in, that are let off, and that are affected as before."""

    newly_in: int
    released: int
    unchanged: int


def save_matches(tx: Tx, *, recall_id: str, version: int, matcher: Matcher, at: datetime) -> Delta:
    """Put every affected line under its ruling as of now; what did not change is not written again."""
    settle(tx)
    numbered = _save_rulings(tx, list(judged(tx, matcher)), recall_id=recall_id, version=version, at=at)
    here = and_(MATCH.c.known_to.is_(None), MATCH.c.ruling.in_(rulings_of(recall_id)))
    with carried_out(tx, numbered) as found:
        before = tx.scalar(select(func.count()).select_from(MATCH).where(here))
        was_in = exists().where(MATCH.c.line == found.c.line, here)
        newly = (
            tx.scalar(select(func.count()).select_from(found).where(~was_in)) if before else tx.count(found)
        )
        kept = tx.count(found) - newly
        same = and_(
            found.c.line == MATCH.c.line, found.c.ruling == MATCH.c.ruling, found.c.units == MATCH.c.units
        )
        gone = and_(here, ~exists().where(same))
        if before:
            tx.write(delete(MATCH).where(gone, MATCH.c.known_from == at))  # nobody can have asked between
            tx.write(update(MATCH).where(gone).values(known_to=at))
        stands = exists().where(
            MATCH.c.line == found.c.line, MATCH.c.ruling == found.c.ruling, MATCH.c.known_to.is_(None)
        )
        new = select(found.c.ruling, found.c.line, literal(micros(at)), found.c.units).where(~stands)
        columns = ["ruling", "line", "known_from", "units"]
        tx.write(insert(MATCH).from_select(columns, new.order_by(found.c.ruling, found.c.line)))
    return Delta(newly_in=newly, released=before - kept, unchanged=kept)


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


_SAID = ("cohort", "position", "cls", "rule", "test", "reason", "basis_gtin", "basis_lot", "clause")


def _said(cohort: int, position: int, ruling: Ruling) -> tuple[object, ...]:
    gtin, lot = ruling.basis or (None, None)
    of = (cohort, position, ruling.cls.value, ruling.rule.value, str(ruling.test), ruling.reason)
    return (*of, gtin, lot, ruling.clause)
