"""Servers on loopback that count who comes, a certificate of one's own, and names that turn."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recall.net.reach import is_public

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"


@dataclass
class Door:
    """A port of loopback: every connection to it is a hit."""

    port: int = 0
    hits: int = 0
    names: list[str | None] = field(default_factory=list)
    """The server names that TLS asked for."""


@asynccontextmanager
async def door(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[Door]:
    """A server that answers `{}` to everybody."""
    opened = Door()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.hits += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    if tls is not None:
        tls.sni_callback = lambda _socket, name, _context: opened.names.append(name)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    opened.port = server.sockets[0].getsockname()[1]
    async with server:
        yield opened


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for a host's name, and a client's that believes its issuer alone."""
    key, issuer = ec.generate_private_key(ec.SECP256R1()), _named("Test authority")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(issuer).issuer_name(issuer).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, secret = folder / "server.pem", folder / "server.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, secret)
    return server, ssl.create_default_context(cafile=str(pem))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Network(httpcore.AsyncNetworkBackend):
    """A network that leads to one port of loopback; its public addresses may have nobody at home."""

    port: int
    answers: bool = True
    connected: list[str] = field(default_factory=list)
    inner: httpcore.AsyncNetworkBackend = field(default_factory=httpcore.AnyIOBackend)

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        """Connects, and remembers to which address."""
        del port
        self.connected.append(host)
        if is_public(host) and not self.answers:
            raise httpcore.ConnectError(f"nobody is at home at {host}")
        return await self.inner.connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


@dataclass
class Names:
    """A resolver whose answer is another one each time it is asked."""

    answers: Sequence[Sequence[str]]
    asked: int = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer."""
        del host, port
        self.asked += 1
        return self.answers[(self.asked - 1) % len(self.answers)]
