"""The message: what one party is told, once, about one version of a recall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from recall.domain.party import Party


class MessageKind(StrEnum):
    """What a message is for; the value is the name of its template."""

    STOP_SALE = "stop_sale"
    QUARANTINE = "quarantine"
    RETRIEVE = "retrieve"
    DISPOSE = "dispose"
    REPORT = "report"
    NOTIFY_BUYERS = "notify_buyers"
    NOTIFY_BUYER = "notify_buyer"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    ALL_CLEAR = "all_clear"
    ALL_CLEAR_BUYER = "all_clear_buyer"
    RECEIPT = "receipt"
    CLOSING = "closing"


class Via(StrEnum):
    """The channel by which a message goes."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    RELAY = "relay"
    INBOX = "inbox"


PRIORITY: Mapping[MessageKind, int] = {
    MessageKind.STOP_SALE: 0,
    MessageKind.QUARANTINE: 1,
    MessageKind.ESCALATION: 2,
    MessageKind.RETRIEVE: 3,
    MessageKind.NOTIFY_BUYERS: 4,
    MessageKind.NOTIFY_BUYER: 5,
    MessageKind.DISPOSE: 6,
    MessageKind.REMINDER: 7,
    MessageKind.REPORT: 8,
    MessageKind.ALL_CLEAR: 8,
    MessageKind.ALL_CLEAR_BUYER: 8,
    MessageKind.RECEIPT: 8,
    MessageKind.CLOSING: 9,
}
"""Lower leaves first: goods are stopped before buyers are told, and both before paperwork."""


def urgency(kind: MessageKind, *, serious: bool) -> int:
    """The place of a message in its channel, lower first: by its kind, and within it by the risk."""
    return 2 * PRIORITY[kind] + (0 if serious else 1)


URGENCIES = tuple(sorted({urgency(kind, serious=serious) for kind in PRIORITY for serious in (True, False)}))


ABOUT_TASK = "tsk_"
"""How the subject of a message begins that is about one task: its clock runs on, whatever the version."""
ASKING = frozenset(
    {
        MessageKind.STOP_SALE, MessageKind.QUARANTINE, MessageKind.RETRIEVE, MessageKind.DISPOSE,
        MessageKind.REPORT, MessageKind.NOTIFY_BUYERS,
    }
)  # fmt: skip
"""What tells a party that it has a duty."""
FAREWELL = frozenset({MessageKind.ALL_CLEAR, MessageKind.ALL_CLEAR_BUYER, MessageKind.CLOSING})
"""What may still leave of a recall that has ended."""

TO_BUYERS = frozenset({MessageKind.NOTIFY_BUYER, MessageKind.ALL_CLEAR_BUYER})
"""What is said to a buyer, whom the engine knows by the reference of an order line alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing to tell one party by one channel.

    Once only: (recall, version, party, via, kind, recipient, subject, round) is its key in the outbox;
    `round` counts reminders of the same kind.
    """

    id: str
    recall_id: str
    version: int
    party_id: str
    via: Via
    kind: MessageKind
    recipient: str
    """An address, a URL, or (to a buyer) the platform's own order-line reference; never a buyer's address."""
    language: str
    """The party's; empty for the relay, where the platform chooses among the texts it is given."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What is peculiar to this message; what the recall and its tasks say is added when it is composed."""
    subject: str = ""
    """What it is about, where a party is told of several things of one kind: a task's id; of
    an all-clear, and of what is told again after one, the id of the message before."""
    round: int = 0

    @property
    def task_id(self) -> str | None:
        """The one task that it is about, or None."""
        return self.subject if self.subject.startswith(ABOUT_TASK) else None


def lane_of(message: Message) -> str:
    """Who may ask us to slow down: a mail's domain, a hook's host, the platform; empty: nobody."""
    if message.via is Via.RELAY:
        return message.party_id
    if message.via is Via.WEBHOOK:
        return _host(message.recipient)
    return message.recipient.rpartition("@")[2].lower() if message.via is Via.EMAIL else ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # no address at all: its channel will say so
        return ""


def ways_to(party: Party) -> Iterator[tuple[Via, str]]:
    """Every way to reach a party: its system and its mailbox, or else its list in the portal."""
    if party.inbox:
        yield Via.WEBHOOK, party.inbox
    if party.email:
        yield Via.EMAIL, party.email
    if not party.inbox and not party.email:
        yield Via.INBOX, party.id
