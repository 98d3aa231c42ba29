"""The inbox channel: the message already stands in the party's own list, so there is nothing to send."""

from __future__ import annotations

from collections.abc import Sequence

from recall.ports import Outgoing, Receipt, Result


class InboxChannel:
    """Tells a party by its page in the portal."""

    name = "inbox"
    batch = 500

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Every message is delivered: the portal shows it from the moment it was written."""
        return tuple(
            Receipt(outgoing_id=message.id, result=Result.DELIVERED, detail="stands in the party's list")
            for message in messages
        )

    async def aclose(self) -> None:
        """Nothing is held."""
