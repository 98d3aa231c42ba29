"""`recall task`: what each party must do, and what becomes of what it says was done."""

from __future__ import annotations

from flows.cli import Code
from tests.flows.small_recall import BAD, REFERENCE, Small


def test_the_tasks_are_listed_by_recall_party_and_state(small: Small) -> None:
    every = small.tasks()
    assert {"stop_sale", "notify_buyers", "report", "quarantine", "retrieve", "dispose"} == {
        task["duty"] for task in every
    }
    assert sorted(task["due_at"] for task in every) == [task["due_at"] for task in every]
    theirs = small.tasks("--party", "party_northgate")
    assert {"party_northgate"} == {task["party"] for task in theirs}
    assert [] == small.tasks("--state", "done")
    assert len(every) == len(small.tasks("--state", "issued", "--state", "overdue"))
    assert len(every) + 1 == len(small.recall("task", "list").rows)


def test_a_task_is_acknowledged_and_done(small: Small) -> None:
    task = small.task("stop_sale")
    said = small.recall("task", "acknowledge", task, "--json").document
    assert {"task": task, "state": "acknowledged"} == said
    done = small.recall("task", "confirm", task, "--outcome", "delisted", "--units", 0, "--json").document
    assert (True, "done", None) == (done["new"], done["state"], done["conflict"])


def test_a_task_that_is_declined_says_so(small: Small) -> None:
    words = ("task", "acknowledge", small.task("stop_sale"), "--decline", "--reason", "Sold long ago")
    assert "declined" == small.recall(*words, "--json").document["state"]


def test_the_same_key_is_the_same_statement(small: Small) -> None:
    words = ("task", "confirm", small.task("quarantine"), "--outcome", "quarantined", "--units", 6,
             "--lot", BAD, "--key", "count-1", "--part", "--json")  # fmt: skip
    first, second = small.recall(*words), small.recall(*words)
    assert (True, False) == (first.document["new"], second.document["new"])
    assert (Code.OK, Code.OK) == (first.code, second.code)


def test_more_units_than_are_known_are_kept_for_a_person_and_nothing_is_counted(small: Small) -> None:
    before = small.recall("status", REFERENCE, "--json").document["ledger"]
    words = (
        "task",
        "confirm",
        small.task("quarantine"),
        "--outcome",
        "quarantined",
        "--units",
        11,
        "--lot",
        BAD,
    )
    said = small.recall(*words, "--json")
    assert Code.CONFLICT == said.code
    assert "11 units counted where at most" in said.document["conflict"]
    after = small.recall("status", REFERENCE, "--json").document
    assert (before, 1) == (after["ledger"], len(after["conflicts"]))
    assert "# Conflicts" in small.recall("status", REFERENCE).out


def test_a_buyers_outcome_names_its_line_or_is_refused(small: Small) -> None:
    words = ("task", "confirm", small.task("notify_buyers"), "--outcome", "returned", "--units", 2, "--json")
    without = small.recall(*words)
    assert (Code.ERROR, "/line") == (without.code, without.problem["where"])
    returned = small.recall(*words, "--line", "HM-1", "--evidence", "photo=sha256:0a1b")
    assert (Code.OK, None) == (returned.code, returned.document["conflict"])
    assert 2 == small.recall("status", REFERENCE, "--json").document["ledger"]["recovered"]


def test_what_is_not_said_as_the_help_says_is_refused(small: Small) -> None:
    task = small.task("report")
    assert Code.USAGE == small.recall("task", "confirm", task, "--outcome", "eaten", "--units", 1).code
    assert Code.USAGE == small.recall("task", "confirm", task, "--outcome", "reported", "--units", -1).code
    words = (
        "task",
        "confirm",
        task,
        "--outcome",
        "reported",
        "--units",
        0,
        "--evidence",
        "a photo",
        "--json",
    )
    assert "docs/errors/confirmation-refused" == small.recall(*words).problem["type"]
    assert Code.ERROR == small.recall("task", "acknowledge", "tsk_404").code


def test_a_conflict_is_settled_by_an_officer_with_a_number_and_a_reason(small: Small) -> None:
    said = ("--outcome", "quarantined", "--units", 11, "--lot", BAD)
    small.recall("task", "confirm", small.task("quarantine"), *said)
    (waiting,) = small.recall("status", REFERENCE, "--json").document["conflicts"]
    words = ("task", "settle", waiting["id"], "--reason", "Recounted", "--json")
    by = ("--officer", "party_officer2")
    assert Code.AUTH == small.recall(*words, "--units", 6, "--officer", "party_harbour").code
    assert Code.CONFLICT == small.recall(*words, "--units", 11, *by).code
    settled = small.recall(*words, "--units", 6, *by)
    assert (Code.OK, 6) == (settled.code, settled.document["units"])
    assert [] == small.recall("status", REFERENCE, "--json").document["conflicts"]
    assert Code.CONFLICT == small.recall(*words, "--units", 6, *by).code
