"""The participants' databases: one SQLite file each, written by the generator, lived in by the server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_COMMON = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stock(site TEXT, gtin TEXT, lot TEXT, units INTEGER NOT NULL, says INTEGER NOT NULL,
    PRIMARY KEY (site, gtin, lot)) WITHOUT ROWID;
CREATE TABLE inbox(id TEXT PRIMARY KEY, type TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE task(id TEXT PRIMARY KEY, recall TEXT NOT NULL, duty TEXT NOT NULL, body TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE agenda(key TEXT PRIMARY KEY, due TEXT NOT NULL, act TEXT NOT NULL, body TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX agenda_due ON agenda(done, due);
CREATE TABLE confirmation(seq INTEGER PRIMARY KEY, recall TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL);
"""
_PLATFORM = """
CREATE TABLE seller(ref TEXT PRIMARY KEY, name TEXT NOT NULL, site TEXT, late INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE listing(ref TEXT PRIMARY KEY, gtin TEXT NOT NULL, seller TEXT NOT NULL, title TEXT NOT NULL,
    on_sale INTEGER NOT NULL DEFAULT 1, answer TEXT) WITHOUT ROWID;
CREATE TABLE line(id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, listing TEXT NOT NULL,
    seller TEXT NOT NULL, gtin TEXT NOT NULL, lot TEXT, serial TEXT, units INTEGER NOT NULL,
    sold_at TEXT NOT NULL, shipped_at TEXT, ship_from TEXT, region TEXT);
CREATE INDEX line_gtin ON line(gtin, id);
CREATE TABLE buyer(line TEXT PRIMARY KEY, email TEXT NOT NULL, language TEXT NOT NULL, answer TEXT,
    after_hours REAL NOT NULL, needs INTEGER NOT NULL, by_page INTEGER NOT NULL, code TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE request(key TEXT PRIMARY KEY, recall TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL,
    digest TEXT NOT NULL, texts TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mail(id INTEGER PRIMARY KEY, request TEXT NOT NULL, line TEXT NOT NULL, link TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, UNIQUE (request, line));
CREATE TABLE stop(key TEXT PRIMARY KEY, digest TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX mail_state ON mail(state, id);
CREATE INDEX mail_line ON mail(line);
CREATE TABLE receipt(seq INTEGER PRIMARY KEY, recall TEXT NOT NULL, line TEXT NOT NULL, kind TEXT NOT NULL,
    result TEXT NOT NULL, at TEXT NOT NULL);
"""
_LOGISTICS = """
CREATE TABLE parcel(line TEXT PRIMARY KEY, recall TEXT NOT NULL, platform TEXT NOT NULL,
    units INTEGER NOT NULL, code TEXT NOT NULL, day TEXT NOT NULL) WITHOUT ROWID;
"""
KINDS = {"platform": _COMMON + _PLATFORM, "logistics": _COMMON + _LOGISTICS}


def create(path: Path, *, kind: str, meta: Mapping[str, str]) -> sqlite3.Connection:
    """A new database of a `platform` or a `logistics` partner; an old file in its place is removed."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(f"PRAGMA synchronous=OFF; {KINDS[kind]}")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
    return connection


class OtherRequest(Exception):
    """The same idempotency key came with another request."""


class Database:
    """A participant's file: a connection a thread, WAL, one transaction a `with`."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"No market database at {path}: make the market first")
        self.path = path
        with self.begin() as tx:
            tx.execute("SELECT 1 FROM meta")

    def open(self) -> sqlite3.Connection:
        """A connection in WAL, rows by name, transactions by hand."""
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    @contextmanager
    def begin(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing."""
        connection = self.open()
        try:
            with write(connection):
                yield connection
        finally:
            connection.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A look at one moment's state."""
        connection = self.open()
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def write(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction on an open connection."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def meta(connection: sqlite3.Connection, key: str, default: str = "") -> str:
    """A setting of the participant."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else default


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Remembers a setting."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def rows(connection: sqlite3.Connection, query: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    return [dict(row) for row in connection.execute(query, values)]
