"""A participant: what a platform and a logistics partner have in common.

It holds its books in one file, hears of tasks by its inbox and by asking the engine, does what is due when
its clock is moved, and tells what it did to whoever shows its token.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox import agenda
from connectors.sandbox.agenda import Done, Item, statement
from connectors.sandbox.behaviour import delay
from connectors.sandbox.database import Database, meta, rows, set_meta
from connectors.sandbox.engine import Away, Engine, Refused
from connectors.sandbox.trust import Issuer

Handler = Callable[[Item, datetime], Done | None]
"""Does one act at a time of day: what came of it, or None when it must wait."""
OPEN = frozenset({"issued", "acknowledged", "overdue"})


class Participant:
    """A participant's life; the subclasses add their acts to `handlers` and their plans to `plan_task`."""

    def __init__(self, *, db: Path, engine: Engine) -> None:
        self.db = Database(db)
        self.engine = engine
        self.issuer = Issuer(fetch=engine.issuer)
        self._moving = threading.Lock()
        with self.db.read() as tx:
            self.key, self.name, self.seed = (meta(tx, name) for name in ("key", "name", "seed"))
            self._now = meta(tx, "now")
            self._down = meta(tx, "down_from"), meta(tx, "down_until")
        self.handlers: dict[str, Handler] = {
            "acknowledge": self._acknowledge,
            "count": self._count,
            "report": self._report,
        }
        """What is done for each kind of act, in the order in which a move of the clock does them."""

    @property
    def now(self) -> datetime:
        """The participant's day: where its clock was moved to, or the real time when it never was."""
        return datetime.fromisoformat(self._now) if self._now else datetime.now(UTC)

    @property
    def is_down(self) -> bool:
        """Whether its server is out of order today."""
        start, end = self._down
        return bool(start and end) and datetime.fromisoformat(start) <= self.now < datetime.fromisoformat(end)

    def hours(self, *about: object, low: float, high: float) -> timedelta:
        """How long something takes: seeded by what it is about, never by the names that a run gives."""
        return delay(self.seed, self.key, *about, low=low, high=high)

    def hear(self, message_id: str, document: Mapping[str, Any]) -> None:
        """Keeps a message of the engine; one that came before is one."""
        with self.db.begin() as tx:
            self._keep_message(tx, message_id, document)

    def move(self, now: datetime) -> dict[str, Any]:
        """Moves the clock (never back) and does what is due: `{"now", "did", "engine"}`."""
        with self._moving:
            before = self.now if self._now else now
            moment = max(now, before)
            self._now = agenda.stamp(moment)
            with self.db.begin() as tx:
                set_meta(tx, "now", self._now)
            if self.is_down:
                return {"now": self._now, "did": 0, "engine": "not asked"}
            reached = self._ask_engine(moment)
            did = self._do_what_is_due(before=before, now=moment)
            return {"now": self._now, "did": did, "engine": "reached" if reached else "away"}

    def plan_task(self, tx: sqlite3.Connection, task: Mapping[str, Any], now: datetime) -> None:
        """Plans what a task asks for: to accept it, and for the duties that both kinds of partner have."""
        soon = self.hours(task["duty"], task.get("place"), "accept", low=1, high=5)
        agenda.plan(tx, self._item("acknowledge", task, due=now + soon))
        if task["duty"] == "quarantine":
            agenda.plan(
                tx,
                self._item(
                    "count",
                    task,
                    due=now + self.hours(task["duty"], task.get("place"), "count", low=4, high=20),
                ),
            )
        if task["duty"] == "report":
            agenda.plan(
                tx,
                self._item(
                    "report",
                    task,
                    due=now + self.hours(task["duty"], task.get("place"), "report", low=20, high=60),
                ),
            )

    def wake(self, tx: sqlite3.Connection, now: datetime) -> None:
        """Gives sleeping acts their day; nothing sleeps here by default."""

    def open_task(self, task_id: str) -> Mapping[str, Any] | None:
        """A task that is still to be done, as the engine told it last."""
        with self.db.read() as tx:
            found = rows(tx, "SELECT body FROM task WHERE id = ?", task_id)
        task = json.loads(found[0]["body"]) if found else None
        return task if task and task.get("state", "issued") in OPEN else None

    def affected_stock(self, task: Mapping[str, Any], *, place: str | None = None) -> list[dict[str, Any]]:
        """What stands (at one place) of the lots that a task names."""
        named = {(part["gtin"], lot) for part in task.get("affected", ()) for lot in part.get("lots", ())}
        with self.db.read() as tx:
            stock = rows(tx, "SELECT * FROM stock ORDER BY site, gtin, lot")
        return [
            row for row in stock if (row["gtin"], row["lot"]) in named and (not place or row["site"] == place)
        ]

    def statements(self, *, recall: str, after: int, limit: int) -> list[dict[str, Any]]:
        """What was done in a recall since a sequence number, each with its `seq`."""
        with self.db.read() as tx:
            found = rows(
                tx,
                "SELECT seq, body FROM confirmation WHERE recall = ? AND seq > ? ORDER BY seq LIMIT ?",
                recall,
                after,
                limit,
            )
        return [{"seq": row["seq"], **json.loads(row["body"])} for row in found]

    def _item(self, act: str, task: Mapping[str, Any], *, due: datetime) -> Item:
        body = {"task": task["id"], "recall": task["recall"]}
        return Item(key=f"{act}:{task['id']}", due=due, act=act, body=body)

    def _keep_message(self, tx: sqlite3.Connection, message_id: str, document: Mapping[str, Any]) -> None:
        tx.execute(
            "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)",
            (message_id, str(document.get("type", "")), json.dumps(dict(document))),
        )

    def _ask_engine(self, now: datetime) -> bool:
        """Reads tasks and events; whether the engine could be reached."""
        try:
            with self.db.read() as tx:
                after = int(meta(tx, "events_after", "0"))
            events = self.engine.events(after=after)
            tasks = [task | self._details(task) for task in self.engine.tasks()]
        except (Away, Refused):
            return False
        with self.db.begin() as tx:
            for event in events:
                self._keep_message(tx, f"event-{event['seq']}", event)
                set_meta(tx, "events_after", str(event["seq"]))
            for task in tasks:
                self._keep_task(tx, task, now)
            self.wake(tx, now)
        return True

    def _details(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The task's document when its lots are needed and not known yet."""
        if task.get("state", "issued") not in OPEN or task.get("affected"):
            return {}
        with self.db.read() as tx:
            known = rows(tx, "SELECT body FROM task WHERE id = ?", task["id"])
        if known:
            return {"affected": json.loads(known[0]["body"]).get("affected", [])}
        return {name: value for name, value in self.engine.task(task["id"]).items() if name not in task}

    def _keep_task(self, tx: sqlite3.Connection, task: Mapping[str, Any], now: datetime) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?)",
            (task["id"], task["recall"], task["duty"], json.dumps(task)),
        )
        if task.get("state", "issued") in OPEN:
            self.plan_task(tx, task, now)

    def _do_what_is_due(self, *, before: datetime, now: datetime) -> int:
        """Every kind of act in turn; what the engine's absence prevents stays on the agenda."""
        did = 0
        for act, handler in self.handlers.items():
            with self.db.read() as tx:
                items = list(agenda.due(tx, act=act, now=now))
            if items:
                did += self._do(items, handler=handler, before=before)
        return did

    def _do(self, items: Sequence[Item], *, handler: Handler, before: datetime) -> int:
        """Does acts of one kind, recording them in chunks; ends at the first that finds nobody there."""
        done: list[Done] = []
        did = 0
        for item in items:
            try:
                result = handler(item, max(item.due, before))
            except Away:
                break
            except Refused:
                result = Done(item=item)
            if result:
                done.append(result)
            if len(done) == agenda.CHUNK:
                did += self._record(done)
                done = []
        return did + self._record(done)

    def _record(self, done: Sequence[Done]) -> int:
        if done:
            with self.db.begin() as tx:
                for result in done:
                    agenda.record(tx, result)
        return len(done)

    def _acknowledge(self, item: Item, _: datetime) -> Done:
        if self.open_task(item.body["task"]):
            self.engine.acknowledge(item.body["task"])
        return Done(item=item)

    def _count(self, item: Item, at: datetime) -> Done:
        """Counts and locks away the affected stock at the task's site: one statement a lot."""
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        stock = self.affected_stock(task, place=task.get("place"))
        return Done(
            item=item, statements=self.per_lot(task, stock, outcome="quarantined", column="units", at=at)
        )

    def per_lot(
        self,
        task: Mapping[str, Any],
        stock: Sequence[Mapping[str, Any]],
        *,
        outcome: str,
        column: str,
        at: datetime,
    ) -> tuple[dict[str, Any], ...]:
        """One statement a lot at a site; the last one says that the task is done."""
        if not stock:
            return (self.of_task(task, outcome=outcome, units=0, at=at),)
        return tuple(
            statement(
                recall=task["recall"],
                key=f"{task['id']}:{outcome}:{row['site']}:{row['gtin']}:{row['lot']}",
                outcome=outcome,
                units=row[column],
                at=at,
                task=task["id"],
                gtin=row["gtin"],
                lot=row["lot"],
                place=row["site"],
                seller=task.get("seller"),
                final=row is stock[-1],
            )
            for row in stock
        )

    def of_task(
        self,
        task: Mapping[str, Any],
        *,
        outcome: str,
        units: int,
        at: datetime,
        evidence: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The statement that a task is done."""
        return statement(
            recall=task["recall"],
            key=f"{task['id']}:{outcome}",
            outcome=outcome,
            units=units,
            at=at,
            task=task["id"],
            place=task.get("place") or None,
            seller=task.get("seller"),
            evidence=evidence,
        )

    def _report(self, item: Item, at: datetime) -> Done:
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        with self.db.read() as tx:
            said = tx.execute(
                "SELECT count(*) FROM confirmation WHERE recall = ?", (task["recall"],)
            ).fetchone()[0]
        evidence = {"statements": str(said)}
        report = self.of_task(task, outcome="reported", units=task.get("units", 0), at=at, evidence=evidence)
        return Done(item=item, statements=(report,))
