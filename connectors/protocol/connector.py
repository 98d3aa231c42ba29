"""The protocol's connector: any participant that speaks the open recall protocol, as a Platform of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import quote

from connectors.client import Client
from connectors.protocol import mapping
from recall.errors import GiveUp, OrderRefused
from recall.ports import Capabilities, LinePage, Listing, Rows, StopSale

PAGE = 500
"""Order lines that are asked for at a time."""


class ProtocolPartner:
    """A platform or a logistics partner behind one base address.

    Every call raises TryLater when the partner is absent or busy, GiveUp when it cannot be understood.
    """

    def __init__(self, *, platform_id: str, endpoint: str, token: str, timeout: float) -> None:
        """`platform_id` is our id of the party; `token` its own for us; `timeout` seconds a step."""
        self._platform_id = platform_id
        self._client = Client(base_url=endpoint, token=token, timeout=timeout)

    async def capabilities(self) -> Capabilities:
        """What the participant's well-known document states."""
        answer = await self._client.get("/.well-known/recall-participant.json")
        return mapping.capabilities_of(answer.document)

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

    async def order_lines(self, *, gtin: str, cursor: str | None) -> LinePage:
        """One page of a trade item's lines, in the order of the platform's immutable key."""
        params = {"gtin": gtin, "limit": str(PAGE)} | ({"cursor": cursor} if cursor is not None else {})
        answer = await self._client.get("/recall/order-lines", params=params)
        return mapping.page_of(
            answer.document, platform_id=self._platform_id, gtin=gtin, digest=answer.digest
        )

    async def scan(self, *, gtin: str, cursor: str | None = None) -> AsyncIterator[LinePage]:
        """Page after page from a cursor to the end. Raises GiveUp when a cursor comes twice."""
        seen = {cursor}
        while True:
            page = await self.order_lines(gtin=gtin, cursor=cursor)
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
