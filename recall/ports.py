"""The sockets: every point where a system of others plugs in, one small Protocol each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from recall.codes.passport import Passport
from recall.codes.product_code import ProductCode
from recall.domain.confirmation import Confirmation
from recall.domain.match import OrderLine
from recall.domain.notice import Notice
from recall.domain.party import Party
from recall.reading.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a partner's system can do, in its own statement; printed beside the evidence."""

    classes: tuple[str, ...]
    """Conformance classes of the protocol, A (acknowledge) to E (relay and outcomes)."""
    trace_level: str
    """The finest thing its order lines carry: `unit`, `lot` or `product`."""
    contact_modes: tuple[str, ...]
    history_days: int | None
    """How far back its orders reach; None: no limit."""
    exact_total: bool
    """Whether it says how many lines there are, so that a scan can be proven complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An offer of a trade item on a platform."""

    ref: str
    gtin: str
    seller_ref: str
    title: str
    on_sale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSale:
    """The state of a listing before and after its sale was stopped."""

    listing_ref: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """One page of order lines, with what the platform says of the whole."""

    lines: tuple[OrderLine, ...]
    next: str | None
    """The cursor of the next page; None: this was the last."""
    total: int
    first: datetime | None
    last: datetime | None
    """The window of time that the platform's history covers."""
    refused: tuple[str, ...]
    """Rows that could not be read, each with its reason: quarantined alone, the page goes on."""
    strange: tuple[str, ...] = ()
    """Lines of another trade item than the asked one: kept, and said, for the filter was ignored."""
    digest: str
    """sha256 of the raw answer: evidence of what the platform said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Raw documents read since a cursor, in the partner's gapless order."""

    rows: tuple[Mapping[str, object], ...]
    next: str


class Partner(Protocol):
    """A party's system that tells what was done there."""

    async def capabilities(self) -> Capabilities:
        """What it can do."""

    async def confirmations(self, *, recall_id: str, after: str) -> Rows:
        """What it, its sellers and its buyers did since `after` (confirmation documents)."""

    async def aclose(self) -> None:
        """Let its connections go."""


class Platform(Partner, Protocol):
    """A system that holds orders and sells."""

    async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
        """Every offer of a trade item."""

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """Stop a listing's sale; done twice is done once.

        `stopped_before` is when it was stopped last: a listing that is back on sale is another stop.
        """

    async def order_lines(self, *, gtin: str, cursor: str | None) -> LinePage:
        """The next page of order lines of a trade item, by an immutable key."""

    async def receipts(self, *, recall_id: str, after: str) -> Rows:
        """What became of the messages that the platform relayed to its buyers since `after`."""


class Extractor(Protocol):
    """A reader of another make that proposes clauses of a notice; nothing it says holds before a person
    confirms it."""

    name: str
    """Who proposed, as the confirming page shows it."""

    async def propose(self, text: str, *, language: str, products: Sequence[str]) -> tuple[Proposal, ...]:
        """Words of the text that say something of the recall, of one of the products by its index.

        Raises PartnerFailed where it cannot: the notice stays as the reader read it.
        """

    async def aclose(self) -> None:
        """Let its connections go."""


class Standing(StrEnum):
    """How far a passport that was found may be believed; only `trusted` is more than a claim."""

    TRUSTED = "trusted"
    """Signed, and valid now, by an issuer that the settings trust; or unsigned from a host they trust."""
    SIGNED = "signed"
    """The signature is right and the passport valid; nobody here knows its issuer."""
    CLAIMED = "claimed"
    """Unsigned, or not to be checked now; the findings say why."""
    REVOKED = "revoked"
    """Taken back or suspended by its issuer."""
    BROKEN = "broken"
    """The signature is not that of its issuer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassport:
    """A passport, where it was found, and what it is worth."""

    passport: Passport
    standing: Standing
    address: str
    digest: str
    """sha256 of its bytes: evidence of what was said there."""
    findings: tuple[str, ...] = ()


class Registry(Protocol):
    """Where more is known of a product: its passport, and what the authority behind its code tells."""

    async def passport(self, code: ProductCode) -> FoundPassport | None:
        """The passport of the finest level that there is; None where there is none."""

    async def told(self, code: ProductCode) -> ProductCode:
        """The code with what the resolver of its authority adds; the same where there is none."""

    async def aclose(self) -> None:
        """Let its connections go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A rendered message on its way to one recipient."""

    id: str
    recall_id: str
    version: int
    kind: str
    party: Party
    recipient: str
    language: str
    subject: str
    text: str
    html: str | None
    document: Mapping[str, object]
    """For webhooks: the thin event; for the relay: `{"line", "link", "texts": {language: {...}}}`."""
    message_id: str
    """The same at every attempt: Message-ID of a mail, webhook-id of a hook."""
    created_at: datetime


class Result(StrEnum):
    """What became of a hand-over."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    """Taken over by a relay; its receipt comes later."""
    LATER = "later"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    """Perhaps delivered: the connection was lost after the hand-over (RFC 1047)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to one outgoing message."""

    outgoing_id: str
    result: Result
    detail: str = ""
    after: float | None = None
    """Seconds to wait before the next try, if the receiver said so."""


class Channel(Protocol):
    """A way to tell a party."""

    name: str
    batch: int
    """How many messages one hand-over may carry; 1 where each must be recorded alone."""

    async def send(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Hand messages over; one receipt each, in order. Never raises for one recipient's sake."""

    async def aclose(self) -> None:
        """Let its connections go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A party's message about what it took out of trade: which notice it answers, and its statements."""

    original: str
    """The name that the recall's first notification bears."""
    own: str
    gln: str
    """Who confirms; empty where the message names nobody by a GLN."""
    confirmations: tuple[Confirmation, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message, and what of the notice it cannot say: whoever receives it holds more goods for affected."""

    xml: str
    left_out: tuple[str, ...]


class Messages(Protocol):
    """Recall messages between companies, by a standard of theirs."""

    def notification(self, notice: Notice, *, reference: str, version: int, to: str, at: datetime) -> Letter:
        """A version of a recall's notice, issued at `at`, to a GLN (empty: everybody).

        Raises NotNow where the engine has no name of its own in the standard.
        """

    def removal(self, raw: bytes, *, reference: str, final: bool) -> Removal:
        """The one removal confirmation in a file, about the recall of that reference.

        `final`: with it the party holds its tasks done. Raises InputRefused for any other file.
        """
