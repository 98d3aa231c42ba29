"""The one HTTP client of all connectors: few connections, bounded answers, errors in the house's own words.

- An answer is JSON, at most 32 MB; anything else is GiveUp. `fetch` alone takes what stands at an address.
- Busy or absent (no connection, 408, 425, 429, 5xx) is TryLater with the partner's own Retry-After.
- Only idempotent calls are tried again in place: a GET, and a POST that carries an Idempotency-Key.
- At most 8 connections: more were measured to be slower.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NoReturn

import httpx

from recall.errors import GiveUp, TryLater

CONNECTIONS = 8
LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of a body after decompression."""
PAUSES = (0.2, 0.8)
"""Seconds before the second and the third attempt of an idempotent call."""
PATIENCE = 1.0
"""A Retry-After of up to so many seconds is waited for in place."""
DEFAULT_WAIT, LONGEST_WAIT = 30.0, 86_400.0
"""Seconds to try later when the partner names none, and the most that is believed."""
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A partner's answer: the JSON object, and the digest of its very bytes."""

    document: Mapping[str, Any]
    digest: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What stands at an address: a body, a way on, or nothing (404)."""

    address: str
    status: int
    kind: str
    """The media type, lower case, without its parameters."""
    body: bytes
    location: str | None
    """Where a redirection leads, as it was written; it is never followed here."""
    etag: str = ""
    modified: str = ""
    """The validators of the body, for the next time (RFC 9110)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What is known of a body that was fetched before; the same again is answered by 304, without one."""

    etag: str = ""
    modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        known = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: value for name, value in known.items() if value}


@lru_cache
def _trust() -> ssl.SSLContext:
    """The machine's certificates, read once a process: they cost more than a call."""
    return ssl.create_default_context()


class Client:
    """Calls one partner; use it inside one event loop and close it."""

    def __init__(self, *, base_url: str, token: str, timeout: float) -> None:
        """`timeout` is seconds for each step of a call (connect, write, each read); `token` may be empty."""
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"accept": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {}),
            timeout=timeout,
            limits=limits,
            follow_redirects=False,
            verify=_trust(),
        )

    async def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Answer:
        """Reads; tried again in place while the partner is briefly absent. Raises TryLater, GiveUp."""
        return await self._persist(self._http.build_request("GET", path, params=dict(params or {})))

    async def post(
        self,
        path: str,
        *,
        document: Mapping[str, Any],
        key: str | None = None,
        largest: int = LARGEST_ANSWER,
    ) -> Answer:
        """Sends a JSON document; with a key it may be tried again. Raises TryLater, GiveUp."""
        headers = {"idempotency-key": key} if key else {}
        request = self._http.build_request("POST", path, json=dict(document), headers=headers)
        return await self._persist(request) if key else await self._once(request, largest=largest)

    async def fetch(
        self, address: str, *, accept: str, largest: int, seconds: float, known: Validators | None = None
    ) -> Fetched:
        """What stands at an address of somebody unknown: bounded in size and in time, asked once.

        With `known` only what is not the same as before: else the status is 304 and the body empty.
        Raises TryLater, also after so many seconds; GiveUp for a refusal other than 404, or for too much.
        """
        headers = {"accept": accept} | (known.headers() if known else {})
        try:
            request = self._http.build_request("GET", address, headers=headers)
            async with asyncio.timeout(seconds):
                response, body = await self._send(request, where=f"GET {address}", largest=largest)
        except (httpx.InvalidURL, ValueError) as error:
            raise GiveUp(f"The address cannot be asked: {error}", value=address[:200]) from None
        except TimeoutError:
            raise TryLater("The answer takes too long", after=DEFAULT_WAIT, where=f"GET {address}") from None
        fine = response.is_success or response.has_redirect_location
        if not (fine or response.status_code == 404 or (known and response.status_code == 304)):
            _refuse(response, body, where=f"GET {address}")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        location = response.headers.get("location") if response.has_redirect_location else None
        return Fetched(
            address=address, status=response.status_code, kind=kind, body=body, location=location,
            etag=response.headers.get("etag", ""), modified=response.headers.get("last-modified", ""),
        )  # fmt: skip

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._http.aclose()

    async def _persist(self, request: httpx.Request) -> Answer:
        for pause in PAUSES:
            try:
                return await self._once(request)
            except TryLater as error:
                if error.after > PATIENCE:
                    raise
                await asyncio.sleep(max(pause, error.after))
        return await self._once(request)

    async def _once(self, request: httpx.Request, *, largest: int = LARGEST_ANSWER) -> Answer:
        where = f"{request.method} {request.url.copy_with(query=None)}"
        response, body = await self._send(request, where=where, largest=largest)
        if not response.is_success:
            _refuse(response, body, where=where)
        return Answer(document=_object(body, where=where), digest=sha256(body).hexdigest(),
                      status=response.status_code)  # fmt: skip

    async def _send(
        self, request: httpx.Request, *, where: str, largest: int
    ) -> tuple[httpx.Response, bytes]:
        try:
            response = await self._http.send(request, stream=True)
            try:
                return response, await _read(response, where=where, largest=largest)
            finally:
                await response.aclose()
        except httpx.ConnectError as error:
            raise TryLater(f"No connection: {error}", after=DEFAULT_WAIT, where=where) from None
        except httpx.TransportError as error:
            after = (
                PATIENCE if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError) else DEFAULT_WAIT
            )
            raise TryLater(f"No answer: {type(error).__name__} {error}", after=after, where=where) from None
        except (httpx.DecodingError, httpx.InvalidURL) as error:
            raise GiveUp(f"The answer cannot be decoded: {error}", where=where) from None


async def _read(response: httpx.Response, *, where: str, largest: int) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > largest:
            raise GiveUp("The answer is too large", expected=f"at most {largest} bytes", where=where)
        parts.append(part)
    return b"".join(parts)


def _refuse(response: httpx.Response, body: bytes, *, where: str) -> NoReturn:
    """A status that is no success, in the house's words; a partner's own words are cut short."""
    said = body[:200].decode(errors="replace")
    if response.status_code in _BUSY:
        after = retry_after(response.headers.get("retry-after"), now=datetime.now(UTC))
        raise TryLater(f"The partner answered {response.status_code} {said!r}", after=after, where=where)
    raise GiveUp(
        "The partner refused", value=said, expected="a status of 200 to 299", got=str(response.status_code),
        where=where, advice=f"It said: {said!r}" if said else None,
    )  # fmt: skip


def retry_after(header: str | None, *, now: datetime) -> float:
    """Seconds to wait by a Retry-After header: a number or a date (RFC 9110), within a day."""
    if not header:
        return DEFAULT_WAIT
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return DEFAULT_WAIT
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)


def _object(body: bytes, *, where: str) -> dict[str, Any]:
    """The JSON object of an answer; not JSON, NaN, too deep or no object: GiveUp."""
    try:
        document = json.loads(body or b"{}", parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise GiveUp(f"The answer is not JSON: {type(error).__name__}", where=where) from None
    if not isinstance(document, dict):
        raise GiveUp("The answer is no JSON object", got=type(document).__name__, expected="an object",
                     where=where)  # fmt: skip
    return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
