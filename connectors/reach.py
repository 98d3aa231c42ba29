"""How far strangers' links may lead: to public addresses over https, never into the operator's own network.

A name is looked up here and once more by the client; a host that changes its address between the two is the
limit of this check, and a firewall's work.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from recall.errors import GiveUp, TryLater

MOST_STEPS = 8
"""Addresses that may be asked on the way to one document."""
_PORTS = {"https": 443, "http": 80}


async def check(address: str, *, exempt: frozenset[str]) -> None:
    """Raises GiveUp for an address that must not be asked; `exempt` hosts (`host` or `host:port`) may be.

    A name is looked up: each of its addresses must be public. TryLater when it cannot be looked up now.
    """
    parts = _parts(address)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    if host and parts.scheme in _PORTS and {host, f"{host}:{port}"} & exempt:
        return
    if parts.scheme != "https" or not host or parts.username is not None:
        raise GiveUp(
            "The address may not be asked", value=address[:200], expected="a public address over https"
        )
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TryLater(f"The host cannot be found: {error}", after=60.0, where=address[:200]) from None
    for _, _, _, _, place in found:
        if not is_public(str(place[0])):
            raise GiveUp("The address leads into a private network", value=address[:200],
                         expected="a public address", got=str(place[0]))  # fmt: skip


def is_public(place: str) -> bool:
    """Whether an IP address is one of the public network, and leads to no other that is not.

    An address that carries an IPv4 address inside (mapped, 6to4, Teredo, NAT64) may be sent on to that one.

    >>> is_public("93.184.215.14"), is_public("224.0.0.1"), is_public("64:ff9b::10.0.0.1")
    (True, False, False)
    """
    try:
        address = ip_address(place.partition("%")[0])
    except ValueError:
        return False
    local = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    if local or address.is_link_local or not address.is_global:
        return False
    return isinstance(address, IPv4Address) or not any(address in network for network in _CARRIERS)


_CARRIERS = tuple(
    map(ip_network, ("::/96", "::ffff:0:0/96", "2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"))
)
"""Networks whose addresses carry an IPv4 address: no resolver of the public network needs one."""


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise GiveUp(f"The address cannot be read: {error}", value=address[:200]) from None
    return parts


@dataclass(slots=True)
class Journey:
    """The addresses asked on the way to one document: no circle, and an end."""

    seen: list[str] = field(default_factory=list)

    def step(self, address: str, *, base: str = "") -> str:
        """The whole address of the next step. Raises GiveUp for one asked already, or one too many."""
        try:
            whole = urljoin(base, address)
        except ValueError as error:
            raise GiveUp(f"The address cannot be read: {error}", value=address[:200]) from None
        if whole in self.seen:
            raise GiveUp("The addresses lead in a circle", value=whole[:200], expected="a new address")
        if len(self.seen) >= MOST_STEPS:
            raise GiveUp(
                "The addresses lead on and on", value=whole[:200], expected=f"at most {MOST_STEPS} steps"
            )
        self.seen.append(whole)
        return whole
