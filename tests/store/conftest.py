"""A migrated database for every test, once of each kind, and a recall that tests may hang things on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recall.domain.party import Role
from recall.domain.recall import Recall
from recall.store import parties, recalls
from recall.store.database import Store
from tests.builders import NOW, make_party, make_recall


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with its schema and nothing in it."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def recall(store: Store) -> Recall:
    """A recall in force, with an officer, two platforms, and a seller on the first."""
    opened = make_recall()
    with store.begin() as tx:
        for party in (
            make_party(id="party_officer", role=Role.REGULATOR, name="Market Supervision"),
            make_party(id="party_platform"),
            make_party(id="party_other", name="Lantern Mall"),
            make_party(
                id="party_seller", role=Role.SELLER, name="Seller 07", platform_id="party_platform",
                reference="S07",
            ),
        ):  # fmt: skip
            parties.add_party(tx, party, at=NOW)
        recalls.add_recall(tx, opened)
    return opened
