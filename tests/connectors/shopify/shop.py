"""A shop that behaves as Shopify does: its published schema, its bucket of points, its sixty days."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
    parse,
    validate,
)

from connectors.shopify.documents import VERSION
from tests.connectors.served import Asked, Said

TOKEN = "shpat_of-the-shop"
MOST_POINTS = 1_000


@dataclass
class Shop:
    """Products, orders and a bucket; documents are validated, answers are completed by the schema."""

    schema: GraphQLSchema
    products: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    """By ascending id, each with `createdAt` as a datetime."""
    restore: float = 5_000.0
    ignores_filters: bool = False
    scopes: tuple[str, ...] = ("read_orders", "read_products")
    throttled: int = 0
    documents: list[str] = field(default_factory=list)
    points: float = MOST_POINTS
    filled_at: float = field(default_factory=time.monotonic)

    def answer(self, asked: Asked) -> Said:
        """The door: the Admin API behind its token, the public product documents in front of it."""
        if match := re.fullmatch(r"/products/([^/]+)\.js", asked.path):
            return self._public(match[1])
        if asked.headers.get("x-shopify-access-token") != TOKEN:
            return Said(value={"errors": "[API] Invalid API key or access token"}, status=401)
        assert asked.path == f"/admin/api/{VERSION}/graphql.json"
        return Said(value=self._graphql(**asked.document))

    def _public(self, handle: str) -> Said:
        product = next((p for p in self.products if p["handle"] == handle and _is_public(p)), None)
        if product is None:
            return Said(value=b"<h1>404</h1>", status=404)
        rows = [{"id": int(v["id"].rpartition("/")[2]), "available": True} for v in product["rows"]]
        return Said(value={"handle": handle, "variants": rows})

    def _graphql(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.documents.append(query)
        document = parse(query)
        if wrong := validate(self.schema, document):
            return {"errors": [{"message": error.message} for error in wrong]}
        cost = _cost_of(document.definitions[0], variables)
        if cost > MOST_POINTS:
            return {"errors": [{"message": "too much", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
        now = time.monotonic()
        self.points = min(MOST_POINTS, self.points + (now - self.filled_at) * self.restore)
        self.filled_at = now
        if cost > self.points:
            self.throttled += 1
            throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return {"errors": [throttled], "extensions": self._cost(cost)}
        self.points -= cost
        result = execute(self.schema, document, root_value=self._root(), variable_values=variables)
        assert isinstance(result, ExecutionResult)
        return {**result.formatted, "extensions": self._cost(cost)}

    def _cost(self, cost: float) -> dict[str, Any]:
        status = {"maximumAvailable": MOST_POINTS, "currentlyAvailable": int(self.points),
                  "restoreRate": self.restore}  # fmt: skip
        return {"cost": {"requestedQueryCost": cost, "throttleStatus": status}}

    def _root(self) -> dict[str, Any]:
        scopes = [{"handle": scope} for scope in self.scopes]
        return {
            "shop": {"myshopifyDomain": "harbour.myshopify.com"},
            "currentAppInstallation": {"accessScopes": scopes},
            "productVariants": lambda _, **asked: _connection(self._variants(asked["query"]), **asked),
            "productVariant": lambda _, id: self._variant(id),
            "orders": lambda _, **asked: _connection(self._found(asked["query"]), **asked),
            "ordersCount": lambda _, **asked: {
                "count": len(self._found(asked["query"])),
                "precision": "EXACT",
            },
            "order": lambda _, id: next((_order(o) for o in self.orders if o["id"] == id), None),
            "metafieldsSet": self._remember,
            "publishableUnpublish": self._unpublish,
            "productUpdate": self._draft,
        }

    def _variants(self, query: str) -> list[dict[str, Any]]:
        codes = set(re.findall(r'barcode:"([^"]*)"', query))
        rows = [row for product in self.products for row in product["rows"]]
        return [self._variant(row["id"]) for row in rows if self.ignores_filters or row["barcode"] in codes]

    def _variant(self, ref: str) -> Any:
        found = ((p, row) for p in self.products for row in p["rows"] if row["id"] == ref)
        return next(({**row, "displayName": p["title"], "product": _product(p)} for p, row in found), None)

    def _found(self, query: str) -> list[dict[str, Any]]:
        skus = set(re.findall(r'sku:"([^"]*)"', query))
        since = re.search(r"created_at:>='([^']+)'", query)
        until = re.search(r"created_at:<'([^']+)'", query)
        first = datetime.min.replace(tzinfo=UTC)
        if "read_all_orders" not in self.scopes:
            first = datetime.now(UTC) - timedelta(days=60)
        first = max(first, datetime.fromisoformat(since[1])) if since else first
        last = datetime.fromisoformat(until[1]) if until else datetime.max.replace(tzinfo=UTC)
        fits = (not skus) | self.ignores_filters
        return [
            _order(order) for order in self.orders
            if first <= order["createdAt"] < last and (fits or skus & {row["sku"] for row in order["rows"]})
        ]  # fmt: skip

    def _remember(self, _: object, metafields: list[dict[str, Any]]) -> Any:
        for each in metafields:
            json.loads(each["value"])
            self._by_id(each["ownerId"])["metafield"] = {"value": each["value"]}
        return {"userErrors": []}

    def _unpublish(self, _: object, id: str, input: list[dict[str, str]]) -> Any:
        product, ids = self._by_id(id), {each["publicationId"] for each in input}
        locked = product.get("locked", set())
        product["publications"] = [p for p in product["publications"] if p not in ids - locked]
        return {"userErrors": []}

    def _draft(self, _: object, product: dict[str, Any]) -> Any:
        self._by_id(product["id"])["status"] = product["status"]
        return {"userErrors": []}

    def _by_id(self, ref: str) -> dict[str, Any]:
        return next(product for product in self.products if product["id"] == ref)


def _is_public(product: dict[str, Any]) -> bool:
    return product["status"] == "ACTIVE" and "gid://shopify/Publication/1" in product["publications"]


def _product(product: dict[str, Any]) -> dict[str, Any]:
    nodes = [{"isPublished": True, "publication": {"id": ref}} for ref in product["publications"]]
    return {
        **product, "metafield": lambda _, **__: product.get("metafield"),
        "resourcePublicationsCount": lambda _, **__: {"count": len(nodes)},
        "resourcePublicationsV2": lambda _, **asked: _connection(nodes, **asked),
    }  # fmt: skip


def _order(order: dict[str, Any]) -> dict[str, Any]:
    rows = [{**row, "customAttributes": row.get("attributes", [])} for row in order["rows"]]
    sent = [{"createdAt": order["createdAt"].isoformat(), "status": "SUCCESS"}]
    return {
        "id": order["id"], "createdAt": order["createdAt"].isoformat(),
        "displayFulfillmentStatus": "FULFILLED", "fulfillments": lambda _, **__: sent,
        "lineItems": lambda _, **asked: _connection(rows, **asked),
    }  # fmt: skip


def _connection(nodes: list[Any], *, first: int, after: str | None = None, **_: object) -> dict[str, Any]:
    start = int(after) if after else 0
    end = start + first
    page = {"hasNextPage": end < len(nodes), "endCursor": str(end)}
    return {"nodes": nodes[start:end], "pageInfo": page}


def _cost_of(node: Any, variables: dict[str, Any]) -> float:
    """One point an object, as many times as a connection is asked for; ten for a mutation."""
    inner = sum(_cost_of(each, variables) for each in node.selection_set.selections if each.selection_set)
    if isinstance(node, OperationDefinitionNode):
        return inner + 10 * (node.operation.value == "mutation")
    assert isinstance(node, FieldNode)
    first = next(
        (argument.value for argument in node.arguments or () if argument.name.value == "first"), None
    )
    if first is None:
        return inner + (node.name.value not in ("nodes", "pageInfo", "customAttributes"))
    asked = getattr(first, "value", None)
    return float(asked if asked is not None else variables[first.name.value]) * max(inner, 1.0)  # type: ignore[union-attr]  # a variable has a name, a number a value
