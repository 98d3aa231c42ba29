"""A PostgreSQL cluster for one test process: started in a temporary folder, clean databases on request."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.scratch import memory
from tools.postgres import ABSENT, find_postgres

INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
POSTGRES = ("--fsync=off", "--synchronous_commit=off", "--full_page_writes=off", "--listen_addresses=")
FILE_BY_FILE = sql.SQL("STRATEGY FILE_COPY")  # half the time of the usual way, through the log
PATIENCE = 60.0  # seconds for a server to come up on a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server: `url` is its maintenance database, in SQLAlchemy's form for psycopg 3."""

    url: URL

    def create(self, *, template: str | None = None) -> str:
        """A database of its own, as a URL: empty, or a copy (0.1 s) of the database that `template` names.

        `template` is the URL that an earlier `create` gave; nobody may be connected to it.
        """
        name = f"t_{uuid.uuid4().hex[:16]}"
        source = make_url(template).database if template else "template0"
        assert source, "a template has a name"
        with connect(self.url) as connection:
            how = FILE_BY_FILE if connection.info.server_version >= 150_000 else sql.SQL("")
            words = sql.SQL("CREATE DATABASE {} TEMPLATE {} {}")
            connection.execute(words.format(sql.Identifier(name), sql.Identifier(source), how))
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Takes the database away, whoever is still connected."""
        name = make_url(url).database
        assert name, "a database has a name"
        with connect(self.url) as connection:
            words = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(words.format(sql.Identifier(name)))


def connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    """A plain psycopg connection to the address that SQLAlchemy's URL means."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


@contextmanager
def running_cluster() -> Iterator[Cluster | None]:
    """The server that RECALL_TEST_POSTGRES names, or one of our own while the context lasts, or nothing."""
    named = os.environ.get("RECALL_TEST_POSTGRES")
    binaries = find_postgres()
    if named:
        yield Cluster(url=make_url(named).set(drivername="postgresql+psycopg"))
    elif binaries:
        with own_cluster(binaries) as cluster:
            yield cluster
    else:
        yield None


@contextmanager
def durable_cluster() -> Iterator[Cluster]:
    """The server for benchmarks of what is written: as PostgreSQL comes, so that a commit is on the disk."""
    binaries = find_postgres()
    if binaries is None:
        raise RuntimeError(ABSENT)
    with own_cluster(binaries, flags=("--listen_addresses=",), folder="/tmp") as cluster:
        yield cluster


@contextmanager
def own_cluster(
    binaries: Path, *, flags: Sequence[str] = POSTGRES, folder: str | None = None
) -> Iterator[Cluster]:
    """A server on a unix socket in a short path; as a rule without the cost of durability, in memory."""
    home = Path(tempfile.mkdtemp(prefix="rpg-", dir=folder or memory() or "/tmp"))
    try:
        account = server_account(home)
        folder = reachable(binaries, home=home)
        data = home / "data"
        with (home / "log").open("wb") as log:
            start = partial(subprocess.Popen, cwd=home, stdout=log, stderr=log, **account)
            if start([folder / "initdb", "-D", data, *INITDB]).wait():
                raise RuntimeError(failure(home))
            server = start([folder / "postgres", "-D", data, "-k", home, *flags])
        try:
            yield when_ready(home, server)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def server_account(home: Path) -> dict[str, Any]:
    """How to start the server's programs: PostgreSQL refuses root, who hands `home` to another account."""
    if os.geteuid() != 0:
        return {}
    entry = next(entry for entry in map(account_named, ("postgres", "nobody")) if entry)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def account_named(name: str) -> pwd.struct_passwd | None:
    """The machine's account of this name, if it has one."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def reachable(binaries: Path, *, home: Path) -> Path:
    """The same programs where the server's account may start them: a copy when they stand in root's home."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (binaries, *binaries.parents)):
        return binaries
    package, site = binaries.parents[1], binaries.parents[2]
    for folder in (binaries.parent, site / f"{package.name}.libs"):  # its programs find their libraries so
        if folder.is_dir():
            shutil.copytree(folder, home / "server" / folder.relative_to(site), symlinks=True)
    return home / "server" / binaries.relative_to(site)


def when_ready(home: Path, server: subprocess.Popen[Any]) -> Cluster:
    """The cluster as soon as it answers; RuntimeError with its log where it ends or keeps silent."""
    cluster = Cluster(
        url=URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(home)})
    )
    for _ in range(int(PATIENCE / 0.1)):
        try:
            connect(cluster.url).close()
            return cluster
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(failure(home))


def failure(home: Path) -> str:
    """Why no server runs there: the end of its log."""
    return f"PostgreSQL did not start: {(home / 'log').read_text()[-2000:]}"
