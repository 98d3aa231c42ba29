"""Shopify's connector: the Admin API (GraphQL) of one shop as a Platform of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import quote

from connectors.account import Account, VendorPlatform
from connectors.answers import Answer, json_of
from connectors.health import ABSENT, filter_answered, filter_probe, health
from connectors.hooks import hook_of
from connectors.orders import picked
from connectors.shopify import documents, mapping
from connectors.shopify.documents import Document
from connectors.signing import with_headers
from recall.errors import GiveUp, TryLater
from recall.ports import (
    Blind,
    Capabilities,
    Event,
    Health,
    LinePage,
    LineQuery,
    Listing,
    StopSale,
    Verification,
)

HISTORY = timedelta(days=60)
PATIENCE = 3.0
"""Seconds that are waited in place for points; a longer wait is the flow's."""
LARGEST_PAGE = 1_000_000
"""Bytes of a product's public document."""
_KINDS = {"orders": "order", "fulfillments": "order", "refunds": "order", "products": "listing"}


class ShopifyPlatform(VendorPlatform):
    """One shop; calls raise TryLater when it is absent or has no points left, GiveUp when it refuses."""

    def __init__(self, account: Account) -> None:
        """The setting `shop` says where it is; an endpoint of the account goes before it."""
        shop = account.settings["shop"]
        token = with_headers({"x-shopify-access-token": account.secrets["access_token"]})
        super().__init__(account, base_url=account.endpoint or f"https://{shop}", signer=token)
        self._shop = shop
        self._storefront = account.settings.get("storefront") or f"https://{shop}"
        self._scopes: frozenset[str] | None = None

    async def capabilities(self) -> Capabilities:
        """What the manifest states; an app that may read all orders is not bound to sixty days."""
        stated = await super().capabilities()
        return replace(stated, history_days=None) if await self._reads_all_orders() else stated

    async def check(self) -> Health:
        """Whether the token is taken, the clock is right, and SKU and barcode are filters."""
        answer, _ = await self._asked(documents.SCOPES)
        _, data = await self._asked(documents.VARIANTS, query=mapping.barcodes_of(ABSENT))
        variants, _ = mapping.connection(data, "productVariants")
        probes = (filter_answered(len(variants), asked=ABSENT), await filter_probe(self))
        return health(answer, now=self.account.now(), probes=probes)

    async def listings(self, *, gtin: str) -> tuple[Listing, ...]:
        """Every variant whose barcode is the trade item's; others that came along are left out."""
        found: list[Listing | None] = []
        after: str | None = None
        while True:
            _, data = await self._asked(documents.VARIANTS, query=mapping.barcodes_of(gtin), after=after)
            nodes, after = mapping.connection(data, "productVariants")
            found += (mapping.listing_of(node, shop=self._shop) for node in nodes)
            if after is None:
                return tuple(each for each in found if each is not None and each.gtin == gtin)

    async def order_lines(self, *, query: LineQuery, cursor: str | None) -> LinePage:
        """The lines in the next orders that have one of the trade item's SKUs, by the order's id."""
        settings = self.account.settings
        reading = mapping.Reading(
            platform_id=self.account.platform_id, shop=self._shop, skus=mapping.skus_of(query),
            lot=settings.get("lot_attribute", "lot"), serial=settings.get("serial_attribute", "serial"),
        )  # fmt: skip
        answer, data = await self._asked(
            documents.ORDERS, query=mapping.search_of(query), after=cursor, first=documents.PAGE,
            items=documents.ITEMS,
        )  # fmt: skip
        orders, following = mapping.connection(data, "orders")
        read = [mapping.lines_of(order, await self._rows(order), reading=reading) for order in orders]
        told = picked(read, gtin=query.gtin, filtered=mapping.is_filtered(query))
        count, since = data.get("ordersCount") or {}, await self._since()
        return LinePage(
            lines=told.lines, strange=told.strange, refused=told.refused,
            next=following, total=count.get("count") if count.get("precision") == "EXACT" else None,
            counted=len(orders), first=since, last=None, digest=answer.digest,
            blind=() if since is None else (Blind(why=_BLIND, until=since),),
        )  # fmt: skip

    async def stop_sale(
        self, *, listing_ref: str, recall_id: str, stopped_before: datetime | None
    ) -> StopSale:
        """Takes the variant's product off every publication, and makes it a draft where that is not enough.

        The state before is written down at the product first, so that the same stop says the same again.
        """
        key = f"{recall_id} {stopped_before.isoformat() if stopped_before else 'first'}"
        product = await self._product(listing_ref)
        before = mapping.before_of(product, key=key)
        if before is None:
            before = mapping.state_of(product)
            note = json.dumps({"key": key, "before": before})
            await self._asked(documents.REMEMBER, owner=product["id"], value=note)
        if published := mapping.publications_of(product):
            await self._asked(documents.UNPUBLISH, id=product["id"], input=published)
            product = await self._product(listing_ref)
        if mapping.is_on_sale(product):
            await self._asked(documents.DRAFT, id=product["id"])
            product = await self._product(listing_ref)
        return StopSale(
            listing_ref=listing_ref, before=before, after=mapping.state_of(product), at=self.account.now(),
            stopped=not mapping.is_on_sale(product),
        )  # fmt: skip

    async def is_stopped(self, *, listing_ref: str) -> Verification:
        """Looks at the shop's public address of the product, unsigned, as anybody may."""
        at, product = self.account.now(), await self._product(listing_ref)
        address = f"{self._storefront}/products/{quote(product['handle'], safe='')}.js"
        page = await self.client.fetch(
            address, accept="application/json", largest=LARGEST_PAGE, seconds=self.account.timeout
        )
        how = f"GET {address} as anybody"
        if page.status != 200:
            stopped = True if page.status == 404 else None
            return Verification(listing_ref=listing_ref, stopped=stopped, how=f"{how}: {page.status}", at=at)
        return mapping.buyers_view(
            json_of(page.body, where=address), variant=listing_ref.rpartition("/")[2],
            listing_ref=listing_ref, how=how, at=at,
        )  # fmt: skip

    def event(self, *, headers: Mapping[str, str], raw: bytes) -> Event | None:
        """A signed webhook of orders, fulfilments, refunds or products; others are no news."""
        document = hook_of(
            raw, secret=self.account.secrets.get("webhook_secret"),
            signature=headers.get("x-shopify-hmac-sha256"),
        )  # fmt: skip
        kind = _KINDS.get(headers.get("x-shopify-topic", "").partition("/")[0])
        if kind is None:
            return None
        ref = str(document.get("admin_graphql_api_id") or document.get("id") or "")
        return Event(id=headers.get("x-shopify-webhook-id", ""), kind=kind, ref=ref, at=self.account.now())

    async def _rows(self, order: Mapping[str, Any]) -> list[Any]:
        """Every line of an order, those beyond the first page too."""
        rows, after = mapping.connection(order, "lineItems")
        while after is not None:
            _, data = await self._asked(documents.MORE_LINES, id=order["id"], after=after)
            more, after = mapping.connection(data.get("order") or {}, "lineItems")
            rows += more
        return rows

    async def _product(self, listing_ref: str) -> Mapping[str, Any]:
        _, data = await self._asked(documents.OFFER, id=listing_ref)
        variant = data.get("productVariant")
        if variant is None:
            raise GiveUp("There is no such variant in the shop", value=listing_ref, expected="a variant's id")
        product: Mapping[str, Any] = variant["product"]
        return product

    async def _reads_all_orders(self) -> bool:
        if self._scopes is None:
            _, data = await self._asked(documents.SCOPES)
            given = data["currentAppInstallation"]["accessScopes"]
            self._scopes = frozenset(scope["handle"] for scope in given)
        return "read_all_orders" in self._scopes

    async def _since(self) -> datetime | None:
        """From when on orders can be read; None: from the first."""
        return None if await self._reads_all_orders() else self.account.now() - HISTORY

    async def _asked(self, document: Document, **variables: object) -> tuple[Answer, Mapping[str, Any]]:
        """What Shopify says to a document; each may be sent twice, short waits are kept in place."""
        try:
            return await self._once(document, variables)
        except TryLater as busy:
            if busy.after > PATIENCE:
                raise
            await asyncio.sleep(busy.after)
        return await self._once(document, variables)

    async def _once(
        self, document: Document, variables: Mapping[str, object]
    ) -> tuple[Answer, Mapping[str, Any]]:
        answer = await self.client.ask(
            "POST", f"/admin/api/{documents.VERSION}/graphql.json", operation="graphql", cost=document.cost,
            document={"query": document.text, "variables": dict(variables)}, again=True,
        )  # fmt: skip
        bucket = mapping.bucket_of((answer.document.get("extensions") or {}).get("cost") or {})
        if bucket is not None and self.account.pace is not None:
            self.account.pace.heard("graphql", remaining=bucket[0], limit=bucket[1])
        if errors := answer.document.get("errors"):
            _refuse(errors, bucket=bucket)
        data: Mapping[str, Any] = answer.document.get("data") or {}
        said = [e["message"] for part in data.values() if isinstance(part, dict)
                for e in part.get("userErrors", ())]  # fmt: skip
        if said:
            raise GiveUp(f"Shopify refused: {said[0]}", value=str(variables.get("id") or "")[:120])
        return answer, data


_BLIND = "Shopify shows an app the orders of the last sixty days only, unless it was given read_all_orders"


def _refuse(errors: Any, *, bucket: tuple[float, Any, float] | None) -> NoReturn:
    """An answer with errors: no points are left for a while, or a refusal for good."""
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code = (first.get("extensions") or {}).get("code")
    said = str(first.get("message") or errors)[:200]
    if code == "THROTTLED":
        left, limit, wanted = bucket or (0.0, None, 0.0)
        rate = limit.per_second if limit is not None else 0.0
        raise TryLater(
            "Shopify has no points left for us", after=(wanted - left) / rate if rate else PATIENCE
        )
    if code == "INTERNAL_SERVER_ERROR":
        raise TryLater(f"Shopify failed: {said}", after=30.0)
    raise GiveUp(f"Shopify refused: {said}", got=str(code), advice="The app may lack a scope (see README).")
