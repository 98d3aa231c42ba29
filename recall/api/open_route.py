"""The open route: everybody's browser and program may call it from anywhere, refusals included."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from recall.api.problems import answer
from recall.domain.preference import ranges
from recall.errors import RecallError
from recall.runtime import Runtime

METHODS = "GET, HEAD, OPTIONS"
_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": "Accept, Accept-Language, If-None-Match",
    "access-control-expose-headers": "Link, Location, ETag, Last-Modified",
}
_FOR_PROGRAMS = frozenset({"application/json", "application/linkset+json"})


class OpenRoute(APIRoute):
    """A route with the headers of CORS; refusals are problems, unless a person asked: then they are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, its answers opened to every origin."""
        handle = super().get_route_handler()

        async def openly(request: Request) -> Response:
            try:
                response = await handle(request)
            except RecallError as error:
                if wants_page(request):
                    raise
                runtime: Runtime = request.app.state.runtime
                response = answer(error, request=request, base_url=runtime.links.base_url)
            response.headers.update(_CORS)
            return response

        return openly


def wants_page(request: Request) -> bool:
    """Whether a person asks: text/html stands before every form for programs."""
    wanted = next((name for name in ranges(request.headers.get("accept", "")) if name in _KNOWN), "")
    return wanted == _HTML


_HTML = "text/html"
_KNOWN = _FOR_PROGRAMS | {_HTML}
