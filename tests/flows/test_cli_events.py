"""`recall events`: a file is taken whole or refused whole, and what came can be found again."""

from __future__ import annotations

import json

import pytest

from flows.cli import Code
from tests.builders import GTIN
from tests.flows.command import Command
from tests.flows.small_recall import BAD, CATALOGUE, EVENTS, GOOD


def test_a_capture_on_a_new_home_makes_the_database_and_twice_is_once(recall: Command) -> None:
    first = recall("events", "capture", "-", "--json", given=EVENTS).document
    none = {"products": 0, "withdrawn": 0, "refused": 0, "errors": []}
    assert {"events": 2, "new": 2, "known": 0} | none == first
    second = recall("events", "capture", "-", "--json", given=EVENTS).document
    assert {"events": 2, "new": 0, "known": 2} | none == second


def test_a_document_is_taken_as_well_as_lines(recall: Command) -> None:
    rows = [json.loads(line) for line in EVENTS.splitlines()]
    recall("events", "capture", "-", given=json.dumps(rows).encode())
    assert 2 == recall("events", "capture", "-", "--json", given=EVENTS).document["known"]


@pytest.mark.parametrize(
    ("given", "where"),
    [(EVENTS + b"\n{", "line 3"), (EVENTS + b'\n{"type": "ObjectEvent"}', "line 3: /eventTime"),
     (b'[{"type": "Party"}]', "/0/type")],
)  # fmt: skip
def test_one_wrong_event_refuses_the_whole_with_its_place(recall: Command, given: bytes, where: str) -> None:
    said = recall("events", "capture", "-", "--json", given=given)
    assert (Code.ERROR, "docs/errors/event-refused") == (said.code, said.problem["type"])
    assert where == said.problem["where"]
    recall("db", "upgrade")
    assert [] == recall("events", "query", "--json").document["events"]


def test_of_what_is_refused_throughout_all_is_counted_and_a_thousand_told(recall: Command) -> None:
    said = recall(
        "events", "capture", "--proceed", "-", "--json", given=EVENTS + b'\n{"type": "Party"}' * 1_005
    )
    assert (Code.ERROR, 2, 1_005) == (said.code, said.document["new"], said.document["refused"])
    assert 1_000 == len(said.document["errors"])


@pytest.mark.parametrize(
    "epc", [f"https://id.gs1.org/01/{GTIN}/10/{BAD}", f"(01){GTIN}(10){BAD}", f"^01{GTIN}10{BAD}"]
)
def test_events_are_found_by_what_they_are_about_in_any_form_of_code(recall: Command, epc: str) -> None:
    recall("events", "capture", "-", given=EVENTS)
    (found,) = recall("events", "query", "--epc", epc, "--json").document["events"]
    assert found["hash"].startswith("ni:///sha-256;")
    assert BAD in found["event"]["quantityList"][0]["epcClass"]
    assert 3 == len(recall("events", "query", "--biz-step", "commissioning").rows)
    assert 2 == len(recall("events", "query", "--limit", "1").rows)


def test_a_code_that_is_none_is_refused(recall: Command) -> None:
    recall("events", "capture", "-", given=EVENTS)
    said = recall("events", "query", "--epc", GOOD, "--json")
    assert (Code.ERROR, "docs/errors/code-refused") == (said.code, said.problem["type"])


@pytest.mark.parametrize(
    ("catalogue", "where"),
    [("{", None), ("{}", "/"), ("[7]", "/0"), (json.dumps([CATALOGUE[0] | {"model": None}]), "/0/model"),
     (json.dumps([CATALOGUE[0] | {"gtin": "1"}]), None)],
)  # fmt: skip
def test_a_catalogue_that_cannot_be_read_leaves_nothing_behind(
    recall: Command, catalogue: str, where: str | None
) -> None:
    file = recall.home.parent / "products.json"
    file.write_text(catalogue, "utf-8")
    said = recall("events", "capture", "--catalogue", file, "-", "--json", given=EVENTS)
    assert (Code.ERROR, where) == (said.code, said.problem.get("where"))
    assert not (recall.home / "recall.db").exists()


def test_nobody_who_is_not_known_gives_events(recall: Command) -> None:
    said = recall("events", "capture", "--party", "party_nobody", "-", "--json", given=EVENTS)
    assert (Code.ERROR, "docs/errors/not-found") == (said.code, said.problem["type"])
    assert [] == recall("events", "query", "--json").document["events"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [(b"", "There is nothing to read"), (b"\xff\xfe\x81\x00" * 9, "expected events as text (UTF-8)")],
)
def test_what_holds_no_events_is_refused_in_words(recall: Command, given: bytes, reason: str) -> None:
    said = recall("events", "capture", "-", given=given)
    assert Code.ERROR == said.code
    assert reason in said.err
