"""The e-mail channel through real doors: TLS, a login, and aiosmtpd as the server of others."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.email.channel import EmailChannel
from notifications.email.session import Door, Tls
from recall.ports import Result
from tests.notifications.builders import Noted, outgoing


class Mailbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 taken"


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[tuple[Mailbox, int]]:
    """aiosmtpd on a free port; `tls` speaks TLS from the first byte."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, **options), "127.0.0.1", 0, ssl=tls)
    async with server:
        yield mailbox, server.sockets[0].getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 in one file, known to nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    here = x509.IPAddress(IPv4Address("127.0.0.1"))
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def send_one(port: int, *, tls: Tls = "none", **options: Any) -> Result:
    door = Door(host="127.0.0.1", port=port, tls=tls, **options)
    channel = EmailChannel(door=door, sender="recall@example.org", handover=Noted())
    (receipt,) = await channel.send([outgoing()])
    await channel.aclose()
    return receipt.result


async def test_a_letter_arrives_at_the_server_of_others() -> None:
    async with mail_server() as (mailbox, port):
        assert Result.DELIVERED == await send_one(port)
    (envelope,) = mailbox.envelopes
    assert ("recall@example.org", ["desk1@shop.example"]) == (envelope.mail_from, envelope.rcpt_tos)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_over_tls_it_arrives_when_the_server_is_who_it_says(tls: Tls, certificate: Path) -> None:
    context = server_tls(certificate)
    options: dict[str, Any] = {"tls": context} if tls == "tls" else {"tls_context": context}
    async with mail_server(**options, require_starttls=tls == "starttls") as (mailbox, port):
        known = ssl.create_default_context(cafile=str(certificate))
        assert Result.LATER == await send_one(port, tls=tls), "unknown certificate"
        assert [] == mailbox.envelopes
        assert Result.DELIVERED == await send_one(port, tls=tls, tls_context=known)
    assert len(mailbox.envelopes) == 1


async def test_starttls_never_falls_back_to_plain_text() -> None:
    async with mail_server() as (mailbox, port):
        assert Result.LATER == await send_one(port, tls="starttls")
    assert [] == mailbox.envelopes


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(("password", "result"), [("right", Result.DELIVERED), ("wrong", Result.LATER)])
async def test_a_wrong_login_is_later_since_it_says_nothing_of_the_address(
    password: str, result: Result
) -> None:
    def judge(_server: object, _session: object, _envelope: object, _how: str, login: Any) -> AuthResult:
        return AuthResult(success=login.password == b"right", handled=False)

    async with mail_server(authenticator=judge, auth_required=True, auth_require_tls=False) as (
        mailbox,
        port,
    ):
        assert result == await send_one(port, user="engine", password=password)
    assert len(mailbox.envelopes) == (1 if result is Result.DELIVERED else 0)
