"""The post office: a local SMTP server that writes down each accepted mail as one JSON line.

Addresses that begin with `gone-` do not exist. Run: python -m connectors.sandbox.post_office --maildir FILE
"""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from connectors.sandbox.process import add_parent, end_with_parent, say_ready

NAME, GONE = "post.example.org", "gone-"
LARGEST_MAIL = 4 * 1024 * 1024


class Clerk:
    """Writes accepted mails down, one write a mail."""

    def __init__(self, path: Path) -> None:
        self._log = path.open("ab", buffering=0)

    async def handle_RCPT(  # noqa: N802 - the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """An address that does not exist is refused for good."""
        del server, session, options
        if address.startswith(GONE):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """One JSON line: message_id, to, subject, at, bytes."""
        del server, session
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        head = message_from_bytes(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=compat32)
        line = {
            "message_id": head["Message-ID"],
            "to": envelope.rcpt_tos,
            "subject": str(make_header(decode_header(head["Subject"] or ""))),
            "at": datetime.now(UTC).isoformat(),
            "bytes": len(content),
        }
        self._log.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return "250 OK"


async def run(*, port: int, log: Path, parent: int) -> None:
    """Serves on loopback until the parent ends."""
    clerk, loop, end = Clerk(log), asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(
        lambda: SMTP(clerk, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, loop=loop, hostname=NAME),
        "127.0.0.1",
        port,
    )
    end_with_parent(parent, stop=lambda: loop.call_soon_threadsafe(end.set))
    say_ready(port=server.sockets[0].getsockname()[1])
    await end.wait()


def main() -> None:
    """Opens the post office."""
    parser = argparse.ArgumentParser(description="The sandbox's local SMTP server")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0: any free one")
    parser.add_argument("--maildir", type=Path, required=True, help="the file that mails are written to")
    add_parent(parser)
    given = parser.parse_args()
    asyncio.run(run(port=given.port, log=given.maildir, parent=given.parent))


if __name__ == "__main__":
    main()
