"""The relay channel: a platform tells its own buyers; the engine knows a line's reference, nobody's address.

One POST {endpoint}/recall/messages carries up to 500 lines of one recall, version, kind and wording. Its
Idempotency-Key is made of the messages' ids: the same lines sent again are the same request. The text holds
`{link}` where the platform puts each line's personal link.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from notifications.http import Answer, Sender
from recall.domain.party import Party
from recall.ports import Outgoing, Receipt, Result


class RelayChannel:
    """Hands `Outgoing.document` (`{"line", "link", "texts"}`) to the platform `Outgoing.party`."""

    name = "relay"
    batch = 500

    def __init__(
        self,
        *,
        tokens: Callable[[Party], str],
        clock: Callable[[], datetime],
        timeout: float = 20.0,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        """`tokens` gives the bearer token that a platform gave us; `timeout` is seconds an answer.

        `hosts` may be posted to though private or without TLS.
        """
        self._tokens = tokens
        self._sender = Sender(timeout=timeout, clock=clock, hosts=hosts)

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """One request a platform and wording; each line is accepted, refused (unknown there) or later."""
        receipts: dict[str, Receipt] = {}
        for group in _groups(messages):
            for receipt in await self._relay(group):
                receipts[receipt.outgoing_id] = receipt
        return tuple(receipts[message.id] for message in messages)

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._sender.aclose()

    async def _relay(self, group: Sequence[Outgoing]) -> list[Receipt]:
        party = group[0].party
        if not party.endpoint:
            refused = Answer(result=Result.REFUSED, detail=f"{party.name} has no endpoint")
            return [refused.receipt(outgoing_id=message.id) for message in group]
        answer = await self._sender.post(
            f"{party.endpoint.rstrip('/')}/recall/messages",
            body=json.dumps(_request(group), ensure_ascii=False, separators=(",", ":")).encode(),
            headers={"authorization": f"Bearer {self._tokens(party)}", "idempotency-key": _key(group)},
        )
        return _receipts(group, answer=answer)


def _groups(messages: Iterable[Outgoing]) -> list[list[Outgoing]]:
    """The messages that may share a request; the same ones always in the same order."""
    groups: dict[tuple[object, ...], list[Outgoing]] = {}
    for message in sorted(messages, key=lambda message: message.message_id):
        words = json.dumps(message.document.get("texts"), sort_keys=True)
        same = (message.party.id, message.recall_id, message.version, message.kind, words)
        groups.setdefault(same, []).append(message)
    return list(groups.values())


def _request(group: Sequence[Outgoing]) -> dict[str, object]:
    first = group[0]
    return {
        "recall": first.recall_id,
        "version": first.version,
        "kind": first.kind,
        "texts": first.document.get("texts"),
        "lines": [
            {"line": m.recipient, "link": m.document.get("link"), "message": m.message_id} for m in group
        ],
    }


def _key(group: Sequence[Outgoing]) -> str:
    """The same for the same lines, however they came."""
    ids = "\n".join(message.message_id for message in group)
    return hashlib.sha256(ids.encode()).hexdigest()


def _receipts(group: Sequence[Outgoing], *, answer: Answer) -> list[Receipt]:
    """One receipt a line: what the platform does not know is refused, what it took is accepted."""
    if answer.result is not Result.DELIVERED:
        return [answer.receipt(outgoing_id=message.id) for message in group]
    try:
        unknown = _unknown(answer.body)
    except ValueError as error:
        unclear = Answer(result=Result.LATER, detail=f"the platform's answer cannot be read: {error}")
        return [unclear.receipt(outgoing_id=message.id) for message in group]
    known = Answer(result=Result.ACCEPTED, detail=answer.detail)
    strange = Answer(result=Result.REFUSED, detail="the platform does not know this order line")
    return [(strange if m.recipient in unknown else known).receipt(outgoing_id=m.id) for m in group]


def _unknown(body: bytes) -> frozenset[str]:
    """The lines that the platform does not know; ValueError for an answer of another form."""
    document = json.loads(body)
    unknown = document.get("unknown") if isinstance(document, dict) else None
    if not isinstance(unknown, list):
        raise ValueError(f"expected an object with a list 'unknown', got {body[:80]!r}")
    return frozenset(map(str, unknown))
