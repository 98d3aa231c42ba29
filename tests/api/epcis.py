"""EPCIS over HTTP as tests speak it: events sent, asked for, and waited for."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

from tests.api.conftest import Door
from tests.world import HAULIER

ITEM = "https://id.gs1.org/01/09521234500018/21/7"
EVENT: dict[str, Any] = {
    "type": "ObjectEvent", "eventTime": "2025-06-16T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE", "bizStep": "inspecting", "epcList": [ITEM],
}  # fmt: skip
BAD = EVENT | {"eventTime": "yesterday"}
JSON = {"content-type": "application/json"}


def seen(number: int) -> dict[str, Any]:
    """One of many events, a minute apart."""
    return EVENT | {"eventTime": f"2025-06-16T{8 + number // 60:02}:{number % 60:02}:00+08:00"}


AT = "2025-06-16T00:00:00+00:00"


def page_token(place: Any) -> str:
    """A token such as nobody was given."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def send(door: Door, body: Any, *, by: str = HAULIER, path: str = "capture", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = door.world.key(by) | JSON | headers
    return door.client.post(f"/v1/epcis/{path}", content=content, headers=given)


def ask(door: Door, path: str, *, by: str = HAULIER) -> Any:
    return door.client.get(path if path.startswith("/") else f"/v1/epcis/{path}", headers=door.world.key(by))


def until(come_true: Callable[[], bool]) -> bool:
    """Wait for what another thread does."""
    for _ in range(400):
        if come_true():
            return True
        time.sleep(0.05)
    return False


def captured(door: Door, body: Any, *, by: str = HAULIER, **headers: str) -> dict[str, Any]:
    """What the job says when it is done."""
    taken = send(door, body, by=by, **headers)
    assert 202 == taken.status_code, taken.text
    job: dict[str, Any] = {}

    def done() -> bool:
        job.update(ask(door, taken.headers["location"], by=by).json())
        return not job["running"]

    assert until(done)
    return job


def found(door: Door, path: str = "events", *, by: str = HAULIER) -> list[dict[str, Any]]:
    answer = ask(door, path, by=by)
    assert 200 == answer.status_code, answer.text
    events: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events
