"""A logistics partner's server: it quarantines and fetches stock, takes buyers' parcels, and disposes.

Run: python -m connectors.sandbox.logistics --db FILE --issuer URL --key TOKEN --engine-key KEY
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.sandbox import agenda
from connectors.sandbox.agenda import Done, Item, statement
from connectors.sandbox.database import rows
from connectors.sandbox.doors import Problem, answer, body_of, build, json_of, serve
from connectors.sandbox.engine import Engine
from connectors.sandbox.participant import Participant
from connectors.sandbox.process import arguments

CAPABILITIES: dict[str, Any] = {
    "classes": ["A", "E"],
    "trace_level": "lot",
    "contact_modes": [],
    "history_days": None,
    "exact_total": True,
    "immutable_sort_key": True,
}
PARCEL_RESTS = timedelta(days=5)
"""A parcel waits so long before it is disposed of, that its buyer's answer has reached everybody."""
QUIET = timedelta(days=16)
"""So long after the stock's disposal the partner looks whether all parcels are gone too."""


class LogisticsLife(Participant):
    """The partner's acts: collect at the sites, dispose of what was collected."""

    def __init__(self, *, db: Path, engine: Engine) -> None:
        super().__init__(db=db, engine=engine)
        self.handlers |= {"collect": self._collect, "dispose": self._dispose, "parcels": self._parcels}
        self.handlers["close"] = self._close

    def plan_task(self, tx: Any, task: Mapping[str, Any], now: datetime) -> None:
        """Stock is fetched after everybody has counted, and disposed of after it was fetched."""
        super().plan_task(tx, task, now)
        if task["duty"] == "retrieve":
            soon = self.hours(task["duty"], task.get("place"), "collect", low=72, high=110)
            agenda.plan(tx, self._item("collect", task, due=now + soon))
        if task["duty"] == "dispose":
            later = self.hours(task["duty"], task.get("place"), "dispose", low=200, high=260)
            agenda.plan(tx, self._item("dispose", task, due=now + later))
            agenda.plan(tx, self._item("close", task, due=now + later + QUIET))

    def take_parcel(self, document: Mapping[str, Any]) -> None:
        """A platform hands over what a buyer sent back; handed over twice is one parcel.

        It waits for a move of the clock to end: a day that is being disposed of takes no parcel more.
        """
        line, recall, platform = (str(document[name]) for name in ("line", "recall", "platform"))
        with self._moving, self.db.begin() as tx:
            day = (self.now + PARCEL_RESTS + timedelta(days=1)).date()
            tx.execute(
                "INSERT OR IGNORE INTO parcel VALUES (?, ?, ?, ?, ?, ?)",
                (line, recall, platform, int(document["units"]), str(document["code"]), day.isoformat()),
            )
            due = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
            body = {"recall": recall, "day": day.isoformat()}
            agenda.plan(tx, Item(key=f"parcels:{recall}:{day}", due=due, act="parcels", body=body))

    def _collect(self, item: Item, at: datetime) -> Done:
        """Fetches the affected stock everywhere it stands; one count may be false."""
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        stock = self.affected_stock(task, place=task.get("place"))
        return Done(
            item=item, statements=self.per_lot(task, stock, outcome="collected", column="says", at=at)
        )

    def _dispose(self, item: Item, at: datetime) -> Done:
        """Disposes of the stock; goods whose count is in doubt are kept until a person has settled it."""
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        stock = [row for row in self.affected_stock(task) if row["units"] == row["says"]]
        said = self.per_lot(task, stock, outcome="disposed", column="units", at=at)
        return Done(item=item, statements=tuple({**one, "final": False} for one in said))

    def _parcels(self, item: Item, at: datetime) -> Done:
        """Disposes of a day's parcels: what buyers sent back and has rested."""
        recall, day = item.body["recall"], item.body["day"]
        with self.db.read() as tx:
            parcels = rows(tx, "SELECT units FROM parcel WHERE recall = ? AND day = ?", recall, day)
        said = statement(
            recall=recall,
            key=item.key,
            outcome="disposed",
            units=sum(parcel["units"] for parcel in parcels),
            at=at,
            task=self._disposal_task(recall),
            final=False,
            evidence={"parcels": str(len(parcels)), "day": day},
        )
        return Done(item=item, statements=(said,))

    def _close(self, item: Item, at: datetime) -> Done | None:
        """The disposal is complete when no parcel is waiting; what was in doubt has been settled by then."""
        task = self.open_task(item.body["task"])
        if not task:
            return Done(item=item)
        with self.db.read() as tx:
            waiting = rows(tx, "SELECT key FROM agenda WHERE act = 'parcels' AND done = 0 LIMIT 1")
        if waiting:
            return None
        doubtful = [row for row in self.affected_stock(task) if row["units"] != row["says"] and row["units"]]
        said = self.per_lot(task, doubtful, outcome="disposed", column="units", at=at) if doubtful else ()
        closing = self.of_task(task, outcome="disposed", units=0, at=at)
        closed = {**closing, "key": f"{task['id']}:complete"}
        return Done(item=item, statements=(*({**one, "final": False} for one in said), closed))

    def _disposal_task(self, recall: str) -> str | None:
        with self.db.read() as tx:
            tasks: Sequence[Mapping[str, Any]] = rows(
                tx, "SELECT id FROM task WHERE recall = ? AND duty = 'dispose' ORDER BY id DESC", recall
            )
        return str(tasks[0]["id"]) if tasks else None


def application(life: LogisticsLife, *, token: str) -> FastAPI:
    """The partner's doors: the common ones, and one where platforms hand parcels over."""
    app = build(life, token=token, role="logistics", capabilities=CAPABILITIES)

    @app.post("/sandbox/parcels")
    async def parcels(request: Request) -> Response:
        document = json_of(await body_of(request))
        missing = {"line", "recall", "platform", "units", "code"} - document.keys()
        if missing:
            raise Problem(422, "Cannot read the parcel", f"missing: {', '.join(sorted(missing))}")
        await run_in_threadpool(life.take_parcel, document)
        return answer({"accepted": True}, status=202)

    return app


def main() -> None:
    """Serves the logistics partner."""
    given = arguments("The logistics partner of the sandbox").parse_args()
    life = LogisticsLife(db=given.db, engine=Engine(base=given.issuer, key=given.engine_key))
    serve(application(life, token=given.key), port=given.port, parent=given.parent)


if __name__ == "__main__":
    main()
