"""The protocol's connector: any participant that speaks the open recall protocol, as a Platform of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from connectors.account import Account
from connectors.health import filter_probe, health
from connectors.manifest import Manifest, manifest_in
from connectors.protocol import mapping
from connectors.signing import bearer
from recall.domain.match import OrderLine
from recall.errors import GiveUp, OrderRefused
from recall.ports import (
    Capabilities,
    Event,
    Health,
    LinePage,
    LineQuery,
    Listing,
    Outgoing,
    Receipt,
    Rows,
    StopSale,
    Verification,
)  # fmt: skip

WELL_KNOWN = "/.well-known/recall-participant.json"


class ProtocolPartner:
    """A platform or a logistics partner behind one base address.

    Every call raises TryLater when the partner is absent or busy, GiveUp when it cannot be understood.
    """

    def __init__(self, account: Account) -> None:
        """The secret `token` of the account is the participant's own for us."""
        token = account.secrets.get("token")
        self._account = account
        self._client = account.client(account.endpoint, signer=bearer(token) if token else None)

    @classmethod
    def manifest(cls) -> Manifest:
        """What the kind says of itself; each participant states its own capabilities."""
        return manifest_in("connectors.protocol")

    async def capabilities(self) -> Capabilities:
        """What the participant's well-known document states."""
        answer = await self._client.get(WELL_KNOWN)
        return mapping.capabilities_of(answer.document)

    async def check(self) -> Health:
        """Whether it answers us, by which clock, and whether its filter is one."""
        answer = await self._client.get(WELL_KNOWN)
        sells = "C" in mapping.capabilities_of(answer.document).classes
        probes = (await filter_probe(self),) if sells else ()
        return health(answer, now=self._account.now(), probes=probes)

    async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
        """Every offer of a trade item (GTIN-14); those of another item that came along are left out."""
        answer = await self._client.get("/recall/listings", params={"gtin": gtin})
        try:
            found = mapping.listings_of(answer.document)
        except OrderRefused as error:
            raise GiveUp(f"A listing cannot be read: {error}") from None
        return tuple(listing for listing in found if listing.gtin == gtin)

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """Stops a listing's sale; the key is made of recall, listing and last stop, so twice is once."""
        last = stopped_before.isoformat() if stopped_before else "first"
        answer = await self._client.post(
            f"/recall/listings/{quote(listing_ref, safe='')}/stop",
            document={"recall": recall_id},
            key=f"{recall_id}-{listing_ref}-{last}",
        )
        try:
            return mapping.stop_of(answer.document, listing_ref=listing_ref)
        except OrderRefused as error:
            raise GiveUp(f"The confirmation of a stop cannot be read: {error}") from None

    async def is_stopped(self, *, listing_ref: str) -> Verification:
        """What the shop's own page of the offer says to anybody, where the participant names it."""
        at, shop = self._account.now(), mapping.shop_of((await self._client.get(WELL_KNOWN)).document)
        if shop is None:
            how = "the participant names no page that a buyer sees"
            return Verification(listing_ref=listing_ref, stopped=None, how=how, at=at)
        path = shop.replace("{ref}", quote(listing_ref, safe=""))
        answer = await self._client.ask("GET", path, signed=False, expect=frozenset({404, 410}))
        stopped = answer.status in (404, 410) or answer.document.get("on_sale") is False
        how = f"GET {path} as anybody: {answer.status} {'off sale' if stopped else 'on sale'}"
        return Verification(listing_ref=listing_ref, stopped=stopped, how=how, at=at)

    async def trace(self, lines: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
        """The lines as they are: the participant tells lots and serials in them."""
        return tuple(lines)

    async def contact(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """Raises GiveUp: the relay channel hands messages to participants."""
        raise GiveUp(f"{len(messages)} messages belong to the relay channel", expected="a vendor's system")

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """None: a participant tells the engine at the engine's own doors."""
        del headers, raw
        return None

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """One page of a trade item's lines, in the order of the platform's immutable key."""
        gtin = query.gtin
        if gtin is None:
            raise GiveUp("A participant is asked by trade item", expected="a GTIN", got="none")
        params = {"gtin": gtin, "limit": str(mapping.PAGE)} | (
            {"cursor": cursor} if cursor is not None else {}
        )
        answer = await self._client.get("/recall/order-lines", params=params)
        return mapping.page_of(
            answer.document, platform_id=self._account.platform_id, gtin=gtin, digest=answer.digest
        )

    async def scan(self, *, gtin: str, cursor: str | None = None) -> AsyncIterator[LinePage]:
        """Page after page from a cursor to the end. Raises GiveUp when a cursor comes twice."""
        seen = {cursor}
        while True:
            page = await self.order_lines(query=LineQuery(gtin=gtin), cursor=cursor)
            yield page
            if page.next is None:
                return
            if page.next in seen:
                raise GiveUp("The platform's pages run in a circle", value=page.next, expected="a new cursor")
            seen.add(page.next)
            cursor = page.next

    async def receipts(self, *, recall_id: str, after: str) -> Rows:
        """What became of relayed messages: `{"seq", "line", "kind", "result", "at"}` each."""
        return await self._rows("receipts", recall_id=recall_id, after=after)

    async def confirmations(self, *, recall_id: str, after: str) -> Rows:
        """Confirmation documents since `after` (empty: from the beginning)."""
        return await self._rows("confirmations", recall_id=recall_id, after=after)

    async def aclose(self) -> None:
        """Lets the connections go."""
        await self._client.aclose()

    async def _rows(self, name: str, *, recall_id: str, after: str) -> Rows:
        params = {"recall": recall_id} | ({"after": after} if after else {})
        answer = await self._client.get(f"/recall/{name}", params=params)
        return mapping.rows_of(answer.document, name=name, after=after)
