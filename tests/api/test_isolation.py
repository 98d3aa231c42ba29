"""Who may see what: every route, asked by every party about its own, a foreign and an absent thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from recall.keys import new_key
from recall.store import parties, tasks
from tests.api.conftest import Door
from tests.builders import make_party
from tests.world import FIRST, HARBOUR, HAULIER, HAZARD, LANTERN, MAKER, REFERENCE, SECOND, SELLER

OFFICERS = (FIRST, SECOND)
OTHERS = (HARBOUR, LANTERN, SELLER, HAULIER, MAKER)
OPEN_TO_ALL = {
    ("GET", "/v1/decode"),
    ("GET", "/v1/recalls/{reference}/affected-set"),
    ("POST", "/v1/hooks/{party}"),
}
"""What codes are and what is affected tells of nobody and no order; vendors sign what their webhooks say."""
PART = ("/confirmations", "/notification", "/removal-confirmations")
"""How the routes end that are for whoever has a task in a recall."""
ABSENT = "tsk_ffffffffffffffffffffffffffffffff"


def routes_of(door: Door) -> Iterator[tuple[str, str]]:
    """Every method and path under /v1, as the application itself describes them."""
    document = door.client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        yield from ((method.upper(), path) for method in operations if path.startswith("/v1/"))


def ask(door: Door, method: str, path: str, *, by: str | None, **ids: str) -> Any:
    """Ask a route, with nothing in the body: who may not see a thing is told so before the body is read."""
    headers = {"idempotency-key": "matrix"} | (door.world.key(by) if by else {})
    filled = re.sub(r"{(\w+)}", lambda name: ids.get(name[1], "x"), path)
    return door.client.request(method, filled, headers=headers, json={} if method == "POST" else None)


def shape(answer: Any, *ids: str) -> str:
    """The answer's text with the ids taken out: two answers of one shape tell nothing apart."""
    text: str = answer.text
    for name in ids:
        text = text.replace(name, "·")
    return text


def test_no_route_but_those_for_all_answers_without_a_key(door: Door) -> None:
    routes = set(routes_of(door))
    assert routes > OPEN_TO_ALL
    for method, path in routes - OPEN_TO_ALL:
        assert 401 == ask(door, method, path, by=None).status_code, (method, path)


def test_a_key_of_nobodys_and_a_key_that_was_revoked_open_nothing(door: Door) -> None:
    from_nobody = {"authorization": "Bearer rk_" + "0" * 12 + "_" + "A" * 43}
    assert 401 == door.client.get("/v1/tasks", headers=from_nobody).status_code
    with door.world.runtime.store.begin() as tx:
        parties.revoke_key(tx, key_id=f"key_{HARBOUR}", at=door.world.clock())
    assert 401 == door.client.get("/v1/tasks", headers=door.world.key(HARBOUR)).status_code


@pytest.mark.parametrize("by", OTHERS)
def test_to_a_party_every_recall_is_as_if_it_were_not_there(door: Door, by: str) -> None:
    own, absent = door.world.recall_id, "rcl_absent"
    routes = [route for route in routes_of(door) if "{recall_id}" in route[1]]
    assert len(routes) > 4
    for method, path in routes:
        if path.endswith(PART):
            continue
        there, nowhere = (ask(door, method, path, by=by, recall_id=name) for name in (own, absent))
        assert 404 == there.status_code == nowhere.status_code, (method, path)
        assert shape(there, own) == shape(nowhere, absent)


def test_every_task_is_seen_by_its_party_and_its_platform_only(door: Door) -> None:
    world = door.world
    with world.runtime.store.read() as tx:
        known = tasks.tasks(tx, recall_id=world.recall_id)
    may_see = {SELLER: {SELLER, HARBOUR}}
    asked = 0
    routes = [route for route in routes_of(door) if "{task_id}" in route[1]]
    for (method, path), task, by in product(routes, known, (*OFFICERS, *OTHERS)):
        answer = ask(door, method, path, by=by, task_id=task.id)
        allowed = by in may_see.get(task.party_id, {task.party_id})
        assert ((422 if method == "POST" else 200) if allowed else 404) == answer.status_code
        if not allowed:
            nowhere = ask(door, method, path, by=by, task_id=ABSENT)
            assert shape(answer, task.id) == shape(nowhere, ABSENT)
            assert HAZARD not in answer.text
            assert REFERENCE not in answer.text
        asked += 1
    assert asked == len(routes) * len(known) * 7


@pytest.mark.parametrize("by", OTHERS)
def test_only_an_officer_proposes_or_lists(door: Door, by: str) -> None:
    for method in ("GET", "POST"):
        assert 403 == ask(door, method, "/v1/recalls", by=by).status_code


def test_a_party_without_a_part_confirms_nothing_in_a_recall(door: Door) -> None:
    said = {"outcome": "returned", "units": 2, "at": "2025-06-16T08:00:00+08:00", "line": "L-1"}
    for by, recall_id in ((FIRST, door.world.recall_id), (HARBOUR, "rcl_absent")):
        headers = door.world.key(by) | {"idempotency-key": "k"}
        path = f"/v1/recalls/{recall_id}/confirmations"
        assert 404 == door.client.post(path, headers=headers, json=said).status_code


def test_a_stranger_gets_and_gives_no_message_about_a_recall(door: Door) -> None:
    key, stranger = new_key(), make_party()
    with door.world.runtime.store.begin() as tx:
        parties.add_party(tx, stranger, at=door.world.clock())
        parties.add_key(tx, key_id="key_stranger", party_id=stranger.id, prefix=key.prefix,
                        key_hash=key.hash, at=door.world.clock())  # fmt: skip
    door.world.keys[stranger.id] = key
    routes = [route for route in routes_of(door) if "{recall_id}" in route[1] and route[1].endswith(PART)]
    assert 3 == len(routes)
    said = {"outcome": "returned", "units": 2, "at": "2025-06-16T08:00:00+08:00", "line": "L-1"}
    headers = door.world.key(stranger.id) | {"idempotency-key": "k"}
    for method, path in routes:
        there, nowhere = (
            door.client.request(method, path.format(recall_id=name), headers=headers, json=said)
            for name in (door.world.recall_id, "rcl_absent")
        )
        assert 404 == there.status_code == nowhere.status_code, (method, path)
        assert shape(there, door.world.recall_id) == shape(nowhere, "rcl_absent")


def test_one_platform_says_nothing_of_anothers_line(door: Door) -> None:
    said = {"outcome": "returned", "units": 7, "at": "2025-06-16T08:00:00+08:00", "line": "M-1"}
    headers = door.world.key(HARBOUR) | {"idempotency-key": "k"}
    path = f"/v1/recalls/{door.world.recall_id}/confirmations"
    assert "conflict" == door.client.post(path, headers=headers, json=said).json()["kept"]


def test_events_are_a_partys_own(door: Door) -> None:
    seen = {by: ask(door, "GET", "/v1/events", by=by).json()["events"] for by in (HARBOUR, LANTERN)}
    told = {by: {event["data"]["task"] for event in events} for by, events in seen.items()}
    assert told[HARBOUR]
    assert set() == told[HARBOUR] & told[LANTERN]
