"""The revision that keeps whose word counted when: what a database held before is held after, up and down."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from recall.domain.party import Role
from recall.store import migrations, parties
from recall.store.database import Store
from tests.builders import DAY, GTIN, HOUR, NOW
from tests.store.goods import begun, lot
from tests.store.test_revisions import insert, rows

SITE = "https://id.gs1.org/414/6901234000023"
DAYS = {
    "cbvmda:lotNumber": "A1",
    "cbvmda:bestBeforeDate": "2026-03-01",
    "cbvmda:expirationDate": "2026-06-01",
}
MADE = begun(quantityList=[lot("A1", 9)], ilmd=DAYS)
SINGLE = begun(quantityList=[lot("B2", 9)], ilmd={"cbvmda:itemExpirationDate": "2026-06-01"})
WORDS = [("party_maker", NOW, NOW + 2 * DAY), ("party_seller", NOW + DAY, None)]
KEPT = (
    "SELECT number, captured_by FROM event ORDER BY number",
    "SELECT event, party FROM witness ORDER BY party",
    "SELECT event, expires FROM made ORDER BY event",
    "SELECT site, party_id, position FROM party_site",
    "SELECT id, role FROM party ORDER BY id",
)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """A database before that revision: the maker took an event back to which a seller stands."""
    Store(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        migrations.upgrade(connection, revision="0019")
        for name, role in (("party_maker", "manufacturer"), ("party_seller", "seller")):
            insert(connection, "party", {
                "id": name, "role": role, "name": "", "language": "en", "timezone": "UTC",
                "created_at": NOW - DAY,
            })  # fmt: skip
        insert(connection, "party_site", {"site": SITE, "party_id": "party_seller", "position": 0})
        for number, (event, by) in enumerate(((MADE, "party_seller"), (SINGLE, "party_maker"))):
            insert(connection, "event", {
                "number": number, "hash": event.hash, "fingerprint": "", "type": event.type.value,
                "event_time": NOW, "captured_by": by, "captured_at": NOW,
                "body": json.dumps(dict(event.body)),
            })  # fmt: skip
            insert(connection, "made", {
                "event": number, "number": 0, "gtin": GTIN, "lot": f"L{number}", "expires": "2026-06-01",
                "units": 9, "serials": 0, "at": NOW, "known_from": NOW,
            })  # fmt: skip
        for party, at, back in WORDS:
            insert(connection, "witness", {
                "event": 0, "party": party, "captured_at": at, "withdrawn_at": back,
            })  # fmt: skip
    yield engine
    engine.dispose()


def test_who_gave_an_event_first_and_what_the_parties_were_is_known_of_before(
    engine: Engine, empty_url: str
) -> None:
    store = Store(empty_url)
    store.upgrade()
    assert [(0, "party_maker"), (1, "party_maker")] == rows(engine, KEPT[0])
    with store.begin() as tx:
        (seller,) = parties.parties(tx, role=Role.SELLER)
        assert (SITE,) == seller.sites
        later = NOW + HOUR
        parties.add_party(tx, seller, at=later)
    assert [("party_maker", "manufacturer"), ("party_seller", "seller")] == rows(
        engine, "SELECT party_id, role FROM party_role ORDER BY party_id"
    )
    store.close()


def test_all_days_that_an_event_told_are_kept(engine: Engine, empty_url: str) -> None:
    Store(empty_url).upgrade()
    told = rows(engine, "SELECT expires_first, expires_last FROM made ORDER BY event")
    assert [("2026-03-01", "2026-06-01"), ("2026-06-01", "2026-06-01")] == [
        (str(first), str(last)) for first, last in told
    ]


def test_what_stood_there_before_stands_there_after_going_back(engine: Engine, empty_url: str) -> None:
    before = [rows(engine, query) for query in KEPT]
    Store(empty_url).upgrade()
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0019")
    assert before == [rows(engine, query) for query in KEPT]
