"""`recall notice draft` to `close`: a notice gone through by command, compared, rejected and ended."""

from __future__ import annotations

import json

from flows.cli import Code
from recall.store import audit
from tests.flows.command import Command
from tests.flows.test_cli_notice import CHINESE, FIRST, SECOND, opened


def test_a_draft_is_confirmed_corrected_and_submitted_by_its_maker(desk: Command) -> None:
    words = ("notice", "draft", CHINESE, "--policy", "cn-samr", "--officer", FIRST, "--json")
    draft = desk(*words).document
    lots = next(n for n, clause in enumerate(draft["clauses"], start=1) if clause["kind"] == "made")
    early = desk("notice", "submit", draft["id"], "--officer", FIRST, "--json")
    assert (Code.CONFLICT, "docs/errors/not-now") == (early.code, early.problem["type"])
    corrected = desk(
        "notice", "correct", draft["id"], "--clause", lots, "--value", "2023-06-05 to 2023-06-30",
        "--officer", FIRST, "--json",
    ).document  # fmt: skip
    assert ["2023-06-05 to 2023-06-30"] == corrected["clauses"][lots - 1]["means"]
    assert "corrected" == corrected["clauses"][lots - 1]["mark"]["said"]
    assert Code.AUTH == desk("notice", "confirm", draft["id"], "--all", "--officer", SECOND).code
    rest = desk("notice", "confirm", draft["id"], "--all", "--officer", FIRST, "--json").document
    assert 0 == rest["waiting"]
    submitted = desk("notice", "submit", draft["id"], "--officer", FIRST, "--json").document
    assert "proposed" == submitted["state"]
    approved = desk("notice", "approve", submitted["id"], "--officer", SECOND, "--json").document
    assert "open" == approved["state"]


def test_a_clause_that_the_reader_passed_over_is_added(desk: Command) -> None:
    draft = desk("notice", "draft", CHINESE, "--policy", "cn-samr", "--officer", FIRST, "--json").document
    words = ("notice", "add", draft["id"], "--officer", FIRST, "--kind", "lot", "--value", "Z9", "--json")
    quote = draft["clauses"][0]["text"]
    added = desk(*words, "--quote", quote).document
    assert "Z9" in added["clauses"][-1]["means"]
    assert Code.ERROR == desk(*words, "--quote", "nowhere in the text").code


def test_two_versions_are_compared_and_one_that_waits_is_rejected(desk: Command) -> None:
    reference = opened(desk)
    (notice,) = desk("notice", "read", CHINESE, "--json").document["notices"]
    notice["products"][0]["lots"] = ["Z9"]
    desk("notice", "amend", reference, "-", "--officer", FIRST, given=json.dumps(notice).encode())
    said = desk("notice", "diff", reference, "--json").document
    assert (1, 2) == (said["from"], said["to"])
    assert [["Z9"]] == [each["added"] for each in said["differences"] if each["field"] == "lots"]
    rejected = desk("notice", "reject", reference, "--officer", SECOND, "--reason", "a typo", "--json")
    assert (Code.OK, "open") == (rejected.code, rejected.document["state"])
    assert Code.CONFLICT == desk("notice", "approve", reference, "--officer", SECOND).code


def test_a_recall_is_closed_by_two_with_a_yes_and_not_before_its_end(desk: Command) -> None:
    words = ("notice", "close", opened(desk), "--officer", FIRST, "--json")
    assert Code.USAGE == desk(*words, "--second", SECOND).code
    early = desk(*words, "--second", SECOND, "--yes")
    assert (Code.CONFLICT, "docs/errors/not-now") == (early.code, early.problem["type"])
    assert Code.AUTH == desk(*words, "--second", FIRST, "--yes").code


def test_a_closing_against_its_laws_says_why_and_a_withdrawal_may(desk: Command) -> None:
    words = (opened(desk), "--officer", FIRST, "--second", SECOND, "--yes", "--json")
    closed = desk("notice", "close", *words, "--override", "the maker has ceased to exist")
    assert (Code.OK, "closed") == (closed.code, closed.document["state"])
    with desk.house().runtime.store.read() as tx:
        (entry,) = [each for each in audit.entries(tx) if each.action == "recall.closed"]
    assert "the maker has ceased to exist" == entry.detail["reason"]
    assert entry.detail["overridden"]


def test_an_amendment_brings_another_law(desk: Command) -> None:
    reference = opened(desk)
    again = desk("notice", "read", CHINESE, "--json").document["notices"][0]
    words = ("notice", "amend", reference, "-", "--officer", FIRST, "--policy", "eu-gpsr", "--json")
    assert 2 == desk(*words, given=json.dumps(again).encode()).document["pending_version"]
    approved = desk("notice", "approve", reference, "--officer", SECOND, "--json").document
    assert "cn-samr eu-gpsr" == approved["policies"]


def test_an_amendment_that_says_the_same_is_not_taken(desk: Command) -> None:
    reference = opened(desk)
    same = desk("notice", "amend", reference, CHINESE, "--officer", FIRST, "--json")
    assert Code.CONFLICT == same.code
    assert "Nothing differs from version 1" in same.problem["detail"]


def test_one_officer_alone_cannot_withdraw_and_is_told_so(desk: Command) -> None:
    words = ("notice", "withdraw", opened(desk), "--officer", FIRST, "--second", FIRST, "--yes", "--json")
    said = desk(*words)
    assert Code.AUTH == said.code
    assert "One officer alone cannot end a recall" in said.problem["detail"]


def test_a_recall_with_one_version_says_that_there_is_only_one(desk: Command) -> None:
    reference = opened(desk)
    said = desk("notice", "diff", reference)
    assert (Code.OK, "There is only one version.") == (said.code, said.err.strip())


def test_a_copy_whose_clauses_do_not_stand_in_its_text_says_so_in_one_sentence(desk: Command) -> None:
    signed = desk("notice", "signed", opened(desk), "--json").document
    changed = json.loads(json.dumps(signed).replace("2023", "2022"))
    changed["notice"]["text"] = "召回"
    said = desk("notice", "verify", "-", given=json.dumps(changed).encode())
    assert Code.ERROR == said.code
    assert "  It cannot be read as a notice: /clauses/0/text: expected the words that stand at" in said.out
