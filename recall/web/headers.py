"""The headers that every answer carries: nothing inline, nothing from elsewhere, no frame, no referrer."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
"""No script at all: the pages need none."""
WITH_SCRIPT = f"{POLICY}; script-src 'self'; connect-src 'self'"
"""For the page that counts while an officer types: our own file, nothing inline, nothing from elsewhere."""
_SCRIPTED = "/drafts/"

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class SafeHeaders:
    """Adds `HEADERS` to every answer, and keeps all but the public ones out of every cache."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with the headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"].startswith(_SCRIPTED):
                    headers["content-security-policy"] = WITH_SCRIPT
                if "access-control-allow-origin" in headers:  # the resolver: open to every page and program
                    headers["cross-origin-resource-policy"] = "cross-origin"
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, guarded)
