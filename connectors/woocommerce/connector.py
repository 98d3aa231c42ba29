"""WooCommerce's connector: the REST API (v3) of one shop as a Platform of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from connectors.account import Account, VendorPlatform
from connectors.answers import Answer
from connectors.health import filter_answered, health
from connectors.hooks import hook_of
from connectors.orders import forms_of, picked
from connectors.paging import by_number, place_after, place_in
from connectors.woocommerce import mapping
from connectors.woocommerce.signing import signer_for
from recall.errors import GiveUp, TryLater
from recall.ports import (
    Event,
    Health,
    LinePage,
    LineQuery,
    Listing,
    Outgoing,
    Receipt,
    Result,
    StopSale,
    Verification,
)

API, BUYERS = "/wp-json/wc/v3", "/wp-json/wc/store/v1"
PAGE = 100
_KINDS = {"order": "order", "product": "listing"}


class WooCommercePlatform(VendorPlatform):
    """One shop at the endpoint of its account; calls raise TryLater and GiveUp."""

    def __init__(self, account: Account) -> None:
        """Signed by the key pair: plainly over TLS, by a signature alone without it."""
        secrets = account.secrets
        signer = signer_for(
            account.endpoint, key=secrets["consumer_key"], secret=secrets["consumer_secret"],
            nonce=lambda: uuid4().hex,
        )  # fmt: skip
        super().__init__(account, signer=signer)

    async def check(self) -> Health:
        """Whether the keys are taken, the clock is right, and the product is a filter of orders."""
        answer = await self._get("orders", product=mapping.NO_PRODUCT, per_page="1")
        total = mapping.number(answer.headers.get("x-wp-total"))
        probe = filter_answered(len(answer.rows), asked=mapping.NO_PRODUCT, total=total)
        return health(answer, now=self.account.now(), probes=(probe,))

    async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
        """Products and variations with the trade item's GTIN, or with its digits as their SKU.

        A shop that does not know one of the filters gives its whole catalogue, which is read to its end.
        """
        found: dict[str, Listing] = {}
        for name in ("global_unique_id", "sku"):
            cursor: str | None = "1"
            while cursor is not None:
                asked = {name: ",".join(forms_of(gtin)), "per_page": str(PAGE), "page": cursor}
                answer = await self._get("products", **asked)
                total = mapping.number(answer.headers.get("x-wp-total"))
                cursor = by_number(cursor, got=len(answer.rows), page=PAGE, total=total)
                for row in answer.rows:
                    if listing := mapping.listing_of(row, gtin=gtin, shop=self.account.endpoint):
                        found.setdefault(listing.ref, listing)
        return tuple(found.values())

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """The lines in the next orders of a product, one product after the other, by page numbers.

        The shop's own link to the next page bears the signature of the last, so it is not followed.
        """
        parts, settings = mapping.parts_of(query), self.account.settings
        at, number = place_in(parts, cursor)
        asked = {"product": parts[at]} if parts[at] else {}
        answer = await self._get(
            "orders", **asked, **mapping.window_of(query), orderby="id", order="asc", per_page=str(PAGE),
            page=number or "1",
        )  # fmt: skip
        reading = mapping.Reading(
            platform_id=self.account.platform_id, shop=self.account.endpoint,
            lot=settings.get("lot_key", "lot"), serial=settings.get("serial_key", "serial"),
            offers={listing.ref: listing.gtin for listing in query.listings},
        )  # fmt: skip
        told = picked(
            (mapping.lines_of(order, part=parts[at], reading=reading) for order in answer.rows),
            gtin=query.gtin, filtered=bool(parts[at]),
        )  # fmt: skip
        total = mapping.number(answer.headers.get("x-wp-total"))
        following = by_number(number, got=len(answer.rows), page=PAGE, total=total)
        return LinePage(
            lines=told.lines, strange=told.strange, refused=told.refused, counted=len(answer.rows),
            next=place_after(parts, at, following), total=total if len(parts) == 1 else None, first=None,
            last=None, digest=answer.digest,
        )  # fmt: skip

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """Makes the product a draft, or the variation private; the state before is written down with it."""
        key = f"{recall_id} {stopped_before.isoformat() if stopped_before else 'first'}"
        path = mapping.path_of(listing_ref)
        product = (await self._get(path)).document
        before = mapping.before_of(product, key=key) or str(product.get("status"))
        note = {"key": mapping.NOTE, "value": json.dumps({"key": key, "before": before})}
        status = "private" if "/" in listing_ref else "draft"
        answer = await self.client.ask(
            "PUT", f"{API}/{path}", document={"status": status, "meta_data": [note]}
        )
        return StopSale(
            listing_ref=listing_ref, before=before, after=str(answer.document.get("status")),
            at=self.account.now(), stopped=not mapping.is_on_sale(answer.document),
        )  # fmt: skip

    async def is_stopped(self, *, listing_ref: str) -> Verification:
        """Whether anybody can buy it, by the shop's public products, which its own cart asks."""
        mapping.path_of(listing_ref)
        path = f"{BUYERS}/products/{listing_ref.rpartition('/')[2]}"
        answer = await self.client.ask("GET", path, signed=False, expect=frozenset({404}))
        stopped = answer.status == 404 or answer.document.get("is_purchasable") is False
        how = f"GET {path} as anybody: {answer.status} {'not for sale' if stopped else 'for sale'}"
        return Verification(listing_ref=listing_ref, stopped=stopped, how=how, at=self.account.now())

    async def contact(self, messages: Sequence[Outgoing]) -> tuple[Receipt, ...]:
        """A note to the buyer of each line's order, which the shop mails; the same note is not sent twice."""
        return tuple([await self._tell(message) for message in messages])

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """A signed webhook of an order or a product; the unsigned ping of a new webhook is no news."""
        if raw.startswith(b"webhook_id=") and "x-wc-webhook-signature" not in headers:
            return None
        document = hook_of(
            raw, secret=self.account.secrets.get("webhook_secret"),
            signature=headers.get("x-wc-webhook-signature"),
        )  # fmt: skip
        kind = _KINDS.get(headers.get("x-wc-webhook-topic", "").partition(".")[0])
        if kind is None:
            return None
        name = headers.get("x-wc-webhook-delivery-id", "")
        return Event(id=name, kind=kind, ref=str(document.get("id") or ""), at=self.account.now())

    async def _tell(self, message: Outgoing) -> Receipt:
        try:
            path = f"orders/{mapping.order_of(message.recipient)}/notes"
            words = mapping.words_of(message, language=self.account.settings.get("language", "en"))
            notes = await self._get(path, type="customer")
            if not mapping.is_said(notes.rows, words):
                note = {"note": words, "customer_note": True}
                await self.client.post(f"{API}/{path}", document=note)
        except TryLater as busy:
            return Receipt(outgoing_id=message.id, result=Result.LATER, detail=str(busy), after=busy.after)
        except GiveUp as refused:
            return Receipt(outgoing_id=message.id, result=Result.REFUSED, detail=str(refused))
        return Receipt(outgoing_id=message.id, result=Result.ACCEPTED, detail="a note to the buyer")

    async def _get(self, path: str, **params: str) -> Answer:
        return await self.client.get(f"{API}/{path}", params=params)
