"""The relay channel against a real platform's door: one request a wording, one receipt a line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from notifications.relay.channel import RelayChannel
from recall.domain.party import Party
from recall.ports import Outgoing, Receipt, Result
from tests.notifications.builders import clock, outgoing, party
from tests.notifications.partner import Partner, Reply, partner

TEXTS = {"en": {"subject": "Product safety recall", "text": "Stop using it. {link}"}}


def token_of(party: Party) -> str:
    return f"token-of-{party.id}"


def line(number: int, there: Partner, **change: object) -> Outgoing:
    document = {"line": f"L{number}", "link": f"https://recall.example/b/{number}", "texts": TEXTS}
    platform = party(endpoint=there.url + "/")
    return outgoing(number, **{"kind": "notify_buyer", "recipient": f"L{number}", "party": platform,
                               "document": document} | change)  # fmt: skip


def taken(*unknown: str) -> Reply:
    return Reply(202, body=json.dumps({"message": "m1", "accepted": 2, "unknown": unknown}).encode())


@pytest.fixture
async def channel() -> AsyncIterator[RelayChannel]:
    channel = RelayChannel(tokens=token_of, clock=clock, hosts=frozenset({"127.0.0.1"}))
    yield channel
    await channel.aclose()


async def test_lines_of_one_wording_are_one_request_without_any_address(channel: RelayChannel) -> None:
    with partner(taken()) as there:
        receipts = await channel.send([line(1, there), line(2, there)])
    assert [Result.ACCEPTED] * 2 == [receipt.result for receipt in receipts]
    (request,) = there.requests
    assert "/recall/messages" == request.path
    assert "Bearer token-of-party_1" == request.headers["authorization"]
    assert {
        "recall": "rcl_1",
        "version": 1,
        "kind": "notify_buyer",
        "texts": TEXTS,
        "lines": [
            {"line": "L1", "link": "https://recall.example/b/1", "message": "msg_1"},
            {"line": "L2", "link": "https://recall.example/b/2", "message": "msg_2"},
        ],
    } == request.document


async def test_a_line_that_the_platform_does_not_know_is_refused_alone(channel: RelayChannel) -> None:
    with partner(taken("L2")) as there:
        receipts = await channel.send([line(n, there) for n in (1, 2, 3)])
    assert [Result.ACCEPTED, Result.REFUSED, Result.ACCEPTED] == [receipt.result for receipt in receipts]
    assert "the platform does not know this order line" == receipts[1].detail


async def test_the_same_lines_have_the_same_key_in_any_order_and_other_lines_another(
    channel: RelayChannel,
) -> None:
    with partner(taken()) as there:
        one, two, three = (line(n, there) for n in (1, 2, 3))
        for batch in ([one, two], [two, one], [one, three]):
            await channel.send(batch)
    first, again, other = (request.headers["idempotency-key"] for request in there.requests)
    assert first == again
    assert there.requests[0].body == there.requests[1].body
    assert first != other


async def test_other_platforms_recalls_versions_kinds_and_words_have_their_own_requests(
    channel: RelayChannel,
) -> None:
    with partner(taken()) as there, partner(taken()) as elsewhere:
        messages = [
            line(1, there),
            line(2, there, recall_id="rcl_2"),
            line(3, there, version=2),
            line(4, there, kind="reminder"),
            line(
                5, there, document={"line": "L5", "link": "x", "texts": {"en": {"subject": "", "text": ""}}}
            ),
            line(6, elsewhere, party=party(id="party_2", endpoint=elsewhere.url)),
            line(7, there),
        ]
        receipts = await channel.send(messages)
    assert [message.id for message in messages] == [receipt.outgoing_id for receipt in receipts]
    assert [["L1", "L7"], ["L2"], ["L3"], ["L4"], ["L5"]] == [
        [row["line"] for row in json.loads(request.body)["lines"]] for request in there.requests
    ]
    assert ["Bearer token-of-party_2"] == [request.headers["authorization"] for request in elsewhere.requests]


async def test_a_platform_that_is_down_for_a_while_gets_all_lines_later(channel: RelayChannel) -> None:
    with partner(Reply(503, headers={"retry-after": "20"})) as there:
        receipts = await channel.send([line(1, there), line(2, there)])
    assert [(Result.LATER, 20.0)] * 2 == [(receipt.result, receipt.after) for receipt in receipts]


async def test_a_platform_that_says_no_refuses_all_lines(channel: RelayChannel) -> None:
    with partner(Reply(401)) as there:
        receipts = await channel.send([line(1, there), line(2, there)])
    assert [Result.REFUSED] * 2 == [receipt.result for receipt in receipts]


@pytest.mark.parametrize("body", [b"", b"thanks", b"[]", b"{}", b'{"unknown": 3}', b"\xff"])
async def test_an_answer_that_cannot_be_read_is_asked_for_again(channel: RelayChannel, body: bytes) -> None:
    with partner(Reply(202, body=body)) as there:
        (receipt,) = await channel.send([line(1, there)])
    assert Result.LATER == receipt.result
    assert "cannot be read" in receipt.detail


async def test_a_platform_without_an_endpoint_is_refused(channel: RelayChannel) -> None:
    with partner(taken()) as there:
        (receipt,) = await channel.send([line(1, there, party=party(endpoint=None))])
    assert (
        Receipt(outgoing_id="msg_1", result=Result.REFUSED, detail="Harbour Market has no endpoint")
        == receipt
    )
