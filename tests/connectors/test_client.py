"""The one client: bounded, patient with the busy, plain about refusals; on a real hostile server."""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from connectors.answers import retry_after
from connectors.client import Client
from recall.errors import GiveUp, TryLater
from tests.connectors.hostile import hostile

__all__ = ["hostile"]
NOW = datetime(2025, 6, 17, tzinfo=UTC)


def client_of(hostile: tuple[str, list[str]]) -> Client:
    return Client(base_url=hostile[0], timeout=5, hosts=frozenset({"127.0.0.1"}))


async def test_an_answer_comes_with_the_digest_of_its_bytes(hostile: tuple[str, list[str]]) -> None:
    answer = await client_of(hostile).get("/ok")
    assert answer.document == {"ok": True}
    assert answer.digest == sha256(b'{"ok": true}').hexdigest()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 501])
async def test_a_refusal_is_given_up_at_once(hostile: tuple[str, list[str]], status: int) -> None:
    with pytest.raises(GiveUp, match=str(status)):
        await client_of(hostile).get(f"/status/{status}")
    assert len(hostile[1]) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_the_busy_are_asked_again_later(hostile: tuple[str, list[str]], status: int) -> None:
    with pytest.raises(TryLater) as later:
        await client_of(hostile).get(f"/status/{status}")
    assert later.value.after == 30


async def test_the_partners_own_word_says_when(hostile: tuple[str, list[str]]) -> None:
    with pytest.raises(TryLater) as later:
        await client_of(hostile).get("/busy/120")
    assert later.value.after == 120


async def test_a_short_pause_is_waited_for_in_place(hostile: tuple[str, list[str]]) -> None:
    assert (await client_of(hostile).get("/flaky")).document == {"ok": True}
    assert len(hostile[1]) == 2


async def test_a_call_without_a_key_is_never_made_twice(hostile: tuple[str, list[str]]) -> None:
    with pytest.raises(TryLater):
        await client_of(hostile).post("/flaky", document={})
    assert len(hostile[1]) == 1


async def test_a_call_with_a_key_may_be_made_twice(hostile: tuple[str, list[str]]) -> None:
    assert (await client_of(hostile).post("/flaky", document={}, key="k")).status == 200
    assert len(hostile[1]) == 2


async def test_a_broken_line_is_tried_three_times(hostile: tuple[str, list[str]]) -> None:
    with pytest.raises(TryLater, match="No answer"):
        await client_of(hostile).get("/drops")
    assert len(hostile[1]) == 3


@pytest.mark.parametrize("path", ["/large", "/deep", "/moved", "/text/[1]", "/text/no", '/text/{"a":NaN}'])
async def test_what_cannot_be_understood_is_given_up(hostile: tuple[str, list[str]], path: str) -> None:
    with pytest.raises(GiveUp):
        _ = (await client_of(hostile).get(path)).document


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 30), ("", 30), ("7", 7), ("soon", 30), ("-5", 30), ("99999999999", 604_800),
        ("Tue, 17 Jun 2025 00:01:00 GMT", 60), ("Mon, 16 Jun 2025 00:00:00 GMT", 0),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float) -> None:
    assert retry_after(header, now=NOW) == seconds


async def test_a_partner_that_never_ends_its_answer_is_left(hostile: tuple[str, list[str]]) -> None:
    asking = Client(base_url=hostile[0], timeout=0.1, hosts=frozenset({"127.0.0.1"}))
    begun = time.perf_counter()
    with pytest.raises(TryLater, match="No answer"):
        await asking.ask("POST", "/drips", document={})
    assert time.perf_counter() - begun < 3


async def test_an_answer_may_be_a_hundred_levels_deep_and_no_deeper(hostile: tuple[str, list[str]]) -> None:
    assert (await client_of(hostile).get("/levels/99")).status == 200
    for depth in (100, 900):
        with pytest.raises(GiveUp, match=r"too deep|not JSON"):
            await client_of(hostile).get(f"/levels/{depth}")


async def test_what_unpacks_to_more_than_is_taken_never_fills_the_memory(
    hostile: tuple[str, list[str]],
) -> None:
    tracemalloc.start()
    with pytest.raises(GiveUp, match="too large"):
        await client_of(hostile).get("/bomb")
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert grown < 64 * 1024 * 1024


@pytest.mark.parametrize("path", ["/brotli", "/cut"])
async def test_what_cannot_be_unpacked_is_given_up(hostile: tuple[str, list[str]], path: str) -> None:
    with pytest.raises(GiveUp):
        await client_of(hostile).get(path)
