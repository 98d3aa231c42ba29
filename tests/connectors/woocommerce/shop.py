"""A shop that behaves as WooCommerce 7.9 was measured to: unknown parameters ignored, pages of a hundred."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.woocommerce.signing import signature
from tests.connectors.served import Asked, Said

KEY, SECRET = "ck_of-the-shop", "cs_of-the-shop"
API, BUYERS = "/wp-json/wc/v3", "/wp-json/wc/store/v1"


@dataclass
class Shop:
    """Products by id, orders by ascending id, notes by order."""

    products: dict[int, dict[str, Any]]
    orders: list[dict[str, Any]]
    notes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    known: frozenset[str] = frozenset({"product", "sku", "global_unique_id"})
    """The filters that this version of the shop has; others are ignored, silently."""
    nonces: set[str] = field(default_factory=set)

    def answer(self, asked: Asked) -> Said:
        """The door: the API behind its keys, and the buyers' own before it."""
        if match := re.fullmatch(rf"{BUYERS}/products/(\d+)", asked.path):
            product = self.products.get(int(match[1]))
            shown = product is not None and product["status"] == "publish"
            return Said(value={"is_purchasable": True}) if shown else _problem("invalid_id", 404)
        if not self._is_allowed(asked):
            return _problem("woocommerce_rest_cannot_view", 401)
        path = asked.path.removeprefix(f"{API}/")
        if int(asked.query.get("per_page", "10")) > 100:
            return _problem("rest_invalid_param", 400)
        if match := re.fullmatch(r"orders/(\d+)/notes", path):
            return self._notes(int(match[1]), asked)
        if match := re.fullmatch(r"products/(\d+)(?:/variations/(\d+))?", path):
            return self._product(int(match[2] or match[1]), asked)
        rows = {"orders": self._orders, "products": self._catalogue}[path](asked.query)
        return _page(rows, asked.query)

    def _is_allowed(self, asked: Asked) -> bool:
        if "authorization" in asked.headers:
            return asked.headers["authorization"] == basic_of(KEY, SECRET)
        given = dict(asked.query)
        claimed, nonce = given.pop("oauth_signature", ""), given.get("oauth_nonce", "")
        fresh = nonce not in self.nonces
        self.nonces.add(nonce)
        right = signature(method=asked.method, url=asked.url, params=given.items(), key=f"{SECRET}&")
        return fresh and claimed == right and given.get("oauth_consumer_key") == KEY

    def _catalogue(self, query: Any) -> list[dict[str, Any]]:
        asked = [name for name in ("sku", "global_unique_id") if name in query and name in self.known]
        return [
            product
            for product in self.products.values()
            if all(product.get(name) in query[name].split(",") for name in asked)
        ]

    def _orders(self, query: Any) -> list[dict[str, Any]]:
        assert "dates_are_gmt" in query or not {"after", "before"} & set(query), "the site's own time"
        wanted = int(query["product"]) if "product" in query and "product" in self.known else None
        after, before = query.get("after", ""), query.get("before", "9999")
        return [
            order
            for order in self.orders
            if after < order["date_created_gmt"] < before
            and (wanted is None or wanted in {row["product_id"] for row in order["line_items"]})
        ]

    def _product(self, ref: int, asked: Asked) -> Said:
        if ref not in self.products:
            return _problem("woocommerce_rest_product_invalid_id", 404)
        product = self.products[ref]
        if asked.method == "PUT":
            product["status"] = asked.document["status"]
            keys = {meta["key"] for meta in asked.document["meta_data"]}
            kept = [meta for meta in product["meta_data"] if meta["key"] not in keys]
            product["meta_data"] = [*kept, *asked.document["meta_data"]]
        return Said(value=product)

    def _notes(self, order: int, asked: Asked) -> Said:
        if order not in {each["id"] for each in self.orders}:
            return _problem("woocommerce_rest_order_invalid_id", 404)
        notes = self.notes.setdefault(order, [])
        if asked.method == "POST":
            notes.append(asked.document)
            return Said(value=asked.document, status=201)
        return Said(value=notes)


def basic_of(key: str, secret: str) -> str:
    """The header of a key pair."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def _page(rows: list[dict[str, Any]], query: Any) -> Said:
    size, number = int(query.get("per_page", "10")), int(query.get("page", "1"))
    total = {"x-wp-total": str(len(rows)), "x-wp-totalpages": str(-(-len(rows) // size))}
    return Said(value=rows[(number - 1) * size : number * size], headers=total)


def _problem(code: str, status: int) -> Said:
    return Said(value={"code": code, "message": code, "data": {"status": status}}, status=status)


def product_of(ref: int, name: str, **more: Any) -> dict[str, Any]:
    """A product that is for sale."""
    return {"id": ref, "name": name, "status": "publish", "meta_data": [], "sku": "", "parent_id": 0, **more}


def order_of(ref: int, at: datetime, *products: int, units: int = 1) -> dict[str, Any]:
    """An order of one line for each product; the seller records lots in the meta data of a line."""
    rows = [
        {
            "id": 10 * ref + number, "product_id": product, "variation_id": 0, "quantity": units,
            "meta_data": [{"key": "Lot", "value": f"L{product}"}],
        }
        for number, product in enumerate(products)
    ]  # fmt: skip
    created = at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return {"id": ref, "date_created_gmt": created, "line_items": rows}
