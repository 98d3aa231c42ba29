"""The matches: which lines stand under which ruling, in time; told, paged and counted.

Lines that are let off are not written down: they are explained and counted when somebody asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    func,
    select,
    tuple_,
)

from recall.domain.match import Evidence, Match, told
from recall.domain.matcher import Matcher
from recall.domain.ruling import ALWAYS, MatchClass, Rule, Ruling
from recall.domain.scope import Scope
from recall.domain.trace import LotKey
from recall.errors import NotFound
from recall.store import recalls
from recall.store.cohorts import candidates, cohort_then, read_cohort
from recall.store.listed import listed
from recall.store.match_changes import came, went
from recall.store.match_saving import Delta, save_matches
from recall.store.match_tables import AFFECTED, MATCH, RULING, rulings_of, standing
from recall.store.order_lines import COLUMNS, joined, read_line
from recall.store.order_tables import COHORT, LINE, OFFER, PLATFORM
from recall.store.proofs import lots_of_serials, parts_inside
from recall.store.sites import ToldSites
from recall.store.sql import Tx, Values
from recall.store.traces import affected_lots, save_trace, stocks, trace

__all__ = [
    "AFFECTED", "Delta", "MatchCount", "affected", "affected_lots", "excluded", "match", "match_summary",
    "matcher", "newly_in", "released", "save_matches", "save_trace", "stocks", "trace",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCount:
    """How many lines of one seller one rule put in one class, and the most units that they may hold."""

    platform_id: str
    seller_ref: str
    cls: MatchClass
    rule: Rule
    lines: int
    units: int


def matcher(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> Matcher:
    """The matcher of the version in force at a time against the trace that was the answer then; None: now."""
    scope = _scope(tx, recall_id, as_of)
    found = trace(tx, recall_id=recall_id, as_of=as_of)
    return Matcher(scope=scope, trace=found, sites=ToldSites(tx, as_of=as_of))


def _scope(tx: Tx, recall_id: str, as_of: datetime | None) -> Scope:
    version = recalls.version_at(tx, recall_id=recall_id, as_of=as_of)
    return recalls.scope(tx, recall_id=recall_id, version=version)


def _ruling(row: Values) -> Ruling:
    """A row's ruling, without its test: whoever stands under it has passed."""
    basis = LotKey(row["basis_gtin"], row["basis_lot"]) if row["basis_gtin"] else None
    return Ruling(
        cls=MatchClass(row["cls"]), rule=Rule(row["rule"]), reason=row["reason"], basis=basis,
        clause=row["clause"], test=ALWAYS,
    )  # fmt: skip


_under_line = and_(MATCH.c.line == LINE.c.number, MATCH.c.ruling == RULING.c.number)
_RULED = ("cls", "rule", "reason", "basis_gtin", "basis_lot", "clause")
_UNDER = tuple(RULING.c[name] for name in _RULED)


def _matches(recall_id: str, *which: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """The matches of a recall with their lines and rulings, in the order of ruling and line."""
    query = joined(
        select(*COLUMNS, *_UNDER, MATCH.c.units.label("units_then"))
        .join_from(RULING, MATCH, MATCH.c.ruling == RULING.c.number)
        .join(LINE, LINE.c.number == MATCH.c.line)
    )
    return query.where(RULING.c.recall_id == recall_id, *which).order_by(MATCH.c.ruling, MATCH.c.line)


def match(tx: Tx, *, recall_id: str, platform_id: str, line_ref: str, as_of: datetime | None = None) -> Match:
    """How one line is classed, with the line and the whole chain; one that was let off is judged when asked.

    With `as_of` the class and the chain are those of that time; what the platform tells of the line itself is
    kept in its last form alone. Raises NotFound for a line that the engine does not know, or of another
    product than the recall's.
    """
    this = (PLATFORM.c.id == platform_id, LINE.c.line_ref == line_ref)
    row = tx.first(_matches(recall_id, *this, standing(as_of)))
    if row is not None:
        return _read(tx, [row], recall_id=recall_id, as_of=as_of)[0]
    query = joined(select(*COLUMNS, COHORT).select_from(LINE)).where(*this)
    row = tx.first(query)
    judge = matcher(tx, recall_id=recall_id, as_of=as_of) if row is not None else None
    if row is None or judge is None or row["gtin"] not in judge.gtins:
        raise NotFound(f"Order line {line_ref!r} is not one of those matched", value=line_ref)
    line = read_line(row)
    cohort = read_cohort(row) if as_of is None else cohort_then(tx, line, as_of=as_of)
    ruling = next(ruling for ruling in judge.rulings(cohort) if ruling.test.holds(line))
    proofs = lots_of_serials(tx, [line], as_of=as_of)
    proof = proofs.get((line.gtin, line.serial or ""))
    parts = parts_inside(tx, line, judge.evidence.scope, as_of=as_of)
    return told(line, ruling, evidence=judge.evidence, proof=proof, parts=parts)


def _read(
    tx: Tx, rows: Sequence[Values], *, recall_id: str, as_of: datetime | None = None
) -> tuple[Match, ...]:
    """Rows of `_matches` as matches, with their chains as they were known at the time."""
    if not rows:
        return ()
    evidence = Evidence.of(_scope(tx, recall_id, as_of), trace(tx, recall_id=recall_id, as_of=as_of))
    lines = [read_line(row) for row in rows]
    proofs = lots_of_serials(tx, lines, as_of=as_of)
    return tuple(
        told(line, _ruling(row), evidence=evidence, proof=proofs.get((line.gtin, line.serial or "")))
        for line, row in zip(lines, rows, strict=True)
    )


def affected(
    tx: Tx,
    *,
    recall_id: str,
    classes: Collection[MatchClass] = AFFECTED,
    platform_id: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 1000,
    as_of: datetime | None = None,
) -> tuple[Match, ...]:
    """The next page of lines of some classes, those of one ruling together.

    `after` is (platform, line) of the last of the page before.
    """
    which = [RULING.c.cls.in_([c.value for c in classes]), standing(as_of)]
    if platform_id is not None:
        which.append(PLATFORM.c.id == platform_id)
    return _page(tx, recall_id, *which, as_of=as_of, after=after, limit=limit)


def newly_in(
    tx: Tx,
    *,
    recall_id: str,
    since: datetime,
    as_of: datetime | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 1000,
) -> tuple[Match, ...]:
    """The next page of lines that are affected (`as_of` None: now) and were not at the time `since`."""
    which = came(recall_id, since=since, as_of=as_of)
    return _page(tx, recall_id, *which, as_of=as_of, after=after, limit=limit)


def released(
    tx: Tx,
    *,
    recall_id: str,
    since: datetime,
    as_of: datetime | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 1000,
) -> tuple[Match, ...]:
    """The next page of lines that were affected at the time `since` and are no more, as they stood then."""
    which = went(recall_id, since=since, as_of=as_of)
    return _page(tx, recall_id, *which, as_of=since, after=after, limit=limit)


def _page(
    tx: Tx,
    recall_id: str,
    *which: ColumnElement[bool],
    as_of: datetime | None,
    after: tuple[str, str] | None,
    limit: int,
) -> tuple[Match, ...]:
    """A page of the matches that meet `which`, with the evidence of a time."""
    query = _matches(recall_id, *which)
    if after is not None:
        platform_id, line_ref = after
        last = tx.first(
            select(MATCH.c.ruling, MATCH.c.line)
            .join_from(RULING, MATCH, MATCH.c.ruling == RULING.c.number)
            .join(LINE, LINE.c.number == MATCH.c.line)
            .join(PLATFORM, PLATFORM.c.number == LINE.c.platform)
            .where(RULING.c.recall_id == recall_id, PLATFORM.c.id == platform_id, LINE.c.line_ref == line_ref)
            .order_by(MATCH.c.ruling.desc())
        )
        if last is None:
            return ()
        query = query.where(tuple_(MATCH.c.ruling, MATCH.c.line) > (last["ruling"], last["line"]))
    return _read(tx, tx.rows(query.limit(limit)), recall_id=recall_id, as_of=as_of)


def match_summary(tx: Tx, *, recall_id: str, as_of: datetime | None = None) -> tuple[MatchCount, ...]:
    """How many affected lines and units each seller has in each class, by rule."""
    by = (PLATFORM.c.id.label("platform_id"), OFFER.c.seller_ref, RULING.c.cls, RULING.c.rule)
    each = (
        select(
            MATCH.c.ruling, LINE.c.offer, func.count().label("lines"), func.sum(MATCH.c.units).label("units")
        )
        .join_from(MATCH, LINE, LINE.c.number == MATCH.c.line)
        .where(MATCH.c.ruling.in_(rulings_of(recall_id)), standing(as_of))
        .group_by(MATCH.c.ruling, LINE.c.offer)
        .subquery()
    )
    query = (
        select(*by, func.sum(each.c.lines).label("lines"), func.sum(each.c.units).label("units"))
        .join_from(each, RULING, RULING.c.number == each.c.ruling)
        .join(OFFER, OFFER.c.number == each.c.offer)
        .join(PLATFORM, PLATFORM.c.number == OFFER.c.platform)
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        MatchCount(
            platform_id=row["platform_id"], seller_ref=row["seller_ref"], cls=MatchClass(row["cls"]),
            rule=Rule(row["rule"]), lines=int(row["lines"]), units=int(row["units"]),
        )
        for row in tx.rows(query)
    )  # fmt: skip


def excluded(tx: Tx, *, recall_id: str) -> Mapping[Rule, int]:
    """How many lines of the recall's products each rule lets off.

    Lines of a cohort of which some are in count under the last of its rules that lets lines off.
    """
    judge, let_off, looked_at = matcher(tx, recall_id=recall_id), Counter[Rule](), 0
    under = select(RULING.c.cohort, func.count().label("lines")).join(
        MATCH, MATCH.c.ruling == RULING.c.number
    )
    rows = tx.rows(under.where(RULING.c.recall_id == recall_id, standing()).group_by(RULING.c.cohort))
    affected = {row["cohort"]: row["lines"] for row in rows}
    for number, cohort, lines, _ in candidates(tx, judge):
        rules = [ruling.rule for ruling in judge.rulings(cohort) if ruling.cls is MatchClass.EXCLUDED]
        let_off[rules[-1] if rules else Rule.NOT_THERE_YET] += lines - affected.get(number, 0)
        looked_at += lines
    gtins = listed(((gtin,) for gtin in judge.gtins), gtin=String)
    total = tx.scalar(select(func.sum(COHORT.c.lines)).where(COHORT.c.gtin.in_(select(gtins.c.gtin))))
    let_off[Rule.OTHER_LOT] += int(total or 0) - looked_at
    return +let_off
