"""The webhook channel against a real server: what arrives, and what each answer means."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from notifications.webhook.channel import LARGEST_BODY, WebhookChannel
from notifications.webhook.signature import SigningKey, verify
from recall.ports import Receipt, Result
from tests.notifications.builders import NOW, clock, outgoing
from tests.notifications.partner import Reply, partner

KEY = SigningKey.of(text="whsk_" + base64.b64encode(b"k" * 32).decode())
THIN = {"type": "task.issued", "timestamp": "2026-03-01T09:00:00Z", "data": {"task": "tsk_1"}}


@pytest.fixture
async def channel() -> AsyncIterator[WebhookChannel]:
    channel = WebhookChannel(key=KEY, clock=clock, timeout=0.5, hosts=frozenset({"127.0.0.1"}))
    yield channel
    await channel.aclose()


async def test_the_thin_document_arrives_signed_with_the_messages_own_id(channel: WebhookChannel) -> None:
    with partner(Reply(202)) as there:
        sent = outgoing(7, recipient=f"{there.url}/recall/inbox", document=THIN)
        assert (Receipt(outgoing_id="msg_7", result=Result.DELIVERED, detail="HTTP 202"),) == (
            await channel.send([sent])
        )
    (request,) = there.requests
    assert "/recall/inbox" == request.path
    assert THIN == request.document
    assert "application/json" == request.headers["content-type"]
    assert "msg_7" == verify(keys=[KEY.public], headers=request.headers, body=request.body, now=NOW)


async def test_a_second_attempt_carries_the_same_id_and_body(channel: WebhookChannel) -> None:
    with partner(Reply(503), Reply(200)) as there:
        sent = outgoing(1, recipient=there.url, document=THIN)
        results = [(await channel.send([sent]))[0].result for _ in range(2)]
    assert [Result.LATER, Result.DELIVERED] == results
    first, second = there.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_delivered(channel: WebhookChannel, status: int) -> None:
    with partner(Reply(status)) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert Result.DELIVERED == receipt.result


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
async def test_a_no_is_refused_with_the_partners_own_words(channel: WebhookChannel, status: int) -> None:
    with partner(Reply(status, body=b'{"detail":\n"unknown party"}')) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert Receipt(
        outgoing_id="msg_1", result=Result.REFUSED, detail=f'HTTP {status} {{"detail":"unknown party"}}'
    ) == (receipt)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 599])
async def test_a_not_now_is_later(channel: WebhookChannel, status: int) -> None:
    with partner(Reply(status)) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert (Result.LATER, None) == (receipt.result, receipt.after)


@pytest.mark.parametrize(
    ("stated", "after"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("999999", 3600.0),
        ((NOW + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 90.0),
        ((NOW + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S -0000"), 90.0),
        ((NOW - timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 0.0),
        ("-5", None),
        ("tomorrow", None),
    ],
)
async def test_the_wait_that_a_partner_states_is_kept_up_to_an_hour(
    channel: WebhookChannel, stated: str, after: float | None
) -> None:
    with partner(Reply(429, headers={"retry-after": stated})) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert (Result.LATER, after) == (receipt.result, receipt.after)


async def test_a_redirect_is_refused_and_not_followed(channel: WebhookChannel) -> None:
    with partner(Reply(200)) as other, partner(Reply(307, headers={"location": other.url})) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert Result.REFUSED == receipt.result
    assert [] == other.requests


async def test_silence_is_later_within_the_deadline(channel: WebhookChannel) -> None:
    with partner(Reply(200, seconds=1.5)) as there:
        async with asyncio.timeout(1.4):
            (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert (Result.LATER, "no answer within 0.5 s") == (receipt.result, receipt.detail)


async def test_a_partner_that_drips_bytes_holds_nobody(channel: WebhookChannel) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x-more: 1\r\n")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, asyncio.timeout(3):
        (receipt,) = await channel.send([outgoing(recipient=f"http://127.0.0.1:{port}")])
        server.close()
    assert Result.LATER == receipt.result


async def test_a_broken_connection_is_later(channel: WebhookChannel) -> None:
    with partner(Reply(breaks=True)) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert Result.LATER == receipt.result


async def test_nobody_at_home_is_later(channel: WebhookChannel) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        (receipt,) = await channel.send([outgoing(recipient=f"http://127.0.0.1:{closed.getsockname()[1]}")])
    assert Result.LATER == receipt.result


async def test_an_endless_answer_is_refused(channel: WebhookChannel) -> None:
    with partner(Reply(200, body=b"x" * 1_000_001)) as there:
        (receipt,) = await channel.send([outgoing(recipient=there.url)])
    assert Result.REFUSED == receipt.result
    assert "expected at most 1000000 bytes" in receipt.detail


@pytest.mark.parametrize(
    "address",
    ["", "shop.example", "file:///etc/passwd", "http://", "http://me:pw@shop.example/", "http://[::1"],
)
async def test_what_is_no_address_is_refused(channel: WebhookChannel, address: str) -> None:
    (receipt,) = await channel.send([outgoing(recipient=address)])
    assert Result.REFUSED == receipt.result
    assert "may not be asked" in receipt.detail or "Invalid port" in receipt.detail


async def test_a_document_of_20_kilobytes_is_never_posted(channel: WebhookChannel) -> None:
    room = LARGEST_BODY - len(json.dumps({"x": ""}, separators=(",", ":")))
    with partner(Reply(200)) as there:
        fits, too_large = (
            outgoing(recipient=there.url, document={"x": "x" * size}) for size in (room - 1, room)
        )
        receipts = [(await channel.send([message]))[0].result for message in (fits, too_large)]
    assert [Result.DELIVERED, Result.REFUSED] == receipts
    assert 1 == len(there.requests)


async def test_many_go_at_once_and_each_has_its_own_receipt(channel: WebhookChannel) -> None:
    with partner(Reply(200)) as good, partner(Reply(410)) as gone:
        urls = [good.url, gone.url] * 10
        receipts = await channel.send([outgoing(n, recipient=url) for n, url in enumerate(urls)])
    assert [(f"msg_{n}", [Result.DELIVERED, Result.REFUSED][n % 2]) for n in range(20)] == [
        (receipt.outgoing_id, receipt.result) for receipt in receipts
    ]


async def test_a_closed_channel_opens_again(channel: WebhookChannel) -> None:
    with partner(Reply(200)) as there:
        for _ in range(2):
            assert Result.DELIVERED == (await channel.send([outgoing(recipient=there.url)]))[0].result
            await channel.aclose()
