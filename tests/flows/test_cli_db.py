"""`recall db`, and what every command says of a database that is absent, behind or damaged."""

from __future__ import annotations

import sqlite3

import pytest

from flows.cli import Code
from tests.flows.command import Command


def test_an_upgrade_makes_the_database_and_done_twice_is_done_once(recall: Command) -> None:
    first, second = recall("db", "upgrade", "--json").document, recall("db", "upgrade", "--json").document
    assert first["before"] is None
    assert {"before": first["revision"], "revision": first["revision"]} == second


def test_a_sound_database_is_called_sound(recall: Command) -> None:
    recall("db", "upgrade")
    said = recall("db", "check", "--json")
    assert (Code.OK, {"sound": True, "problems": []}) == (said.code, said.document)
    assert "The database is sound.\n" == recall("db", "check").out


def test_a_broken_audit_chain_is_a_problem_and_an_exit_code(desk: Command) -> None:
    desk("notice", "open", "examples/notices/power-bank.zh.txt", "--policy", "cn-samr", "--officer",
         "party_officer1")  # fmt: skip
    with sqlite3.connect(desk.home / "recall.db") as other_hand:
        other_hand.execute("UPDATE audit SET actor = 'nobody'")
    said = desk("db", "check", "--json")
    assert Code.ERROR == said.code
    assert ["The audit chain is broken at entry 1"] == said.document["problems"]


def test_a_setting_that_cannot_be_read_is_named(recall: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECALL_FLOWS", "sideways")
    said = recall("db", "upgrade", "--json")
    assert (Code.ERROR, "docs/errors/input-refused") == (said.code, said.problem["type"])
    assert (
        "RECALL_FLOWS cannot be read: expected 'embedded' or 'served', got 'sideways'"
        in said.problem["detail"]
    )


def test_a_command_that_reads_makes_no_database(recall: Command) -> None:
    said = recall("db", "check", "--json")
    assert Code.CONFLICT == said.code
    assert "Run: recall db upgrade" == said.problem["advice"]
    assert not recall.home.exists()


def test_a_database_that_is_behind_is_not_touched_but_told(desk: Command) -> None:
    with sqlite3.connect(desk.home / "recall.db") as other_hand:
        other_hand.execute("UPDATE alembic_version SET version_num = 'old'")
    said = desk("notice", "approve", "R", "--officer", "party_officer2")
    assert Code.CONFLICT == said.code
    assert "The database is behind: expected revision" in said.err
    assert "Next:  Run: recall db upgrade" in said.err
