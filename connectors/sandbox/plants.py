"""The plants: each makes one thing go wrong at a participant's doors, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from connectors.sandbox.planting import Answered, Asked, Follow, Plant

LINES, CONFIRMATIONS, RECEIPTS = "/recall/order-lines", "/recall/confirmations", "/recall/receipts"
INBOX, STOP, WELL_KNOWN = "/recall/inbox", "/stop", "/.well-known/recall-participant.json"
_PARAMETERS = {"gtin", "cursor", "limit"}
SKEW = timedelta(minutes=10)
Planter = Callable[[], Plant]
"""Makes a plant anew for each participant: what one remembers, another does not know."""


def saying(path: str, change: Callable[[dict[str, Any]], object]) -> Planter:
    """Changes what a door whose path ends so says when all is well; the change is made in place."""

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        if not asked.path.endswith(path) or answered.status >= 300:
            return answered
        document = answered.document
        change(document)
        return answered.saying(document)

    return lambda: plant


def asking(path: str, change: Callable[[Asked], Asked]) -> Planter:
    """Takes a request at a door whose path ends so for another one."""

    async def plant(asked: Asked, follow: Follow) -> Answered:
        return await follow(change(asked) if asked.path.endswith(path) else asked)

    return lambda: plant


def taking(
    path: str, *, status: int, when: Callable[[Asked], bool] = lambda _: True, taken: Callable[[Asked], Any]
) -> Planter:
    """Takes what it should refuse with that status, and says what `taken` gives."""

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        wrong = asked.path.endswith(path) and answered.status == status and when(asked)
        return answered.saying(taken(asked), status=202 if path == INBOX else 200) if wrong else answered

    return lambda: plant


def inbox_takes(status: int, when: Callable[[Asked], bool] = lambda _: True) -> Planter:
    """Takes a webhook that it should refuse with that status."""
    return taking(INBOX, status=status, when=when, taken=lambda _: {"accepted": True})


def first_line(change: Callable[[dict[str, Any]], object]) -> Planter:
    """Changes the first line of each page."""

    def first(document: dict[str, Any]) -> None:
        for row in document["lines"][:1]:
            change(row)

    return saying(LINES, first)


def fresh(asked: Asked) -> bool:
    """Whether a webhook says that it was sent just now."""
    sent = asked.headers.get("webhook-timestamp", "0")
    return sent.isdigit() and abs(int(sent) - time.time()) < SKEW.total_seconds() / 2


def signed(asked: Asked) -> bool:
    """Whether a webhook has a signature at all."""
    return "webhook-signature" in asked.headers


def with_query(asked: Asked, query: Mapping[str, str]) -> Asked:
    return replace(asked, query=query)


def without(asked: Asked, *names: str) -> Asked:
    return with_query(asked, {name: value for name, value in asked.query.items() if name not in names})


def html_problem() -> Plant:
    """Refuses with a page for people."""

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        if answered.status < 400:
            return answered
        return replace(answered, headers={"content-type": "text/html"}, body=b"<h1>Oh no</h1>")

    return plant


def one_signature() -> Plant:
    """Looks at the first signature alone."""

    async def plant(asked: Asked, follow: Follow) -> Answered:
        first = asked.headers.get("webhook-signature", "").partition(" ")[0]
        headers = {**asked.headers, "webhook-signature": first} if signed(asked) else asked.headers
        return await follow(replace(asked, headers=headers))

    return plant


def refuses_repeat() -> Plant:
    """Refuses a webhook that came before."""
    seen = set[str]()

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        id_ = asked.headers.get("webhook-id", "")
        if asked.path != INBOX or answered.status != 202 or id_ not in seen:
            seen.add(id_ if answered.status == 202 else "")
            return answered
        return answered.saying({"title": "Seen before", "status": 409}, status=409)

    return plant


def forgets_key() -> Plant:
    """Answers a stop that is asked for again by the state of now."""
    seen = set[tuple[str, bytes]]()

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        same = asked.headers.get("idempotency-key", ""), asked.body
        if asked.path.endswith(STOP) and same in seen:
            return answered.saying({**answered.document, "before": "stopped"})
        seen.add(same)
        return answered

    return plant


def no_idempotency(asked: Asked) -> Asked:
    """The request as if its key had never come before."""
    return replace(asked, headers={**asked.headers, "idempotency-key": uuid4().hex})


def real_stop(asked: Asked) -> Asked:
    """The stop as if it were no rehearsal."""
    document = json.loads(asked.body)
    document.pop("dry_run", None)
    return replace(asked, body=json.dumps(document).encode())


def stop_of(asked: Asked) -> dict[str, str]:
    """A stop that never was."""
    ref = asked.path.split("/")[-2]
    return {
        "ref": ref,
        "before": "on_sale",
        "after": "stopped",
        "at": datetime.now(UTC).isoformat(),
    }


def late(document: dict[str, Any]) -> None:
    """A stop by a clock that is ten minutes slow."""
    document["at"] = (datetime.fromisoformat(document["at"]) - SKEW).isoformat()


def lost_page() -> Plant:
    """Gives nothing on the second page of a scan, and goes on."""
    second: list[str] = []

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        document, limit = answered.document, asked.query.get("limit")
        if asked.path != LINES or "lines" not in document:
            return answered
        if "cursor" not in asked.query:
            second[:] = [f"{limit} {document['next']}"]
        elif f"{limit} {asked.query['cursor']}" in second:
            document["lines"] = []
        return answered.saying(document)

    return plant


def cursor_circle() -> Plant:
    """Leads from the last page back to the second one."""
    first: list[str] = []

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        document = answered.document
        if asked.path != LINES or "lines" not in document:
            return answered
        if "cursor" not in asked.query:
            first[:] = [document["next"]]
        elif document["next"] is None:
            document["next"] = first[0]
        return answered.saying(document)

    return plant


def ignores_filter() -> Plant:
    """Gives the lines of another trade item where there are none of the one asked for."""
    known: list[str] = []

    async def plant(asked: Asked, follow: Follow) -> Answered:
        answered = await follow(asked)
        if asked.path != LINES:
            return answered
        if answered.document.get("lines"):
            known[:] = [asked.query["gtin"]]
        elif answered.status == 200 and known:
            return await follow(with_query(asked, {**asked.query, "gtin": known[0]}))
        return answered

    return plant


def wrong_cursor(asked: Asked) -> Asked:
    """The request without a cursor that was never given: the scan starts anew."""
    return asked if asked.query.get("cursor", "0").isdigit() else without(asked, "cursor")


def known_parameters(asked: Asked) -> Asked:
    """The request without what is not known."""
    return with_query(asked, {name: asked.query[name] for name in _PARAMETERS & asked.query.keys()})


def repeated(document: dict[str, Any]) -> None:
    """Gives the last line of a page once more."""
    document["lines"] += document["lines"][-1:] if document["next"] else []


def hidden(document: dict[str, Any]) -> None:
    """Gives neither lots nor serials."""
    for row in document["lines"]:
        row.update(lot=None, serial=None)


def invented(document: dict[str, Any]) -> None:
    """States something about a recall that it never heard of."""
    document["confirmations"] = [{"seq": 1, "key": "k", "outcome": "delisted", "units": 0}]


def gap(document: dict[str, Any]) -> None:
    """Leaves a number out."""
    for row in document["receipts"][1:]:
        row["seq"] += 1
