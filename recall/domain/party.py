"""The party: somebody who has a part in a recall, and how it is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from recall.codes.content import check_digit

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

    @property
    def glns(self) -> tuple[str, ...]:
        """The GLNs that it is known by: its own first, then those of its sites."""
        found = (_GLN.fullmatch(name) for name in (self.reference or "", *self.sites))
        digits = (match[1] for match in found if match)
        return tuple(dict.fromkeys(each for each in digits if check_digit(each[:12]) == each[12]))
