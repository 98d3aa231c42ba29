"""The life of a notice on the officers' pages: the next version, what it changes, and the end by two."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from recall.app import create_app
from recall.domain.notice import Notice
from recall.domain.recall import RecallAct, RecallState
from recall.steps.end_recall import ask_to_end, refuse_to_end
from recall.steps.open_recall import amend, reject
from recall.store import recalls
from tests.dumps import dump
from tests.steps.acts import ONE_MODEL, WIDER, entries, settled
from tests.web.conftest import Site
from tests.web.test_confirming import count
from tests.web.test_verifying import HOSTILE, assert_harmless
from tests.world import FIRST, HARBOUR, SECOND, World, notice


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser, signed in as the first officer."""
    with TestClient(create_app(world.runtime, issuer_key="whpk_"), follow_redirects=False) as reader:
        signed_in(reader, world, FIRST)
        yield reader


def signed_in(client: TestClient, world: World, party: str) -> int:
    return client.post("/login", data={"key": world.keys[party].text}).status_code


def path_of(world: World, page: str = "") -> str:
    return f"/recalls/{world.recall_id}{page}"


def state(world: World) -> RecallState:
    with world.runtime.store.read() as tx:
        return recalls.recall(tx, recall_id=world.recall_id).state


def proposed(world: World, **parts: object) -> None:
    """The first officer proposes another version."""
    amend(world.runtime, recall_id=world.recall_id, notice=Notice.read(notice(**parts)), officer=FIRST)


def test_the_next_version_begins_as_the_one_in_force_and_shows_what_it_would_change(
    client: TestClient, world: World
) -> None:
    answer = client.post(path_of(world, "/versions"))
    draft = answer.headers["location"]
    assert (303, True) == (answer.status_code, draft.startswith("/drafts/"))
    html = client.get(draft).text
    assert ("0", "0") == (count(html, "newly_in"), count(html, "released"))
    assert "What it changes" not in html
    wider = {"text": json.dumps(notice(products=WIDER))}
    draft = client.post(path_of(world, "/versions"), data=wider).headers["location"]
    html = client.get(draft).text
    assert ("1", "0") == (count(html, "newly_in"), count(html, "released"))
    assert "<ins>B2</ins>" in html
    assert "<del>PAC20-392</del>" in html


def test_a_version_is_uploaded_submitted_and_decided_by_two(client: TestClient, world: World) -> None:
    narrower = [{"name": "Power bank", "brand": "Example", "model": "PAC20-272", "lots": ["B2"]}]
    file = {"file": ("next.json", json.dumps(notice(products=narrower)).encode(), "application/json")}
    draft = client.post(path_of(world, "/versions"), files=file).headers["location"]
    assert 303 == client.post(f"{draft}/submit").status_code
    html = client.get(path_of(world, "/versions")).text
    assert ("1", "3") == (count(html, "newly_in"), count(html, "released"))
    assert "Approve: the recall takes effect" not in html
    assert 403 == client.post(path_of(world, "/versions/decide"), data={"act": "approve"}).status_code
    signed_in(client, world, SECOND)
    assert "Approve: the recall takes effect" in client.get(path_of(world, "/versions")).text
    assert 303 == client.post(path_of(world, "/versions/decide"), data={"act": "approve"}).status_code
    assert "recall.amended" == entries(world.runtime)[-1].action


def test_a_version_that_waits_is_rejected_with_a_reason(client: TestClient, world: World) -> None:
    proposed(world, products=ONE_MODEL)
    where = path_of(world, "/versions/decide")
    assert 422 == client.post(where, data={"act": "reject"}).status_code
    assert 303 == client.post(where, data={"act": "reject", "reason": "a model is missing"}).status_code
    assert "a model is missing" in client.get(path_of(world, "/versions")).text
    assert 409 == client.post(where, data={"act": "reject", "reason": "again"}).status_code


def test_an_officer_decides_the_version_that_the_page_showed_and_no_other(
    client: TestClient, world: World
) -> None:
    proposed(world, products=ONE_MODEL)
    signed_in(client, world, SECOND)
    (shown, _) = re.findall(r'name="version" value="(\d+)"', client.get(path_of(world, "/versions")).text)
    where = path_of(world, "/versions/decide")
    reject(world.runtime, recall_id=world.recall_id, officer=FIRST, reason="another is better")
    proposed(world, products=WIDER)
    for act in ("approve", "reject"):
        told = {"act": act, "reason": "as it stands", "version": shown}
        assert 409 == client.post(where, data=told).status_code
    assert 303 == client.post(where, data={"act": "approve", "version": str(int(shown) + 1)}).status_code


def test_an_officer_agrees_to_the_end_that_the_page_showed_and_to_no_other(
    client: TestClient, world: World
) -> None:
    client.post(path_of(world, "/end"), data={"act": "close", "reason": "done", "override": "true"})
    signed_in(client, world, SECOND)
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', client.get(path_of(world, "/end")).text)
    refuse_to_end(world.runtime, recall_id=world.recall_id, officer=FIRST, reason="not yet")
    world.clock.forward(minutes=1)
    ask_to_end(
        world.runtime, recall_id=world.recall_id, act=RecallAct.WITHDRAW, officer=FIRST, reason="a mistake"
    )
    where = path_of(world, "/end/decide")
    assert 409 == client.post(where, data={"act": "agree", "seen": unescape(seen)}).status_code
    assert RecallState.OPEN is state(world)
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', client.get(path_of(world, "/end")).text)
    assert 303 == client.post(where, data={"act": "agree", "seen": unescape(seen)}).status_code
    assert RecallState.WITHDRAWN is state(world)


def test_further_laws_come_with_the_next_version(client: TestClient, world: World) -> None:
    html = client.get(path_of(world, "/versions")).text
    assert "<option>eu-gpsr</option>" in html
    assert "<option>cn-samr</option>" not in html
    draft = client.post(path_of(world, "/versions"), data={"policy": ["eu-gpsr"]}).headers["location"]
    client.post(f"{draft}/submit")
    assert "also comes under eu-gpsr" in client.get(path_of(world, "/versions")).text
    signed_in(client, world, SECOND)
    client.post(path_of(world, "/versions/decide"), data={"act": "approve"})
    with world.runtime.store.read() as tx:
        assert ("cn-samr", "eu-gpsr") == recalls.recall(tx, recall_id=world.recall_id).policies


@pytest.mark.parametrize(
    ("data", "status"),
    [({"text": json.dumps(notice(reference="ANOTHER"))}, 422), ({"text": "{"}, 422),
     ({"text": json.dumps([notice(reference="A"), notice(reference="B")])}, 422),
     ({"policy": ["no-such"]}, 404)],
)  # fmt: skip
def test_what_is_no_version_of_the_notice_starts_no_draft(
    client: TestClient, world: World, data: dict[str, str], status: int
) -> None:
    before = dump(world.runtime.store)
    assert status == client.post(path_of(world, "/versions"), data=data).status_code
    assert before == dump(world.runtime.store)


def test_the_criteria_of_the_law_are_shown_and_hinder_the_closing(client: TestClient, world: World) -> None:
    html = client.get(path_of(world, "/end")).text
    assert "In two steps" in html
    for what, word in (("plan completed", "not met"), ("expected effect reached", "for the officers"),
                       ("final summary filed", "not met")):  # fmt: skip
        row = re.findall(rf"<tr>.*?{what}.*?</tr>", html, re.DOTALL)[0]
        assert word in row, what
    asked = {"act": "close", "reason": "enough"}
    assert 409 == client.post(path_of(world, "/end"), data=asked).status_code
    assert RecallState.OPEN is state(world)


def test_a_recall_whose_criteria_are_met_is_closed_by_two(client: TestClient, world: World) -> None:
    settled(world)
    html = client.get(path_of(world, "/end")).text
    assert "not met" not in html
    assert 'name="override"' not in html
    asked = {"act": "close", "reason": "all is done"}
    assert 303 == client.post(path_of(world, "/end"), data=asked).status_code
    assert "Agree: the recall is closed" not in client.get(path_of(world, "/end")).text
    assert 403 == client.post(path_of(world, "/end/decide"), data={"act": "agree"}).status_code
    signed_in(client, world, SECOND)
    assert "all is done" in client.get(path_of(world, "/end")).text
    assert 303 == client.post(path_of(world, "/end/decide"), data={"act": "agree"}).status_code
    assert RecallState.CLOSED is state(world)
    assert "nothing to end" in client.get(path_of(world, "/end")).text


def test_an_override_stands_with_its_reason_in_the_audit_trail(client: TestClient, world: World) -> None:
    asked = {"act": "close", "reason": "the maker is gone", "override": "true"}
    assert 303 == client.post(path_of(world, "/end"), data=asked).status_code
    signed_in(client, world, SECOND)
    assert "this reason stands in their place" in client.get(path_of(world, "/end")).text
    client.post(path_of(world, "/end/decide"), data={"act": "agree"})
    last = entries(world.runtime)[-1]
    assert ("recall.closed", "the maker is gone") == (last.action, last.detail["reason"])
    assert "final summary filed (cn-samr)" in last.detail["overridden"]


def test_a_withdrawal_needs_its_reason_and_may_be_refused(client: TestClient, world: World) -> None:
    assert 422 == client.post(path_of(world, "/end"), data={"act": "withdraw"}).status_code
    client.post(path_of(world, "/end"), data={"act": "withdraw", "reason": HOSTILE + "a mistake"})
    html = client.get(path_of(world, "/end")).text
    assert "a mistake" in html
    assert_harmless(html)
    signed_in(client, world, SECOND)
    refused = {"act": "refuse", "reason": "no mistake"}
    assert 303 == client.post(path_of(world, "/end/decide"), data=refused).status_code
    assert 409 == client.post(path_of(world, "/end/decide"), data={"act": "agree"}).status_code
    assert RecallState.OPEN is state(world)
    assert_harmless(client.get(path_of(world)).text)


@pytest.mark.parametrize("page", ["/versions", "/end"])
def test_these_pages_are_for_officers_alone(client: TestClient, world: World, page: str) -> None:
    forms = {"/versions": ("", "/decide"), "/end": ("", "/decide")}[page]
    client.post("/logout")
    assert 403 == signed_in(client, world, HARBOUR)
    before = dump(world.runtime.store)
    answers = [client.get(path_of(world, page))]
    answers += [client.post(path_of(world, page + form), data={"act": "agree"}) for form in forms]
    assert {(303, "/login")} == {(each.status_code, each.headers["location"]) for each in answers}
    assert before == dump(world.runtime.store)


def test_the_pages_name_no_order_line_and_no_buyer(client: TestClient, world: World) -> None:
    proposed(world, products=WIDER)
    for page in ("/versions", "/end"):
        html = client.get(path_of(world, page)).text
        assert not re.search(r"\b(?:L-[1-4]|M-1)\b", html), page


def test_a_recall_that_is_not_there_has_no_such_pages(client: TestClient) -> None:
    for page in ("versions", "end"):
        assert 404 == client.get(f"/recalls/rcl_absent/{page}").status_code
        assert 404 == client.post(f"/recalls/rcl_absent/{page}", data={"act": "close"}).status_code


def test_in_a_browser_two_officers_amend_and_withdraw_a_recall(site: Site, page: Page) -> None:
    world = site.world
    site.sign_in(page)
    site.open(page, path_of(world, "/versions"))
    page.get_by_label("Paste the text").fill(json.dumps(notice(products=WIDER)))
    page.get_by_role("button", name="Put it on my desk").click()
    expect(page.locator('[data-count="newly_in"]')).to_have_text("1")
    expect(page.locator("ins").filter(has_text="B2")).to_be_visible()
    page.get_by_role("button", name="Submit to a second officer").click()
    expect(page.get_by_text("Another officer approves or rejects it.")).to_be_visible()
    site.sign_in(page, SECOND)
    site.open(page, path_of(world, "/versions"))
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#v2 + p")).to_contain_text("approved")
    page.get_by_role("link", name="End of the recall").click()
    form = page.locator("section", has=page.locator("#withdraw"))
    form.get_by_label("Reason").fill("the test was wrong")
    form.get_by_role("button", name="Ask for the withdrawal").click()
    expect(page.get_by_text("Another officer agrees or refuses.")).to_be_visible()
    site.sign_in(page)
    site.open(page, path_of(world, "/end"))
    expect(page.get_by_text("the test was wrong")).to_be_visible()
    page.get_by_role("button", name="Agree: the recall is withdrawn").click()
    expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    assert RecallState.WITHDRAWN is state(world)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_are_no_wider_than_their_window(site: Site, page: Page, width: int) -> None:
    proposed(site.world, products=WIDER)
    page.set_viewport_size({"width": width, "height": 800})
    site.sign_in(page)
    for path in ("/versions", "/end"):
        for lang in ("zh", "en"):
            site.open(page, path_of(site.world, path), lang=lang)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
