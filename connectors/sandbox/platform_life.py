"""What a platform, its sellers and its buyers do about a recall, day by day."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox import agenda
from connectors.sandbox.agenda import NEVER, Done, Item, statement
from connectors.sandbox.database import rows
from connectors.sandbox.engine import Engine, answer_page, call
from connectors.sandbox.participant import Participant

OUTCOMES = {
    "return": ("returned", {"remedy": "return"}),
    "replace": ("returned", {"remedy": "replacement"}),
    "refund": ("refunded", {"remedy": "refund"}),
    "destroyed": ("destroyed", {}),
    "no_longer_have": ("no_longer_have", {}),
    "not_affected": ("not_affected", {}),
}
"""A buyer's answer as the platform states it."""
SENT_BACK = frozenset({"return", "replace", "refund"})


class PlatformLife(Participant):
    """A marketplace with its sellers (one of them late) and its buyers."""

    def __init__(
        self, *, db: Path, engine: Engine, logistics: str | None = None, logistics_key: str = ""
    ) -> None:
        """`logistics` is the base address of the partner that fetches buyers' parcels; None: nobody does."""
        super().__init__(db=db, engine=engine)
        self._logistics, self._logistics_key = logistics, logistics_key
        self.handlers |= {
            "stop": self._stop,
            "seller": self._seller,
            "told": self._told,
            "buyer": self._buyer,
            "parcel": self._parcel,
        }

    def stop_listing(self, tx: sqlite3.Connection, ref: str) -> dict[str, Any] | None:
        """Takes a listing off sale; done again it gives the first answer. None: there is no such listing."""
        found = rows(tx, "SELECT on_sale, answer FROM listing WHERE ref = ?", ref)
        if not found:
            return None
        if found[0]["answer"]:
            return dict(json.loads(found[0]["answer"]))
        before = "on_sale" if found[0]["on_sale"] else "stopped"
        answer = {"ref": ref, "before": before, "after": "stopped", "at": agenda.stamp(self.now)}
        tx.execute("UPDATE listing SET on_sale = 0, answer = ? WHERE ref = ?", (json.dumps(answer), ref))
        return answer

    def plan_task(self, tx: sqlite3.Connection, task: Mapping[str, Any], now: datetime) -> None:
        """The platform's own duties, and those of its sellers."""
        if not (task.get("seller") and self._is_late(tx, task["seller"])):
            super().plan_task(tx, task, now)
        if task.get("seller"):
            if task["duty"] == "stop_sale":
                self._plan_seller(tx, task, seller=task["seller"], now=now)
        elif task["duty"] == "stop_sale":
            soon = self.hours(task["duty"], task.get("place"), "stop", low=2, high=12)
            agenda.plan(tx, self._item("stop", task, due=now + soon))
            for seller in self._sellers(tx, task):
                self._plan_seller(tx, task, seller=seller, now=now)
        elif task["duty"] == "notify_buyers":
            agenda.plan(tx, self._item("told", task, due=now + timedelta(hours=1)))

    def wake(self, tx: sqlite3.Connection, now: datetime) -> None:
        """A late seller acts once its lateness was told to somebody above it."""
        tasks = [json.loads(row["body"]) for row in rows(tx, "SELECT body FROM task")]
        for task in tasks:
            if task.get("seller") and int(task.get("escalation") or 0) >= 100:
                self._wake_sellers(tx, recall=task["recall"], now=now)
        own = {task["id"] for task in tasks if not task.get("seller")}
        for row in rows(tx, "SELECT body FROM inbox WHERE type LIKE '%escalation%'"):
            data = json.loads(row["body"]).get("data", {})
            if data.get("task") not in own or data.get("seller"):
                self._wake_sellers(tx, recall=str(data.get("recall")), now=now)

    def _wake_sellers(self, tx: sqlite3.Connection, *, recall: str, now: datetime) -> None:
        for seller in rows(tx, "SELECT ref FROM seller WHERE late = 1"):
            due = now + self.hours(seller["ref"], "late", low=2, high=20)
            for version in rows(tx, "SELECT key FROM agenda WHERE act = 'seller' AND done = 0"):
                if version["key"].startswith(f"seller:{recall}:") and version["key"].endswith(seller["ref"]):
                    agenda.wake(tx, key=version["key"], due=due)

    def _sellers(self, tx: sqlite3.Connection, task: Mapping[str, Any]) -> list[str]:
        """The sellers that offer one of the task's trade items."""
        gtins = {part["gtin"] for part in task.get("affected", ())}
        offers = rows(tx, "SELECT DISTINCT seller, gtin FROM listing ORDER BY seller")
        return sorted({offer["seller"] for offer in offers if offer["gtin"] in gtins})

    def _is_late(self, tx: sqlite3.Connection, seller: str) -> bool:
        return bool(rows(tx, "SELECT 1 FROM seller WHERE ref = ? AND late = 1", seller))

    def _plan_seller(
        self, tx: sqlite3.Connection, task: Mapping[str, Any], *, seller: str, now: datetime
    ) -> None:
        due = now + self.hours(seller, "stop", low=3, high=20)
        body = {"recall": task["recall"], "version": task.get("version", 1), "seller": seller}
        agenda.plan(
            tx,
            Item(
                key=f"seller:{task['recall']}:{body['version']}:{seller}",
                due=NEVER if self._is_late(tx, seller) else due,
                act="seller",
                body=body,
            ),
        )

    def _stop(self, item: Item, at: datetime) -> Done:
        """The platform takes every listing of the trade items off sale that is still on."""
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        gtins = {part["gtin"] for part in task.get("affected", ())}
        with self.db.begin() as tx:
            listings = [row for row in rows(tx, "SELECT ref, gtin FROM listing") if row["gtin"] in gtins]
            for listing in listings:
                self.stop_listing(tx, listing["ref"])
        evidence = {"listings": str(len(listings))}
        stopped = self.of_task(task, outcome="delisted", units=task.get("units", 0), at=at, evidence=evidence)
        return Done(item=item, statements=(stopped,))

    def _seller(self, item: Item, at: datetime) -> Done:
        """A seller says that it sells no more, for its own task where the platform can see it."""
        recall, seller = item.body["recall"], item.body["seller"]
        with self.db.read() as tx:
            tasks = [
                json.loads(row["body"])
                for row in rows(tx, "SELECT body FROM task WHERE recall = ? AND duty = 'stop_sale'", recall)
            ]
        own = [
            t for t in tasks
            if (t.get("seller"), t.get("version", 1)) == (seller, item.body["version"])
        ]  # fmt: skip
        said = statement(
            recall=recall,
            key=item.key,
            outcome="delisted",
            units=own[0].get("units", 0) if own else 0,
            at=at,
            task=own[0]["id"] if own else None,
            seller=seller,
        )
        return Done(item=item, statements=(said,))

    def _told(self, item: Item, at: datetime) -> Done | None:
        """Notification is confirmed when every mail of the recall has left."""
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        with self.db.read() as tx:
            states = {
                row["state"]: row["n"]
                for row in rows(
                    tx,
                    "SELECT state, count(*) AS n FROM mail JOIN request ON request.key = mail.request"
                    " WHERE recall = ? GROUP BY state",
                    task["recall"],
                )
            }
        if not states or states.keys() & {"waiting", "sending"}:
            return None
        evidence = {"delivered": str(states.get("delivered", 0)), "bounced": str(states.get("bounced", 0))}
        told = self.of_task(task, outcome="notified", units=task.get("units", 0), at=at, evidence=evidence)
        return Done(item=item, statements=(told,))

    def _buyer(self, item: Item, at: datetime) -> Done:
        """A buyer answers: to the platform, or on its personal page; what is sent back becomes a parcel."""
        recall, line = item.body["recall"], item.body["line"]
        with self.db.read() as tx:
            plan = rows(
                tx, "SELECT buyer.*, units FROM buyer JOIN line ON line.ref = buyer.line WHERE line = ?", line
            )[0]
        plans = (self._parcel_of(item, plan, at),) if plan["answer"] in SENT_BACK and self._logistics else ()
        if plan["by_page"]:
            answer_page(item.body["link"], answer=plan["answer"], code=plan["code"])
            return Done(item=item, plans=plans)
        outcome, evidence = OUTCOMES[plan["answer"]]
        said = statement(
            recall=recall,
            key=item.key,
            outcome=outcome,
            units=plan["units"],
            at=at,
            line=line,
            evidence=evidence | _proof(plan),
        )
        return Done(item=item, statements=(said,), plans=plans)

    def _parcel_of(self, item: Item, plan: Mapping[str, Any], at: datetime) -> Item:
        recall, line = item.body["recall"], item.body["line"]
        body = {"recall": recall, "line": line, "units": plan["units"], "code": plan["code"]}
        due = at + self.hours(line, "parcel", low=24, high=72)
        return Item(key=f"parcel:{recall}:{line}", due=due, act="parcel", body=body)

    def _parcel(self, item: Item, _: datetime) -> Done:
        """A buyer's parcel is handed to the logistics partner."""
        body = json.dumps({"platform": self.key, **item.body}).encode()
        headers = {"authorization": f"Bearer {self._logistics_key}", "content-type": "application/json"}
        call(f"{self._logistics}/sandbox/parcels", body=body, headers=headers)
        return Done(item=item)


def _proof(plan: Mapping[str, Any]) -> dict[str, str]:
    """What a buyer shows: the code on the unit, or the picture of its remains."""
    if plan["answer"] == "destroyed":
        return {"photo": f"sha256:{hashlib.sha256(plan['line'].encode()).hexdigest()}"}
    return {} if plan["answer"] == "no_longer_have" else {"code": plan["code"]}
