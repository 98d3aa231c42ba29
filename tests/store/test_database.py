"""The database: all or nothing, readers that change nothing, and a schema that can be brought up and down."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from recall.domain.recall import Recall
from recall.errors import NotFound
from recall.store import audit, migrations, parties
from recall.store.database import Store
from tests.builders import NOW, make_party


def test_a_block_that_raises_leaves_nothing_behind(store: Store) -> None:
    def fail_half_way() -> None:
        with store.begin() as tx:
            parties.add_party(tx, make_party(id="party_lost"), at=NOW)
            parties.party(tx, party_id="party_unknown")

    with pytest.raises(NotFound, match="party_unknown"):
        fail_half_way()
    with store.read() as tx, pytest.raises(NotFound):
        parties.party(tx, party_id="party_lost")


def test_a_block_that_ends_is_kept_for_whoever_opens_the_database_next(
    store: Store, database_url: str
) -> None:
    with store.begin() as tx:
        parties.add_party(tx, make_party(id="party_kept", name="Lantern Mall"), at=NOW)
    store.close()
    again = Store(database_url)
    with again.read() as tx:
        assert "Lantern Mall" == parties.party(tx, party_id="party_kept").name
    again.close()


def test_a_reader_can_change_nothing_and_a_writer_after_it_can(store: Store) -> None:
    for _ in range(2):  # the connection comes back from the pool
        with pytest.raises(DBAPIError), store.read() as tx:
            parties.add_party(tx, make_party(), at=NOW)
        with store.begin() as tx:
            parties.add_party(tx, make_party(), at=NOW)


def test_a_reader_waits_for_no_writer_and_sees_one_moment(store: Store) -> None:
    with store.read() as reading:
        assert () == parties.parties(reading)
        with store.begin() as tx:
            parties.add_party(tx, make_party(), at=NOW)
        assert () == parties.parties(reading)
    with store.read() as reading:
        assert 1 == len(parties.parties(reading))


def test_the_schema_is_what_the_tables_say(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert [] == migrations.differences(connection)
    engine.dispose()


def test_the_revision_tells_an_empty_database_from_one_that_is_up_to_date(empty_url: str) -> None:
    store = Store(empty_url)
    before, newest = store.revisions()
    store.upgrade()
    assert (None, (newest, newest)) == (before, store.revisions())
    assert newest is not None
    store.close()


def test_the_schema_goes_up_down_and_up_again(empty_url: str) -> None:
    store = Store(empty_url)
    store.upgrade()
    with store.begin() as tx:
        parties.add_party(tx, make_party(), at=NOW)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        migrations.downgrade(connection)
    engine.dispose()
    behind = f"The schema is at revision none, not at {migrations.newest()}: run `recall db upgrade`"
    assert (behind,) == store.check()
    store.upgrade()
    store.upgrade()
    assert () == store.check()
    with store.read() as tx:
        assert () == parties.parties(tx)
    store.close()


def test_the_check_finds_an_entry_that_was_changed(store: Store, recall: Recall, database_url: str) -> None:
    with store.begin() as tx:
        for action in ("recall.proposed", "recall.opened"):
            audit.append(tx, at=NOW, actor="party_officer", action=action, subject=recall.id)
    assert () == store.check()
    execute(database_url, "UPDATE audit SET actor = 'somebody else' WHERE seq = 2")
    assert ("The audit chain is broken at entry 2",) == store.check()


def test_what_points_nowhere_is_refused_by_the_database(store: Store) -> None:
    with pytest.raises(DBAPIError), store.begin() as tx:
        tx.write(text("INSERT INTO party_site (site, party_id, position) VALUES ('s', 'party_unknown', 0)"))


def test_a_new_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'deep' / 'recall.db'}")
    store.upgrade()
    files = list((tmp_path / "deep").iterdir())
    assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in files}
    store.close()


def test_what_is_deleted_from_sqlite_is_gone_from_its_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'recall.db'}")
    store.upgrade()
    with store.begin() as tx:
        parties.add_party(tx, make_party(id="party_a"), at=NOW)
        parties.add_key(tx, key_id="k", party_id="party_a", prefix="canary-31b7", key_hash="h", at=NOW)
    store.close()
    assert b"canary-31b7" in (tmp_path / "recall.db").read_bytes()
    with store.begin() as tx:
        tx.write(text("DELETE FROM api_key"))
    store.close()
    assert b"canary-31b7" not in (tmp_path / "recall.db").read_bytes()


def test_sqlite_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Store("sqlite://")


def execute(url: str, statement: str) -> None:
    """Run one statement past the store, as somebody with the database's password could."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
