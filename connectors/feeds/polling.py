"""Polling: asks a source for what is new, page by page and slowly, and reads nothing that it has read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

from connectors.client import Client, Validators
from connectors.feeds.raw import LARGEST
from connectors.feeds.reader import NoticesRead, read_notices
from connectors.feeds.source import Source
from recall.errors import GiveUp

ACCEPT = "application/json, application/xml, text/html, */*;q=0.5"
MOST_STEPS = 4
"""Redirections on the way to one page."""
MOST_FURTHER = 60
"""Addresses of one list that a reading of the whole asks."""
SECONDS = 120.0
"""The longest that one page may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an address answered before: its validators, and the digest of its body."""

    etag: str = ""
    modified: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What an address answered now; `read` None: the same as before."""

    address: str
    answered: Answered
    read: NoticesRead | None = None


class Poll:
    """One pass over a source, used inside one event loop: `async with Poll(...) as poll`."""

    def __init__(
        self, *, source: Source, known: Mapping[str, Answered], deep: bool, timeout: float, pause: float
    ) -> None:
        """`known` is what each address answered before; `deep` reads all of it again, whatever they say;
        `pause` is seconds between two requests."""
        self._source, self._known, self._deep = source, known, deep
        self._client = Client(timeout=timeout, hosts=source.hosts)
        self._asked, self._pause = 0, pause

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def pages(self, *, since: date | None) -> AsyncIterator[Polled]:
        """The first page, then those that it names. Raises TryLater, GiveUp: what came before them stands."""
        asked = self._source.asked(deep=self._deep, since=since)
        first = await self._page(asked, key=asked if asked == self._source.address else self._source.recent)
        yield first
        for address in self._named(first):
            yield await self._page(address, key=address)

    def _named(self, page: Polled) -> list[str]:
        """The addresses to ask further: the first few of the list, and those that were never read."""
        found = page.read.further if page.read else ()
        named = [address for address in dict.fromkeys(found) if self._source.may_lead_to(address)]
        few = self._source.further
        if self._deep:
            return named[:MOST_FURTHER]
        return [a for number, a in enumerate(named[:MOST_FURTHER]) if number < few or a not in self._known]

    async def _page(self, address: str, *, key: str) -> Polled:
        """What stands there; its answers are known by `key`, and validators hold for that address alone."""
        known = Answered() if self._deep else self._known.get(key, Answered())
        validators = Validators(etag=known.etag, modified=known.modified) if key == address else Validators()
        where, status, body = address, 0, b""
        for _ in range(MOST_STEPS):
            if self._asked:
                await asyncio.sleep(self._pause)
            self._asked += 1
            fetched = await self._client.fetch(
                where, accept=ACCEPT, largest=LARGEST, seconds=SECONDS, known=validators
            )
            status, body = fetched.status, fetched.body
            if not fetched.location:
                break
            where = self._led_to(urljoin(where, fetched.location))
        if status == 304:
            return Polled(address=key, answered=known)
        if status != 200:
            raise GiveUp("The source has no page there", value=address, expected="200", got=str(status))
        now = Answered(etag=fetched.etag, modified=fetched.modified, digest=sha256(body).hexdigest())
        if now.digest == known.digest:
            return Polled(address=key, answered=now)
        read = await asyncio.to_thread(read_notices, body, name=address, feed=self._source.name)
        return Polled(address=key, answered=now, read=read)

    def _led_to(self, address: str) -> str:
        if not self._source.may_lead_to(address):
            raise GiveUp(
                "The source leads to another host", value=address[:200], expected=self._source.address
            )
        return address
