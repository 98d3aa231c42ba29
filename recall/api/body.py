"""The body: how large it may be, and JSON that can be read in one way only: no twin keys, no NaN."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recall.api.problems import answer
from recall.errors import BodyRefused, BodyTooLarge

MEGABYTE = 1_000_000
LIMIT = MEGABYTE
"""Bytes that a body may have."""
CAPTURE_LIMIT = 64 * MEGABYTE
"""Bytes that a document of supply-chain events may have."""
CAPTURE_PATH = "/v1/epcis/capture"


class StrictRoute(APIRoute):
    """A route whose JSON bodies are read by `strict_json`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, with the request's way of reading JSON replaced."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly


class _StrictRequest(Request):
    async def json(self) -> Any:
        return strict_json(await self.body())


def strict_json(raw: bytes) -> Any:
    """The JSON value in `raw`. Raises BodyRefused for all that two readers could understand differently."""
    try:
        return json.loads(raw, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError:
        raise BodyRefused("The JSON is nested too deeply", expected="fewer than 1,000 levels") from None
    except (json.JSONDecodeError, UnicodeDecodeError, ValueError) as error:
        raise BodyRefused("The body is no JSON", expected="a JSON value", got=str(error)) from None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twin = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise BodyRefused("A key stands twice in one object", expected="each key once", got=repr(twin[:80]))
    return found


def _no_constant(name: str) -> NoReturn:
    raise BodyRefused("The body has a number that JSON does not know", expected="a number", got=name)


class BodyLimit:
    """Refuses bodies that are too large, by their stated length or as soon as they have passed the limit."""

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        """`base_url` is where the pages about problems stand."""
        self._app, self._base_url = app, base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it keeps to its limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = CAPTURE_LIMIT if scope["path"] == CAPTURE_PATH else LIMIT
        try:
            _check(_stated(scope), limit=limit)
            await self._app(scope, _counted(receive, limit=limit), send)
        except BodyTooLarge as error:
            await answer(error, request=Request(scope), base_url=self._base_url)(scope, receive, send)


def _stated(scope: Scope) -> int:
    stated = Headers(scope=scope).get("content-length", "0")
    return int(stated) if stated.isdecimal() else 0


def _counted(receive: Receive, *, limit: int) -> Receive:
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        _check(seen, limit=limit)
        return message

    return counting


def _check(size: int, *, limit: int) -> None:
    if size > limit:
        raise BodyTooLarge(
            "The body is too large", expected=f"at most {limit:,} bytes", got=f"{size:,}",
            advice="Send it in parts.",
        )  # fmt: skip
