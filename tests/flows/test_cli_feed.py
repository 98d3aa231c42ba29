"""`recall feed`: how fresh each source is, and a notice from the feed to a recall by two officers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli import Code
from recall.domain.published import Standing
from recall.store import recalls
from tests.feed_server import AMERICAN, CANADIAN, FeedServer, feed_server
from tests.flows.command import Command, officer


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.say("/ca", [CANADIAN])
        running.say("/us", [AMERICAN])
        yield running


@pytest.fixture
def desk(server: FeedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command where two officers are known and two feeds stand on this machine."""
    monkeypatch.setenv("RECALL_FEED_ADDRESSES", f"cpsc={server.address}/us health_canada={server.address}/ca")
    monkeypatch.setenv("RECALL_FEEDS", "cpsc health_canada")
    command = Command(home=tmp_path / "desk")
    command.know(officer(1), officer(2))
    return command


def test_what_is_published_is_a_draft_until_a_person_takes_it_up(desk: Command, server: FeedServer) -> None:
    assert Code.OK == desk("feed", "watch", "--once").code
    drafts = desk("feed", "drafts", "--json").document
    assert {("26999", "draft"), ("70001", "draft")} == {(one["reference"], one["standing"]) for one in drafts}
    with desk.house().runtime.store.read() as tx:
        assert () == recalls.recalls(tx)
    took = desk("feed", "open", "26999", "--policy", "us-cpsc", "--officer", "party_officer1", "--json")
    assert (Code.OK, 1) == (took.code, took.document["version"])
    assert Code.OK == desk("notice", "approve", "26999", "--officer", "party_officer2").code
    assert Code.CONFLICT == desk("feed", "open", "26999", "--officer", "party_officer1").code

    server.say("/us", [AMERICAN | {"Description": AMERICAN["Description"].replace("B-12", "B-12 and B-13")}])
    assert Code.OK == desk("feed", "watch", "cpsc", "--once").code
    told = desk("feed", "show", "26999", "--json").document
    assert (Standing.AMENDED, 2, 1) == (told["standing"], told["version"], told["taken_version"])
    added = {field["field"]: field["added"] for field in told["versions"][1]["changes"]}
    assert ["B-13"] == added["lots"]
    assert [("health_canada", "70001")] == [(twin["feed"], twin["reference"]) for twin in told["twins"]]
    assert told["recall"] == took.document["recall"]
    with desk.house().runtime.store.read() as tx:
        assert 1 == recalls.recall(tx, recall_id=told["recall"]).version
    again = desk("feed", "open", "26999", "--officer", "party_officer1", "--json")
    assert (Code.OK, 2) == (again.code, again.document["version"])


def test_the_list_shows_how_fresh_each_source_is(desk: Command, server: FeedServer) -> None:
    server.statuses["/us"] = 500
    passes = desk("feed", "watch", "--once", "--json")
    assert Code.PARTIAL == passes.code
    rows = {row["feed"]: row for row in desk("feed", "list", "--json").document}
    assert ("watched", "") == (rows["health_canada"]["state"], rows["health_canada"]["error"])
    assert rows["health_canada"]["succeeded"] is not None
    assert rows["health_canada"]["changed"] is not None
    assert "failing" == rows["cpsc"]["state"]
    assert "500" in rows["cpsc"]["error"]
    assert "no address" == rows["meti"]["state"]
    assert set() == {"own", "gs1", "syndicated", "text"} & rows.keys()
    assert ("not watched", None) == (rows["safety_gate"]["state"], rows["safety_gate"]["succeeded"])


def test_who_all_failed_is_said_by_the_exit_code(desk: Command, server: FeedServer) -> None:
    server.statuses |= {"/us": 500, "/ca": 500}
    assert Code.ERROR == desk("feed", "watch", "--once").code
    assert Code.ERROR == desk("feed", "watch", "nobody", "--once").code
    assert Code.ERROR == desk("feed", "show", "nothing").code


@pytest.mark.parametrize(
    "words",
    [
        ("feed", "watch", "nobody", "--once"), ("feed", "show", "999"),
        ("notice", "read", "-", "--feed", "nobody"), ("policy", "show", "nope"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known_leads_to_the_list_of_those_that_are(
    desk: Command, words: tuple[str, ...]
) -> None:
    said = desk(*words, given=b"lamp K-7 burns")
    assert Code.ERROR == said.code
    assert "\nNext:  " in said.err
