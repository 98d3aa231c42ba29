"""The compiled notice at the open door: a file for everybody, whatever the notice holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, unquote

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.compiled.document import Composed
from recall.domain.notice import Notice
from recall.steps.end_recall import withdraw
from recall.steps.open_recall import amend, approve, propose
from recall.views import compiled
from recall.views.genuine import code_of
from tests.world import FIRST, HAZARD, POLICY, REFERENCE, SECOND, World, notice


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser."""
    with TestClient(create_app(world.runtime, issuer_key="whpk_"), follow_redirects=False) as reader:
        yield reader


@pytest.mark.parametrize(
    ("form", "media", "begins"),
    [("html", "text/html; charset=utf-8", b"<!doctype html>"), ("pdf", "application/pdf", b"%PDF-"),
     ("jsonld", "application/ld+json", b"{")],
)  # fmt: skip
def test_everybody_gets_the_notice_in_the_form_of_the_law_that_leads(
    client: TestClient, form: str, media: str, begins: bytes
) -> None:
    answer = client.get(f"/notices/{REFERENCE}.{form}")
    assert (200, media) == (answer.status_code, answer.headers["content-type"])
    assert f'attachment; filename="{REFERENCE}.cn-samr.zh.{form}"' == answer.headers["content-disposition"]
    assert answer.content.startswith(begins)


@pytest.mark.parametrize(
    ("reference", "name"),
    [("国市监召〔2025〕12号", "国市监召-2025-12号.cn-samr.zh"), ("R 2025/1", "R-2025-1.cn-samr.zh")],
)
def test_a_reference_of_any_letters_names_its_file(
    client: TestClient, world: World, reference: str, name: str
) -> None:
    other = Notice.read(notice(reference=reference))
    recall = propose(world.runtime, notice=other, policies=[POLICY], officer=FIRST)
    approve(world.runtime, recall_id=recall.id, officer=SECOND)
    answer = client.get(f"/notices/{quote(reference, safe='')}.html")
    told = answer.headers["content-disposition"].removeprefix("attachment; filename")
    assert (200, f"{name}.html") == (answer.status_code, unquote(told.strip('="').removeprefix("*=UTF-8''")))


def test_an_address_that_is_too_long_for_a_square_is_refused(client: TestClient, world: World) -> None:
    reference = "召" * 300
    other = Notice.read(notice(reference=reference))
    recall = propose(world.runtime, notice=other, policies=[POLICY], officer=FIRST)
    approve(world.runtime, recall_id=recall.id, officer=SECOND)
    assert 422 == client.get(f"/notices/{quote(reference)}.html").status_code


def test_the_page_has_the_headline_the_short_code_and_the_words_in_their_language(
    client: TestClient, world: World
) -> None:
    told = client.get(f"/notices/{REFERENCE}.html").text
    assert "产品召回公告" in told
    assert code_of(world.runtime, recall_id=world.recall_id, version=1) in told
    assert f'<p lang="en">{HAZARD}</p>' in told


def test_another_language_of_the_recalls_laws_can_be_asked_for_and_no_other_law(client: TestClient) -> None:
    path = f"/notices/{REFERENCE}.html"
    english = client.get(path, params={"profile": POLICY, "language": "en"})
    assert "Product safety recall" in english.text
    for profile, language in (("eu-gpsr", "de"), (POLICY, "de"), ("../eu-gpsr", "")):
        assert 404 == client.get(path, params={"profile": profile, "language": language}).status_code


def test_a_file_is_made_once_for_all_who_ask_and_again_for_the_next_version(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    setting = compiled.paper

    def counted(document: Composed, *, dated: datetime) -> bytes:
        made.append(document.language)
        return setting(document, dated=dated)

    monkeypatch.setattr(compiled, "paper", counted)
    for _ in range(3):
        assert 200 == client.get(f"/notices/{REFERENCE}.pdf").status_code
    assert ["zh"] == made
    other = Notice.read(notice(hazard="It may burn."))
    amend(world.runtime, recall_id=world.recall_id, notice=other, officer=FIRST)
    approve(world.runtime, recall_id=world.recall_id, officer=SECOND)
    client.get(f"/notices/{REFERENCE}.pdf")
    assert ["zh", "zh"] == made


@pytest.mark.parametrize(
    "asked",
    ["NOBODY.pdf", f"{REFERENCE}.pdf?profile=xx", f"{REFERENCE}.pdf?language=xx", "%22%0d%0aX:y.html"],
)
def test_what_is_not_there_is_refused(client: TestClient, asked: str) -> None:
    assert 404 == client.get(f"/notices/{asked}").status_code


def test_a_reader_of_the_public_page_finds_its_sheets(client: TestClient) -> None:
    told = client.get(f"/notices/{REFERENCE}").text
    assert f'href="/notices/{REFERENCE}.pdf?profile=cn-samr&amp;language=zh" hreflang="zh"' in told


def test_of_a_withdrawn_recall_nothing_is_handed_on(client: TestClient, world: World) -> None:
    withdraw(world.runtime, recall_id=world.recall_id, officer=FIRST, second=SECOND)
    assert 409 == client.get(f"/notices/{REFERENCE}.pdf").status_code
    assert f"{REFERENCE}.pdf" not in client.get(f"/notices/{REFERENCE}").text
    client.post("/login", data={"key": world.keys[FIRST].text})
    assert f"{REFERENCE}.pdf" not in client.get(f"/recalls/{world.recall_id}").text


def test_an_officer_finds_every_edition_of_the_recalls_laws(client: TestClient, world: World) -> None:
    client.post("/login", data={"key": world.keys[FIRST].text})
    told = client.get(f"/recalls/{world.recall_id}").text
    for form in ("html", "pdf", "jsonld"):
        for language in ("zh", "en"):
            link = f"/notices/{REFERENCE}.{form}?profile=cn-samr&amp;language={language}"
            assert f'href="{link}"' in told
            assert 200 == client.get(link.replace("&amp;", "&")).status_code
