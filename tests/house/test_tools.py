"""The tools that other tests stand on do what they promise."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from tests.postgres import own_cluster
from tests.scratch import memory
from tools.postgres import find_postgres


def tables(url: str) -> list[str]:
    """The names of the tables that a database holds."""
    engine = create_engine(url)
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    with engine.connect() as connection:
        names = list(connection.execute(text(query)).scalars())
    engine.dispose()
    return names


def execute(url: str, statement: str) -> None:
    """Runs and commits one statement, and leaves no connection behind."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_tests_write_to_memory_only_where_there_is_room(tmp_path: Path) -> None:
    assert tmp_path == memory(folder=tmp_path, room=1)
    assert None is memory(folder=tmp_path, room=1 << 60)
    assert None is memory(folder=tmp_path / "nowhere", room=1)


def test_every_database_is_empty_and_takes_a_table(empty_url: str) -> None:
    execute(empty_url, "CREATE TABLE lot (gtin TEXT)")
    with pytest.raises(Exception, match="already exists"):
        execute(empty_url, "CREATE TABLE lot (gtin TEXT)")


def test_a_copy_holds_what_its_template_held_and_then_goes_its_own_way(
    fresh_postgres: Callable[..., str],
) -> None:
    template = fresh_postgres()
    execute(template, "CREATE TABLE lot (gtin TEXT)")
    copy = fresh_postgres(template)
    execute(copy, "CREATE TABLE serial (serial TEXT)")
    assert ["lot", "serial"] == tables(copy)
    assert ["lot"] == tables(template)


@pytest.mark.skipif(os.environ.get("RECALL_TEST_POSTGRES") is not None, reason="the server is not ours")
def test_a_cluster_of_our_own_leaves_nothing_behind() -> None:
    binaries = find_postgres()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine")
    with own_cluster(binaries) as cluster:
        home = Path(str(cluster.url.query["host"]))
        assert home.is_dir()
    assert not home.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url.set(drivername="postgresql").render_as_string())


def test_the_browser_lays_out_chinese(page: Page) -> None:
    page.set_content("<p id='a'>召回</p><p id='b'>recall</p>")
    assert "召回" == page.inner_text("#a")
    assert page.evaluate("document.getElementById('a').getBoundingClientRect().width") > 0
