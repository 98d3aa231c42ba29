"""The officers' pages: every one, those that come later too, is shut to all others; their visit is safe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.domain.notice import Notice
from recall.steps.work_draft import start_draft
from recall.web import drafts, feeds, life, regulator
from tests.dumps import dump
from tests.world import FIRST, HARBOUR, HAULIER, MAKER, POLICY, SELLER, World, notice

OFFICERS = ("/recalls", "/drafts", "/feeds")


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser."""
    with TestClient(create_app(world.runtime, issuer_key="whpk_"), follow_redirects=False) as reader:
        yield reader


def pages_of(world: World, draft: str) -> list[tuple[str, str]]:
    """(method, path) of every page of the officers."""
    own = {"recall_id": world.recall_id, "draft_id": draft, "conflict_id": "cnf_1"}
    return [
        (method, route.path.format_map(dict.fromkeys(route.param_convertors, "x") | own))
        for room in (regulator, life, drafts, feeds)
        for route in room.router.routes
        if isinstance(route, APIRoute) and route.path.startswith(OFFICERS)
        for method in sorted(route.methods)
    ]


@pytest.mark.parametrize("party", [None, HARBOUR, SELLER, HAULIER, MAKER])
def test_no_page_of_the_officers_opens_to_another(
    client: TestClient, world: World, party: str | None
) -> None:
    draft = start_draft(
        world.runtime, notice=Notice.read(notice(reference="R-2")), policies=[POLICY], officer=FIRST
    )
    if party:
        client.post("/login", data={"key": world.keys[party].text})
    before, found = dump(world.runtime.store), pages_of(world, draft.id)
    assert len(found) > 12
    for method, path in found:
        answer = client.request(
            method, path, data={"act": "approve", "kind": "lot", "quote": "A1", "clause": "1"}
        )
        assert answer.status_code in (303, 401, 403), (method, path)
        assert "R-2" not in answer.text
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login")
    assert before == dump(world.runtime.store)


def test_another_site_cannot_make_an_officers_browser_act(client: TestClient, world: World) -> None:
    cookie = client.post("/login", data={"key": world.keys[FIRST].text}).headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict"} <= {part.strip() for part in cookie.split(";")}
