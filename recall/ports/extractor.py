"""The extractor: a reader of another make, whose words are proposals and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from recall.reading.proposals import Proposal


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
