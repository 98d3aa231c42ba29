"""The mailbox: what happened for a party, to be pulled whenever it likes, in numbers without a gap."""

from __future__ import annotations

from dataclasses import dataclass

from recall.domain.party import Party
from recall.runtime import Runtime
from recall.store import party_events
from recall.store.party_events import PartyEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Some of a party's events."""

    events: tuple[PartyEvent, ...]
    highest: int
    """The number of the party's last event; a reader at this number has them all."""

    def document(self) -> dict[str, object]:
        """The page as the protocol writes it."""
        return {"events": [_document(event) for event in self.events], "highest": self.highest}


def event_page(runtime: Runtime, *, party: Party, after: int, limit: int) -> EventPage:
    """The party's events past `after`, oldest first."""
    with runtime.store.read() as tx:
        return EventPage(
            events=party_events.since(tx, party_id=party.id, after=after, limit=limit),
            highest=party_events.highest(tx, party_id=party.id),
        )


def _document(event: PartyEvent) -> dict[str, object]:
    return {"seq": event.seq, "type": event.type, "data": dict(event.document)}
