"""The database: one transaction a step on SQLite or PostgreSQL, and its schema brought up to date.

SQLite: write-ahead log, synchronous=FULL, one writer at a time from the first statement on (BEGIN IMMEDIATE),
deleted content overwritten, the file readable by its owner only.
PostgreSQL: psycopg 3; READ COMMITTED for writers, one snapshot for readers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

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
_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}
_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Store:
    """A database of the engine, by its SQLAlchemy URL (`sqlite:///…` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet, but makes the folder and the file of a SQLite database."""
        parsed = make_url(url)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = _sqlite(parsed) if self._is_sqlite else _postgresql(parsed)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """One transaction: all of it is kept when the block ends, nothing of it when the block raises."""
        with self._engine.begin() as connection:
            yield Tx(connection, writes=True)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One moment to read from; it waits for no writer and can change nothing."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(**self._reading())
            with connection.begin():
                yield Tx(connection, writes=False)

    @contextmanager
    def trial(self) -> Iterator[Tx]:
        """One moment to read from with temporary tables beside it; it waits for no writer, and nothing of it
        is kept."""
        with self._engine.connect() as plain:
            options = {"reads_only": True, "beside": True} if self._is_sqlite else _SNAPSHOT
            with plain.execution_options(**options).begin() as transaction:
                yield Tx(plain, writes=False)
                transaction.rollback()

    def _reading(self) -> dict[str, Any]:
        if self._is_sqlite:
            return {"reads_only": True}
        return _SNAPSHOT | {"postgresql_readonly": True}

    def upgrade(self) -> None:
        """Bring the schema to the newest revision; done twice is done once."""
        with self._engine.begin() as connection:
            if not self._is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
            migrations.upgrade(connection)

    def revisions(self) -> tuple[str | None, str | None]:
        """The revision of the schema (None: there is none yet), and the newest that is known."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(**self._reading())
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


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"), json_serializer=_to_json, pool_pre_ping=True
    )


def _sqlite(url: URL) -> Engine:
    if not url.database:
        raise ValueError("A SQLite database needs a file: sqlite:///path/to/recall.db")
    _make_file(Path(url.database))
    engine = create_engine(url, json_serializer=_to_json)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    """An empty file that only its owner may read: the tokens of partners stand in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own; `_begin` does
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    reads_only, beside = options.get("reads_only", False), options.get("beside", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reads_only and not beside)}")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
