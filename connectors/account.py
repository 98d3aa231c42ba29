"""The account: all that a kind is given to work on one party's system, and what every kind begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from connectors.client import Client
from connectors.manifest import Manifest, manifest_in
from connectors.signing import Signer
from recall.domain.match import OrderLine
from recall.errors import GiveUp
from recall.ports import Capabilities, Event, Outgoing, Pace, Receipt, Rows, StopSale, Verification


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One party's system: where it is, what the operator told of it, and how it may be reached."""

    platform_id: str
    """Our id of the party."""
    endpoint: str = ""
    """The base address that the party has here; empty where the kind knows its own."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """As the manifest checked them, defaults filled in."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    pace: Pace | None = None
    hosts: frozenset[str] = frozenset()
    """Hosts (`host` or `host:port`) that may be asked though private or without TLS."""
    timeout: float = 20.0
    """Seconds for each step of a call."""
    now: Callable[[], datetime] = _wall_clock

    def client(self, base_url: str, *, signer: Signer | None = None) -> Client:
        """The client for this system, with all that the account says."""
        return Client(
            base_url=base_url, signer=signer, pace=self.pace, hosts=self.hosts, timeout=self.timeout,
            secrets=tuple(self.secrets.values()), now=self.now,
        )  # fmt: skip


class VendorPlatform:
    """The base of every vendor's kind: capabilities from the manifest, and a refusal for what is not there.

    A kind overrides what its system can do: always `check`, `listings` and `order_lines`.
    """

    def __init__(self, account: Account, *, base_url: str = "", signer: Signer | None = None) -> None:
        """`base_url` is where the vendor's API stands; empty: the endpoint of the account."""
        self.account = account
        self.client = account.client(base_url or account.endpoint, signer=signer)

    @classmethod
    def manifest(cls) -> Manifest:
        """The manifest beside the class."""
        return manifest_in(cls.__module__.rpartition(".")[0])

    async def capabilities(self) -> Capabilities:
        """What the manifest states."""
        return self.manifest().capabilities

    async def trace(self, lines: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
        """The lines as they are: nothing more is told elsewhere."""
        return tuple(lines)

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """Raises GiveUp."""
        del listing_ref, recall_id, stopped_before
        self._cannot("stop a sale")

    async def is_stopped(self, *, listing_ref: str) -> Verification:
        """Raises GiveUp."""
        del listing_ref
        self._cannot("be looked at as a buyer would")

    async def contact(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Raises GiveUp."""
        del messages
        self._cannot("tell its buyers")

    async def confirmations(self, *, recall_id: str, after: str) -> Rows:
        """None: a vendor's system knows nothing of recalls."""
        del recall_id
        return Rows(rows=(), next=after)

    async def receipts(self, *, recall_id: str, after: str) -> Rows:
        """None."""
        del recall_id
        return Rows(rows=(), next=after)

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """None: no webhook is understood."""
        del headers, raw
        return None

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self.client.aclose()

    def _cannot(self, what: str) -> NoReturn:
        title = self.manifest().title
        raise GiveUp(
            f"{title} cannot {what} through its API", expected="a person who does it there",
            advice="Its capabilities say so; the task stays open for a person.",
        )  # fmt: skip
