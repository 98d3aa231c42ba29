"""The cohorts of order lines: what events tell of a line's goods, resolved as lines come and as events come.

A telling is vouched for by those whose word may let a unit off (`authority`); that of others brings units in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union,
    update,
)

from recall.domain.cohort import Cohort, OrderLine, Telling, cohort_of
from recall.domain.matcher import Matcher
from recall.store.authority import told_by_trusted
from recall.store.cursors import cursor, set_cursor
from recall.store.event_tables import (
    DECLARATION,
    EVENT,
    MADE,
    SERIAL,
    SIGHTING,
    TURNED,
    WITNESS,
    Moment,
    known,
)
from recall.store.frontier import GTINS, ITEMS, LOTS
from recall.store.listed import asked
from recall.store.order_tables import AND, COHORT, LINE
from recall.store.parties import changes_of_role
from recall.store.sql import Tx, Values

MARK, _EVER = "cohorts/events", "1970-01-02T00:00:00+00:00"
_MARGIN = timedelta(days=1)
"""Captures that ran side by side may have begun in another order than they ended in."""

GOODS: tuple[Column[Any], ...] = (
    Column("row", Integer, primary_key=True),
    Column("gtin", String, nullable=False),
    Column("lot", String, nullable=False),
    Column("folded", String, nullable=False),
    Column("serial", String),
    Column("units", BigInteger, nullable=False),
    Column("site", String, nullable=False),
    Column("told", String, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("cohort", Integer),
)
"""What decides a line's cohort, as a staged table has it; `told`, `vouched` and `cohort` are filled in."""
_SHAPE = [column.name for column in GOODS[:-1]]


def place(tx: Tx, stage: Table) -> None:
    """Give each staged line its cohort, and make those cohorts that are new."""
    _tell(tx, stage)
    columns = ("gtin", "lot", "told", "vouched", "site")
    same = and_(*(COHORT.c[name] == stage.c[name] for name in columns))
    fresh = select(*(stage.c[name] for name in columns), stage.c.folded).where(~exists().where(same))
    new = fresh.distinct().subquery()
    is_known = case((_known(new.c.gtin, new.c.lot), true()), else_=false()).label("known")
    told = select(*new.c, is_known).subquery()
    is_open = case((_is_open(told), true()), else_=false())
    made = select(*told.c, is_open, literal(0), literal(0))
    tx.write(insert(COHORT).from_select([*columns, "folded", "known", "open", "lines", "units"], made))
    tx.write(update(stage).values(cohort=COHORT.c.number).where(same))


def _is_open(of: FromClause) -> ColumnElement[bool]:
    """As `Cohort.open` has it."""
    settled = or_(of.c.known, and_(of.c.told != "", of.c.vouched))
    return or_(of.c.told.contains(AND), not_(settled))


def _tell(tx: Tx, stage: Table) -> None:
    """Fill in the lots that events tell of each staged serial, and whether they may let the line off."""
    # no bare column: grouped by it, SQLite would walk every serial of a GTIN in the order of its lots
    lot = SERIAL.c.lot.concat("").label("lot")
    word = func.max(case((told_by_trusted(SERIAL.c.event), 1), else_=0)).label("word")
    each = (
        select(stage.c.row, lot, word)
        .join(SERIAL, and_(SERIAL.c.gtin == stage.c.gtin, SERIAL.c.serial == stage.c.serial))
        .where(known(SERIAL))
        .group_by(stage.c.row, lot)
        .order_by(stage.c.row, lot)
        .subquery()
    )
    lots, word = func.aggregate_strings(each.c.lot, AND).label("lots"), func.min(each.c.word).label("word")
    told = select(each.c.row, lots, word).group_by(each.c.row).subquery()
    vouching = and_(told.c.word == 1, stage.c.units == 1)
    filled = update(stage).values(told=told.c.lots, vouched=vouching)
    tx.write(filled.where(stage.c.row == told.c.row))


def _known(
    gtin: ColumnElement[str] | str, lot: ColumnElement[str] | str, as_of: Moment = None
) -> ColumnElement[bool]:
    """Whether an event of a party whose word may let a unit off names the lot."""
    named = (
        exists().where(
            table.c.gtin == gtin, table.c.lot == lot, known(table, as_of),
            told_by_trusted(table.c.event, as_of),
        )
        for table in (MADE, TURNED, SIGHTING)
    )  # fmt: skip
    return or_(*named)


def settle(tx: Tx) -> None:
    """Move the lines of whose goods events have told something else since the last time.

    A line whose serial's lot is told, told otherwise or taken back belongs to another cohort from then on; so
    does every line of a lot that events name for the first time, or no more.
    """
    tx.hold_captures()
    tx.alone(LINE)
    mark, now = cursor(tx, name=MARK), newest(tx)
    if mark == now:
        return
    if mark.split(" ")[3:4] != now.split(" ")[3:4]:
        mark = ""  # a party's role is another: whatever was told may be worth something else
    changed = _changed(mark)
    _settle_lots(tx, changed)
    with tx.beside("replaced", GOODS) as stage:
        tx.write(insert(stage).from_select(_SHAPE, _to_replace(changed if mark else None)))
        place(tx, stage)
        moved = select(LINE.c.cohort, LINE.c.units).join(stage, stage.c.row == LINE.c.number)
        moved = moved.where(LINE.c.cohort != stage.c.cohort)
        count(tx, moved, sign=-1)
        arrived = select(stage.c.cohort, LINE.c.units).join(LINE, stage.c.row == LINE.c.number)
        count(tx, arrived.where(LINE.c.cohort != stage.c.cohort), sign=1)
        of_line = select(stage.c.cohort).where(stage.c.row == LINE.c.number).scalar_subquery()
        tx.write(update(LINE).values(cohort=of_line).where(LINE.c.number.in_(select(stage.c.row))))
    set_cursor(tx, name=MARK, value=now)


def count(tx: Tx, moved: Select[Any], *, sign: int) -> None:
    """Add lines to the counts of their cohorts, or take them away; `moved` gives (cohort, units) of each."""
    each = moved.subquery()
    by = select(each.c.cohort, func.count().label("lines"), func.sum(each.c.units).label("units"))
    sums = by.group_by(each.c.cohort).subquery()
    counted = {name: COHORT.c[name] + sign * sums.c[name] for name in ("lines", "units")}
    tx.write(update(COHORT).values(counted).where(COHORT.c.number == sums.c.cohort))


def newest(tx: Tx) -> str:
    """A mark that is another whenever events came, were declared wrong, or were said by somebody else too.

    And whenever a party's word came to be worth something else.
    """
    number = tx.scalar(select(func.max(EVENT.c.number))) or 0
    last = [tx.scalar(select(func.max(table.c.captured_at))) for table in (DECLARATION, WITNESS)]
    moment = max((time.isoformat() for time in last if time), default=_EVER)
    return f"{number} {tx.count(DECLARATION)} {tx.count(WITNESS)} {changes_of_role(tx)} {moment}"


def _changed(mark: str) -> Select[tuple[int]]:
    """The events that came since a mark, or were declared wrong or said again about then or later."""
    number, *_, moment = (mark or f"0 {_EVER}").split(" ")
    since = datetime.fromisoformat(moment) - _MARGIN
    parts = (
        select(EVENT.c.number).where(EVENT.c.number > int(number)),
        *(select(table.c.event).where(table.c.captured_at >= since) for table in (DECLARATION, WITNESS)),
    )
    return select(union(*parts).subquery().c.number)


def _settle_lots(tx: Tx, changed: Select[tuple[int]]) -> None:
    named = (
        select(table.c.gtin, table.c.lot).where(table.c.event.in_(changed), table.c.lot.is_not(None))
        for table in (MADE, TURNED, SIGHTING)
    )
    pair = [Column("gtin", String, primary_key=True), Column("lot", String, primary_key=True)]
    with tx.beside("renamed", pair) as lots:
        tx.write(insert(lots).from_select(["gtin", "lot"], union(*named)))
        theirs = COHORT.c.number.in_(
            select(COHORT.c.number).join(lots, and_(lots.c.gtin == COHORT.c.gtin, lots.c.lot == COHORT.c.lot))
        )
        tx.write(update(COHORT).values(known=_known(COHORT.c.gtin, COHORT.c.lot)).where(theirs))
        tx.write(update(COHORT).values(open=_is_open(COHORT)).where(theirs))


def _to_replace(changed: Select[tuple[int]] | None) -> Select[Any]:
    """The lines with a serial of which changed events tell; None: every line with a serial."""
    goods = (
        LINE.c.number, COHORT.c.gtin, COHORT.c.lot, COHORT.c.folded, LINE.c.serial, LINE.c.units,
        COHORT.c.site, literal(""), false(),
    )  # fmt: skip
    query = select(*goods).join_from(LINE, COHORT, LINE.c.cohort == COHORT.c.number)
    if changed is None:
        return query.where(LINE.c.serial.is_not(None))
    told = select(SERIAL.c.gtin, SERIAL.c.serial).where(SERIAL.c.event.in_(changed)).distinct().subquery()
    same = and_(told.c.serial == LINE.c.serial, told.c.gtin == COHORT.c.gtin)
    return (
        select(*goods)
        .join_from(told, LINE, told.c.serial == LINE.c.serial)
        .join(COHORT, and_(LINE.c.cohort == COHORT.c.number, same))
    )


def read_cohort(row: Values) -> Cohort:
    """A row of the table as the domain knows it."""
    return Cohort(
        gtin=row["gtin"], lot=row["lot"] or None, told=tuple(row["told"].split(AND)) if row["told"] else (),
        vouched=row["vouched"], site=row["site"] or None, known=row["known"],
    )  # fmt: skip


def candidates(tx: Tx, matcher: Matcher) -> Iterator[tuple[int, Cohort, int, int]]:
    """(number, cohort, lines, units) of every cohort whose lines may be affected.

    All others are of other products, or of lots that certainly are others.
    """
    held: dict[str, Collection[tuple[str, ...]]] = {
        "gtins": {(gtin,) for gtin in matcher.gtins - matcher.wide}, "lots": matcher.lots,
        "folds": matcher.folds,
    }  # fmt: skip
    rare = {"wide": {(gtin,) for gtin in matcher.wide}, "items": matcher.serials}
    asked_too = {name: rows for name, rows in rare.items() if rows}
    for row in tx.rows(_CANDIDATES[frozenset(asked_too)], **held, **asked_too):
        yield row["number"], read_cohort(row), row["lines"], row["units"]


def _choices(rare: Collection[str]) -> Iterator[Select[tuple[int]]]:
    """The open cohorts of trade items, and those of lots by any of their names; of wide trade items all, and
    those of the lines that record one of some items."""
    of = select(COHORT.c.number)
    yield of.where(COHORT.c.gtin.in_(select(GTINS.c.gtin)), COHORT.c.open)
    lots = select(LOTS.c.gtin, LOTS.c.lot)
    yield of.where(tuple_(COHORT.c.gtin, COHORT.c.lot).in_(lots))
    yield of.where(tuple_(COHORT.c.gtin, COHORT.c.told).in_(lots), COHORT.c.told != "")
    folds = asked("folds", gtin=String, folded=String)
    yield of.where(tuple_(COHORT.c.gtin, COHORT.c.folded).in_(select(folds.c.gtin, folds.c.folded)))
    if "wide" in rare:
        wide = asked("wide", gtin=String)
        yield of.where(COHORT.c.gtin.in_(select(wide.c.gtin)))
    if "items" in rare:
        of_lines = select(LINE.c.cohort).where(LINE.c.serial.in_(select(ITEMS.c.serial)))
        yield of.where(COHORT.c.number.in_(of_lines), COHORT.c.gtin.in_(select(ITEMS.c.gtin)))


def _candidates(rare: Collection[str]) -> Select[Any]:
    chosen = COHORT.c.number.in_(union(*_choices(rare)))
    return select(COHORT).where(chosen, COHORT.c.lines > 0).order_by(COHORT.c.number)


_CANDIDATES = {frozenset(rare): _candidates(rare) for rare in ((), ("wide",), ("items",), ("wide", "items"))}
"""By what is asked beside: a planner that is told of trade items, if none, expects half of all cohorts."""


def tellings(tx: Tx, *, gtin: str, serial: str, as_of: datetime | None = None) -> tuple[Telling, ...]:
    """What events tell of the lot of one item."""
    word = case((told_by_trusted(SERIAL.c.event, as_of), true()), else_=false()).label("vouched")
    query = select(SERIAL.c.lot, word).where(SERIAL.c.gtin == gtin, SERIAL.c.serial == serial)
    rows = tx.rows(query.where(known(SERIAL, as_of)))
    return tuple(Telling(row["lot"], vouched=bool(row["vouched"])) for row in rows)


def cohort_then(tx: Tx, line: OrderLine, *, as_of: datetime) -> Cohort:
    """The cohort of a line by what was known at a time."""
    told = tellings(tx, gtin=line.gtin, serial=line.serial, as_of=as_of) if line.serial else ()
    is_known = bool(tx.scalar(select(_known(line.gtin, line.lot or "", as_of))))
    return cohort_of(line, tellings=told, known=is_known)
