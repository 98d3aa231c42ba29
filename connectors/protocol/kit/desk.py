"""The desk of the kit: asks a participant's doors as they are, and keeps every answer that came."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from connectors.answers import Answer
from connectors.client import Client
from connectors.contract import Broken, expect
from connectors.protocol.connector import WELL_KNOWN
from connectors.signing import Signed, Signer, Unsigned, bearer

Sign = Callable[[str, int, bytes], str]
"""The issuer's signature of a webhook, `v1a,<base64>`: of its id, its time (Unix seconds) and its body."""
ANY = frozenset(range(300, 600))
TOLERANCE = 300
"""Seconds that a webhook's time, or a stop's, may be away from ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook to be sent, right or wrong in one way; it tells nothing and asks for nothing."""

    id: str
    document: object
    ago: int = 0
    """Seconds before now at which it says that it was sent."""
    seal: Callable[[str], str] = str
    """What becomes of the right signature; an empty text: none is sent."""
    of: bytes | None = None
    """The body that is signed, where it is another than the one that is sent."""


@dataclass(kw_only=True)
class Desk:
    """One run of the kit; `known` is the participant's well-known document once it was read."""

    endpoint: str
    token: str
    sign: Sign
    gtin: str | None
    timeout: float
    known: Mapping[str, Any] = field(default_factory=dict)
    heard: list[Answer] = field(default_factory=list)
    run: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        self._client = self._asking(bearer(self.token) if self.token else None)

    @property
    def recall(self) -> str:
        """A recall that nobody has heard of, this run's own."""
        return f"rcl_conformance_{self.run}"

    @property
    def item(self) -> str:
        """The trade item to ask for. Raises Broken when neither the caller nor the participant names one."""
        sample = self.known.get("sample")
        stated = sample.get("gtin") if isinstance(sample, Mapping) else None
        found = self.gtin or stated
        if not isinstance(found, str):
            raise Broken(sent=f"GET {WELL_KNOWN}: sample.gtin", expected="a trade item, or --gtin", got=found)
        return found.zfill(14)

    def stated(self, name: str) -> object:
        """One of the capabilities that the participant states."""
        capabilities = self.known.get("capabilities")
        return capabilities.get(name) if isinstance(capabilities, Mapping) else None

    def rehearses(self) -> None:
        """Raises Broken unless dry runs are offered: without them nothing may be stopped or sent."""
        expect(True, self.stated("dry_run"), sent=f"GET {WELL_KNOWN}: capabilities.dry_run")

    async def ask(self, path: str, *, token: str | None = None, **params: str) -> Answer:
        """What a door answers, whatever its status; with another token where one is given."""
        shown = {"authorization": f"Bearer {token}"} if token else None
        client = self._client
        return self._keep(
            await client.ask("GET", path, params=params, headers=shown, signed=not token, expect=ANY)
        )

    async def read(self, path: str, **params: str) -> Mapping[str, Any]:
        """What a door answers with 200, as a JSON object. Raises Broken for another status."""
        answer = await self.ask(path, **params)
        expect(200, answer.status, sent=_said("GET", path, params))
        return answer.document

    async def rows(self, path: str, name: str, **params: str) -> list[dict[str, Any]]:
        """The rows of that name in what a door answers. Raises Broken where they are no list of objects."""
        found = (await self.read(path, **params)).get(name)
        fits = isinstance(found, list) and all(isinstance(row, dict) for row in found)
        expect(True, fits, sent=f"{_said('GET', path, params)}: a list {name} of objects")
        return list(found or ())

    async def post(self, path: str, *, document: object, key: str) -> Answer:
        """What a door that does something answers, whatever its status."""
        return self._keep(await self._client.ask("POST", path, document=document, key=key, expect=ANY))

    async def hand_in(self, webhook: Webhook) -> int:
        """The status with which the inbox answers a webhook."""
        inbox = self.known.get("inbox")
        path = inbox if isinstance(inbox, str) and inbox.startswith("/") else "/recall/inbox"
        at = int(time.time()) - webhook.ago

        def sealed(unsigned: Unsigned) -> Signed:
            body = unsigned.body if webhook.of is None else webhook.of
            signature = webhook.seal(self.sign(webhook.id, at, body))
            said = {"webhook-id": webhook.id, "webhook-timestamp": str(at)}
            return Signed(headers=said | ({"webhook-signature": signature} if signature else {}))

        client = self._asking(sealed)
        try:
            answer = await client.ask("POST", path, document=webhook.document, expect=ANY)
        finally:
            await client.aclose()
        return self._keep(answer).status

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._client.aclose()

    @property
    def _host(self) -> frozenset[str]:
        """The host that the operator typed: whoever asks for a check may mean one of his own network."""
        return frozenset({urlsplit(self.endpoint).hostname or ""})

    def _asking(self, signer: Signer | None) -> Client:
        return Client(base_url=self.endpoint, signer=signer, timeout=self.timeout, hosts=self._host)

    def _keep(self, answer: Answer) -> Answer:
        self.heard.append(answer)
        return answer


def _said(method: str, path: str, params: Mapping[str, str]) -> str:
    return f"{method} {path}" + (f"?{'&'.join(f'{k}={v}' for k, v in params.items())}" if params else "")
