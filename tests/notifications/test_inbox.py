"""The inbox channel: what stands in the party's list is delivered."""

from __future__ import annotations

from notifications.inbox.channel import InboxChannel
from recall.ports import Result
from tests.notifications.builders import outgoing


async def test_every_message_is_delivered_in_order() -> None:
    channel = InboxChannel()
    receipts = await channel.send([outgoing(2), outgoing(1)])
    await channel.aclose()
    assert [("msg_2", Result.DELIVERED), ("msg_1", Result.DELIVERED)] == [
        (receipt.outgoing_id, receipt.result) for receipt in receipts
    ]
