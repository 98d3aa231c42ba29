"""The kinds: which trade item is made of another or holds it, and the lots whose making nobody told.

Both are hints, kept as events come, so that a trace need not read every lot of a kind. Nothing is ever
missing from them; what they hold and events tell no more is found by asking the events (`origins`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Index, String, Table, select, text, true, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field

from recall.store.event_tables import NAMING, PART, TURNED, known
from recall.store.frontier import CODES
from recall.store.indexing import COLUMNS, OWN_RUN, SAYING, Told
from recall.store.listed import listed
from recall.store.sql import Row, Tx, insert_new, table_of


class KindRow(Row, table=True):
    """That events told once of a trade item that was made of another, or (`holds`) that held it."""

    __tablename__ = "kind"
    source: str = Field(primary_key=True)
    product: str = Field(primary_key=True)
    holds: bool = Field(primary_key=True)


class LotOriginRow(Row, table=True):
    """A lot that events named; `told`: one of them tells of what the lot as a whole was made."""

    __tablename__ = "lot_origin"
    __table_args__ = (
        Index(None, "gtin", "told", postgresql_where=text("NOT told")),
        {"sqlite_with_rowid": False},
    )
    gtin: str = Field(primary_key=True)
    lot: str = Field(primary_key=True)
    told: bool


KIND, LOT_ORIGIN = table_of(KindRow), table_of(LotOriginRow)


class _Turned(NamedTuple):
    """What a row tells of one thing that went into a run, or came out of it."""

    run: str
    is_output: bool
    gtin: str | None
    lot: str | None
    serial: str | None


def _reader(table: Table, *names: str) -> itemgetter[Any]:
    """Reads some columns of a row as `Sayings` has it."""
    columns = (*SAYING, *COLUMNS[table])
    return itemgetter(*map(columns.index, names))


_lot_of = {table: _reader(table, "gtin", "lot") for table in NAMING}
_turned, _held = _reader(TURNED, *_Turned._fields), _reader(PART, "gtin", "parent_gtin", "attached")
_until = _reader(PART, "known_to")
_OF_RUNS = (
    select(*(TURNED.c[name] for name in _Turned._fields))
    .select_from(CODES.join(TURNED, TURNED.c.run == CODES.c.code))
    .where(known(TURNED))
)


def learn(tx: Tx, rows: Mapping[Table, Sequence[Told]], *, trusted: bool = True) -> None:
    """Keep what the sayings of some events, which are stored already, tell of kinds and of lots.

    That the making of a lot is told is kept of events that one party tells whole, and only where it is
    `trusted`: of all others it is looked up when somebody asks.
    """
    lots = {pair for table in NAMING for pair in set(map(_lot_of[table], rows[table])) if None not in pair}
    counting = {table: [row for row in rows[table] if _until(row) is None] for table in (TURNED, PART)}
    kinds = {(*pair, True) for *pair, attached in map(_held, counting[PART]) if attached and None not in pair}
    whole = set[tuple[str, str]]()
    for into, out in _runs(tx, counting[TURNED]):
        gtins = {row.gtin for row in into if row.gtin}
        kinds |= {(gtin, row.gtin, False) for gtin in gtins for row in out if row.gtin}
        if into and trusted and into[0].run.startswith(OWN_RUN):
            whole |= {(row.gtin, row.lot) for row in out if row.gtin and row.lot and row.serial is None}
    insert_new(tx, KIND, [dict(zip(KIND.c.keys(), kind, strict=True)) for kind in sorted(kinds)])
    _keep(tx, [(*lot, lot in whole) for lot in sorted(lots)])


def _runs(tx: Tx, rows: Sequence[Told]) -> Iterable[tuple[list[_Turned], list[_Turned]]]:
    """(what went in, what came out) of each run; of one that several events tell all that is stored."""
    found = [_Turned(*_turned(row)) for row in rows]
    shared = sorted({row.run for row in found if not row.run.startswith(OWN_RUN)})
    if shared:
        found = [row for row in found if row.run.startswith(OWN_RUN)]
        found += (_Turned(*row) for row in tx.each(_OF_RUNS, codes=[(run,) for run in shared]))
    sides = defaultdict[str, tuple[list[_Turned], list[_Turned]]](lambda: ([], []))
    for row in found:
        sides[row.run][row.is_output].append(row)
    return sides.values()


def _keep(tx: Tx, lots: Sequence[tuple[str, str, bool]]) -> None:
    """Add the lots; one whose making is told stays so."""
    if not lots:
        return
    insert = (postgresql.insert if tx.on_postgresql else sqlite.insert)(LOT_ORIGIN)
    rows = listed(lots, gtin=String, lot=String, told=Boolean)
    # without a condition SQLite would take ON CONFLICT for one of a join
    insert = insert.from_select(LOT_ORIGIN.c.keys(), select(rows).where(true()))
    news = insert.excluded.told & ~LOT_ORIGIN.c.told
    tx.write(insert.on_conflict_do_update(index_elements=["gtin", "lot"], set_={"told": True}, where=news))


def forget_all(tx: Tx) -> None:
    """A party's word is worth something else from now on: the making of whatever lot may be told no more."""
    tx.write(update(LOT_ORIGIN).where(LOT_ORIGIN.c.told).values(told=False))


def forget(tx: Tx, *, event: int) -> None:
    """An event counts no more: the making of the lots in its runs may be told no more."""
    own, out = TURNED.alias("own"), TURNED.alias("out")
    made = select(out.c.gtin, out.c.lot).join_from(own, out, out.c.run == own.c.run)
    made = made.where(own.c.event == event, out.c.is_output, out.c.lot.is_not(None))
    which = tuple_(LOT_ORIGIN.c.gtin, LOT_ORIGIN.c.lot).in_(made)
    tx.write(update(LOT_ORIGIN).where(which).values(told=False))
