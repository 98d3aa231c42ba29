"""The webhook channel: a signed, thin document, posted to the party's own address.

Thin: it says what happened and where to read on, so it may cross systems that log it. The id is the same
at every attempt, so a receiver that gets it twice knows; a webhook is therefore never `ambiguous`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from notifications.http import Sender
from notifications.webhook.signature import SigningKey
from recall.ports import Outgoing, Receipt, Result

LARGEST_BODY = 20_000
"""Bytes; Standard Webhooks 1.0.0: payloads stay under 20 kB."""


class WebhookChannel:
    """Posts `Outgoing.document` to `Outgoing.recipient`, signed."""

    name = "webhook"
    batch = 20

    def __init__(
        self,
        *,
        key: SigningKey,
        clock: Callable[[], datetime],
        timeout: float = 15.0,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        """`clock` gives the real time (receivers compare it with theirs); `timeout` is seconds an answer.

        `hosts` may be posted to though private or without TLS.
        """
        self._key, self._clock = key, clock
        self._sender = Sender(timeout=timeout, clock=clock, hosts=hosts)

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Posts all at once; 2xx is delivered, "not now" is later, every other answer is refused."""
        return tuple(await asyncio.gather(*map(self._post, messages)))

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._sender.aclose()

    async def _post(self, message: Outgoing) -> Receipt:
        body = json.dumps(message.document, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) >= LARGEST_BODY:
            detail = f"a document of {len(body)} bytes: expected under {LARGEST_BODY}"
            return Receipt(outgoing_id=message.id, result=Result.REFUSED, detail=detail)
        headers = self._key.headers(message_id=message.message_id, at=self._clock(), body=body)
        answer = await self._sender.post(message.recipient, body=body, headers=headers)
        return answer.receipt(outgoing_id=message.id)
