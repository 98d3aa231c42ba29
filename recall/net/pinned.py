"""The pinned transport: every connection goes to the address that was checked, under the host's own name.

A name is looked up once a connection, each of its addresses is checked, and one of these is connected to:
a host that changes its address in between gains nothing. TLS still asks for the name (SNI), and so does the
request. No proxy is taken from the environment, and no redirection is followed by itself.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from recall.net.reach import PORTS, Resolve, addresses_of, check

CONNECTIONS = 8
"""At most so many to one partner: more were measured to be slower."""
_LOGS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


def _nothing(_: logging.LogRecord) -> bool:
    return False


for _name in _LOGS:  # they write whole addresses and headers down, and secrets stand in these
    logging.getLogger(_name).addFilter(_nothing)


@lru_cache
def trust() -> ssl.SSLContext:
    """The machine's certificates, read once a process: they cost more than a call."""
    return ssl.create_default_context()


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses alone."""

    def __init__(
        self,
        *,
        hosts: frozenset[str],
        resolve: Resolve | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """`resolve` and `network` are the machine's own where none is given."""
        self._hosts, self._resolve = hosts, resolve
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first of the host's addresses that answers. Raises GiveUp, TryLater."""
        refused: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for place in await addresses_of(host, port, hosts=self._hosts, resolve=self._resolve):
            try:
                return await self._network.connect_tcp(place, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._network.sleep(seconds)


class PinnedTransport(httpx.AsyncHTTPTransport):
    """A transport for httpx whose connections are pinned."""

    def __init__(
        self,
        *,
        hosts: frozenset[str] = frozenset(),
        verify: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """`verify` are the certificates that are believed; None: the machine's."""
        context = verify or trust()
        super().__init__(verify=context, trust_env=False)
        self._hosts = hosts
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context, max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=30.0,
            network_backend=PinnedBackend(hosts=hosts, resolve=resolve, network=network),
        )  # fmt: skip

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request whose address may be asked. Raises GiveUp for another."""
        url = request.url
        port = url.port or PORTS.get(url.scheme, 0)
        check(scheme=url.scheme, host=url.host, port=port, user=url.userinfo.decode(), hosts=self._hosts)
        return await super().handle_async_request(request)
