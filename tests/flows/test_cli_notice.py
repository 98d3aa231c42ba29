"""`recall notice`: what a file says, and a recall from one officer's proposal to its withdrawal by two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import Code
from tests.flows.command import Command

ROOT = Path(__file__).resolve().parent.parent.parent
CHINESE = ROOT / "examples/notices/power-bank.zh.txt"
AMERICAN = ROOT / "examples/notices/power-bank.cpsc.json"
FIRST, SECOND = "party_officer1", "party_officer2"


def test_the_power_bank_notice_is_read_whole(recall: Command, shared: Path) -> None:
    said = recall("notice", "read", shared / "notices/cn_samr/romoss_2025-06.txt", "--json")
    assert Code.OK == said.code
    (notice,) = said.document["notices"]
    products = {product["model"]: product for product in notice["products"]}
    stated = {"PAC20-272": 331578, "PAC20-392": 113253, "PLT20A-152": 46914}
    assert stated == {model: product["quantity"] for model, product in products.items()}
    assert 491745 == notice["quantity"] == sum(stated.values())
    assert 2 == len(products["PAC20-272"]["made"])
    assert [] == [lot for product in notice["products"] for lot in product["lots"] if "/" in lot]
    assert [] == said.document["refused"]


def test_the_records_of_cpsc_are_draft_notices_with_their_places(recall: Command, shared: Path) -> None:
    file = shared / "notices/cpsc/api_raw_2026-07.json"
    said = recall("notice", "read", file, "--json")
    records = json.loads(file.read_text("utf-8"))
    notices = said.document["notices"]
    assert [record["RecallNumber"] for record in records] == [notice["reference"] for notice in notices]
    spans = [
        (clause["text"], notice["text"][clause["start"] : clause["end"]])
        for notice in notices
        for clause in notice["clauses"]
    ]
    assert len(spans) >= len(records)
    assert [] == [pair for pair in spans if pair[0] != pair[1]]


def test_the_form_of_answer_has_its_promised_keys(recall: Command) -> None:
    (notice,) = recall("notice", "read", CHINESE, "--json").document["notices"]
    promised = {
        "source", "reference", "title", "authority", "published", "hazard", "remedies", "quantity",
        "products", "clauses", "warnings",
    }  # fmt: skip
    assert set() == promised - notice.keys()
    product = {"name", "brand", "model", "gtin", "lots", "serials", "made", "sold", "quantity"}
    assert set() == product - notice["products"][0].keys()
    assert {"from", "to"} == notice["products"][0]["made"][0].keys()
    assert set() == {"kind", "text", "start", "end", "confidence"} - notice["clauses"][0].keys()


def test_a_notice_may_come_by_standard_input(recall: Command) -> None:
    by_name = recall("notice", "read", CHINESE, "--json")
    assert by_name.out == recall("notice", "read", "-", "--json", given=CHINESE.read_bytes()).out


def test_a_pipe_gets_one_line_a_product(recall: Command) -> None:
    head, *rows = recall("notice", "read", CHINESE).rows
    assert ["reference", "product", "model", "gtin", "lots", "serials", "made", "sold", "quantity"] == head
    assert ["331578", "113253", "46914"] == [row[-1] for row in rows]


def test_a_terminal_gets_a_table_a_notice(recall: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    said = recall("notice", "read", CHINESE).out
    assert "491,745" in said
    assert "PLT20A-152" in said
    assert "\x1b[3" not in said


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x00\x01", b"Dear all, nothing to see.", b"{"])
def test_what_is_no_notice_gives_an_empty_list_the_reason_and_an_exit_code(
    recall: Command, content: bytes
) -> None:
    said = recall("notice", "read", "-", "--json", given=content)
    assert Code.ERROR == said.code
    assert [] == said.document["notices"]
    assert [{"where", "reason"}] == [set(refused) for refused in said.document["refused"]]
    assert said.document["refused"][0]["reason"] in said.err


def test_a_file_that_is_read_in_part_says_so_by_its_exit_code(recall: Command) -> None:
    (record,) = recall("notice", "read", AMERICAN, "--json").document["notices"]
    broken = record | {"products": []}
    said = recall("notice", "read", "-", "--json", given=json.dumps([record, broken]).encode())
    assert Code.PARTIAL == said.code
    assert (1, "/1/products") == (len(said.document["notices"]), said.document["refused"][0]["where"])


def test_a_file_that_is_not_there_is_an_error_in_words(recall: Command) -> None:
    said = recall("notice", "read", "nowhere.txt")
    assert Code.ERROR == said.code
    assert "Cannot use nowhere.txt: expected a usable file, got no such file or directory." in said.err
    assert "Next:  Name a file that is there" in said.err
    assert 404 == recall("notice", "read", "nowhere.txt", "--json").problem["status"]


def test_a_file_without_a_notice_says_whether_it_is_empty_and_what_to_do(recall: Command) -> None:
    nothing = recall("notice", "read", "-", given=b"\n")
    other = recall("notice", "read", "-", given=b"lamp K-7 burns")
    assert (Code.ERROR, Code.ERROR) == (nothing.code, other.code)
    assert "The file is empty" in nothing.err
    assert "docs/reference/notice-form.md" in other.err
    assert ("", "") == (nothing.out, other.out)


def test_prose_of_an_unknown_issuer_is_drafted_with_a_warning(desk: Command) -> None:
    prose = b"Recall of lamp K-7. Lamps of batch 24B, sold from March 2025 to May 2025, can overheat."
    words = ("--policy", "eu-gpsr", "--officer", FIRST, "--json")
    drafted = desk("notice", "draft", "-", *words, given=prose)
    assert (Code.OK, True) == (drafted.code, "24B" in drafted.out)
    (notice,) = desk("notice", "read", "-", "--json", given=prose).document["notices"]
    assert "no known form" in notice["warnings"][0]


def test_an_address_that_may_not_be_asked_names_the_setting_that_lets_it_in(recall: Command) -> None:
    said = recall("notice", "read", "http://127.0.0.1:9/notice.txt")
    assert Code.ERROR == said.code
    assert "RECALL_FEED_HOSTS" in said.err


def opened(desk: Command, file: Path = CHINESE) -> str:
    """The reference of a recall that two officers have opened."""
    proposed = desk("notice", "open", file, "--policy", "cn-samr", "--officer", FIRST, "--json").document
    assert Code.OK == desk("notice", "approve", proposed["id"], "--officer", SECOND).code
    return str(proposed["reference"])


def test_a_recall_may_run_under_several_laws_the_first_of_which_leads(desk: Command) -> None:
    words = ("--policy", "eu-gpsr", "--policy", "cn-samr", "--policy", "eu-gpsr", "--officer", FIRST)
    proposed = desk("notice", "open", CHINESE, *words, "--json").document
    assert "eu-gpsr cn-samr" == proposed["policies"]
    unknown = desk("notice", "open", CHINESE, "--policy", "cn-samr", "--policy", "xx", "--officer", FIRST)
    assert Code.ERROR == unknown.code


def test_a_recall_opens_when_a_second_officer_approves(desk: Command) -> None:
    proposed = desk("notice", "open", CHINESE, "--policy", "cn-samr", "--officer", FIRST, "--json").document
    assert ("proposed", 0) == (proposed["state"], proposed["version"])
    same = desk("notice", "approve", proposed["reference"], "--officer", FIRST, "--json")
    assert (Code.AUTH, "docs/errors/not-allowed") == (same.code, same.problem["type"])
    approved = desk("notice", "approve", proposed["reference"], "--officer", SECOND, "--json").document
    assert (proposed["id"], "open", 1) == (approved["id"], approved["state"], approved["version"])


def test_a_proposal_on_a_new_home_makes_the_database_and_then_knows_no_officer(recall: Command) -> None:
    said = recall("notice", "open", CHINESE, "--policy", "cn-samr", "--officer", FIRST, "--json")
    assert (Code.ERROR, "docs/errors/not-found") == (said.code, said.problem["type"])
    assert (recall.home / "recall.db").exists()


def test_one_notice_of_many_is_named_by_its_number(desk: Command) -> None:
    (record,) = desk("notice", "read", AMERICAN, "--json").document["notices"]
    many = json.dumps([record | {"reference": name} for name in ("R-1", "R-2")]).encode()
    words = ("notice", "open", "-", "--policy", "cn-samr", "--officer", FIRST, "--json")
    unclear = desk(*words, given=many)
    assert (Code.ERROR, "docs/errors/notice-refused") == (unclear.code, unclear.problem["type"])
    assert "R-2" == desk(*words, "--number", 2, given=many).document["reference"]
    assert "expected 1 to 2, got 3" in desk(*words, "--number", 3, given=many).err


def test_an_amendment_holds_when_a_second_officer_approves_it(desk: Command) -> None:
    reference = opened(desk)
    (notice,) = desk("notice", "read", CHINESE, "--json").document["notices"]
    wider = json.dumps(notice | {"hazard": "The cells may burn."}).encode()
    pending = desk("notice", "amend", reference, "-", "--officer", SECOND, "--json", given=wider).document
    assert 2 == pending["pending_version"]
    approved = desk("notice", "approve", reference, "--officer", FIRST, "--json").document
    assert ("open", 2) == (approved["state"], approved["version"])


def test_a_withdrawal_needs_two_officers_and_a_yes(desk: Command) -> None:
    words = ("notice", "withdraw", opened(desk), "--officer", FIRST, "--json")
    assert Code.USAGE == desk(*words, "--second", SECOND).code
    assert Code.AUTH == desk(*words, "--second", FIRST, "--yes").code
    assert "withdrawn" == desk(*words, "--second", SECOND, "--yes").document["state"]
    again = desk(*words, "--second", SECOND, "--yes")
    assert (Code.CONFLICT, "docs/errors/not-now") == (again.code, again.problem["type"])


def test_a_recall_that_is_not_known_is_not_found(desk: Command) -> None:
    said = desk("notice", "approve", "R-404", "--officer", SECOND, "--json")
    assert (Code.ERROR, "docs/errors/not-found") == (said.code, said.problem["type"])
    assert "recall status" in said.problem["advice"]
