"""The limit on guesses of short codes: by address and in all, for every worker, told to the officers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from fastapi.testclient import TestClient

from recall.app import create_app
from recall.codes.short_code import short_code
from recall.domain.sender import SPAN, Counted, sender
from recall.errors import TooMany
from recall.steps import admit_guesses as limits
from recall.steps.admit_guesses import ALARMING, MOST_OF_ALL, MOST_OF_ONE, admit_guesses
from recall.store import guesses
from recall.views.genuine import code_of
from tests.dumps import dump
from tests.steps.acts import entries
from tests.world import FIRST, World


def wrong() -> Iterator[str]:
    """Codes that no slip makes and no notice has."""
    yield from (short_code(number.to_bytes(16)) for number in range(10**9))


def client(world: World) -> TestClient:
    """Another worker of the same door: nothing is shared but the database."""
    app = create_app(world.runtime, issuer_key="whpk_")
    return TestClient(app, follow_redirects=False, headers={"accept-language": "en"})


def guess(world: World, address: str, *, times: int) -> None:
    """One after the other, without the door."""
    for code in islice(wrong(), times):
        admit_guesses(world.runtime, codes=[code], asked_by=address)


def counted(world: World) -> int:
    by = sender(world.runtime.links, address="192.0.2.9", of=Counted.GUESS, now=world.clock())
    with world.runtime.store.read() as tx:
        return guesses.misses(tx, by=by).all


def test_an_address_that_guesses_must_wait_whichever_worker_it_asks(world: World) -> None:
    codes, workers = wrong(), [client(world), client(world)]
    answers = [workers[n % 2].get("/verify", params={"code": next(codes)}) for n in range(MOST_OF_ONE)]
    assert {200} == {answer.status_code for answer in answers}
    for worker in workers:
        refused = worker.get("/verify", params={"code": next(codes)})
        assert 429 == refused.status_code
        assert 0 < int(refused.headers["retry-after"]) <= SPAN.total_seconds()
        assert "Too many tries" in refused.text
    right = code_of(world.runtime, recall_id=world.recall_id, version=1)
    assert 429 == workers[0].get("/verify", params={"code": right}).status_code
    assert MOST_OF_ONE == counted(world)
    world.clock.forward(seconds=SPAN.total_seconds())
    assert "it is in force" in workers[0].get("/verify", params={"code": right}).text


def test_a_program_is_refused_by_a_problem(world: World) -> None:
    door = client(world)
    code = next(wrong())
    assert {"genuine": False} == door.get("/verify.json", params={"code": code}).json()
    right = code_of(world.runtime, recall_id=world.recall_id, version=1)
    assert door.get("/verify.json", params={"code": right}).json()["genuine"]
    assert 422 == door.get("/verify.json", params={"code": "slip"}).status_code
    guess(world, "testclient", times=MOST_OF_ONE - 1)
    refused = door.get("/verify.json", params={"code": code})
    problem = refused.json()
    assert (429, "application/problem+json") == (refused.status_code, refused.headers["content-type"])
    assert ("Too many tries", True) == (problem["title"], problem["type"].endswith("/errors/too-many"))
    assert "retry-after" in refused.headers


def test_codes_that_are_right_or_mistyped_are_no_guesses(world: World) -> None:
    door, right = client(world), code_of(world.runtime, recall_id=world.recall_id, version=1)
    before = dump(world.runtime.store)
    for typed in (right, right.lower(), right[:-1], f"{right[:-1]}*", "", "hello"):
        for _ in range(MOST_OF_ONE):
            assert 200 == door.get("/verify", params={"code": typed}).status_code
    assert before == dump(world.runtime.store)


def test_a_text_full_of_codes_is_as_many_guesses_and_few_are_looked_up(world: World) -> None:
    door, codes = client(world), wrong()
    for number in range(1, 4):
        text = "The code is " + ", ".join(islice(codes, 500))
        status = door.post("/verify", data={"text": text}).status_code
        assert (200, min(number, 2) * 10) == (status, counted(world)) if number < 3 else status == 429
    assert 20 == counted(world)


def test_others_are_served_while_one_guesses_and_only_those_who_missed_wait_in_a_flood(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess(world, "192.0.2.1", times=MOST_OF_ONE)
    with pytest.raises(TooMany):
        guess(world, "192.0.2.1", times=1)
    guess(world, "192.0.2.2", times=1)
    monkeypatch.setattr(limits, "MOST_OF_ALL", counted(world))
    with pytest.raises(TooMany):
        guess(world, "192.0.2.2", times=1)
    right = code_of(world.runtime, recall_id=world.recall_id, version=1)
    admit_guesses(world.runtime, codes=[right], asked_by="192.0.2.3")
    guess(world, "192.0.2.3", times=1)
    with pytest.raises(TooMany):
        admit_guesses(world.runtime, codes=[right], asked_by="192.0.2.3")
    assert MOST_OF_ALL > ALARMING > MOST_OF_ONE


def test_a_network_of_many_addresses_is_one(world: World) -> None:
    for number in range(MOST_OF_ONE):
        guess(world, f"2001:db8:1:2::{number + 1:x}", times=1)
    for same in ("2001:db8:1:2:ffff::1", "2001:db8:1:2::9999"):
        with pytest.raises(TooMany):
            guess(world, same, times=1)
    guess(world, "2001:db8:1:3::1", times=1)
    guess(world, "::ffff:192.0.2.9", times=MOST_OF_ONE)
    with pytest.raises(TooMany):
        guess(world, "192.0.2.9", times=1)


def test_no_address_is_kept_and_whose_guesses_they_were_is_forgotten(world: World) -> None:
    guess(world, "192.0.2.77", times=3)
    assert "192.0.2.77" not in str(dump(world.runtime.store))
    world.clock.forward(minutes=10)
    guess(world, "192.0.2.78", times=1)
    kept = [row for row in dump(world.runtime.store)["guess"] if f"'who': '{Counted.GUESS}'" not in row]
    assert 1 == len(kept)


def test_many_guesses_are_told_to_the_officers_once_a_span(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALARMING", 5)
    monkeypatch.setattr("recall.web.regulator.ALARMING", 5)
    door = client(world)
    door.post("/login", data={"key": world.keys[FIRST].text})
    guess(world, "192.0.2.1", times=4)
    assert "Many codes" not in door.get("/recalls").text
    guess(world, "192.0.2.1", times=6)
    assert "Many codes that no notice has were typed" in door.get("/recalls").text
    told = [entry for entry in entries(world.runtime) if entry.action == "codes.guessed"]
    assert [5] == [entry.detail["misses"] for entry in told]
