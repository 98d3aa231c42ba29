"""A session with a mail server: aiosmtplib opens the door, then letters follow one another without a pause.

A letter's envelope goes out with the letter before it where the server allows that (RFC 2920), so each letter
costs one round trip, and one letter at a time is on the wire. The replies are matched in order. Until a
letter's first byte is written, a lost connection means "not sent" (`NotBegun`); from then until the server's
answer it means "perhaps sent", so ambiguous (RFC 1047).
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast

import aiosmtplib

from notifications.email.reply import CLOSING, GO_ON, NONSENSE, Reply, Verdict, goes_on, printable, said
from recall.ports import Result

Tls = Literal["none", "starttls", "tls"]

COMMAND_SECONDS = 60.0
FINAL_SECONDS = 600.0
"""RFC 5321 4.5.3.2.6 gives the server 10 minutes after the final dot; less manufactures doubles."""
GOODBYE_SECONDS = 5.0
LONGEST_REPLY = 32_768
TROUBLE = (aiosmtplib.SMTPException, OSError)


class NotBegun(Exception):
    """The connection was lost before the letter: nothing of it was sent."""


class Envelope(NamedTuple):
    """To whom a letter goes; `international` where its address needs RFC 6531."""

    recipient: str
    international: bool = False


class _Wire(asyncio.Protocol):
    """The replies of a server, in the order in which they were asked for."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._buffer = transport, bytearray()
        self._waiting: deque[asyncio.Future[Reply]] = deque()
        self._lines: list[str] = []

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    def ask(self, text: bytes, *, replies: int) -> list[asyncio.Future[Reply]]:
        """Write, and expect so many replies."""
        if not self.is_open:
            raise ConnectionResetError("the connection is lost")
        loop = asyncio.get_running_loop()
        asked = [loop.create_future() for _ in range(replies)]
        self._waiting.extend(asked)
        self._transport.write(text)
        return asked

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = rest
        for line in lines:
            self._lines.append(printable(line[4:].decode("utf-8", "replace")))
            if line[3:4] != b"-":
                code = int(line[:3]) if line[:3].isdigit() else NONSENSE
                text = " ".join(self._lines) if code > 0 else printable(line.decode("utf-8", "replace"))
                self._lines.clear()
                self._answer(Reply(code, text[:300]))
        if len(rest) + sum(map(len, self._lines)) > LONGEST_REPLY:
            self.abort()

    def _answer(self, reply: Reply) -> None:
        """An answer that nobody asked for is the server's farewell, or nonsense: no letter follows it."""
        if not self._waiting:
            self.abort()
            return
        asked = self._waiting.popleft()
        if not asked.done():
            asked.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        while self._waiting:
            asked = self._waiting.popleft()
            if not asked.done():
                asked.set_exception(
                    ConnectionResetError(f"the connection was lost{f': {exc}' if exc else ''}")
                )
                asked.exception()  # nobody may be waiting for it

    def abort(self) -> None:
        self._transport.abort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a mail server stands and how one comes in; `starttls` and `tls` never fall back to plain text."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "none"
    tls_context: ssl.SSLContext | None = None
    """For a CA of one's own."""
    final_seconds: float = FINAL_SECONDS

    async def open(self, *, sender: str, domain: str) -> Session:
        """Connect, with TLS and login as told, up to the server's answer to EHLO; raises `TROUBLE`."""
        smtp = aiosmtplib.SMTP(
            hostname=self.host, port=self.port, username=self.user or None, password=self.password or None,
            use_tls=self.tls == "tls", start_tls=self.tls == "starttls", tls_context=self.tls_context,
            local_hostname=domain, timeout=COMMAND_SECONDS,
        )  # fmt: skip
        try:
            await smtp.connect()
            if smtp.is_ehlo_or_helo_needed:
                await smtp.ehlo()
        except BaseException:
            smtp.close()
            raise
        return Session(smtp, sender=sender, final_seconds=self.final_seconds)


class Session:
    """One open connection: letters go through it one after the other."""

    def __init__(self, smtp: aiosmtplib.SMTP, *, sender: str, final_seconds: float) -> None:
        """Takes the connection over from aiosmtplib, which reads one reply at a time only."""
        transport = cast(asyncio.Transport, smtp.transport)
        self._wire = _Wire(transport)
        transport.set_protocol(self._wire)
        self._smtp, self._sender, self._final_seconds = smtp, sender, final_seconds
        self._pipelining = smtp.supports_extension("pipelining")
        self.international = smtp.supports_extension("smtputf8") and smtp.supports_extension("8bitmime")
        """Whether it takes addresses with letters outside ASCII before the `@`."""
        self._asked: tuple[Envelope, list[asyncio.Future[Reply]]] | None = None
        self.used = False
        """Whether a letter went through it: its server may have closed it since, or have had enough of it."""

    @property
    def is_open(self) -> bool:
        """Whether another letter may follow."""
        return self._wire.is_open

    async def letter(
        self, envelope: Envelope, *, write: Callable[[], bytes], following: Envelope | None
    ) -> Verdict:
        """Hand one letter over; `write` gives its bytes when its first one goes out. Raises `NotBegun`.

        `following` is the envelope of the next letter on this session; None: there is none yet.
        """
        try:
            replies = await self._open(envelope)
            if self.used and replies[-1].code == CLOSING:
                raise ConnectionResetError(str(replies[-1]))
        except (OSError, TimeoutError) as error:
            self.close()
            raise NotBegun(said(error)) from error
        self.used = True
        refusal = next((reply for reply in replies if not goes_on(reply)), None)
        if refusal is not None:
            await self._put_back(replies, refusal=refusal)
            return Verdict.of(refusal)
        return await self._put_in(write, following=following)

    async def _open(self, envelope: Envelope) -> list[Reply]:
        """The replies to the envelope, up to the first that does not go on."""
        if self._pipelining:
            known = self._asked
            asked = known[1] if known and known[0] is envelope else self._ask(envelope)
            self._asked = None
            return await self._told(asked)
        replies = list[Reply]()
        for command in self._commands(envelope):
            replies += await self._replies(self._wire.ask(command, replies=1))
            if not goes_on(replies[-1]):
                break
        return replies

    async def _told(self, asked: Sequence[asyncio.Future[Reply]]) -> list[Reply]:
        """All replies to an envelope; fewer, where the server closed the door after a refusal."""
        replies = list[Reply]()
        for future in asked:
            try:
                replies += await self._replies([future])
            except OSError:
                if not replies or goes_on(replies[-1]):
                    raise
                break
        return replies

    def _commands(self, envelope: Envelope) -> tuple[bytes, bytes, bytes]:
        more = " BODY=8BITMIME SMTPUTF8" if envelope.international else ""
        mail, to = f"MAIL FROM:<{self._sender}>{more}\r\n", f"RCPT TO:<{envelope.recipient}>\r\n"
        return mail.encode(), to.encode(), b"DATA\r\n"

    def _ask(self, envelope: Envelope, *, after: bytes = b"") -> list[asyncio.Future[Reply]]:
        replies = 4 if after else 3
        return self._wire.ask(b"".join((after, *self._commands(envelope))), replies=replies)

    async def _replies(
        self, asked: Sequence[asyncio.Future[Reply]], *, seconds: float = COMMAND_SECONDS
    ) -> list[Reply]:
        if not all(future.done() for future in asked):
            async with asyncio.timeout(seconds):
                return [await future for future in asked]
        return [future.result() for future in asked]

    async def _put_in(self, write: Callable[[], bytes], *, following: Envelope | None) -> Verdict:
        """The letter and its final dot in one write; without a clear answer nobody knows."""
        if not self.is_open:
            raise NotBegun("the connection was lost before the letter")
        content = write()
        try:
            if following is not None and self._pipelining:
                dot, *asked = self._ask(following, after=content)
                self._asked = following, asked
            else:
                (dot,) = self._wire.ask(content, replies=1)
            (reply,) = await self._replies([dot], seconds=self._final_seconds)
        except (OSError, TimeoutError) as error:
            self.close()
            return Verdict(result=Result.AMBIGUOUS, detail=said(error))
        except asyncio.CancelledError:
            self.close()  # in the middle of a letter: nothing else may follow on it
            raise
        if reply.code == CLOSING:
            self.close()
        if not (200 <= reply.code < 300 or 400 <= reply.code < 600):
            self.close()
            return Verdict(result=Result.AMBIGUOUS, detail=str(reply))
        return Verdict.of(reply)

    async def _put_back(self, replies: Sequence[Reply], *, refusal: Reply) -> None:
        """Make the session ready for the next letter after one that was not taken."""
        if refusal.code == CLOSING or not 400 <= refusal.code < 600:
            self.close()
            return
        try:
            if replies[-1].code == GO_ON:  # invited, though there is nobody to send to: an empty letter
                await self._replies(self._wire.ask(b".\r\n", replies=1))
            await self._replies(self._wire.ask(b"RSET\r\n", replies=1))
        except (OSError, TimeoutError):
            self.close()

    def close(self) -> None:
        """Let go without a word."""
        self._wire.abort()

    async def quit(self) -> None:
        """Say goodbye and let go; a server that is gone already is no failure."""
        with suppress(OSError, TimeoutError):
            await self._replies(self._wire.ask(b"QUIT\r\n", replies=1), seconds=GOODBYE_SECONDS)
        self.close()
