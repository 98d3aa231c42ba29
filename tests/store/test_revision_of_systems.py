"""The revision of systems: tokens that stood open are kept, up and down, and what was read stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, text

from recall.domain.party import PROTOCOL
from recall.ports import Blind
from recall.sealing import Seal
from recall.store import migrations, parties, party_secrets, scans
from recall.store.database import Store
from recall.store.scans import Scan
from tests.builders import GTIN, NOW

OTHER = "09521234500032"
SEAL = Seal(b"k" * 32)
READ = Scan(
    recall_id="rcl_1", version=1, platform_id="party_a", gtin=GTIN, cursor="40", rows=40, total=90, at=NOW
)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """A database before the revision, with a platform that is known by an open token, and a scan."""
    Store(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        migrations.upgrade(connection, revision="0020")
        for statement in (
            "INSERT INTO party (id, role, name, language, timezone, endpoint, created_at) VALUES"
            " ('party_a', 'platform', 'Harbour', 'en', 'UTC', 'https://a.example', '2026-11-21 08:00:00')",
            "INSERT INTO partner_token (party_id, token) VALUES ('party_a', 'open')",
            "INSERT INTO recall (id, reference, title, authority, policies, state, version, proposed_by,"
            " proposed_at) VALUES ('rcl_1', 'R-1', 'Lamps', 'Market Supervision', '[]', 'active', 1,"
            " 'party_a', '2026-11-21 08:00:00')",
        ):
            connection.execute(text(statement))
    yield engine
    engine.dispose()


@pytest.mark.usefixtures("engine")
def test_a_token_that_stood_open_is_read_sealed_and_opened(empty_url: str) -> None:
    store = upgraded(empty_url)
    with store.begin() as tx:
        assert {"token": "open"} == party_secrets.secrets_of(tx, party_id="party_a", seal=SEAL)
        assert PROTOCOL == parties.party(tx, party_id="party_a").connector
        assert 1 == party_secrets.seal_all(tx, seal=SEAL)
        assert {"token": "open"} == party_secrets.secrets_of(tx, party_id="party_a", seal=SEAL)
    store.close()


def test_a_token_goes_down_open_and_one_that_is_sealed_stays_unread(engine: Engine, empty_url: str) -> None:
    upgraded(empty_url).close()
    assert ["open"] == down(engine)
    store = upgraded(empty_url)
    with store.begin() as tx:
        party_secrets.seal_all(tx, seal=SEAL)
    store.close()
    assert [] == down(engine)


def test_a_scan_goes_on_where_it_was(engine: Engine, empty_url: str) -> None:
    store = upgraded(empty_url)
    with store.begin() as tx:
        scans.save_scan(tx, READ)
        waits = replace(READ, not_before=NOW + timedelta(hours=40), blind=(Blind(why="sixty days"),))
        scans.save_scan(tx, replace(waits, gtin=OTHER))
    store.close()
    down(engine)
    again = upgraded(empty_url)
    with again.read() as tx:
        assert {READ, replace(READ, gtin=OTHER)} == set(scans.scans(tx, recall_id="rcl_1", version=1))
    again.close()


def upgraded(empty_url: str) -> Store:
    store = Store(empty_url)
    store.upgrade()
    return store


def down(engine: Engine) -> list[str]:
    """Takes the revision back; the tokens that stand open after it."""
    with engine.begin() as connection:
        migrations.downgrade(connection, revision="0020")
        return [str(row.token) for row in connection.execute(text("SELECT token FROM partner_token"))]
