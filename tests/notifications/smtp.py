"""An SMTP server that breaks in named ways: at a phase it answers otherwise, drops, or falls silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DROP, SILENCE = "drop", "silence"


@dataclass
class BreakingSmtp:
    """What it does at each phase (greeting EHLO MAIL RCPT DATA middle dot RSET QUIT), and what it took.

    `at` maps a phase to replies used up in order (then it behaves); a reply is a line, DROP or SILENCE.
    """

    port: int
    at: dict[str, list[str]]
    pipelining: bool = False
    pause: float = 0.0
    """Seconds before it answers a letter."""
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0

    def odd(self, phase: str) -> str | None:
        return self.at[phase].pop(0) if self.at.get(phase) else None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        nobody = False
        try:
            await self._say(writer, self.odd("greeting") or "220 hello")
            while line := (await reader.readline()).decode():
                verb = line[:4].upper()
                if verb == "RCPT":
                    self.recipients.append(line.strip())
                hello = (
                    "250-here\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8"
                    if self.pipelining
                    else "250 fine"
                )
                usual = {"DATA": "354 go", "QUIT": "221 bye", "EHLO": hello}.get(verb, "250 fine")
                said = self.odd(verb) or usual
                if verb == "MAIL":
                    nobody = False
                nobody = nobody or (verb in ("MAIL", "RCPT") and said[0] in "45")
                if verb == "DATA" and nobody and said == usual:
                    said = "503 there is nobody to send it to"
                await self._say(writer, said)
                if verb == "DATA" and said.startswith("354"):
                    await self._take(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.at.get("middle"):
            await reader.read(20)
            await self._say(writer, self.at["middle"].pop(0))
        letter = b""
        while not letter.endswith(b"\r\n.\r\n") and letter != b".\r\n":
            letter += await reader.readline() or _gone()
        self.taken.append(letter)
        await asyncio.sleep(self.pause)
        said = self.odd("dot") or "250 taken"
        if said[0] in "45":
            self.taken.pop()
        await self._say(writer, said)

    async def _say(self, writer: asyncio.StreamWriter, said: str) -> None:
        if said == SILENCE:
            await asyncio.sleep(3600)
        if said == DROP:
            raise ConnectionResetError
        writer.write(said.encode() + b"\r\n")
        await writer.drain()
        if said.startswith("421") or said.endswith(" and goodbye"):
            raise ConnectionResetError


def _gone() -> bytes:
    raise ConnectionResetError


@asynccontextmanager
async def breaking_smtp(*, pipelining: bool = False, **at: list[str]) -> AsyncIterator[BreakingSmtp]:
    """Serves on a free port until the block ends."""
    there = BreakingSmtp(port=0, at={phase: [*said] for phase, said in at.items()}, pipelining=pipelining)
    talks: set[asyncio.Task[None]] = set()

    def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(there.talk(reader, writer)))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    there.port = server.sockets[0].getsockname()[1]
    try:
        yield there
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
