"""How far others' addresses may lead: to public ones over https, never into the operator's own network.

`hosts` are the exceptions that the settings name (`host` or `host:port`): they may be asked though private,
or without TLS.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import urljoin

from recall.errors import GiveUp, TryLater

MOST_STEPS = 8
"""Addresses that may be asked on the way to one document."""
PORTS = {"https": 443, "http": 80}

_EXCEPTIONS = (
    "Name the host in RECALL_FEED_HOSTS (notices), RECALL_PARTNER_HOSTS (partners) or RECALL_PASSPORT_HOSTS "
    "(passports) if it may be asked though private or without TLS."
)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host; OSError or UnicodeError where it has none."""


def is_named(host: str, port: int, *, hosts: frozenset[str]) -> bool:
    """Whether the settings let this host in, whatever its address."""
    return bool({host, f"{host}:{port}"} & hosts)


def check(*, scheme: str, host: str, port: int, user: str, hosts: frozenset[str]) -> None:
    """Raises GiveUp for what must not be asked whatever its address is: no https, no host, a user in it."""
    if host and scheme in PORTS and not user and is_named(host, port, hosts=hosts):
        return
    if scheme != "https" or not host or user:
        raise GiveUp(
            "The address may not be asked", value=f"{scheme}://{host}:{port}"[:200],
            expected="a public address over https", got=f"{scheme or 'no scheme'} to {host[:99] or 'nobody'}",
            advice=_EXCEPTIONS,
        )  # fmt: skip


async def addresses_of(
    host: str, port: int, *, hosts: frozenset[str], resolve: Resolve | None = None
) -> tuple[str, ...]:
    """The addresses to connect to: looked up once, and each of them public unless the settings name the host.

    Raises GiveUp where one is not, TryLater when the name cannot be looked up now.
    """
    try:
        found = tuple(await (resolve or looked_up)(host, port))
    except (OSError, UnicodeError) as error:
        raise TryLater(f"The host cannot be found: {error}", after=60.0, where=host[:200]) from None
    if not is_named(host, port, hosts=hosts):
        for place in found:
            if not is_public(place):
                raise GiveUp("The address leads into a private network", value=host[:200],
                             expected="a public address", got=place, advice=_EXCEPTIONS)  # fmt: skip
    return found


async def looked_up(host: str, port: int) -> tuple[str, ...]:
    """What the machine's own resolver says, each address once."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for _, _, _, _, place in found))


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
