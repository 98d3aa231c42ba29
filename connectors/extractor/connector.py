"""An extractor behind a chat service: any endpoint that speaks the form of OpenAI's chat completions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from connectors.client import Client
from connectors.extractor.mapping import proposals_of, question
from connectors.signing import bearer
from recall.errors import GiveUp, TryLater
from recall.reading.proposals import Proposal

LONGEST_TEXT = 50_000
"""Characters of a notice that are sent."""
LARGEST_ANSWER = 1_000_000
"""Bytes of an answer."""
_LATER = 60.0


class ChatExtractor:
    """Asks one chat service once a notice; the service sees its text, its language, its products' names, and
    nothing else."""

    def __init__(self, *, address: str, key: str, model: str, timeout: float) -> None:
        """`address` is the base under which `/chat/completions` stands; `timeout` is seconds for a notice."""
        self.name = f"chat:{model}"
        self._model, self._timeout = model, timeout
        self._client = Client(
            base_url=address,
            signer=bearer(key) if key else None,
            timeout=timeout,
            secrets=(key,),
            hosts=frozenset({urlsplit(address).netloc}),  # the settings name it
        )

    async def propose(self, text: str, *, language: str, products: Sequence[str]) -> tuple[Proposal, ...]:
        """The model's proposals. Raises TryLater, GiveUp."""
        if len(text) > LONGEST_TEXT:
            raise GiveUp("The notice is too long", expected=f"at most {LONGEST_TEXT:,}", got=f"{len(text):,}")
        asked = question(text, language=language, products=products, model=self._model)
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.post("/chat/completions", document=asked, largest=LARGEST_ANSWER)
        except TimeoutError:
            raise TryLater("The extractor takes too long", after=_LATER) from None
        return proposals_of(answer.document)

    async def aclose(self) -> None:
        """Let the connections go."""
        await self._client.aclose()
