"""The signing: what a vendor wants beside a request, as a pure function of the very request that is sent."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from recall.errors import TryLater


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A request that is ready but for its signature."""

    method: str
    url: str
    """The whole address, its query as it will be sent."""
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signer adds: headers instead of those of the same name, and a query behind the one there is."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


Signer = Callable[[Unsigned], Signed | Awaitable[Signed]]
"""Pure where it can be; one that must fetch a token first is awaited."""


def bearer(token: str) -> Signer:
    """A token that never changes."""
    return with_headers({"authorization": f"Bearer {token}"})


def basic(user: str, password: str) -> Signer:
    """A name and a password (RFC 7617)."""
    both = base64.b64encode(f"{user}:{password}".encode()).decode()
    return with_headers({"authorization": f"Basic {both}"})


def with_headers(headers: Mapping[str, str]) -> Signer:
    """The same headers at every request, as `{"x-shopify-access-token": …}`."""
    signed = Signed(headers=dict(headers))
    return lambda _: signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that runs out."""

    text: str = field(repr=False)
    seconds: float
    """How long it is good for, from when it was given."""


class Granted:
    """A signer whose token is fetched when it is first needed, and anew before it runs out."""

    EARLY = timedelta(seconds=60)

    def __init__(
        self, *, fetch: Callable[[], Awaitable[Token]], add: Callable[[str], Signed] | None = None
    ) -> None:
        """`fetch` asks for a token; `add` says where it stands in a request (None: as a bearer)."""
        self._fetch, self._add = fetch, add or _as_bearer
        self._token: tuple[str, datetime] | None = None

    async def __call__(self, unsigned: Unsigned) -> Signed:
        """The token in its place. Raises what fetching it raises."""
        if self._token is None or self._token[1] <= unsigned.at:
            token = await self._fetch()
            if not token.text:
                raise TryLater("The partner gave an empty token", after=60.0)
            self._token = token.text, unsigned.at + timedelta(seconds=token.seconds) - self.EARLY
        return self._add(self._token[0])

    def forget(self) -> bool:
        """Let go of the token, for it was refused; whether there was one."""
        had, self._token = self._token is not None, None
        return had


def _as_bearer(token: str) -> Signed:
    return Signed(headers={"authorization": f"Bearer {token}"})
