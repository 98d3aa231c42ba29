"""The agenda: what a participant will do and when, kept in its database so that a restart forgets nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due when something wakes it."""
CHUNK = 200
"""Acts that are recorded in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An act on the agenda; its key makes it one, however often it is planned."""

    key: str
    due: datetime
    act: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act that was done: the statements it makes, and what it plans next."""

    item: Item
    statements: tuple[Mapping[str, Any], ...] = ()
    plans: tuple[Item, ...] = ()


def stamp(at: datetime) -> str:
    """A time as the agenda compares it: UTC, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def plan(tx: sqlite3.Connection, item: Item) -> None:
    """Puts an act on the agenda, unless it stands there or was done."""
    tx.execute(
        "INSERT OR IGNORE INTO agenda(key, due, act, body) VALUES (?, ?, ?, ?)",
        (item.key, stamp(item.due), item.act, json.dumps(dict(item.body))),
    )


def wake(tx: sqlite3.Connection, *, key: str, due: datetime) -> None:
    """Gives a sleeping act its day."""
    tx.execute(
        "UPDATE agenda SET due = ? WHERE key = ? AND done = 0 AND due = ?", (stamp(due), key, stamp(NEVER))
    )


def due(tx: sqlite3.Connection, *, act: str, now: datetime) -> Iterator[Item]:
    """The acts of one kind whose day has come, oldest first."""
    rows = tx.execute(
        "SELECT * FROM agenda WHERE done = 0 AND due <= ? AND act = ? ORDER BY due, key", (stamp(now), act)
    )
    for row in rows.fetchall():
        yield Item(
            key=row["key"],
            due=datetime.fromisoformat(row["due"]),
            act=row["act"],
            body=json.loads(row["body"]),
        )


def record(tx: sqlite3.Connection, done: Done) -> None:
    """Strikes an act off and keeps what it said and planned."""
    tx.execute("UPDATE agenda SET done = 1 WHERE key = ?", (done.item.key,))
    for statement in done.statements:
        tx.execute(
            "INSERT OR IGNORE INTO confirmation(recall, key, body) VALUES (?, ?, ?)",
            (statement["recall"], statement["key"], json.dumps(dict(statement), ensure_ascii=False)),
        )
    for item in done.plans:
        plan(tx, item)


def statement(
    *,
    recall: str,
    key: str,
    outcome: str,
    units: int,
    at: datetime,
    task: str | None = None,
    line: str | None = None,
    gtin: str | None = None,
    lot: str | None = None,
    place: str | None = None,
    seller: str | None = None,
    final: bool = True,
    evidence: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A confirmation document of the protocol; `recall` says in which recall it is given out."""
    return {
        "recall": recall,
        "key": key,
        "task": task,
        "outcome": outcome,
        "units": units,
        "line": line,
        "gtin": gtin,
        "lot": lot,
        "place": place,
        "seller": seller,
        "final": final,
        "at": stamp(at),
        "evidence": dict(evidence or {}),
    }
