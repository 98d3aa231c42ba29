"""The address: as it came, and refused with the character 0, for no text that is kept can hold it."""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from recall.api.problems import answer
from recall.errors import QueryRefused

_ZERO = b"%00"


def raw_path(request: Request) -> str:
    """The path as it was sent, its percent-encoding untouched."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.decode("latin-1").partition("?")[0]


class PlainAddress:
    """Lets no address through that a database could not even be asked about."""

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        """`base_url` is where the pages about problems stand."""
        self._app, self._base_url = app, base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the refusal."""
        if scope["type"] == "http" and ("\0" in scope["path"] or _ZERO in scope["query_string"]):
            refusal = QueryRefused.of("the address", expected="characters that can be written", got="%00")
            await answer(refusal, request=Request(scope), base_url=self._base_url)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
