"""The doors that every participant has: well-known, inbox, confirmations, and the sandbox's clock."""

from __future__ import annotations

import hmac
import json
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.sandbox.engine import Away, Refused
from connectors.sandbox.participant import Participant
from connectors.sandbox.process import end_with_parent, say_ready
from connectors.sandbox.trust import NotTrusted

DOWN_SECONDS = 3600
PAGE, LARGEST_PAGE = 500, 1000
BODY_LIMIT = 4 * 1024 * 1024
"""Bytes that a request may bring."""


class Problem(Exception):
    """A refusal as RFC 9457 writes it."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail

    def response(self, *, after: int | None = None) -> Response:
        """The problem document; `after` seconds it may be tried again."""
        body = {"type": "about:blank", "status": self.status, "title": self.title, "detail": self.detail}
        headers = {"retry-after": str(after)} if after else None
        return Response(json.dumps(body), self.status, headers, media_type="application/problem+json")


def answer(document: Mapping[str, Any], *, status: int = 200) -> Response:
    """A JSON answer."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, media_type="application/json")


def build(
    participant: Participant,
    *,
    token: str,
    role: str,
    capabilities: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> FastAPI:
    """The application of a participant, its common doors open; `token` is what callers must show.

    `more` is what else its well-known document says.
    """
    app = FastAPI(title=participant.name, openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    _guard(app, participant, token=token)

    @app.exception_handler(Problem)
    def problem(_: Request, error: Problem) -> Response:
        return error.response()

    @app.get("/.well-known/recall-participant.json")
    def well_known() -> Response:
        return answer(
            {
                "protocol": "1.0",
                "name": participant.name,
                "role": role,
                "classes": capabilities["classes"],
                "inbox": "/recall/inbox",
                "capabilities": dict(capabilities),
                **(more or {}),
            }
        )

    @app.post("/recall/inbox")
    async def inbox(request: Request) -> Response:
        body = await body_of(request)
        await run_in_threadpool(_hear, participant, dict(request.headers), body)
        return answer({"accepted": True}, status=202)

    @app.get("/recall/confirmations")
    def confirmations(request: Request) -> Response:
        asked = queries(request, known={"recall", "after", "limit"})
        after = number(asked, "after", default=0)
        limit = number(asked, "limit", default=PAGE, highest=LARGEST_PAGE)
        found = participant.statements(recall=asked.get("recall", ""), after=after, limit=limit)
        return answer({"confirmations": found, "next": str(found[-1]["seq"] if found else after)})

    @app.post("/sandbox/clock")
    async def clock(request: Request) -> Response:
        document = json_of(await body_of(request))
        return answer(await run_in_threadpool(participant.move, _time(document.get("now"))))

    return app


def _guard(app: FastAPI, participant: Participant, *, token: str) -> None:
    """Nobody comes in without the token (the inbox has its signature), nor while the server is down."""
    shown = f"Bearer {token}".encode()

    @app.middleware("http")
    async def guard(request: Request, follow: Callable[[Request], Awaitable[Response]]) -> Response:
        path = request.url.path
        if participant.is_down and not path.startswith("/sandbox/"):
            return Problem(503, "Out of order").response(after=DOWN_SECONDS)
        free = path.startswith(("/.well-known/", "/shop/")) or path == "/recall/inbox"
        if not free and not hmac.compare_digest(request.headers.get("authorization", "").encode(), shown):
            return Problem(401, "No valid token").response()
        return await follow(request)


async def body_of(request: Request) -> bytes:
    """The request's body; 413 when it is larger than the limit."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_LIMIT:
            raise Problem(413, "The request is too large", f"at most {BODY_LIMIT} bytes")
        parts.append(part)
    return b"".join(parts)


def json_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; anything else is 400."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON") from None
    if not isinstance(document, dict):
        raise Problem(400, "The body is not a JSON object")
    return document


def queries(request: Request, *, known: set[str]) -> dict[str, str]:
    """The query's parameters; one that is not known is 400, because an ignored filter gives wrong rows."""
    strange = sorted(set(request.query_params) - known)
    if strange:
        raise Problem(400, "Unknown parameters", ", ".join(strange)[:200])
    return dict(request.query_params)


def number(asked: Mapping[str, str], name: str, *, default: int, highest: int = 2**53) -> int:
    """A whole number among the parameters, at most `highest`; anything else is 400."""
    text = asked.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise Problem(400, f"Cannot read {name}", f"expected a whole number, got {text[:40]!r}")
    return min(int(text), highest)


def _hear(participant: Participant, headers: Mapping[str, str], body: bytes) -> None:
    try:
        message_id = participant.issuer.check(headers=headers, body=body, now=time.time())
    except NotTrusted as error:
        raise Problem(401, "The webhook is not trusted", str(error)) from None
    except (Away, Refused) as error:
        raise Problem(503, "The issuer's key cannot be fetched", str(error)) from None
    participant.hear(message_id, json_of(body))


def _time(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Problem(400, "Cannot read the time", f"got {str(value)[:40]!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def serve(app: FastAPI, *, port: int, parent: int) -> None:
    """Serves on loopback until told to stop or left alone."""
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    end_with_parent(parent, stop=stop)
    say_ready(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.run(sockets=[listener])
