"""The audit trail: a chain without gaps, however many write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import StatementError

from recall.store import audit
from recall.store.audit import AuditRow
from recall.store.database import Store
from recall.store.sql import table_of
from tests.builders import NOW


def test_entries_follow_one_another(store: Store) -> None:
    with store.begin() as tx:
        first = audit.append(tx, at=NOW, actor="a", action="x", subject="s", detail={"n": 1.5, "召回": None})
        second = audit.append(tx, at=NOW, actor="b", action="y", subject="s", recall_id="rcl_1")
    with store.read() as tx:
        assert (first, second) == audit.entries(tx)
        assert (second,) == audit.entries(tx, recall_id="rcl_1")
        assert (second,) == audit.entries(tx, after=1)
        assert (first,) == audit.entries(tx, limit=1)
        assert None is audit.verify(tx)
    assert first.hash == second.previous


def test_a_time_of_another_zone_is_the_same_entry_when_it_is_read_back(store: Store) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    with store.begin() as tx:
        entry = audit.append(tx, at=local, actor="a", action="x", subject="s")
        assert "2025-06-16T01:00:00+00:00" == entry.at.isoformat()
        assert None is audit.verify(tx)


def test_a_time_without_its_offset_is_refused(store: Store) -> None:
    with store.begin() as tx, pytest.raises(StatementError, match="its offset from UTC"):
        tx.write(insert(table_of(AuditRow)).values(seq=1, at=NOW.replace(tzinfo=None)))


def test_the_chain_stays_whole_under_four_writers(store: Store) -> None:
    def write(name: int) -> None:
        for number in range(15):
            with store.begin() as tx:
                audit.append(tx, at=NOW, actor=f"writer {name}", action="x", subject=str(number))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    with store.read() as tx:
        entries = audit.entries(tx)
        assert list(range(1, 61)) == [entry.seq for entry in entries]
        assert None is audit.verify(tx)
    of_one = [int(entry.subject) for entry in entries if entry.actor == "writer 2"]
    assert list(range(15)) == of_one
