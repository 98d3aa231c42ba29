"""The seam at which a fault is planted: between a participant's application and whoever calls it.

A plant sees each request whole and may change it, answer it itself, or change the answer.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
"""An application as ASGI calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON object; empty where it is none."""
        value = json.loads(self.body) if "json" in self.headers.get("content-type", "") else {}
        return value if isinstance(value, dict) else {}

    def saying(self, document: Mapping[str, Any], *, status: int | None = None) -> Answered:
        """The same with another JSON object, and another status where one is given."""
        headers = {**self.headers, "content-type": "application/json"}
        return replace(
            self, status=status or self.status, headers=headers, body=json.dumps(document).encode()
        )


Follow = Callable[[Asked], Awaitable[Answered]]
Plant = Callable[[Asked, Follow], Awaitable[Answered]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """An application with a plant before it."""

    app: App
    plant: Plant

    async def __call__(
        self,
        scope: Message,
        receive: Receive,
        send: Send,
    ) -> None:
        """One request through the plant."""
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        asked = Asked(
            method=scope["method"], path=scope["path"], query=dict(parse_qsl(scope["query_string"].decode())),
            headers={name.decode(): value.decode() for name, value in scope["headers"]}, body=body,
        )  # fmt: skip

        async def follow(other: Asked) -> Answered:
            return await _answer(self.app, scope, other)

        answered = await self.plant(asked, follow)
        headers = {**answered.headers, "content-length": str(len(answered.body))}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answered.status, "headers": pairs})
        await send({"type": "http.response.body", "body": answered.body})


async def _answer(app: App, scope: Message, asked: Asked) -> Answered:
    """What the application answers to the request, whole."""
    status, headers, body = 500, dict[str, str](), b""
    left: list[Message] = [{"type": "http.request", "body": asked.body}]

    async def receive() -> Message:
        return left.pop() if left else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            body += message.get("body", b"")

    sent = {**asked.headers, "content-length": str(len(asked.body))}
    inner = {
        **scope, "query_string": urlencode(asked.query).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }  # fmt: skip
    await app(inner, receive, send)
    return Answered(status=status, headers=headers, body=body)
