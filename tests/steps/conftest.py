"""The recall at the moments that steps are tested at: just opened, all steps taken, everybody told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recall.store.database import Store
from tests.world import STEPS, World, opened, scanned


@pytest.fixture
def fresh(database_url: str) -> Iterator[World]:
    """A recall just opened, on each kind of database: no step has been taken yet."""
    store = Store(database_url)
    yield opened(store)
    store.close()


@pytest.fixture
def queued(fresh: World) -> World:
    """Every step of a pass taken on each kind of database; the messages still wait."""
    scanned(fresh)
    for step in STEPS:
        step(fresh.runtime, recall_id=fresh.recall_id)
    return fresh
