"""A shop on Shopify's own schema, behind a real door, and what is truly sold there."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema

from connectors.account import Account
from connectors.contract import Known
from connectors.shopify.connector import ShopifyPlatform
from connectors.shopify.documents import VERSION
from tests.connectors.served import served
from tests.connectors.shopify.shop import TOKEN, Shop
from tests.connectors.specifications import specification

TOASTER, KETTLE = "04006381333931", "09501101530003"
SECRET = "secret-of-the-app"


@dataclass
class Opened:
    """A shop that is open, and where."""

    shop: Shop
    url: str
    known: Known

    def platform(self, *, token: str = TOKEN) -> ShopifyPlatform:
        """A connector to it; to be made in the event loop that uses it."""
        return ShopifyPlatform(
            Account(
                platform_id="party_harbour", endpoint=self.url, hosts=frozenset({"127.0.0.1"}), timeout=10,
                settings={"shop": "harbour.myshopify.com", "storefront": self.url},
                secrets={"access_token": token, "webhook_secret": SECRET},
            )
        )  # fmt: skip


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    """Shopify's published schema of the Admin API."""
    packed = specification("@shopify/dev-mcp@1.16.0", f"dist/data/admin_{VERSION}.json.gz")
    document = json.loads(gzip.decompress(packed))
    return build_client_schema(document.get("data", document), assume_valid=True)


@pytest.fixture
def opened(schema: GraphQLSchema) -> Iterator[Opened]:
    """Thirty orders of the last sixty days, two in three with the toaster, and one that is older."""
    orders = [order(number, days=90 if not number else 59 - number) for number in range(31)]
    toasters = [row for each in orders[1:] for row in each["rows"] if row["sku"] == "TOAST-1"]
    known = Known(
        gtin=TOASTER, line_refs=frozenset(row["id"] for row in toasters), absent_gtin="09520000000004",
        recall_id="rcl_unknown", units={toasters[0]["id"]: ("L7", None)},
    )  # fmt: skip
    shop = Shop(schema=schema, products=products(), orders=orders)
    with served(shop.answer) as url:
        yield Opened(shop=shop, url=url, known=known)


def products() -> list[dict[str, Any]]:
    """A toaster whose barcode is written with thirteen digits, and a kettle."""
    return [
        {
            "id": f"gid://shopify/Product/{number}", "handle": title.lower(), "title": title,
            "status": "ACTIVE",
            "publications": ["gid://shopify/Publication/1", "gid://shopify/Publication/2"],
            "rows": [{"id": f"gid://shopify/ProductVariant/{number}", "sku": sku, "barcode": barcode}],
        }
        for number, title, sku, barcode in (
            (1, "Toaster", "TOAST-1", TOASTER[1:]), (2, "Kettle", "KET-1", KETTLE),
        )
    ]  # fmt: skip


def order(number: int, *, days: int) -> dict[str, Any]:
    """An order: a kettle always, a toaster in two of three."""
    rows = [line(number, 2, "KET-1", KETTLE)]
    rows += [line(number, 1, "TOAST-1", TOASTER[1:])] if number % 3 != 2 else []
    return {
        "id": f"gid://shopify/Order/{1000 + number}", "rows": rows,
        "createdAt": datetime.now(UTC).replace(microsecond=0) - timedelta(days=days),
    }  # fmt: skip


def line(number: int, product: int, sku: str, barcode: str | None) -> dict[str, Any]:
    """A line of an order; the seller records lots in an attribute."""
    variant = {"id": f"gid://shopify/ProductVariant/{product}", "barcode": barcode}
    attributes: list[Mapping[str, str]] = [{"key": "Lot", "value": "L7"}] if product == 1 else []
    return {
        "id": f"gid://shopify/LineItem/{number}-{product}", "sku": sku, "quantity": 1 + number % 2,
        "variant": variant, "attributes": attributes,
    }  # fmt: skip
