"""The form by which an officer settles a conflict: shown where one waits, taken from that officer only."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.domain.confirmation import Outcome
from recall.store import audit
from tests.dumps import dump
from tests.steps.acts import books, conflicts, say
from tests.world import FIRST, HARBOUR, World


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser, and a conflict that waits: eleven units returned where ten were sold."""
    say(world, HARBOUR, Outcome.RETURNED, 11, line_ref="L-4")
    with TestClient(create_app(world.runtime, issuer_key="whpk_"), follow_redirects=False) as reader:
        yield reader


@pytest.fixture
def address(client: TestClient, world: World) -> str:
    """Where the form on the recall's page is sent, once the first officer has signed in."""
    client.post("/login", data={"key": world.keys[FIRST].text})
    html = client.get(f"/recalls/{world.recall_id}").text
    (found,) = re.findall(r'action="(/recalls/[^"]+/conflicts/[^"]+)"', html)
    return str(found)


def test_an_officer_settles_a_conflict_and_is_shown_the_recall_again(
    client: TestClient, world: World, address: str
) -> None:
    answer = client.post(address, data={"units": "10", "reason": "one parcel was counted twice"})
    assert (303, f"/recalls/{world.recall_id}") == (answer.status_code, answer.headers["location"])
    assert ((), 10) == (conflicts(world), books(world).recovered)
    assert "/conflicts/" not in client.get(f"/recalls/{world.recall_id}").text
    with world.runtime.store.read() as tx:
        assert FIRST == audit.newest(tx, recall_id=world.recall_id, limit=1)[0].actor
    assert 409 == client.post(address, data={"units": "0", "reason": "again"}).status_code


@pytest.mark.parametrize(
    ("data", "status"),
    [({"units": "11", "reason": "r"}, 409), ({"units": "-1", "reason": "r"}, 422),
     ({"units": "ten", "reason": "r"}, 422), ({"units": "10", "reason": ""}, 422), ({}, 422)],
)  # fmt: skip
def test_what_the_form_cannot_mean_is_refused_and_the_conflict_waits(
    client: TestClient, world: World, address: str, data: dict[str, str], status: int
) -> None:
    before = dump(world.runtime.store)
    assert status == client.post(address, data=data).status_code
    assert before == dump(world.runtime.store)


def test_nobody_settles_a_conflict_without_having_signed_in(
    client: TestClient, world: World, address: str
) -> None:
    client.post("/logout")
    before = dump(world.runtime.store)
    answer = client.post(address, data={"units": "10", "reason": "r"})
    assert (303, "/login") == (answer.status_code, answer.headers["location"])
    assert before == dump(world.runtime.store)


def test_a_conflict_of_no_such_name_is_not_there_to_settle(
    client: TestClient, world: World, address: str
) -> None:
    elsewhere = address.rsplit("/", 1)[0] + "/cnf_absent"
    assert 409 == client.post(elsewhere, data={"units": "0", "reason": "r"}).status_code
    assert 1 == len(conflicts(world))
