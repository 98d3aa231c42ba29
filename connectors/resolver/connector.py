"""The resolver connector: the passport behind a code, found over linksets, checked, and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from connectors.client import Client, Fetched
from connectors.resolver import mapping
from recall.codes.passport import Passport
from recall.codes.passport_did import did_address, key_in
from recall.codes.passport_proof import SUITES, Envelope, Suite
from recall.codes.passport_status import StatusEntry, read_status_list
from recall.codes.product_code import ProductCode
from recall.codes.quality_code import QualityCode
from recall.errors import CodeRefused, GiveUp
from recall.net.reach import Journey
from recall.ports import FoundPassport, Standing

LINKSET = "application/linkset+json, application/json;q=0.5"
PASSPORT = "application/vc+jwt, application/vc, application/ld+json, application/json;q=0.9"
JSON = "application/did+json, application/json"
LARGEST_DOCUMENT = 1024 * 1024
LARGEST_LIST = 4 * 1024 * 1024
"""Bytes of a linkset, a passport or a DID document, and of a status list."""


class ResolverRegistry:
    """Finds passports over GS1-conformant resolvers; use it inside one event loop and close it.

    Every call raises TryLater when a system on the way is absent or busy, GiveUp when it cannot be read.
    """

    def __init__(
        self,
        *,
        resolver: str,
        issuers: frozenset[str],
        hosts: frozenset[str],
        timeout: float,
        now: Callable[[], datetime],
        definitions: tuple[QualityCode, ...] = (),
        suites: Mapping[str, Suite] = SUITES,
    ) -> None:
        """`issuers`: DIDs and hosts that are believed; `hosts`: those that may be asked though private.

        `timeout` is the seconds of one answer; `definitions` are authorities' codes, with their resolvers.
        """
        self._resolver, self._issuers = resolver, issuers
        self._seconds, self._now, self._suites = timeout, now, suites
        self._definitions = {definition.name: definition for definition in definitions}
        self._client = Client(timeout=timeout, hosts=hosts)

    async def passport(self, code: ProductCode) -> FoundPassport | None:
        """The passport of the finest level that there is; None where no resolver knows one."""
        address = await self._passport_address(code)
        if address is None:
            return None
        answer = await self._follow(address, accept=PASSPORT)
        if answer.status == 404:
            return None
        passport, envelope = mapping.opened(answer.body, address=answer.address)
        if not mapping.is_of(passport.code, code=code):
            raise GiveUp("The passport is of another product", expected=code.canonical,
                         got=passport.code.canonical, where=answer.address)  # fmt: skip
        standing, findings = await self._judge(passport, envelope, address=answer.address)
        return FoundPassport(
            passport=passport, standing=standing, address=answer.address,
            digest=sha256(answer.body).hexdigest(), findings=(*passport.warnings, *findings),
        )  # fmt: skip

    async def told(self, code: ProductCode) -> ProductCode:
        """The code with what its authority's resolver adds; the same where there is none."""
        definition = self._definitions.get(code.scheme)
        address = definition.address(code) if definition is not None else None
        if definition is None or address is None:
            return code
        answer = await self._follow(address, accept=JSON)
        if answer.status == 404:
            return code
        try:
            return definition.told(code, mapping.object_of(answer.body, address=answer.address))
        except CodeRefused as error:
            raise GiveUp(
                f"The authority's answer contradicts the code: {error}", where=answer.address
            ) from None

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._client.aclose()

    async def _passport_address(self, code: ProductCode) -> str | None:
        """Asks resolver after resolver for the linkset until one knows a passport."""
        journey, address = Journey(), mapping.question(code, resolver=self._resolver)
        while address is not None:
            answer = await self._follow(address, accept=LINKSET, journey=journey)
            if answer.status == 404:
                return None
            links = mapping.links_of(answer.body, address=answer.address)
            found = mapping.passport_address(links, code=code)
            if found is not None:
                return found
            address = mapping.other_resolver(links, code=code)
        return None

    async def _follow(
        self, address: str, *, accept: str, journey: Journey | None = None, largest: int = LARGEST_DOCUMENT
    ) -> Fetched:
        """What stands at the end of an address's redirections, each of them checked before it is asked."""
        journey = Journey() if journey is None else journey
        whole = journey.step(address)
        while True:
            answer = await self._client.fetch(whole, accept=accept, largest=largest, seconds=self._seconds)
            if answer.location is None:
                return answer
            whole = journey.step(answer.location, base=whole)

    async def _judge(
        self, passport: Passport, envelope: Envelope | None, *, address: str
    ) -> tuple[Standing, tuple[str, ...]]:
        """How far the passport may be believed, and why not further."""
        findings = self._validity(passport)
        if envelope is None:
            believed = urlsplit(address).hostname in self._issuers and not findings
            standing = Standing.TRUSTED if believed else Standing.CLAIMED
            return standing, (*findings, "the passport is not signed")
        try:
            if not await self._is_signed(envelope):
                return Standing.BROKEN, (*findings, "the signature is not that of its issuer")
            taken_back = [entry.purpose for entry in passport.status if await self._says(entry, envelope)]
        except (CodeRefused, GiveUp) as error:
            return Standing.CLAIMED, (*findings, f"it could not be checked: {error}")
        if taken_back:
            return Standing.REVOKED, (*findings, f"its issuer set {' and '.join(taken_back)}")
        if findings:
            return Standing.CLAIMED, findings
        return (Standing.TRUSTED if passport.issuer in self._issuers else Standing.SIGNED), ()

    def _validity(self, passport: Passport) -> tuple[str, ...]:
        now, start, end = self._now(), passport.valid_from, passport.valid_until
        if start is not None and now < start:
            return (f"the passport is valid only from {start.isoformat()}",)
        return (f"the passport was valid until {end.isoformat()}",) if end is not None and end <= now else ()

    async def _is_signed(self, envelope: Envelope) -> bool:
        """Whether an envelope's issuer signed it, by a key of the issuer's own DID document."""
        did = envelope.issuer or ""
        if envelope.key_id is not None and not envelope.key_id.startswith((f"{did}#", "#")):
            return False
        answer = await self._follow(did_address(did), accept=JSON)
        document = mapping.object_of(answer.body, address=answer.address)
        return envelope.is_signed(key_in(document, did=did, key_id=envelope.key_id), suites=self._suites)

    async def _says(self, entry: StatusEntry, envelope: Envelope) -> bool:
        """Whether a status list, the issuer's own or a trusted one, says that the passport was taken back.

        Raises CodeRefused or GiveUp where the list proves nothing.
        """
        answer = await self._follow(entry.address, accept=PASSPORT, largest=LARGEST_LIST)
        listed = mapping.envelope_of(answer.body, address=answer.address)
        if listed is None or listed.issuer not in {envelope.issuer, *self._issuers}:
            raise GiveUp(
                "The status list is not the issuer's", expected=envelope.issuer, where=answer.address
            )
        if not await self._is_signed(listed):
            raise GiveUp("The status list's signature is wrong", where=answer.address)
        return read_status_list(listed.claims).says(entry)
