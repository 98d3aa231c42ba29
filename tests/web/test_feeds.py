"""The page of the feeds: fresh, stale, failing and never asked, as `recall feed list` says it too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.domain.notice import Notice
from recall.domain.published import WatchedFeed
from recall.store import published, watched
from recall.views.feeds import feed_list
from tests.web.test_verifying import HOSTILE, assert_harmless
from tests.world import FIRST, HARBOUR, World, notice

HOUR = 3600.0
FEEDS = tuple(
    WatchedFeed(
        name=name, title=f"Feed of {name}", jurisdiction="XX", address=address, every=HOUR,
        is_watched=watching,
    )
    for name, address, watching in (
        ("paper", "", False), ("idle", "https://idle.example/", False), ("new", "https://new.example/", True),
        ("own", "https://own.example/", True), ("old", "https://old.example/", True),
        ("broken", "https://broken.example/?a=<b>", True),
    )
)  # fmt: skip


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """Sources of every kind, and an officer who is signed in."""
    now, runtime = world.clock, world.runtime
    with runtime.store.begin() as tx:
        for name in ("old", "own", "broken"):
            watched.asked(tx, name=name, at=now())
            watched.answered(tx, name=name, at=now(), changed=True, deep=True)
    now.forward(hours=3, minutes=1)
    with runtime.store.begin() as tx:
        for name in ("own", "broken"):
            watched.asked(tx, name=name, at=now())
        watched.answered(tx, name="own", at=now(), changed=False, deep=False)
        watched.failed(tx, name="broken", at=now(), error=f"503 {HOSTILE}")
        for text in ("It may burn.", "It may explode."):
            published.keep(tx, [Notice.read(notice(text=text))], at=now())
    app = create_app(runtime, issuer_key="whpk_", feeds=FEEDS)
    with TestClient(app, follow_redirects=False) as reader:
        reader.post("/login", data={"key": world.keys[FIRST].text})
        yield reader


def row(html: str, name: str) -> str:
    return re.findall(rf'<tr data-feed="{name}">.*?</tr>', html, re.DOTALL)[0]


def test_each_source_says_how_fresh_it_is_and_what_needs_a_person_stands_first(client: TestClient) -> None:
    html = client.get("/feeds").text
    assert ["broken", "old", "paper", "idle", "new", "own"] == re.findall(r'data-feed="(\w+)"', html)
    for name, state in (("broken", "Failing"), ("old", "Stale"), ("paper", "No address"),
                        ("idle", "Not watched"), ("new", "Not asked yet"), ("own", "Fresh")):  # fmt: skip
        assert state in row(html, name), name
    assert "3 h 1 min" in row(html, "old")
    assert "every 1 h" in row(html, "old")
    assert "1 failures in a row" in row(html, "broken")
    assert [">1<", ">2<"] == re.findall(r">\d+<(?=/td>)", row(html, "own"))


def test_what_a_source_says_of_its_failure_is_shown_harmless(client: TestClient) -> None:
    html = client.get("/feeds").text
    assert "503 &lt;script&gt;" in html
    assert_harmless(html)


@pytest.mark.usefixtures("client")
def test_the_next_pass_is_as_the_timer_has_it(world: World) -> None:
    rows = {each.feed.name: each.document() for each in feed_list(world.runtime, feeds=FEEDS)}
    now = world.clock()
    assert (None, None, now.isoformat()) == tuple(rows[name]["next"] for name in ("paper", "idle", "new"))
    with world.runtime.store.read() as tx:
        known = watched.freshness(tx)
    for name in ("own", "old", "broken"):
        assert known[name].due_at(every=HOUR).isoformat() == rows[name]["next"]
    assert ("stale", 10_860) == (rows["old"]["state"], rows["old"]["age"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_for_officers_alone(client: TestClient, world: World, lang: str) -> None:
    assert 200 == client.get("/feeds", params={"lang": lang}).status_code
    client.post("/logout")
    client.post("/login", data={"key": world.keys[HARBOUR].text})
    answer = client.get("/feeds")
    assert (303, "/login") == (answer.status_code, answer.headers["location"])
