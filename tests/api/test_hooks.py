"""The hooks' door: whatever comes is handed on as it came, bounded, and refused in words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient

from recall.api.hooks import LARGEST
from recall.app import create_app
from recall.errors import NotAllowed, NotFound
from tests.api.conftest import ISSUER_KEY, Door
from tests.api.test_problems import refused
from tests.world import World

HOOK = "/v1/hooks/party_shop"


class Ear:
    """Hears what comes, and answers as the test says."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str | None, bytes]] = []
        self.news, self.refuses = True, None

    async def hear(self, party_id: str, headers: Mapping[str, str], raw: bytes) -> bool:
        """Keeps it."""
        if self.refuses is not None:
            raise self.refuses
        self.heard.append((party_id, headers.get("x-shop-hmac"), raw))
        return self.news

    refuses: Exception | None


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def woken() -> list[str]:
    return []


@pytest.fixture
def client(world: World, ear: Ear, woken: list[str]) -> TestClient:
    app = create_app(world.runtime, issuer_key=ISSUER_KEY, wake=woken.append, hear=ear.hear)
    return TestClient(app, raise_server_exceptions=False)


def test_a_delivery_is_handed_on_byte_for_byte_and_wakes_the_timer(
    client: TestClient, ear: Ear, woken: list[str]
) -> None:
    answer = client.post(HOOK, content=b'{"id": 1 }\n', headers={"X-Shop-HMAC": "s"})
    assert (202, {"news": True}) == (answer.status_code, answer.json())
    assert ([("party_shop", "s", b'{"id": 1 }\n')], ["party_shop"]) == (ear.heard, woken)


def test_what_is_no_news_wakes_nobody(client: TestClient, ear: Ear, woken: list[str]) -> None:
    ear.news = False
    assert ({"news": False}, []) == (client.post(HOOK, content=b"webhook_id=2").json(), woken)


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [(NotAllowed("The webhook is not of this platform"), 403, "not-allowed"),
     (NotFound("There is no party"), 404, "not-found")],
)  # fmt: skip
def test_a_refusal_is_a_problem(
    client: TestClient, ear: Ear, error: Exception, status: int, slug: str
) -> None:
    ear.refuses = error
    refused(client.post(HOOK, content=b"{}"), status=status, slug=slug)


def test_a_delivery_that_is_too_large_is_not_handed_on(client: TestClient, ear: Ear) -> None:
    refused(client.post(HOOK, content=b" " * (LARGEST + 1)), status=413, slug="body-too-large")
    assert [] == ear.heard


def test_a_door_without_ears_says_what_to_start(door: Door) -> None:
    refused(door.client.post(HOOK, content=b"{}"), status=409, slug="not-now")
