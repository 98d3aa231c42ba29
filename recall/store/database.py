"""The database: one transaction a step on SQLite or PostgreSQL, and its schema brought up to date.

SQLite: write-ahead log, synchronous=FULL, one writer at a time from the first statement on (BEGIN IMMEDIATE),
deleted content overwritten, the file readable by its owner only.
PostgreSQL: psycopg 3; READ COMMITTED for writers, one snapshot for readers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

from recall.store import audit, ledger, migrations
from recall.store.sql import Tx

__all__ = ["Store", "Tx"]

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 15000",
    "foreign_keys = ON",
    "cache_size = -65536",  # 64 MB
    "wal_autocheckpoint = 16000",  # pages: a bulk of events is not copied into the file at every commit
    "secure_delete = ON",
)


class _Kind(NamedTuple):
    """A kind of SQLite connection.

    Each has its own pool: a PRAGMA makes SQLite forget every statement that a connection has prepared.
    """

    pragma: str
    begin: str


_WRITER, _READER = _Kind("query_only = 0", "BEGIN IMMEDIATE"), _Kind("query_only = 1", "BEGIN")
_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}
_PREPARED = 200
"""Statements whose plans a connection to PostgreSQL keeps, from their second execution on: a trace has 50."""
_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Store:
    """A database of the engine, by its SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet, but makes the folder and the file of a SQLite database."""
        parsed = make_url(url)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = _sqlite(parsed, _WRITER) if self._is_sqlite else _postgresql(parsed)
        self._reader = (
            _sqlite(parsed, _READER) if self._is_sqlite
            else self._engine.execution_options(**_SNAPSHOT, postgresql_readonly=True)
        )  # fmt: skip

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """One transaction: all of it is kept when the block ends, nothing of it when the block raises."""
        with self._engine.begin() as connection:
            yield Tx(connection, writes=True)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One moment to read from; it waits for no writer and can change nothing."""
        with self._reader.begin() as connection:
            yield Tx(connection, writes=False)

    @contextmanager
    def trial(self) -> Iterator[Tx]:
        """One moment to read from with temporary tables beside it; it waits for no writer, and nothing of it
        is kept."""
        with self._engine.connect() as plain:
            options = {"begins": _READER.begin} if self._is_sqlite else _SNAPSHOT
            with plain.execution_options(**options).begin() as transaction:
                yield Tx(plain, writes=False)
                transaction.rollback()

    def upgrade(self) -> None:
        """Bring the schema to the newest revision; done twice is done once."""
        with self._engine.begin() as connection:
            if not self._is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
            migrations.upgrade(connection)

    def revisions(self) -> tuple[str | None, str | None]:
        """The revision of the schema (None: there is none yet), and the newest that is known."""
        with self._reader.connect() as connection:
            return migrations.current(connection), migrations.newest()

    def check(self) -> tuple[str, ...]:
        """What is wrong with the database, as sentences; nothing: it is sound.

        Looks at the revision, the audit chain, the ledger, and on SQLite at the file itself.
        """
        with self.read() as tx, self._engine.connect() as connection:
            behind = migrations.behind(connection)
            if behind:
                return (behind,)
            file = connection.execute(text("PRAGMA integrity_check")).scalars() if self._is_sqlite else ()
            problems = [f"The file is damaged: {line}" for line in file if line != "ok"]
            broken = audit.verify(tx)
            if broken is not None:
                problems.append(f"The audit chain is broken at entry {broken}")
            unbalanced = ledger.out_of_balance(tx)
            if unbalanced:
                problems.append(
                    f"{len(unbalanced)} holdings are out of balance, the first is {unbalanced[0]}"
                )
            return tuple(problems)

    def close(self) -> None:
        """Let every connection go."""
        self._engine.dispose()
        self._reader.dispose()


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), json_serializer=_to_json, pool_pre_ping=True,
        connect_args={"prepare_threshold": 1},
    )  # fmt: skip
    event.listen(engine, "connect", _keep_plans)
    return engine


def _keep_plans(connection: Any, _record: object) -> None:
    connection.prepared_max = _PREPARED


def _sqlite(url: URL, kind: _Kind) -> Engine:
    if not url.database:
        raise ValueError("A SQLite database needs a file: sqlite:///path/to/recall.db")
    _make_file(Path(url.database))
    engine = create_engine(url, json_serializer=_to_json)
    event.listen(engine, "connect", partial(_prepare, (*_PRAGMAS, kind.pragma)))
    event.listen(engine, "begin", partial(_begin, kind.begin))
    return engine


def _make_file(path: Path) -> None:
    """An empty file that only its owner may read: the tokens of partners stand in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _prepare(pragmas: Iterable[str], connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own; "begin" does
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begin(usual: str, connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begins", usual))
