"""The registry of passports: where more is known of a product, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from recall.codes.passport import Passport
from recall.codes.product_code import ProductCode


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
