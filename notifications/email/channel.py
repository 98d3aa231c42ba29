"""The e-mail channel: one recipient a letter, over one SMTP connection that is kept.

The phases are driven one by one, because only then the moment of doubt is known (RFC 1047): until the
letter's last byte is written, a lost connection means "not sent", so later; from then until the server's
answer it means "perhaps sent", so ambiguous. A reply decides in every phase: 2xx sent, 4xx later, 5xx
refused, with the server's own words. Trouble before any letter (no server, no TLS, no login) is later: it
says nothing about an address.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from typing import Literal, NamedTuple

import aiosmtplib

from notifications.email.letter import Letterhead, mail_address
from recall.errors import InputRefused
from recall.ports import Outgoing, Receipt, Result

COMMAND_SECONDS = 60.0
FINAL_SECONDS = 600.0
"""RFC 5321 4.5.3.2.6 gives the server 10 minutes after the final dot; less manufactures doubles."""
GOODBYE_SECONDS = 5.0
LONGEST_WAIT = 3600.0
CLOSING, LOGIN_NEEDED = 421, 530
TROUBLE = (aiosmtplib.SMTPException, OSError)

Tls = Literal["none", "starttls", "tls"]
STATED = re.compile(r"(\d{1,5})\s*(seconds?|secs?|s|minutes?|mins?|m)\b", re.IGNORECASE)


class Verdict(NamedTuple):
    """What became of one letter; `after` in seconds, when the server stated a wait."""

    result: Result
    detail: str
    after: float | None = None


class EmailChannel:
    """Sends `Outgoing.subject`, `text` and `html` to the address `Outgoing.recipient`."""

    name = "email"
    batch = 1
    """Each letter is recorded alone, so that a crash leaves one in doubt; `send` takes any number."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        tls: Tls = "none",
        sender: str,
        tls_context: ssl.SSLContext | None = None,
        final_seconds: float = FINAL_SECONDS,
    ) -> None:
        """`starttls` and `tls` never fall back to plain text; `tls_context` is for a CA of one's own."""
        self._head = Letterhead.of(sender=sender)
        self._final_seconds = final_seconds
        self._alone = asyncio.Lock()
        self._smtp = aiosmtplib.SMTP(
            hostname=host, port=port, username=user or None, password=password or None,
            use_tls=tls == "tls", start_tls=tls == "starttls", tls_context=tls_context,
            local_hostname=self._head.domain, timeout=COMMAND_SECONDS,
        )  # fmt: skip

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """One letter after the other; a lost connection is opened again for the next."""
        async with self._alone:
            try:
                return tuple([await self._one(message) for message in messages])
            except asyncio.CancelledError:
                self._smtp.close()  # in the middle of a letter: nothing else may follow on it
                raise

    async def aclose(self) -> None:
        """Says goodbye and lets the connection go; a server that is gone already is no failure."""
        async with self._alone:
            try:
                if self._smtp.is_connected:
                    await self._smtp.quit(timeout=GOODBYE_SECONDS)
            except TROUBLE:
                self._smtp.close()

    async def _one(self, message: Outgoing) -> Receipt:
        try:
            recipient, letter = mail_address(message.recipient), self._head.letter(message)
        except InputRefused as refusal:
            return Receipt(outgoing_id=message.id, result=Result.REFUSED, detail=str(refusal))
        verdict = await self._hand_over(recipient, letter)
        return Receipt(
            outgoing_id=message.id, result=verdict.result, detail=verdict.detail, after=verdict.after
        )

    async def _hand_over(self, recipient: str, letter: bytes) -> Verdict:
        """Everything before the letter itself; up to here "lost" means "not sent"."""
        kept = self._smtp.is_connected
        try:
            if not kept:
                await self._greet()
        except TROUBLE as error:
            self._smtp.close()
            return Verdict(Result.LATER, _said(error))
        try:
            await self._smtp.mail(self._head.address)
            await self._smtp.rcpt(recipient)
            reply = await self._smtp.execute_command(b"DATA")
            if reply.code != aiosmtplib.SMTPStatus.start_input:
                raise aiosmtplib.SMTPDataError(reply.code, reply.message)
        except aiosmtplib.SMTPResponseException as error:
            return await self._answered(error)
        except TROUBLE as error:
            self._smtp.close()
            # A kept connection may have been closed for idleness: once more, on a fresh one.
            return await self._hand_over(recipient, letter) if kept else Verdict(Result.LATER, _said(error))
        return await self._put_in(letter)

    async def _greet(self) -> None:
        """Connects, with TLS and login as told, up to the server's answer to EHLO."""
        await self._smtp.connect()
        if self._smtp.is_ehlo_or_helo_needed:
            await self._smtp.ehlo()

    async def _put_in(self, letter: bytes) -> Verdict:
        """The letter and its final dot in one write; without a clear answer nobody knows."""
        protocol = self._smtp.protocol
        if protocol is None or not protocol.is_connected:
            self._smtp.close()
            return Verdict(Result.LATER, "connection lost before the letter")
        try:
            protocol.write(letter.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            reply = await protocol.read_response(timeout=self._final_seconds)
        except TROUBLE as error:
            self._smtp.close()
            return Verdict(Result.AMBIGUOUS, _said(error))
        if 200 <= reply.code < 300:
            return Verdict(Result.DELIVERED, f"{reply.code} {_clean(reply.message)}")
        if not 400 <= reply.code < 600:
            self._smtp.close()
            return Verdict(Result.AMBIGUOUS, f"{reply.code} {_clean(reply.message)}")
        return await self._answered(aiosmtplib.SMTPDataError(reply.code, reply.message))

    async def _answered(self, error: aiosmtplib.SMTPResponseException) -> Verdict:
        """A reply that is not yes: what it means, and the connection made ready for the next letter."""
        code = error.code
        try:
            if code == CLOSING or not 400 <= code < 600:
                self._smtp.close()
            else:
                await self._smtp.rset()
        except TROUBLE:
            self._smtp.close()
        final = 500 <= code < 600 and code != LOGIN_NEEDED
        return Verdict(
            Result.REFUSED if final else Result.LATER,
            _said(error),
            None if final else _stated_wait(error.message),
        )


def _stated_wait(text: str) -> float | None:
    """The seconds that a 4xx reply asks to wait ("try again in 5 minutes"); None: it names none."""
    stated = STATED.search(text)
    if stated is None:
        return None
    unit = 60.0 if stated[2].lower().startswith("m") else 1.0
    return min(float(stated[1]) * unit, LONGEST_WAIT)


def _said(error: BaseException) -> str:
    """The server's own words, or what went wrong on the way to it."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {_clean(error.message)}"
    return f"{type(error).__name__}: {_clean(str(error))}"


def _clean(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:300]
