"""The relaying: buyers are told by whatever system their platform has, each kind in the way that it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from recall.domain.party import PROTOCOL, Party
from recall.errors import RecallError, TryLater
from recall.ports import Channel, Outgoing, Platform, Receipt, Result


class SystemRelay:
    """The relay channel: the protocol's participants by its own channel, others through `Platform.contact`.

    A platform that can tell nobody is not asked: its messages are refused with the reason, and the duty stays
    open for a person. One platform that fails keeps no other from being asked.
    """

    name = "relay"

    def __init__(self, *, protocol: Channel, partner: Callable[[Party], Platform]) -> None:
        """`partner` opens the system of a party, which is closed after its messages."""
        self._protocol, self._partner = protocol, partner
        self.batch = protocol.batch

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """One receipt each, in order."""
        receipts = dict[str, Receipt]()
        of_protocol = [m for m in messages if m.party.connector == PROTOCOL]
        if of_protocol:
            receipts |= {r.outgoing_id: r for r in await self._protocol.send(of_protocol)}
        others = sorted(
            (m for m in messages if m.party.connector != PROTOCOL), key=lambda message: message.party.id
        )
        for _, group in groupby(others, key=lambda message: message.party.id):
            receipts |= {r.outgoing_id: r for r in await self._told(tuple(group))}
        return tuple(receipts.get(m.id, _unsaid(m)) for m in messages)

    async def aclose(self) -> None:
        """Lets the connections of the protocol's channel go."""
        await self._protocol.aclose()

    async def _told(self, messages: Sequence[Outgoing]) -> Sequence[Receipt]:
        """What one platform's system answered."""
        try:
            platform = self._partner(messages[0].party)
        except RecallError as error:  # a kind that is not there, a secret that cannot be opened
            return _each(messages, Result.LATER, detail=str(error))
        try:
            if not (await platform.capabilities()).contact_modes:
                name = messages[0].party.name
                return _each(messages, Result.REFUSED, detail=f"{name} cannot tell its buyers: a person must")
            return await platform.contact(messages)
        except TryLater as later:
            return _each(messages, Result.LATER, detail=str(later), after=later.after)
        except RecallError as error:
            return _each(messages, Result.REFUSED, detail=str(error))
        finally:
            await platform.aclose()


def _each(
    messages: Sequence[Outgoing], result: Result, *, detail: str, after: float | None = None
) -> list[Receipt]:
    return [Receipt(outgoing_id=m.id, result=result, detail=detail[:500], after=after) for m in messages]


def _unsaid(message: Outgoing) -> Receipt:
    """A system that says nothing of a message may have sent it."""
    return Receipt(outgoing_id=message.id, result=Result.AMBIGUOUS, detail="the system said nothing of it")
