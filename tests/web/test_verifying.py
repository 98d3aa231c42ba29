"""The page where everybody checks a notice: by code, by copy, whatever hostile text is shown there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.views.genuine import code_of
from tests.world import FIRST, REFERENCE, World

HOSTILE = "<script>alert(1)</script>\x00\u202e&'\"\x1b[31m"
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """A reader without a browser."""
    with TestClient(create_app(world.runtime, issuer_key="whpk_"), follow_redirects=False) as reader:
        yield reader


def signed(client: TestClient) -> dict[str, object]:
    return dict(client.get(f"/notices/{REFERENCE}.signed.json").json())


def test_a_typed_code_says_which_notice_and_version_it_is(client: TestClient, world: World) -> None:
    code = code_of(world.runtime, recall_id=world.recall_id, version=1)
    html = client.get("/verify", params={"code": code}).text
    assert "version 1 of the notice, and it is in force" in html
    assert REFERENCE in html
    assert "Not genuine" in client.get("/verify", params={"code": "3333-3333-3333"}).text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_uploaded_copy_is_compared_and_a_pasted_one_too(client: TestClient, lang: str) -> None:
    form = signed(client)
    told = {"en": ("Nothing in this copy differs", "Not genuine"), "zh": ("没有出入", "不属实")}[lang]
    upload = {"file": ("copy.json", json.dumps(form).encode(), "application/json")}
    assert told[0] in client.post("/verify", params={"lang": lang}, files=upload).text
    notice = form["notice"]
    assert isinstance(notice, dict)
    false = json.dumps(form | {"notice": notice | {"hazard": "No danger at all."}})
    html = client.post("/verify", params={"lang": lang}, data={"text": false}).text
    assert told[1] in html
    assert "No danger at all." in html


def test_a_false_copy_is_shown_to_the_officers_and_to_nobody_else(client: TestClient, world: World) -> None:
    notice = signed(client)["notice"]
    assert isinstance(notice, dict)
    client.post("/verify", data={"text": json.dumps(notice | {"hazard": HOSTILE})})
    client.post("/login", data={"key": world.keys[FIRST].text})
    page = client.get(f"/recalls/{world.recall_id}").text
    assert "False copies of this notice" in page
    assert_harmless(page)
    (alarm,) = client.get(f"/v1/recalls/{world.recall_id}", headers=world.key(FIRST)).json()["alarms"]
    assert 1 == alarm["times"]
    assert "expected" in alarm["differences"][0]["added"][0]
    assert "False copies" not in client.get(f"/notices/{REFERENCE}").text


def assert_harmless(html: str) -> None:
    """Nothing of the hostile text can run, hide or move what stands beside it."""
    assert "<script>alert" not in html
    assert UNSEEN.search(html) is None


def test_whatever_is_shown_there_comes_back_harmless(client: TestClient) -> None:
    for answer in (
        client.get("/verify", params={"code": HOSTILE}),
        client.post("/verify", data={"text": HOSTILE + REFERENCE}),
        client.post("/verify", data={"text": "{" + HOSTILE}),
        client.post("/verify", files={"file": (HOSTILE, HOSTILE.encode(), "text/html")}),
    ):
        assert answer.status_code in (200, 400, 422)
        assert_harmless(answer.text)


@pytest.mark.parametrize("raw", [b"\xff\xfe\xfa", b"{}", b"[" * 50_000])
def test_what_is_no_copy_is_said_to_be_none(client: TestClient, raw: bytes) -> None:
    answer = client.post("/verify", files={"file": ("copy", raw, "text/plain")})
    assert 422 == answer.status_code
    assert 'role="status"' in answer.text


def test_the_issuer_tells_by_which_keys_its_authorities_are_known(client: TestClient, world: World) -> None:
    (told,) = client.get("/.well-known/recall-issuer.json").json()["authorities"]
    (key,) = world.runtime.notary.pinned()
    assert (key.public, key.authority, False) == (told["public"], told["authority"], told["revoked"])
