"""The party: somebody who has a part in a recall, and how it is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recall.codes.content import check_digit

PROTOCOL = "protocol"
"""The kind of connector of whoever names none: the open recall protocol."""
_GLN = re.compile(r"(?:https://id\.gs1\.org/414/)?([0-9]{13})")


class Role(StrEnum):
    """What a party is to a recall."""

    REGULATOR = "regulator"
    MANUFACTURER = "manufacturer"
    PLATFORM = "platform"
    SELLER = "seller"
    LOGISTICS = "logistics"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation in a recall.

    A buyer is never one of these rows: the platform keeps its buyers, the engine holds blind line references.
    """

    id: str
    role: Role
    name: str
    language: str = "en"
    timezone: str = "UTC"
    email: str | None = None
    endpoint: str | None = None
    """Base URL of the party's protocol server, if it has one."""
    platform_id: str | None = None
    """The platform on which a seller sells."""
    reference: str | None = None
    """What others call it: a seller's id on its platform, a GLN."""
    sites: tuple[str, ...] = ()
    """The sites (as events name them) for whose stock it answers."""
    connector: str = PROTOCOL
    """The kind of connector that speaks with its system."""
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What that kind was told of the system; its secrets are kept apart, sealed."""

    @property
    def has_system(self) -> bool:
        """Whether there is a system to speak with: an address of the protocol, or another kind."""
        return bool(self.endpoint) or self.connector != PROTOCOL

    @property
    def inbox(self) -> str | None:
        """Where its system takes webhooks of the protocol; None: it has none that speaks the protocol."""
        if not self.endpoint or self.connector != PROTOCOL:
            return None
        return f"{self.endpoint.rstrip('/')}/recall/inbox"

    @property
    def glns(self) -> tuple[str, ...]:
        """The GLNs that it is known by: its own first, then those of its sites."""
        found = (_GLN.fullmatch(name) for name in (self.reference or "", *self.sites))
        digits = (match[1] for match in found if match)
        return tuple(dict.fromkeys(each for each in digits if check_digit(each[:12]) == each[12]))
