"""One POST to a party's system and what it means; the only file of this wing that knows httpx.

The address must be public, over https, or on a host that the settings name. No redirect is followed, no proxy
is taken from the environment, an answer is read up to a limit, and the whole exchange has one deadline: a
partner that drips bytes holds nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from recall.errors import GiveUp, TryLater
from recall.net.bounded import ENCODINGS, whole
from recall.net.pinned import PinnedTransport
from recall.ports import Receipt, Result

LONGEST_WAIT = 3600.0
"""Seconds: a partner may ask for more patience than this, and is asked again nevertheless."""
LARGEST_ANSWER = 1_000_000
TRY_AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx: the answers that say "not now", not "no" (409: the same key is still being worked on)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a partner's system made of a POST; `body` is the answer's own text."""

    result: Result
    detail: str
    after: float | None = None
    body: bytes = b""

    def receipt(self, *, outgoing_id: str) -> Receipt:
        """The answer as the receipt of one message."""
        return Receipt(outgoing_id=outgoing_id, result=self.result, detail=self.detail, after=self.after)


class Sender:
    """Posts documents over connections that are kept until `aclose`; usable again after it."""

    def __init__(
        self, *, timeout: float, clock: Callable[[], datetime], hosts: frozenset[str] = frozenset()
    ) -> None:
        """`timeout` in seconds, for one whole exchange; `clock` gives the real time, for dates in answers.

        `hosts` (`host` or `host:port`) may be posted to though private or without TLS.
        """
        self._timeout, self._clock, self._hosts = timeout, clock, hosts
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Posts JSON once. Never raises for the partner's sake: whatever it does is an `Answer`."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(url, body=body, headers=headers)
        except TimeoutError:
            return Answer(result=Result.LATER, detail=f"no answer within {self._timeout:g} s")
        except TryLater as error:
            return Answer(result=Result.LATER, detail=str(error)[:300], after=error.after)
        except (GiveUp, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            return Answer(result=Result.REFUSED, detail=str(error)[:300])
        except httpx.HTTPError as error:
            return Answer(result=Result.LATER, detail=f"{type(error).__name__}: {error}"[:300])

    async def aclose(self) -> None:
        """Lets the connections go."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _exchange(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._client is None:
            transport = PinnedTransport(hosts=self._hosts)
            self._client = httpx.AsyncClient(transport=transport, timeout=self._timeout)
        sent = {
            "content-type": "application/json", "user-agent": "recall-engine", "accept-encoding": ENCODINGS,
            **headers,
        }  # fmt: skip
        async with self._client.stream("POST", url, content=body, headers=sent) as response:
            answer = await whole(response, largest=LARGEST_ANSWER, where=url)
            return self._meaning(response, body=answer)

    def _meaning(self, response: httpx.Response, *, body: bytes) -> Answer:
        """2xx delivered; 5xx and `TRY_AGAIN` later, when it says; all else, redirects too, refused."""
        status = response.status_code
        if 200 <= status < 300:
            return Answer(result=Result.DELIVERED, detail=f"HTTP {status}", body=body)
        said = "".join(char for char in body[:300].decode(errors="replace") if char.isprintable())
        detail = f"HTTP {status} {said}".strip()
        if status >= 500 or status in TRY_AGAIN:
            after = _stated_wait(response.headers.get("retry-after", ""), now=self._clock())
            return Answer(result=Result.LATER, detail=detail, after=after)
        return Answer(result=Result.REFUSED, detail=detail)


def _stated_wait(text: str, *, now: datetime) -> float | None:
    """The seconds of a Retry-After header, a number or a date (RFC 9110 10.2.3); None: it says none."""
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)
