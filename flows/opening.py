"""The door for commands: the settings, the house behind them, and files as a command line names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import typer
from pydantic import ValidationError

from connectors.feeds.address import bytes_at, is_address
from connectors.feeds.reader import read_notices
from flows.assembly import House, assemble
from flows.extracting import extracted
from recall.domain.notice import Notice
from recall.domain.recall import Recall
from recall.errors import InputRefused, NotFound, NoticeRefused, NotNow
from recall.runtime import Runtime
from recall.settings import Settings
from recall.store import recalls
from recall.store.database import Store, Tx

OPERATOR = "operator"
"""Who acts, and is named in the audit trail, where a command names nobody."""
_SQLITE = "sqlite:///"
_ADVICE = "Run: recall db upgrade"


def settings_of(context: typer.Context) -> Settings:
    """The settings of the environment, with the folder that the command line names. Raises InputRefused."""
    home = context.obj.home
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputRefused(
            f"The setting RECALL_{str(first['loc'][0]).upper()} cannot be read", value=str(first["input"]),
            expected=first["msg"].removeprefix("Input should be "), got=repr(first["input"]),
        ) from None  # fmt: skip


def open_house(context: typer.Context, *, create: bool = False) -> House:
    """The house with its database up to date; `create` makes both where there is nothing yet.

    Raises NotNow where the database is absent or behind, and says what to run.
    """
    settings = settings_of(context)
    if not create and not database_is_there(settings):
        raise NotNow("There is no database yet", value=settings.database, advice=_ADVICE)
    house = assemble(settings)
    bring_up(house.runtime.store, create=create)
    return house


def bring_up(store: Store, *, create: bool) -> None:
    """Let only a database that is up to date pass; an empty one is filled where `create` says so."""
    revision, newest = store.revisions()
    if revision is None and create:
        store.upgrade()
    elif revision != newest:
        found = f"revision {revision or 'none'}"
        raise NotNow(
            "The database is behind", value=revision, expected=f"revision {newest}", got=found,
            advice=_ADVICE,
        )  # fmt: skip


def database_is_there(settings: Settings) -> bool:
    """Whether a SQLite file stands where the settings say; a server answers for itself."""
    url = settings.database
    return not url.startswith(_SQLITE) or Path(url.removeprefix(_SQLITE)).exists()


def recall_named(tx: Tx, name: str) -> Recall:
    """The recall of that id or reference. Raises NotFound."""
    known = recalls.recall_by_reference(tx, reference=name)
    if known is not None:
        return known
    if not name.startswith("rcl_"):
        raise NotFound(
            f"There is no recall {name!r}", value=name, advice="`recall status` lists those that are known."
        )
    return recalls.recall(tx, recall_id=name)


def recall_id_of(runtime: Runtime, name: str) -> str:
    """The id of the recall of that id or reference. Raises NotFound."""
    with runtime.store.read() as tx:
        return recall_named(tx, name).id


def bytes_of(file: str) -> bytes:
    """The content of a file; `-` is standard input."""
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def content_of(context: typer.Context, place: str) -> bytes:
    """The content of a file, or of what stands at an address. Raises NotFound, TryLater, GiveUp."""
    if not is_address(place):
        return bytes_of(place)
    settings = settings_of(context)
    hosts = frozenset(settings.feed_hosts.split())
    return bytes_at(place, hosts=hosts, seconds=settings.partner_timeout)


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """A file to be read as a stream; `-` is standard input."""
    if file == "-":
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as source:
        yield source


def notices_in(raw: bytes, *, settings: Settings) -> tuple[Notice, ...]:
    """The notices of a file of any feed, one at least, for a draft: with what an extractor proposes.

    Raises NoticeRefused.
    """
    found = read_notices(raw, name="the file")
    if not found.notices:
        first = found.refused[0]
        raise NoticeRefused(f"No notice can be read: {first.reason.rstrip('.')}", where=first.where)
    return extracted(found.notices, settings=settings)


def name_of(file: str) -> str:
    """What messages call a file."""
    return "standard input" if file == "-" else file


def moment_of(text: str) -> datetime:
    """A time as a command is given it. Raises InputRefused without its offset from UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputRefused(
            f"Cannot read {text!r} as a time", value=text, expected="ISO 8601 with its offset from UTC",
            got="another", advice="Write it as 2025-07-01T00:00:00+08:00.",
        )  # fmt: skip
    return at
