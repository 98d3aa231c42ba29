"""A file of notices at an address: public and over https, each redirection checked before it is asked."""

from __future__ import annotations

import asyncio

from connectors.client import Client, Fetched
from connectors.feeds.raw import LARGEST
from recall.errors import NotFound
from recall.net.reach import Journey

ACCEPT = "application/json, application/xml, text/csv, application/pdf, text/html;q=0.9, */*;q=0.5"


def is_address(text: str) -> bool:
    """Whether a word of a command is the address of a file, not its name."""
    return text.lower().startswith(("https://", "http://"))


def bytes_at(address: str, *, hosts: frozenset[str], seconds: float) -> bytes:
    """What stands at an address, asked once, within so many seconds a step.

    `hosts` (`host` or `host:port`) may be asked though private or without TLS. Raises NotFound, TryLater when
    nobody answers, and GiveUp for an address that may not be asked, a refusal, or too large an answer.
    """
    found = asyncio.run(_fetched(address, hosts=hosts, seconds=seconds))
    if found.status == 404:
        raise NotFound("There is no file at the address", value=address[:200])
    return found.body


async def _fetched(address: str, *, hosts: frozenset[str], seconds: float) -> Fetched:
    client, journey = Client(timeout=seconds, hosts=hosts), Journey()
    try:
        whole = journey.step(address)
        while True:
            found = await client.fetch(whole, accept=ACCEPT, largest=LARGEST, seconds=seconds)
            if found.location is None:
                return found
            whole = journey.step(found.location, base=whole)
    finally:
        await client.aclose()
