"""Problems: every refusal is RFC 9457, says what to do next, and nothing inside shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from tests.api.conftest import ISSUER_KEY, Door
from tests.world import FIRST, HARBOUR, World

PROPOSAL = {"notice": {}, "policy": "cn-samr"}


def refused(answer: Any, *, status: int, slug: str) -> dict[str, Any]:
    """The problem in an answer, after what every problem has was looked at."""
    assert status == answer.status_code, answer.text
    assert "application/problem+json" == answer.headers["content-type"]
    problem: dict[str, Any] = answer.json()
    assert f"http://testserver/errors/{slug}" == problem["type"]
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert status == problem["status"]
    return problem


def test_a_missing_key_says_which_header_is_wanted(door: Door) -> None:
    answer = door.client.get("/v1/tasks")
    problem = refused(answer, status=401, slug="not-known")
    assert "Authorization: Bearer" in problem["expected"]
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_what_is_not_there_and_what_is_asked_wrongly_are_problems_too(door: Door) -> None:
    refused(door.client.get("/v1/nothing"), status=404, slug="not-found")
    refused(door.client.delete("/v1/tasks"), status=405, slug="wrong-method")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"notice": ', 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 100_000, 400),
        (b'{"policy": NaN}', 400),
        (b'{"policy": -Infinity}', 400),
        (b'{"policy": "a", "policy": "b"}', 400),
        (b'{"policy": 1e999999, "notice": {}}', 422),
        (b"null", 422),
        (b'{"policy": 7, "notice": {}}', 422),
        (b'{"policy": "cn-samr", "notice": {}, "more": 1}', 422),
        (b'{"policy": "cn-samr", "notice": {}}', 422),
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_refused_and_never_breaks_anything(
    door: Door, body: bytes, status: int
) -> None:
    headers = door.world.key(FIRST) | {"content-type": "application/json"}
    answer = door.client.post("/v1/recalls", headers=headers, content=body)
    assert status == answer.status_code, answer.text
    assert "application/problem+json" == answer.headers["content-type"]


def test_a_refused_notice_points_to_the_place(door: Door) -> None:
    answer = door.client.post("/v1/recalls", headers=door.world.key(FIRST), json=PROPOSAL)
    assert "/products" == refused(answer, status=422, slug="notice-refused")["where"]


def test_a_field_of_the_wrong_type_is_named_by_its_pointer(door: Door) -> None:
    task = door.client.get("/v1/tasks", headers=door.world.key(HARBOUR)).json()["tasks"][0]["id"]
    path = f"/v1/tasks/{task}/acknowledgements"
    answer = door.client.post(path, headers=door.world.key(HARBOUR), json={"accept": "yes"})
    problem = refused(answer, status=422, slug="input-refused")
    assert ("/accept", "'yes'") == (problem["where"], problem["got"])


def test_a_body_that_is_too_large_is_refused_by_its_length_and_by_its_bytes(door: Door) -> None:
    headers = door.world.key(FIRST) | {"content-type": "application/json"}
    large = b'{"policy": "' + b"x" * 1_000_001 + b'"}'
    for content in (large, iter([large[:600_000], large[600_000:]])):
        answer = door.client.post("/v1/recalls", headers=headers, content=content)
        refused(answer, status=413, slug="body-too-large")


def test_the_unexpected_shows_nothing_of_its_inside(world: World) -> None:
    def broken() -> datetime:
        raise RuntimeError("the secret inside")

    app = create_app(replace(world.runtime, now=broken), issuer_key=ISSUER_KEY)
    answer = TestClient(app, raise_server_exceptions=False).get("/healthz")
    assert "secret" not in answer.text
    refused(answer, status=500, slug="error")


def test_every_documented_refusal_leads_to_a_schema(door: Door) -> None:
    document = door.client.get("/openapi.json").json()
    text = json.dumps(document)
    assert document["openapi"].startswith("3.1")
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])
    assert "Problem" in names
    operations = [op for path in document["paths"].values() for op in path.values()]
    assert all(op.get("summary") and op.get("description") for op in operations)
    assert [] == [op["summary"] for op in operations if "422" in op["responses"] and
                  "application/problem+json" not in op["responses"]["422"]["content"]]  # fmt: skip
