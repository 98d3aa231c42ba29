"""`recall status`, `trace`, `explain` and `report`: how far it is, why, and what became of every unit."""

from __future__ import annotations

import csv
import io
import sqlite3

import pytest

from flows.cli import Code
from tests.flows.command import Command
from tests.flows.small_recall import BAD, REFERENCE, Small


def test_the_list_tells_each_recall_in_a_line(small: Small) -> None:
    (line,) = small.recall("status", "--json").document["recalls"]
    assert (small.recall_id, REFERENCE, "open", 1) == (
        line["id"], line["reference"], line["state"], line["version"],
    )  # fmt: skip
    assert line["affected"] == line["outstanding"] > 0
    head, row = small.recall("status").rows
    assert (REFERENCE, len(head)) == (row[0], len(row))


@pytest.mark.parametrize("by", ["id", "reference"])
def test_a_recall_is_told_whole_by_its_id_or_its_reference(small: Small, by: str) -> None:
    told = small.recall("status", small.recall_id if by == "id" else REFERENCE, "--json").document
    assert ["in_scope", "located", "notified", "answered", "recovered", "disposed"] == list(told["funnel"])
    assert (10, 12, True) == (told["made_units"], told["funnel"]["in_scope"], told["ledger"]["balances"])
    assert (3, 4) == (told["targeting"]["told"], told["targeting"]["blanket"])
    assert any(reason.endswith("tasks are open") for reason in told["unmet"])
    assert {"Harbour Market", "Northgate"} <= {party["name"] for party in told["parties"]}


def test_without_json_the_tables_of_a_recall_are_told_one_after_the_other(small: Small) -> None:
    titles = [line for line in small.recall("status", REFERENCE).out.splitlines() if line.startswith("# ")]
    assert "tasks are open" in small.recall("status", REFERENCE).out
    assert [f"# Recall {REFERENCE}", "# Funnel", "# Ledger", "# Parties", "# Clocks", "# Laws"] == titles


def test_an_overdue_task_is_an_exit_code_when_it_is_asked_for(small: Small) -> None:
    assert Code.OK == small.recall("status", REFERENCE, "--fail-on-overdue").code
    with sqlite3.connect(small.recall.home / "recall.db") as other_hand:
        other_hand.execute("UPDATE task SET due_at = '2020-01-01 00:00:00.000000'")
    assert Code.OVERDUE == small.recall("status", REFERENCE, "--fail-on-overdue").code
    assert Code.OVERDUE == small.recall("status", "--fail-on-overdue").code
    assert Code.OK == small.recall("status", REFERENCE).code


def test_the_trace_tells_lots_chains_stocks_and_classes(small: Small) -> None:
    told = small.recall("trace", REFERENCE, "--json").document
    (lot,) = told["lots"]
    assert (BAD, 10, "named by the notice") == (lot["lot"], lot["units"], lot["chain"][0]["rule"])
    assert (f"notice {REFERENCE}", 64) == (lot["chain"][0]["source"], len(lot["chain"][0]["event"]))
    assert [BAD] == [stock["lot"] for stock in told["stocks"]]
    classes = {row["rule"]: (row["class"], row["lines"]) for row in told["matches"]}
    expected = {
        "exact_lot": ("confirmed", 1), "folded_lot": ("possible", 1), "lot_window": ("possible", 1),
        "other_lot": ("excluded", 1),
    }  # fmt: skip
    assert expected == classes
    assert f"lot {BAD} of" in small.recall("trace", REFERENCE).out


def test_a_line_is_explained_from_the_notice_to_the_line(small: Small) -> None:
    (told,) = small.recall("explain", "HM-1", "--json").document["evidence"]
    assert ("confirmed", [2, 2], REFERENCE) == (told["class"], told["units"], told["reference"])
    assert ["published", "named by the notice", "exact_lot"] == [link["rule"] for link in told["links"]]
    said = small.recall("explain", "HM-1", "--recall", REFERENCE, "--platform", "Harbour Market").out
    assert f"The order line records affected lot {BAD}" in said


def test_a_line_that_is_let_off_is_explained_too(small: Small) -> None:
    (told,) = small.recall("explain", "HM-4", "--json").document["evidence"]
    assert ("excluded", [0, 0]) == (told["class"], told["units"])
    assert "which is not affected" in told["reason"]


@pytest.mark.parametrize(
    "words", [("HM-404",), ("HM-1", "--platform", "Nobody"), ("HM-1", "--recall", "R-404")]
)
def test_what_cannot_be_explained_is_not_found(small: Small, words: tuple[str, ...]) -> None:
    said = small.recall("explain", *words, "--json")
    assert (Code.ERROR, "docs/errors/not-found") == (said.code, said.problem["type"])


def test_the_report_accounts_for_every_unit_party_by_party(small: Small) -> None:
    told = small.recall("report", REFERENCE, "--json").document
    by_party = told["units_by_party"].values()
    assert told["ledger"]["affected"] == sum(units["affected"] for units in by_party)
    assert [True] * len(by_party) == [units["balances"] for units in by_party]
    rows = list(csv.DictReader(io.StringIO(small.recall("report", REFERENCE, "--csv").out)))
    assert {"Harbour Market", "Northgate"} == {row["name"] for row in rows}
    assert told["ledger"]["affected"] == sum(int(row["affected"]) for row in rows)
    assert "the units balance" in small.recall("report", REFERENCE).out


def test_on_a_home_without_a_recall_the_list_is_empty(desk: Command) -> None:
    assert {"recalls": []} == desk("status", "--json").document
    assert Code.ERROR == desk("report", "R-404").code
