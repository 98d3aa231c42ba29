"""The sender: who an address belongs to, by a name of one span of time that leads back to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from recall.links import Links

SPAN = timedelta(minutes=10)
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


class Counted(StrEnum):
    """What is counted of the senders at the open door."""

    GUESS = "guess"
    """A typed code that no notice has."""
    COPY = "copy"
    """A false copy of a notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Somebody at the open door, in the span of time that runs."""

    of: Counted
    name: str
    """A keyed hash: of an address of IPv6 that of its /64 network; another in each span."""
    since: datetime
    """When the span began."""

    @property
    def until(self) -> datetime:
        """When the span ends, and counting begins anew."""
        return self.since + SPAN


def sender(links: Links, *, address: str, of: Counted, now: datetime) -> Sender:
    """Who sends from an address now; that the senders of two counts are one cannot be told."""
    since = now - (now - _BEGAN) % SPAN
    seed = links.seed(f"recall.{of}/{since.isoformat()}/{_network(address)}")
    return Sender(of=of, name=seed.hex()[:32], since=since)


def _network(address: str) -> str:
    """Who an address belongs to: itself, or the network that one household of IPv6 has."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or (int(read) >> 64))
