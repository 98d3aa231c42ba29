"""The e-mail channel: one recipient a letter, over a few sessions with one mail server.

A server that answers at once gets one session, on which hardly a letter is on the wire at a time; another is
opened when its answers are slow. A reply decides: 2xx sent, 4xx later, 5xx refused, with the server's own
words. Trouble before any letter (no server, no TLS, no login) is later: it says nothing about an address.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from notifications.email.letter import Letterhead, mail_address
from notifications.email.reply import Verdict, trouble
from notifications.email.session import TROUBLE, Door, Envelope, NotBegun, Session
from recall.errors import InputRefused
from recall.ports import Handover, Outgoing, Receipt, Result

LOOK_SECONDS, ENOUGH = 0.1, 100
"""Another session is opened when fewer letters than these were answered in this time; it is kept."""
GREETINGS = 2
"""How often a server may be out of reach before all that waits in a batch waits for later."""


class _Going(NamedTuple):
    """A letter that is on its way, as bytes with its final dot."""

    id: str
    envelope: Envelope
    content: bytes


class EmailChannel:
    """Sends `Outgoing.subject`, `text` and `html` to the address `Outgoing.recipient`."""

    name = "email"
    batch = 500

    def __init__(self, *, door: Door, sender: str, handover: Handover, connections: int = 1) -> None:
        """`sender` is `recall@example.org` or `Name <recall@example.org>`; else `InputRefused`."""
        self._head = Letterhead.of(sender=sender)
        self._door, self._handover, self._connections = door, handover, connections
        self._idle: list[Session] = []
        self._alone = asyncio.Lock()

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Hands all over; a session that is lost is opened again for the next letter."""
        async with self._alone:
            batch = _Batch(messages, head=self._head)
            await self._share(batch)
            return tuple(batch.receipts[message.id] for message in messages)

    async def aclose(self) -> None:
        """Says goodbye and lets the sessions go."""
        async with self._alone:
            while self._idle:
                await self._idle.pop().quit()

    async def _share(self, batch: _Batch) -> None:
        """As many sessions work on the batch as the server's answers are slow."""
        async with asyncio.TaskGroup() as group:
            working = [group.create_task(self._work(batch)) for _ in range(max(1, len(self._idle)))]
            while len(working) < self._connections and batch.waiting:
                before = len(batch.receipts)
                await asyncio.wait(working, timeout=LOOK_SECONDS, return_when=asyncio.ALL_COMPLETED)
                if batch.waiting and len(batch.receipts) - before < ENOUGH:
                    working.append(group.create_task(self._work(batch)))

    async def _work(self, batch: _Batch) -> None:
        """One session takes letter after letter until none waits."""
        session = self._idle.pop() if self._idle else None
        try:
            going = batch.take()
            while going is not None:
                following = batch.take()
                session = await self._one(batch, going, following=following, session=session)
                going = following
        except BaseException:
            if session is not None:
                session.close()
            raise
        if session is not None and session.is_open:
            self._idle.append(session)

    async def _one(
        self, batch: _Batch, going: _Going, *, following: _Going | None, session: Session | None
    ) -> Session | None:
        """One letter, on a fresh session if need be; the session on which the next may follow."""
        if session is None or not session.is_open:
            session = await self._greeted(batch, going)
            if session is None:
                return None
        if going.envelope.international and not session.international:
            self._end(
                batch, going, Verdict(result=Result.REFUSED, detail="the mail server takes no SMTPUTF8")
            )
            return session
        kept = session.used
        try:
            verdict = await session.letter(
                going.envelope,
                write=partial(self._begin, going),
                following=following.envelope if following else None,
            )
        except NotBegun as error:
            if kept:  # closed for idleness, or after enough letters: once more, on a fresh one
                return await self._one(batch, going, following=following, session=None)
            verdict = Verdict(result=Result.LATER, detail=str(error))
        self._end(batch, going, verdict)
        return session

    async def _greeted(self, batch: _Batch, going: _Going) -> Session | None:
        """A fresh session, or None: the letter has to wait, and after some failures all of them."""
        try:
            return await self._door.open(sender=self._head.address, domain=self._head.domain)
        except TROUBLE as error:
            verdict = Verdict(result=Result.LATER, detail=trouble(error))
        batch.greetings += 1
        self._end(batch, going, verdict)
        while batch.greetings >= GREETINGS and (other := batch.take()):
            self._end(batch, other, verdict)
        return None

    def _begin(self, going: _Going) -> bytes:
        """The bytes of a letter that goes out now."""
        self._handover.begins(going.id)
        return going.content

    def _end(self, batch: _Batch, going: _Going, verdict: Verdict) -> None:
        receipt = Receipt(
            outgoing_id=going.id, result=verdict.result, detail=verdict.detail,
            after=verdict.after, slow=verdict.slow,
        )  # fmt: skip
        self._handover.ended(receipt)
        batch.receipts[receipt.outgoing_id] = receipt


class _Batch:
    """What waits, and what became of the rest."""

    def __init__(self, messages: Sequence[Outgoing], *, head: Letterhead) -> None:
        self.waiting, self._head = deque(messages), head
        self.receipts: dict[str, Receipt] = {}
        self.greetings = 0

    def take(self) -> _Going | None:
        """The next that waits, written while nothing of its session is on the wire.

        What fits no letter or no envelope is refused without a word to the server.
        """
        while self.waiting:
            message = self.waiting.popleft()
            try:
                address, letter = mail_address(message.recipient), self._head.letter(message)
            except InputRefused as refusal:
                self.receipts[message.id] = Receipt(
                    outgoing_id=message.id, result=Result.REFUSED, detail=str(refusal)
                )
                continue
            content = letter.replace(b"\r\n.", b"\r\n..") + b".\r\n"
            return _Going(message.id, Envelope(address, not address.isascii()), content)
        return None
