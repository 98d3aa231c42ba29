"""The pages as they are sent: texts in both languages, safe headers, forms that need no cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.store import audit
from recall.views.overview import overview
from recall.web.texts import LANGUAGES, catalogue, language_for
from tests.world import FIRST, HARBOUR, HAULIER, REFERENCE, SELLER, World

TEMPLATES = Path("recall/web/templates")
CODE = Path("recall/web")


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser."""
    with TestClient(create_app(world.runtime, issuer_key="whpk_"), follow_redirects=False) as reader:
        yield reader


def signed_in(client: TestClient, world: World) -> None:
    """Sign in as the first officer."""
    client.post("/login", data={"key": world.keys[FIRST].text})


def pages_of(world: World) -> tuple[str, ...]:
    """Every page there is, once."""
    return (
        "/", "/login", "/recalls", f"/recalls/{world.recall_id}", f"/notices/{REFERENCE}", "/errors/not-now",
        "/docs",
        *map(world.buyer, ("L-1", "L-2", "L-3")), *map(world.tasks, (HAULIER, HARBOUR, SELLER)), "/nowhere",
        "/b/nothing",
    )  # fmt: skip


def test_both_languages_have_the_same_texts_with_the_same_facts_in_them() -> None:
    zh, en = (catalogue(language).texts for language in LANGUAGES)
    assert zh.keys() == en.keys()
    facts = re.compile(r"{(\w+)}")
    assert [] == [key for key in zh if set(facts.findall(zh[key])) != set(facts.findall(en[key]))]
    assert [] == [key for key in zh if not zh[key].strip() or not en[key].strip()]


def test_every_text_that_a_template_names_is_there() -> None:
    named = {
        key
        for template in TEMPLATES.glob("*.html")
        for key in re.findall(r'\bt\("([\w.-]+)"[,)]', template.read_text("utf-8"))
    }
    assert len(named) > 80
    assert set() == named - catalogue("en").texts.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_renders_in_its_language_with_a_title_and_one_heading(
    client: TestClient, world: World, lang: str
) -> None:
    signed_in(client, world)
    for path in pages_of(world):
        html = client.get(path, params={"lang": lang}).text
        assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in html, path
        assert (1, 1) == (html.count("<h1"), html.count("<title>")), path


class Labels(HTMLParser):
    """Which ids there are, which labels point where, and which fields a person fills in."""

    def __init__(self) -> None:
        """Begins with nothing seen."""
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.forbidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down one element."""
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.labelled |= {given["for"]} if tag == "label" else set()
        if tag == "input" and given.get("type") != "hidden":
            self.fields.append(given.get("id", ""))
        self.forbidden += [tag] if tag == "script" else []
        self.forbidden += [name for name in given if name == "style" or name.startswith("on")]


def test_every_field_has_its_label_every_id_is_one_and_nothing_is_inline(
    client: TestClient, world: World
) -> None:
    signed_in(client, world)
    for path in pages_of(world):
        seen = Labels()
        seen.feed(client.get(path).text)
        assert len(seen.ids) == len(set(seen.ids)), path
        assert set() == set(seen.fields) - seen.labelled, path
        assert [] == seen.forbidden, path


def test_every_answer_carries_the_safe_headers(client: TestClient, world: World) -> None:
    for path in (*pages_of(world), "/static/style.css", "/healthz", "/v1/tasks"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert ("nosniff", "no-referrer") == (
            headers["x-content-type-options"], headers["referrer-policy"],
        )  # fmt: skip
    assert "no-store" == client.get(world.buyer("L-1")).headers["cache-control"]


def test_reading_has_no_effect_however_often_a_scanner_opens_the_links(
    client: TestClient, world: World
) -> None:
    def state() -> tuple[object, int]:
        with world.runtime.store.read() as tx:
            entries = len(audit.entries(tx, recall_id=world.recall_id))
        return overview(world.runtime, recall_id=world.recall_id).document(), entries

    before = state()
    for path in (*pages_of(world), *pages_of(world)):
        client.get(path)
        client.head(path)
    assert before == state()


def test_two_clicks_on_one_form_are_one_statement(client: TestClient, world: World) -> None:
    path = world.tasks(HAULIER)
    html = client.get(path).text
    hidden = dict(reversed(re.findall(r'name="(form|task)" value="([^"]+)"', html)))
    data = hidden | {"act": "confirm", "units.0": "80"}
    answers = [client.post(path, data=data) for _ in "12"]
    assert [303, 303] == [answer.status_code for answer in answers]
    assert ["said=posted"] * 2 == [answer.headers["location"].partition("?")[2] for answer in answers]
    assert 1 == overview(world.runtime, recall_id=world.recall_id).ledger.cleared


def test_a_buyers_second_answer_changes_nothing(client: TestClient, world: World) -> None:
    path = world.buyer("L-1")
    for answer in ("refund", "destroyed"):
        assert 303 == client.post(path, data={"answer": answer}).status_code
    ledger = overview(world.runtime, recall_id=world.recall_id).ledger
    assert (2, 0) == (ledger.recovered, ledger.disposed)


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("buyer", {}, 422),
        ("buyer", {"answer": "gold"}, 422),
        ("buyer", {"answer": "return", "form": "frm_12345678|2999-01-01T00:00:00+00:00"}, 422),
        ("tasks", {"task": "tsk_absent", "act": "confirm"}, 404),
        ("tasks", {"act": "burn"}, 422),
        ("tasks", {"act": "confirm", "form": "none"}, 422),
        ("tasks", {"act": "confirm", "units.0": "-1"}, 422),
    ],
)
def test_a_form_that_is_not_ours_is_refused_and_nothing_happens(
    client: TestClient, world: World, path: str, data: dict[str, str], status: int
) -> None:
    address = world.buyer("L-1") if path == "buyer" else world.tasks(HAULIER)
    html = client.get(address).text
    hidden = dict(re.findall(r'name="(form|task)" value="([^"]+)"', html))
    before = overview(world.runtime, recall_id=world.recall_id).ledger
    assert status == client.post(address, data=hidden | data).status_code
    assert before == overview(world.runtime, recall_id=world.recall_id).ledger


def test_a_link_opens_its_own_page_only(client: TestClient, world: World) -> None:
    line, party = world.buyer("L-1"), world.tasks(HAULIER)
    for path in (line[:-3], party[:-3], "/t" + line[2:], "/b" + party[2:], "/t/x", "/b/x"):
        assert 401 == client.get(path).status_code, path
    world.clock.forward(days=401)
    assert [401, 401] == [client.get(path).status_code for path in (line, party)]


def test_only_a_regulator_signs_in_and_the_cookie_is_no_scripts(client: TestClient, world: World) -> None:
    for key in ("", "rk_none", world.keys[HARBOUR].text):
        answer = client.post("/login", data={"key": key})
        assert answer.status_code in (401, 403)
        assert "set-cookie" not in answer.headers
    cookie = client.post("/login", data={"key": world.keys[FIRST].text}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert world.keys[FIRST].text not in cookie
    assert 200 == client.get("/recalls").status_code
    world.clock.forward(hours=13)
    assert "/login" == client.get("/recalls").headers["location"]


def test_the_notice_has_a_twin_for_programs(client: TestClient) -> None:
    twin = client.get(f"/notices/{REFERENCE}.json").json()
    assert (REFERENCE, "open", ["A1"]) == (twin["reference"], twin["state"], twin["products"][0]["lots"])
    assert 404 == client.get("/notices/absent.json").status_code


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "en"), (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"), (None, "en;q=0.5, zh;q=0.6", "zh"),
        ("zh", "en", "zh"), ("xx", "fr, de", "en"), (None, "zh;q=0, en;q=0.1", "en"),
        (None, "zh;q=x, en", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_asked_for_then_the_browsers_then_english(
    wanted: str | None, accepted: str, language: str
) -> None:
    assert language == language_for(wanted=wanted, accepted=accepted)


def test_what_a_visitor_types_is_shown_and_never_run(client: TestClient) -> None:
    html = client.get(f"/notices/{REFERENCE}", params={"product": "<b>'\"&"}).text
    html += client.get("/verify", params={"code": "<script>"}).text
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_where_a_due_time_stands_an_unverified_number_is_called_so(client: TestClient, world: World) -> None:
    signed_in(client, world)
    desk = client.get(f"/recalls/{world.recall_id}?lang=en").text
    rows = re.findall(r"<td class=\"basis\".*?</td>", desk, re.DOTALL)
    assert len(rows) > 20
    assert [] == [row for row in rows if ("unverified)" in row) != ("chip quiet" in row)]
    own = client.get(f"{world.tasks(HARBOUR)}?lang=en").text
    dues = re.findall(r"<dt>Due</dt>.*?</dl>", own, re.DOTALL)
    assert {True, False} == {"unverified)" in due for due in dues}
    assert [] == [due for due in dues if ("unverified)" in due) != ("· unverified" in due)]
