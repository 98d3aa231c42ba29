"""The confirming page: text and clauses beside each other, counts that follow, two officers who open it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import pytest
from fastapi.testclient import TestClient

from connectors.feeds.reader import read_notices
from recall.app import create_app
from recall.codes.short_code import codes_in
from recall.domain.notice import Notice
from recall.domain.recall import RecallState
from recall.steps.open_recall import amend
from recall.store import audit, drafts, recalls
from tests.dumps import dump
from tests.steps.acts import WIDER, amended
from tests.web.test_verifying import assert_harmless
from tests.world import FIRST, HARBOUR, POLICY, SECOND, World, notice

TEXT = "Power bank PAC20-272. Lots A1 are recalled; so are units of the batch B2. Danger: fire."


def read(raw: bytes) -> Sequence[Notice]:
    """What the reader of notices finds."""
    return read_notices(raw, name="the file").notices


def proposed(**parts: object) -> Notice:
    """A notice as a reader would propose it: it saw the first lot, and passed over the second."""
    clauses = [
        {"kind": kind, "text": words, "start": TEXT.index(words), "end": TEXT.index(words) + len(words),
         "confidence": sure, "products": products}
        for kind, words, sure, products in (("model", "PAC20-272", 0.9, [0]), ("lot", "Lots A1", 0.8, [0]),
                                            ("hazard", "fire", 0.7, []))
    ]  # fmt: skip
    product = {
        "name": "Power bank",
        "brand": "Example",
        "model": "PAC20-272",
        "lots": ["A1"],
        "quantity": 150,
    }
    given = {"reference": "DRAFT-1", "text": TEXT, "clauses": clauses, "products": [product], "quantity": 150}
    return Notice.read(notice(**(given | parts)))


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser, signed in as the first officer."""
    app = create_app(world.runtime, issuer_key="whpk_", read=read)
    with TestClient(app, follow_redirects=False) as reader:
        reader.post("/login", data={"key": world.keys[FIRST].text})
        yield reader


def started(client: TestClient, given: Notice | None = None) -> str:
    """The path of a new draft."""
    text = json.dumps((given or proposed()).document())
    answer = client.post("/drafts", data={"text": text, "policy": [POLICY]})
    assert 303 == answer.status_code, answer.text
    return str(answer.headers["location"])


def count(html: str, name: str) -> str:
    """A count on the page."""
    (found,) = re.findall(rf'data-count="{name}"[^>]*>([^<]*)<', html)
    return str(found)


def test_the_text_stands_beside_the_clauses_and_each_leads_to_the_other(client: TestClient) -> None:
    html = client.get(started(client)).text
    for number in (1, 2, 3):
        assert f'id="s-{number}"' in html
        assert f'href="#c-{number}"' in html
        assert f'id="c-{number}"' in html
        assert f'href="#s-{number}"' in html
    shown = re.sub(r"<[^>]+>", "", re.findall(r'<p class="source".*?</p>', html, re.DOTALL)[0])
    assert TEXT == shown
    assert "1" == count(html, "lots")


def test_the_counts_follow_what_the_officer_corrects_and_adds(client: TestClient) -> None:
    path = started(client)
    before = client.get(path).text
    assert ("1", "100", "less than stated") == tuple(
        count(before, name) for name in ("lots", "made", "cover")
    )
    tried = client.post(f"{path}/preview.json", data={"clause": "2", "values": "A1\nB2"}).json()
    assert (2, 200, "over") == (tried["lots"], tried["made"], tried["cover"])
    assert before == client.get(path).text
    words = "units of the batch B2"
    added = {"kind": "lot", "quote": words, "product": "0", "values": "B2"}
    assert 303 == client.post(f"{path}/add", data=added).status_code
    after = client.get(path).text
    assert ("2", "200", "more than stated") == tuple(count(after, name) for name in ("lots", "made", "cover"))
    assert int(count(after, "confirmed")) > int(count(before, "confirmed"))
    assert "added by Recall desk, first officer" in after
    assert 303 == client.post(f"{path}/correct", data={"clause": "2", "values": "B2"}).status_code
    assert ("1", "100") == tuple(count(client.get(path).text, name) for name in ("lots", "made"))


def test_exceptions_identifiers_and_all_change_the_counts_as_well(client: TestClient) -> None:
    path = started(client)
    words = {"quote": "units of the batch B2", "product": "0"}
    everything = client.post(f"{path}/preview.json", data=words | {"kind": "all"}).json()
    assert (2, 200, "over") == (everything["lots"], everything["made"], everything["cover"])
    assert 303 == client.post(f"{path}/add", data=words | {"kind": "all"}).status_code
    assert ("2", "200") == tuple(count(client.get(path).text, name) for name in ("lots", "made"))
    let_off = client.post(f"{path}/add", data=words | {"kind": "exclusion", "values": "lots: B2"})
    assert f"{path}#c-5" == let_off.headers["location"]
    html = client.get(path).text
    assert ("1", "100", "less than stated") == tuple(count(html, name) for name in ("lots", "made", "cover"))
    tried = client.post(f"{path}/preview.json", data={"clause": "5", "values": "lots: A1\nlots: B2"}).json()
    assert 0 == tried["lots"]
    client.post(f"{path}/add", data=words | {"kind": "identifier", "values": "sku: AB-1"})
    client.post(f"{path}/correct", data={"clause": "6", "values": "sku: AB-2"})
    html = client.get(path).text
    assert "<code>sku: AB-2</code>" in html
    piece = re.findall(r'data-clauses="4 5 6">([^<]*)<', html)
    assert ["units of the batch B2"] == piece


def test_only_a_draft_that_a_person_has_settled_is_submitted_and_another_officer_opens_it(
    client: TestClient, world: World
) -> None:
    path = started(client)
    assert 409 == client.post(f"{path}/submit").status_code
    client.post(f"{path}/confirm", data={"clause": "1"})
    client.post(f"{path}/correct", data={"clause": "2", "values": "A1"})
    assert 409 == client.post(f"{path}/submit").status_code
    client.post(f"{path}/confirm")
    assert 303 == client.post(f"{path}/submit").status_code
    assert 403 == client.post(f"{path}/decide", data={"act": "approve"}).status_code
    client.post("/login", data={"key": world.keys[SECOND].text})
    html = client.get(path).text
    assert "confirmed by Recall desk, first officer" in html
    assert "corrected by Recall desk, first officer" in html
    assert 303 == client.post(f"{path}/decide", data={"act": "approve"}).status_code
    with world.runtime.store.read() as tx:
        recall = recalls.recall_by_reference(tx, reference="DRAFT-1")
        said = [entry.action for entry in audit.entries(tx) if entry.action.startswith("draft.")]
    assert recall is not None
    assert (RecallState.OPEN, FIRST, SECOND) == (recall.state, recall.proposed_by, recall.approved_by)
    assert ["draft.started", "draft.confirmed", "draft.corrected", "draft.confirmed"] == said


def test_a_draft_that_is_in_force_offers_no_word_on_another_version(client: TestClient, world: World) -> None:
    path = started(client)
    client.post(f"{path}/confirm")
    client.post(f"{path}/submit")
    client.post("/login", data={"key": world.keys[SECOND].text})
    assert "/decide" in client.get(path).text
    client.post(f"{path}/decide", data={"act": "approve"})
    with world.runtime.store.read() as tx:
        recall = recalls.recall_by_reference(tx, reference="DRAFT-1")
    assert recall is not None
    amend(world.runtime, recall_id=recall.id, notice=proposed(hazard="It bursts."), officer=FIRST)
    assert "/decide" not in client.get(path).text


def test_a_rejected_draft_lies_on_its_makers_desk_again(client: TestClient, world: World) -> None:
    path = started(client)
    client.post(f"{path}/confirm")
    client.post(f"{path}/submit")
    assert 409 == client.post(f"{path}/confirm").status_code
    client.post("/login", data={"key": world.keys[SECOND].text})
    client.post(f"{path}/decide", data={"act": "reject", "reason": "one lot is missing"})
    with world.runtime.store.read() as tx:
        (draft,) = drafts.drafts(tx)
    assert draft.recall_id is None
    client.post("/login", data={"key": world.keys[FIRST].text})
    client.post(f"{path}/correct", data={"clause": "2", "values": "A1\nB2"})
    assert 303 == client.post(f"{path}/submit").status_code


def test_another_officer_looks_but_does_not_touch_and_a_platform_does_neither(
    client: TestClient, world: World
) -> None:
    path = started(client)
    client.post("/login", data={"key": world.keys[SECOND].text})
    before = dump(world.runtime.store)
    assert 200 == client.get(path).status_code
    assert 403 == client.post(f"{path}/confirm").status_code
    client.post("/logout")
    assert (303, "/login") == ((answer := client.get(path)).status_code, answer.headers["location"])
    assert 403 == client.post("/login", data={"key": world.keys[HARBOUR].text}).status_code
    assert before == dump(world.runtime.store)


@pytest.mark.parametrize(
    ("act", "data"),
    [("correct", {"clause": "1", "values": "two\nmodels"}), ("correct", {"clause": "9", "values": "x"}),
     ("add", {"kind": "lot", "quote": "not in the text", "values": "Z"}),
     ("add", {"kind": "exclusion", "quote": "fire", "values": "Z"}),
     ("add", {"kind": "all", "quote": "fire", "values": "Z"}), ("add", {"kind": "colour", "quote": "fire"}),
     ("add", {"kind": "made", "quote": "fire", "values": "soon"}),
     ("add", {"kind": "quantity", "quote": "fire", "values": "many"})],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_the_draft_stays(
    client: TestClient, world: World, act: str, data: dict[str, str]
) -> None:
    path = started(client)
    before = dump(world.runtime.store)
    assert 422 == client.post(f"{path}/{act}", data=data).status_code
    assert before == dump(world.runtime.store)


def test_a_model_that_nobody_knows_is_said_beside_the_counts(client: TestClient) -> None:
    path = started(client)
    tried = client.post(f"{path}/preview.json", data={"clause": "1", "values": "K-9"}).json()
    assert (0, True) == (tried["lots"], "K-9" in tried["refused"])


def test_hostile_text_is_shown_and_never_runs_hides_or_turns_anything(client: TestClient) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>&\"'"
    text = f"{hostile} Lots A1 {hostile}"
    given = proposed(
        title=hostile, hazard=hostile, text=text, warnings=[hostile],
        clauses=[{"kind": "lot", "text": hostile, "start": 0, "end": len(hostile), "confidence": 0.5,
                  "products": [0]}],
    )  # fmt: skip
    path = started(client, given)
    for html in (client.get(path).text, client.get("/drafts").text):
        assert_harmless(html)
        assert "<img src=x" not in html
    turning = json.dumps(proposed().document() | {"hazard": "\u202e\x00"})
    assert 422 == client.post("/drafts", data={"text": turning, "policy": [POLICY]}).status_code
    policy = client.get(path).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("raw", ["", "{", "\x00\x01", "nothing to see"])
def test_what_is_no_notice_starts_no_draft(client: TestClient, world: World, raw: str) -> None:
    before = dump(world.runtime.store)
    assert 422 == client.post("/drafts", data={"text": raw or " ", "policy": [POLICY]}).status_code
    assert before == dump(world.runtime.store)


def test_the_versions_of_a_notice_show_what_each_changed(client: TestClient, world: World) -> None:
    amended(world, WIDER)
    html = client.get(f"/recalls/{world.recall_id}/versions").text
    assert "<ins>B2</ins>" in html
    assert "decided by Recall desk, second officer" in html
    assert 2 == len(set(codes_in(html)))
