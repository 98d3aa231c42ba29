"""The API over a small world, without a network between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient

from connectors.gs1.messages import Gs1Messages
from recall.app import create_app
from recall.store.database import Store
from tests.world import World, build

ISSUER_KEY = "whpk_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
ENGINE, DOCUMENT_TYPE = "4012345000009", "4012345000023"
"""By what GS1's messages name the engine and its notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The application, the world behind it, and which recalls it woke."""

    world: World
    client: TestClient
    woken: list[str] = field(default_factory=list)


def door_of(world: World) -> Iterator[Door]:
    """The door of one world."""
    woken: list[str] = []
    messages = Gs1Messages(gln=ENGINE, document_type=DOCUMENT_TYPE)
    app = create_app(world.runtime, issuer_key=ISSUER_KEY, wake=woken.append, messages=messages)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield Door(world=world, client=client, woken=woken)


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    """The door of a world on SQLite."""
    yield from door_of(world)


@pytest.fixture
def any_door(database_url: str) -> Iterator[Door]:
    """The door of a world, once on each database."""
    store = Store(database_url)
    yield from door_of(build(store))
    store.close()
