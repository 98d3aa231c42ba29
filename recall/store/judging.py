"""The judging: the rulings of every cohort that may be affected, and the lines under each, by set-based SQL.

The rulings are the domain's own; here they are only carried out, one statement for all of one position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    type_coerce,
)

from recall.domain.matcher import Matcher
from recall.domain.ruling import (
    Always,
    Another,
    Excepted,
    MatchClass,
    Named,
    OneOf,
    Rule,
    Ruling,
    ShippedSince,
    SoldIn,
)
from recall.reading.window import Window
from recall.store.cohorts import candidates
from recall.store.columns import micros
from recall.store.listed import asked, listed
from recall.store.order_tables import COHORT, LINE
from recall.store.sql import Tx, Values

_ALWAYS, _HIT, _SHIPPED, _SOLD = range(4)
_PLAN = (
    Column("cohort", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("ruling", Integer, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("lo", BigInteger),
    Column("hi", BigInteger),
)
"""The ways in which a line passes a ruling's test, any of them; ruling 0: it is excluded."""
_FOUND = (
    Column("line", Integer, primary_key=True),
    Column("ruling", Integer, nullable=False),
    Column("units", BigInteger, nullable=False),
)
_NAMED = (Column("test", Integer, primary_key=True), Column("line", Integer, primary_key=True))
_FIRST, _LAST = -(2**62), 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A cohort with its rulings, as far as they leave anybody affected, and how much it holds."""

    cohort: int
    rulings: tuple[Ruling, ...]
    lines: int
    units: int

    @property
    def whole(self) -> bool:
        """Whether its first ruling holds for every line."""
        return self.rulings[0].is_final


def judged(tx: Tx, matcher: Matcher) -> list[Judged]:
    """Every cohort with a line that may be affected, in the order of their numbers."""
    with tx.by_index():
        return list(_affected(tx, matcher))


def _affected(tx: Tx, matcher: Matcher) -> Iterator[Judged]:
    found = list(candidates(tx, matcher))
    matcher.look_ahead(cohort for _, cohort, _, _ in found)
    for number, cohort, lines, units in found:
        rulings = matcher.rulings(cohort)
        affected = [n for n, ruling in enumerate(rulings, start=1) if ruling.cls is not MatchClass.EXCLUDED]
        if affected:
            yield Judged(cohort=number, rulings=rulings[: affected[-1]], lines=lines, units=units)


OfSerials = Named | OneOf | Another | Excepted
"""The tests of a line's own serial, which no column tells."""
Numbered = Sequence[tuple[Judged, Sequence[int]]]
"""Judged cohorts, each with the numbers of its rulings; 0: one that excludes."""


@contextmanager
def carried_out(tx: Tx, rulings: Numbered) -> Iterator[Table]:
    """A temporary table (line, ruling, units) of every line under a ruling that is not of number 0."""
    named = _Named()
    rows = [row for each, numbers in rulings for row in _plan(each, numbers, named)]
    with (
        tx.beside("planned", _PLAN, rows) as plan,
        tx.beside("named", _NAMED) as hits,
        tx.beside("found", _FOUND) as found,
    ):
        for test, number in named.tests.items():
            _name(tx, hits, number=number, test=test)
        for position, kind in sorted({(row[1], row[3]) for row in rows}):
            under = _under(plan, hits, found, position=position, kind=kind)
            tx.write(insert(found).from_select(["line", "ruling", "units"], under))
        tx.write(found.delete().where(found.c.ruling == 0))
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many lines one rule puts in one class, and the most units that they may hold."""

    cls: MatchClass
    rule: Rule
    lines: int
    units: int


def tallied(tx: Tx, cohorts: Sequence[Judged]) -> tuple[Tally, ...]:
    """The affected lines by class and rule, counted and written nowhere.

    A cohort under one ruling has its count already; the lines of the others are looked at.
    """
    sums: dict[tuple[MatchClass, Rule], tuple[int, int]] = {}
    counted = [(each.rulings[0], each.lines, each.units) for each in cohorts if each.whole]
    counted += _tested(tx, [each for each in cohorts if not each.whole])
    for ruling, lines, units in counted:
        by = (ruling.cls, ruling.rule)
        lines_before, units_before = sums.get(by, (0, 0))
        sums[by] = (lines_before + lines, units_before + units)
    return tuple(
        Tally(cls=cls, rule=rule, lines=lines, units=units) for (cls, rule), (lines, units) in sums.items()
    )


def _tested(tx: Tx, cohorts: Sequence[Judged]) -> Iterator[tuple[Ruling, int, int]]:
    """The rulings of cohorts whose lines pass a test or do not, each with its lines and their units."""
    numbers, said = count(1), list[Ruling]()
    numbered = list[tuple[Judged, list[int]]]()
    for each in cohorts:
        said += (ruling for ruling in each.rulings if ruling.cls is not MatchClass.EXCLUDED)
        of = (0 if ruling.cls is MatchClass.EXCLUDED else next(numbers) for ruling in each.rulings)
        numbered.append((each, list(of)))
    timed = [one for one in numbered if _is_timed(one[0])]
    for row in _counted_by_time(tx, timed) + _counted(tx, [one for one in numbered if not _is_timed(one[0])]):
        yield said[row["ruling"] - 1], row["lines"], int(row["units"])


def _is_timed(each: Judged) -> bool:
    """Whether one ruling is all there is, and a line's own times are all that its test asks."""
    return len(each.rulings) == 1 and isinstance(each.rulings[0].test, ShippedSince | SoldIn)


def _counted(tx: Tx, numbered: Numbered) -> list[Values]:
    """Lines and units by ruling."""
    if not numbered:
        return []
    with carried_out(tx, numbered) as found:
        return tx.rows(_sums(found))


def _counted_by_time(tx: Tx, numbered: Numbered) -> list[Values]:
    """The same where no line has to be written down: no ruling comes after another."""
    named = _Named()
    plan = [row for each, numbers in numbered for row in _plan(each, numbers, named)]
    kinds = {row[3] for row in plan}
    return [row for kind in sorted(kinds) for row in tx.rows(_BY_TIME[kind], plan=plan)]


def _sums(lines: FromClause) -> Select[Any]:
    sums = (func.count().label("lines"), func.sum(lines.c.units).label("units"))
    return select(lines.c.ruling, *sums).group_by(lines.c.ruling)


class _Named:
    """The tests on serials that occur, by a number."""

    def __init__(self) -> None:
        self.tests: dict[OfSerials, int] = {}

    def number(self, test: OfSerials) -> int:
        return self.tests.setdefault(test, len(self.tests))


def _plan(
    each: Judged, numbers: Sequence[int], named: _Named
) -> Iterator[tuple[int, int, int, int, int, int]]:
    for position, (ruling, number) in enumerate(zip(each.rulings, numbers, strict=True)):
        for kind, lo, hi in _ways(ruling, named):
            yield each.cohort, position, number, kind, lo, hi


def _ways(ruling: Ruling, named: _Named) -> Iterator[tuple[int, int, int]]:
    """The test as rows of the plan."""
    match ruling.test:
        case Always():
            yield _ALWAYS, _FIRST, _LAST
        case ShippedSince(at=at):
            yield _SHIPPED, micros(at), _LAST
        case SoldIn(windows=windows):
            for lo, hi in _disjoint(map(_span, windows)):
                yield _SOLD, lo, hi
        case Named() | OneOf() | Another() | Excepted() as test:
            yield _HIT, named.number(test), _LAST


def _disjoint(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same moments in spans that share none, so that no line passes twice."""
    upto = _FIRST
    for lo, hi in sorted(spans):
        if hi > upto:
            yield max(lo, upto), hi
            upto = hi


def _span(window: Window) -> tuple[int, int]:
    """The days of a window as moments of UTC, from the first on and before the last."""
    lo = _midnight(window.first) if window.first else _FIRST
    hi = _midnight(window.last + timedelta(days=1)) if window.last else _LAST
    return lo, hi


def _midnight(day: date) -> int:
    return micros(datetime.combine(day, time(), tzinfo=UTC))


def _under(
    plan: Table, hits: Table, found: Table, *, position: int, kind: int
) -> Select[tuple[int, int, int]]:
    """The lines that pass the tests of one kind at one position, and none before it."""
    passing = _passing(plan, position, kind)
    if kind == _HIT:
        passing = passing.where(exists().where(hits.c.test == plan.c.lo, hits.c.line == LINE.c.number))
    return passing if not position else passing.where(~exists().where(found.c.line == LINE.c.number))


def _passing(plan: FromClause, position: int, kind: int) -> Select[tuple[int, int, int]]:
    """The lines whose own times pass the tests of one kind at one position."""
    lines = select(LINE.c.number.label("line"), plan.c.ruling, LINE.c.units)
    of_cohort = lines.join_from(plan, LINE, LINE.c.cohort == plan.c.cohort)
    return of_cohort.where(plan.c.position == position, plan.c.kind == kind, *_in_time(plan, kind))


def _in_time(plan: FromClause, kind: int) -> Iterator[ColumnElement[bool]]:
    if kind == _SHIPPED:
        yield or_(LINE.c.shipped_at.is_(None), type_coerce(LINE.c.shipped_at, BigInteger) >= plan.c.lo)
    elif kind == _SOLD:
        sold_at = type_coerce(LINE.c.sold_at, BigInteger)
        yield and_(sold_at >= plan.c.lo, sold_at < plan.c.hi)


_FIRST_TESTS = asked("plan", **{column.name: type(column.type) for column in _PLAN})
_BY_TIME = {kind: _sums(_passing(_FIRST_TESTS, 0, kind).subquery()) for kind in (_SHIPPED, _SOLD)}
"""Lines and units by ruling, where one test of that kind is all that is asked of a cohort's lines."""


def _name(tx: Tx, hits: Table, *, number: int, test: OfSerials) -> None:
    """Write down the lines whose serials pass a test; what is no list of serials is asked one by one."""
    with_serial = select(LINE.c.number, COHORT.c.gtin, LINE.c.serial, LINE.c.units).join(
        COHORT, COHORT.c.number == LINE.c.cohort
    )
    if isinstance(test, OneOf):
        serials = listed(((serial,) for serial in test.serials), serial=String)
        rows = tx.stream(with_serial.join(serials, serials.c.serial == LINE.c.serial))
        passing: Iterable[int] = (row["number"] for row in rows)
    else:
        rows = tx.stream(with_serial.where(COHORT.c.gtin.in_(sorted(test.gtins)), LINE.c.serial.is_not(None)))
        passing = (
            row["number"] for row in rows if test.passes(row["serial"], gtin=row["gtin"], units=row["units"])
        )
    tx.load(hits, ["test", "line"], [(number, line) for line in passing])
