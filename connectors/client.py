"""The one HTTP client of all connectors: signed, paced, pinned, bounded, errors in the house's own words.

- An answer is JSON, at most 32 MB and 100 levels deep, within a time; anything else is GiveUp.
- Busy or absent (no connection, 408, 425, 429, 5xx) is TryLater with the partner's own Retry-After.
- Only idempotent calls are tried again in place: reading ones, and those that carry a key.
- What is signed goes to the base address's own host alone; `fetch` asks others, unsigned.
- No secret of the account stands in an error: it is blotted out, however the partner wrote it back.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from inspect import isawaitable
from typing import Any, NoReturn
from urllib.parse import urlencode

import httpx

from connectors.answers import DEFAULT_WAIT, Answer, Fetched, Validators, json_of, retry_after
from connectors.redaction import forms_of, hushed
from connectors.signing import Granted, Signer, Unsigned
from recall.errors import GiveUp, TryLater
from recall.net.bounded import ENCODINGS, whole
from recall.net.pinned import PinnedTransport
from recall.net.reach import Resolve
from recall.ports import Pace

__all__ = ["Answer", "Client", "Fetched", "Validators"]

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of a body after decompression."""
STEPS = 6
"""A whole answer may take so many times the seconds of one step: who drips bytes holds nobody."""
PAUSES = (0.2, 0.8)
"""Seconds before the second and the third attempt of an idempotent call."""
PATIENCE = 1.0
"""A Retry-After of up to so many seconds is waited for in place."""
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_HEADERS = {"accept": "application/json", "accept-encoding": ENCODINGS, "user-agent": "recall-engine"}
_READING = frozenset({"GET", "HEAD", "PUT", "DELETE"})


class Client:
    """Calls one partner; use it inside one event loop and close it."""

    def __init__(
        self,
        *,
        base_url: str = "",
        timeout: float,
        signer: Signer | None = None,
        pace: Pace | None = None,
        hosts: frozenset[str] = frozenset(),
        secrets: tuple[str, ...] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        verify: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        """`timeout` is seconds for each step of a call (connect, write, each read); `hosts` may be private.

        `verify` and `resolve` are the machine's own certificates and names where none is given.
        """
        self._timeout, self._pace, self._now = timeout, pace, now
        self._secrets = forms_of(secrets)
        self._auth = _Auth(signer, now=now) if signer is not None else None
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers=_HEADERS,
            timeout=timeout,
            follow_redirects=False,
            transport=PinnedTransport(hosts=hosts, verify=verify, resolve=resolve),
        )  # fmt: skip

    async def get(self, path: str, *, params: Mapping[str, str] | None = None, operation: str = "") -> Answer:
        """Reads; tried again in place while the partner is briefly absent. Raises TryLater, GiveUp."""
        return await self.ask("GET", path, params=params, operation=operation)

    async def post(
        self,
        path: str,
        *,
        document: Any,
        key: str | None = None,
        operation: str = "",
        again: bool = False,
        largest: int = LARGEST_ANSWER,
    ) -> Answer:
        """Sends a JSON document; with a key, or `again` (it only reads), it may be tried again in place."""
        return await self.ask(
            "POST", path, document=document, key=key, operation=operation, again=again, largest=largest
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        document: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        operation: str = "",
        cost: float = 1.0,
        again: bool = False,
        signed: bool = True,
        expect: frozenset[int] = frozenset(),
        largest: int = LARGEST_ANSWER,
    ) -> Answer:
        """Calls the partner: `path` under the base address, a JSON `document` or a `form` as the body.

        `operation` names the bucket of the manifest's [limits] that is taken from, `key` goes along as the
        Idempotency-Key. `expect` are statuses that are answers though no success; without `signed` the call
        is anybody's. Raises TryLater, GiveUp.
        """
        sent = {**(headers or {}), **({"idempotency-key": key} if key else {})}
        with hushed(self._secrets):
            request = self._built(method, path, params=params, document=document, form=form, headers=sent)
            fixed = not (method in _READING or key or again)
            auth = self._auth if signed else None
            once = partial(
                self._once, request, auth=auth, operation=operation, cost=cost, expect=expect, largest=largest
            )
            for pause in () if fixed else PAUSES:
                try:
                    return await once()
                except TryLater as error:
                    if error.after > PATIENCE:
                        raise
                    await asyncio.sleep(max(pause, error.after))
            return await once()

    async def fetch(
        self, address: str, *, accept: str, largest: int, seconds: float, known: Validators | None = None
    ) -> Fetched:
        """What stands at an address of anybody: unsigned, bounded in size and in time, asked once.

        With `known` only what is not the same as before: else the status is 304 and the body empty.
        Raises TryLater, also after so many seconds; GiveUp for a refusal other than 404, or for too much.
        """
        headers = {"accept": accept} | (known.headers() if known else {})
        where = f"GET {address}"
        with hushed(self._secrets):
            try:
                request = self._http.build_request("GET", address, headers=headers)
            except (httpx.InvalidURL, ValueError) as error:
                raise GiveUp(f"The address cannot be asked: {error}", value=address[:200]) from None
            response, body = await self._send(
                request, auth=None, where=where, largest=largest, seconds=seconds
            )
            fine = response.is_success or response.has_redirect_location
            if not (fine or response.status_code == 404 or (known and response.status_code == 304)):
                self._refuse(response, body, where=where, operation="")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        location = response.headers.get("location") if response.has_redirect_location else None
        return Fetched(
            address=address, status=response.status_code, kind=kind, body=body, location=location,
            etag=response.headers.get("etag", ""), modified=response.headers.get("last-modified", ""),
        )  # fmt: skip

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._http.aclose()

    def _built(self, method: str, path: str, *, params: Mapping[str, str] | None, document: Any,
               form: Mapping[str, str] | None, headers: Mapping[str, str]) -> httpx.Request:  # fmt: skip
        try:
            request = self._http.build_request(
                method, path, params=dict(params) if params else None, json=document, headers=headers,
                data=dict(form) if form is not None else None,
            )  # fmt: skip
        except (httpx.InvalidURL, ValueError) as error:
            raise GiveUp(f"The address cannot be asked: {error}", value=path[:200]) from None
        base, url = self._http.base_url, request.url
        if (base.scheme, base.host, base.port) != (url.scheme, url.host, url.port):
            raise GiveUp("The partner leads to another host", expected=base.host, got=url.host)
        return request

    async def _once(
        self,
        request: httpx.Request,
        *,
        auth: _Auth | None,
        operation: str,
        cost: float,
        expect: frozenset[int],
        largest: int,
    ) -> Answer:
        where = f"{request.method} {request.url.copy_with(query=None)}"
        if self._pace is not None:
            await self._pace.take(operation, cost=cost)
        send = partial(self._send, request, where=where, largest=largest, seconds=self._timeout * STEPS)
        response, body = await send(auth=auth)
        if response.status_code == 401 and auth is not None and auth.forget():
            response, body = await send(auth=auth)
        if not (response.is_success or response.status_code in expect):
            self._refuse(response, body, where=where, operation=operation)
        if self._pace is not None:
            self._pace.went(well=True)
            remaining = _number(response.headers, "ratelimit-remaining", "x-ratelimit-remaining")
            if remaining is not None:
                self._pace.heard(operation, remaining=remaining)
        return Answer(
            value=json_of(body, where=where) if response.is_success else _perhaps(body, where=where),
            digest=sha256(body).hexdigest(), status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()}, where=where,
        )  # fmt: skip

    async def _send(
        self, request: httpx.Request, *, auth: httpx.Auth | None, where: str, largest: int, seconds: float
    ) -> tuple[httpx.Response, bytes]:
        try:
            async with asyncio.timeout(seconds):
                response = await self._http.send(request, stream=True, auth=auth)
                try:
                    return response, await whole(response, largest=largest, where=where)
                finally:
                    await response.aclose()
        except httpx.UnsupportedProtocol as error:
            raise GiveUp(f"The address may not be asked: {error}", where=where) from None
        except httpx.ConnectError as error:
            self._went(well=False)
            raise TryLater(f"No connection: {error}", after=DEFAULT_WAIT, where=where) from None
        except (httpx.TransportError, TimeoutError) as error:
            self._went(well=False)
            broken = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
            after = PATIENCE if broken else DEFAULT_WAIT
            raise TryLater(f"No answer: {type(error).__name__} {error}", after=after, where=where) from None
        except (httpx.InvalidURL, httpx.StreamError) as error:
            raise GiveUp(f"The answer cannot be read: {error}", where=where) from None

    def _refuse(self, response: httpx.Response, body: bytes, *, where: str, operation: str) -> NoReturn:
        """A status that is no success, in the house's words; a partner's own words are cut short."""
        said, status = body[:200].decode(errors="replace"), response.status_code
        if status in _BUSY:
            header = response.headers.get("retry-after")
            after = retry_after(header, now=self._now())
            if status >= 500:
                self._went(well=False)
            if self._pace is not None and (header or status == 429):
                self._pace.heard(operation, after=after)
            raise TryLater(f"The partner answered {status} {said!r}", after=after, where=where)
        raise GiveUp(
            "The partner refused", value=said, expected="a status of 200 to 299", got=str(status),
            where=where, advice=f"It said: {said!r}" if said else None,
        )  # fmt: skip

    def _went(self, *, well: bool) -> None:
        if self._pace is not None:
            self._pace.went(well=well)


class _Auth(httpx.Auth):
    """Signs the very request that is sent; the request it was made from stays as it is."""

    requires_request_body = True

    def __init__(self, signer: Signer, *, now: Callable[[], datetime]) -> None:
        self._signer, self._now = signer, now

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The request, signed."""
        unsigned = Unsigned(
            method=request.method, url=str(request.url), body=request.content, at=self._now(),
            headers={name.lower(): value for name, value in request.headers.items()},
        )  # fmt: skip
        signed = self._signer(unsigned)
        if isawaitable(signed):
            signed = await signed
        query = b"&".join(filter(None, (request.url.query, urlencode(signed.query).encode())))
        yield httpx.Request(
            request.method, request.url.copy_with(query=query or None), content=request.content,
            headers={**unsigned.headers, **signed.headers}, extensions=request.extensions,
        )  # fmt: skip

    def forget(self) -> bool:
        """Let go of a token that was refused; whether there was one."""
        return isinstance(self._signer, Granted) and self._signer.forget()


def _number(headers: Mapping[str, str], *names: str) -> float | None:
    """The first of these headers that is a whole number."""
    texts = (headers.get(name, "") for name in names)
    return next((float(text) for text in texts if text.isascii() and text.isdigit()), None)


def _perhaps(body: bytes, *, where: str) -> Any:
    """The JSON of an answer that is no success; None where it is none."""
    try:
        return json_of(body, where=where)
    except GiveUp:
        return None
