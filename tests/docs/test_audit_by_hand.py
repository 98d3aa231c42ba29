"""The program on the page about the audit trail verifies a real chain, and finds what was changed in it."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recall.store import audit
from recall.store.database import Store
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "reference" / "audit.md"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with five entries, one of them of a time without microseconds."""
    path = tmp_path / "recall.db"
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    with store.begin() as tx:
        for number in range(5):
            at = datetime(2026, 3, 1, 8, 0, 0, number, tzinfo=UTC)
            detail = {"units": number, "reason": "清点", "a": None}
            audit.append(tx, at=at, actor="engine", action="recall.tested", subject="x", detail=detail)
    store.close()
    return path


def verified(database: Path) -> str:
    """What the page's own program says of a database."""
    program = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    done = subprocess.run(
        [sys.executable, "-c", program, str(database)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_program_of_the_page_finds_a_real_chain_whole(database: Path) -> None:
    assert verified(database).startswith("whole: 5 entries, the last hash is ")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET detail = '{\"units\":9}' WHERE seq = 3",
        "UPDATE audit SET seq = 33 WHERE seq = 3",
        "UPDATE audit SET at = '2026-03-02 08:00:00.000000' WHERE seq = 3",
    ],
)
def test_the_program_of_the_page_finds_what_was_changed(database: Path, change: str) -> None:
    with sqlite3.connect(database) as base:
        base.execute(change)
    assert "broken at entry" in verified(database)


def test_the_program_of_the_page_finds_what_was_taken_out(database: Path) -> None:
    with sqlite3.connect(database) as base:
        base.execute("DELETE FROM audit WHERE seq = 3")
    assert "broken at entry 4" in verified(database)
