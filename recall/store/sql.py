"""What the files of this room share: the transaction, and writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from itertools import chain, islice
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    MetaData,
    Select,
    String,
    Table,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from recall.store.listed import by_name, given, listed

Values = dict[str, Any]
"""One row: its columns by name."""

T = TypeVar("T")

_PARAMETERS = 999  # what one statement of any SQLite may have: rows written together cost half of single ones
_STREAM = 2_000  # rows fetched at a time where a result is streamed
_CAPTURE_LOCK = 0x6576_656E_7473  # "events": whoever numbers events holds it
_JOURNAL_LOCK = 0x7265_6361_6C6C  # "recall": whoever numbers entries without gaps holds it

_PLANNER = ("jit", "enable_seqscan", "enable_hashjoin", "enable_mergejoin")
_WALK, _PLAN = (
    select(
        *(func.set_config(name, to, True) for name in _PLANNER),
        func.set_config("plan_cache_mode", cache, True),
    )
    for to, cache in (("off", "force_generic_plan"), ("on", "auto"))
)
"""How PostgreSQL plans until the transaction ends: by its indexes alone, or as it does by itself."""


class Row(SQLModel):
    """The base of every table of this room; never the gate for outside data, for tables do not validate."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Tx:
    """One transaction; every function of the store takes it first. Made by `Store.begin` and `Store.read`."""

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection, self._walks = connection, False
        self.writes = writes
        """Whether it may change anything; a row read to be changed is locked only then."""

    @property
    def on_postgresql(self) -> bool:
        """Whether the database is PostgreSQL; else it is SQLite, where one writer at a time is the rule."""
        return self._connection.dialect.name == "postgresql"

    def write(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Run a change, once or once for each of `rows`; returns how many rows of the table it touched."""
        if rows is not None and not rows:
            return 0
        done = self._connection.execute(statement, rows, execution_options={"preserve_rowcount": True})
        return done.rowcount

    def rows(self, statement: Executable, **held: Any) -> list[Values]:
        """Every row of the answer; `held` are the parameters of a statement that was built once."""
        return list(by_name(self._ask(statement, held)))

    def each(self, statement: Executable, **held: Any) -> Sequence[Any]:
        """The same as tuples with names: quicker, where rows are many."""
        return self._ask(statement, held).all()

    def stream(self, statement: Executable) -> Iterator[Values]:
        """The rows of the answer, fetched a few thousand at a time."""
        return by_name(self._connection.execute(statement, execution_options={"yield_per": _STREAM}))

    def first(self, statement: Executable, **held: Any) -> Values | None:
        """The first row of the answer, or None."""
        row = self._ask(statement, held).mappings().first()
        return dict(row) if row is not None else None

    def scalar(self, statement: Executable, **held: Any) -> Any:
        """The first column of the first row, or None."""
        return self._ask(statement, held).scalar()

    def scalars(self, statement: Executable, **held: Any) -> list[Any]:
        """The first column of every row."""
        return list(self._ask(statement, held).scalars())

    def _ask(self, statement: Executable, held: Mapping[str, Any]) -> CursorResult[Any]:
        """Run a statement with its parameters; lists of rows become text once, wherever it names them."""
        return self._connection.execute(statement, given(held))

    def among(self, query: Select[Any], column: ColumnElement[Any], values: Iterable[str]) -> list[Values]:
        """The rows of a query whose column is one of any number of texts."""
        wanted = listed(((value,) for value in values), value=String)
        return self.rows(query.where(column.in_(select(wanted.c.value))))

    def load(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write many new rows as fast as the database takes them: past SQLAlchemy, by the driver itself.

        Values are as the driver wants them: moments by `stored`, days by `stored_day`, JSON as its text.
        """
        if not rows:
            return
        driver: Any = self._connection.connection.driver_connection
        names = ", ".join(f'"{name}"' for name in columns)
        if self.on_postgresql:
            with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        place = f"({', '.join('?' * len(columns))})"
        # FAIL: a failure ends the transaction anyway, and a statement that may fail halfway keeps no journal
        insert = f'INSERT OR FAIL INTO "{table.name}" ({names}) VALUES '  # noqa: S608 - names of our own
        together = _PARAMETERS // len(columns)
        whole = len(rows) - len(rows) % together
        full = (tuple(chain(*rows[first : first + together])) for first in range(0, whole, together))
        driver.executemany(insert + ", ".join([place] * together), full)
        driver.executemany(insert + place, rows[whole:])

    def stored(self, moment: datetime) -> Any:
        """A moment as `load` writes it; the same as `UtcTime` does."""
        if self.on_postgresql:
            return moment
        return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]

    def stored_day(self, day: date) -> Any:
        """A day as `load` writes it."""
        return day if self.on_postgresql else day.isoformat()

    def hold_captures(self) -> None:
        """Until the transaction ends, nobody else numbers events; on SQLite the transaction is that lock."""
        if self.on_postgresql:
            self._connection.execute(select(func.pg_advisory_xact_lock(_CAPTURE_LOCK)))

    @contextmanager
    def beside(
        self, name: str, columns: Sequence[Column[Any]], rows: Iterable[tuple[Any, ...]] = ()
    ) -> Iterator[Table]:
        """A temporary table with these rows, each in the order of the columns, while the context lasts.

        A transaction that fails takes the table with it.
        """
        own = (Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable) for c in columns)
        table = Table(name, MetaData(), *own, prefixes=["TEMPORARY"])
        table.create(self._connection)
        self.load(table, [column.name for column in columns], list(rows))
        yield table
        table.drop(self._connection)

    def alone(self, *tables: Table) -> None:
        """Until the transaction ends nobody else writes to these tables, and all that others wrote is seen.

        On SQLite the transaction itself is that lock.
        """
        if self.on_postgresql:
            names = ", ".join(table.name for table in tables)
            self._connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))

    @contextmanager
    def by_index(self) -> Iterator[None]:
        """Within, a statement walks indexes from the few rows that it is given, and is planned once.

        PostgreSQL takes every list for a hundred rows and would read whole tables, or compile what takes a
        millisecond; SQLite walks indexes anyhow. One within another changes nothing.
        """
        if self._walks or not self.on_postgresql:
            yield
            return
        self._connection.execute(_WALK)
        self._walks = True
        yield
        self._walks = False
        self._connection.execute(_PLAN)

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return int(self.scalar(select(func.count()).select_from(table)))

    def hold_journal(self) -> None:
        """Until the transaction ends, nobody else numbers entries: chains and sequences get no gaps.

        On SQLite the transaction itself is that lock.
        """
        if self.on_postgresql:
            self._connection.execute(select(func.pg_advisory_xact_lock(_JOURNAL_LOCK)))


def spelled(*words: str) -> list[ColumnElement[str]]:
    """Words of our own as a statement spells them out: parameters of a list cost its text each time."""
    return [literal_column(f"'{word}'", String) for word in words]


def table_of(row: type[Row]) -> Table:
    """The table behind a SQLModel class."""
    return row.metadata.tables[str(row.__tablename__)]


def columns_of(table: Table, value: type[Any]) -> list[Column[Any]]:
    """The columns that are fields of a frozen value, in the value's order."""
    return [table.c[field.name] for field in fields(value)]


def flat(value: Any) -> Values:
    """A frozen value as a row: its fields by name, an enumeration as its text."""
    row = {name: getattr(value, name) for name in value.__slots__}
    return {name: item.value if isinstance(item, Enum) else item for name, item in row.items()}


def insert_new(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no key, ignore the rest; returns how many were new."""
    return tx.write(_insert(tx, table).on_conflict_do_nothing(), rows)


def upsert(
    tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Iterable[str] = (), digest: str = ""
) -> int:
    """Insert rows, or update those whose primary key is known; returns how many were new or changed.

    `keep` names columns that an update leaves as they are; with `digest`, a row whose column of that name is
    the same is left alone altogether.
    """
    if not rows:
        return 0
    key = [column.name for column in table.primary_key]
    insert = _insert(tx, table)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in {*key, *keep}}
    where = table.c[digest] != insert.excluded[digest] if digest else None
    return tx.write(insert.on_conflict_do_update(index_elements=key, set_=changed, where=where), rows)


def locked(tx: Tx, statement: Select[Any]) -> Select[Any]:
    """The same query, its rows locked until the end of a transaction that writes (PostgreSQL)."""
    return statement.with_for_update(key_share=True) if tx.writes else statement


def chunks(items: Iterable[T], *, size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`: what one statement can carry."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _insert(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if tx.on_postgresql else sqlite.insert(table)
