"""Shopify's documents as ours: pure, and a line that cannot be read is refused alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.orders import forms_of, gtin_of, row_digest, time_of, units_of
from recall.domain.match import OrderLine
from recall.errors import GiveUp, OrderRefused
from recall.ports import Limit, LineQuery, Listing, MatchedBy, Verification

_FULFILLED = "FULFILLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the lines of a shop are read: whose they are, and what is known of its SKUs."""

    platform_id: str
    shop: str
    lot: str
    serial: str
    """Names of the attributes in which the seller records lot and serial; case does not count."""
    skus: Mapping[str, str]
    """SKU -> GTIN-14, for lines whose variant has no barcode or is there no more."""


def skus_of(query: LineQuery) -> dict[str, str]:
    """Which trade item an SKU is: by the listings, and a trade item's own digits."""
    own = {} if query.gtin is None else dict.fromkeys(forms_of(query.gtin), query.gtin)
    return own | {listing.sku: listing.gtin for listing in query.listings if listing.sku}


def search_of(query: LineQuery) -> str:
    """The question in Shopify's search syntax; without SKUs where a listing has none, for all must be read.

    >>> search_of(LineQuery(gtin="12345678901231"))
    '(sku:"12345678901231")'
    """
    terms = []
    if is_filtered(query):
        terms.append("(" + " OR ".join(f"sku:{_quoted(sku)}" for sku in sorted(skus_of(query))) + ")")
    if query.since is not None:
        terms.append(f"created_at:>='{_stamp(query.since)}'")
    if query.until is not None:
        terms.append(f"created_at:<'{_stamp(query.until)}'")
    return " AND ".join(terms)


def is_filtered(query: LineQuery) -> bool:
    """Whether the orders can be asked for by SKU."""
    return query.gtin is not None and all(listing.sku for listing in query.listings)


def barcodes_of(gtin: str) -> str:
    """The question for the variants of a trade item, whatever length its barcode was written in."""
    return " OR ".join(f"barcode:{_quoted(form)}" for form in forms_of(gtin))


def listing_of(variant: Mapping[str, Any], *, shop: str) -> Listing | None:
    """A variant as the offer of a trade item; None where its barcode is none."""
    gtin, product = gtin_of(variant.get("barcode")), variant["product"]
    if gtin is None:
        return None
    published = (product.get("resourcePublicationsCount") or {}).get("count", 0)
    return Listing(
        ref=variant["id"], gtin=gtin, seller_ref=shop, title=str(variant.get("displayName") or "")[:500],
        on_sale=product["status"] in ("ACTIVE", "UNLISTED") and published > 0,
        matched_by=MatchedBy.BARCODE, product_ref=product["id"], sku=variant.get("sku") or "",
    )  # fmt: skip


def lines_of(
    order: Mapping[str, Any], rows: Sequence[Any], *, reading: Reading
) -> tuple[list[OrderLine], list[str]]:
    """The lines of one order whose trade item can be told, and those that cannot be read, each with why."""
    lines, refused = [], []
    for number, row in enumerate(rows):
        try:
            line = _line(order, row, reading=reading, where=f"/{order.get('id')}/lineItems/{number}")
        except OrderRefused as error:
            refused.append(str(error))
            continue
        lines += [] if line is None else [line]
    return lines, refused


def _line(order: Mapping[str, Any], row: Any, *, reading: Reading, where: str) -> OrderLine | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
        raise OrderRefused.of(row, expected="a line with its id", got=type(row).__name__, where=where)
    variant = row.get("variant") or {}
    gtin = gtin_of(variant.get("barcode")) or reading.skus.get(row.get("sku") or "")
    if gtin is None:
        return None
    told = {each["key"].strip().lower(): each.get("value") for each in row.get("customAttributes") or ()}
    return OrderLine(
        platform_id=reading.platform_id, line_ref=row["id"], listing_ref=variant.get("id") or "",
        seller_ref=reading.shop, gtin=gtin, lot=told.get(reading.lot.lower()) or None,
        serial=told.get(reading.serial.lower()) or None, units=units_of(row, "quantity", where=where),
        sold_at=time_of(order, "createdAt", where=where), shipped_at=_shipped(order, where=where),
        ship_from=None, region=None,
        digest=row_digest(row, order.get("id"), order.get("createdAt"), order.get("fulfillments")),
    )  # fmt: skip


def _shipped(order: Mapping[str, Any], *, where: str) -> datetime | None:
    """When all of an order went out in one parcel; else nobody says which line went with which."""
    sent = [each for each in order.get("fulfillments") or () if each.get("status") == "SUCCESS"]
    if len(sent) != 1 or order.get("displayFulfillmentStatus") != _FULFILLED:
        return None
    return time_of(sent[0], "createdAt", where=where)


def state_of(product: Mapping[str, Any]) -> str:
    """What a product's sale stands at, in Shopify's words."""
    return f"{product['status']}, published on {len(list(_published(product)))}"


def is_on_sale(product: Mapping[str, Any]) -> bool:
    """Whether some publication still offers the product."""
    return product["status"] in ("ACTIVE", "UNLISTED") and any(_published(product))


def publications_of(product: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where the product is published, or will be, as the input of an unpublication."""
    nodes = product["resourcePublicationsV2"]["nodes"]
    return [{"publicationId": node["publication"]["id"]} for node in nodes]


def before_of(product: Mapping[str, Any], *, key: str) -> str | None:
    """The state before the stop of this key, as it was written down at the product; None: another stop."""
    try:
        noted = json.loads((product.get("metafield") or {}).get("value") or "{}")
    except ValueError:
        return None
    return str(noted["before"]) if isinstance(noted, dict) and noted.get("key") == key else None


def buyers_view(page: Any, *, variant: str, listing_ref: str, how: str, at: datetime) -> Verification:
    """What the public product document (`/products/<handle>.js`) offers of a variant."""
    rows = page.get("variants", []) if isinstance(page, dict) else []
    offers = [row for row in rows if str(row.get("id")) == variant]
    on_sale = any(row.get("available") for row in offers)
    how = f"{how}: 200, {'for sale' if on_sale else 'not for sale'}"
    return Verification(listing_ref=listing_ref, stopped=not on_sale, how=how, at=at)


def bucket_of(cost: Mapping[str, Any]) -> tuple[float, Limit, float] | None:
    """Points that are left, the bucket's own limit, what the call asked for; None where it is not said."""
    try:
        status = cost["throttleStatus"]
        limit = Limit(burst=float(status["maximumAvailable"]), per_second=float(status["restoreRate"]))
        return float(status["currentlyAvailable"]), limit, float(cost["requestedQueryCost"])
    except (KeyError, TypeError, ValueError):
        return None


def connection(data: Mapping[str, Any], name: str) -> tuple[list[Any], str | None]:
    """The nodes of a connection, and the cursor of the next page. Raises GiveUp for another form."""
    try:
        page, nodes = data[name]["pageInfo"], data[name]["nodes"]
        return list(nodes), str(page["endCursor"]) if page["hasNextPage"] else None
    except (KeyError, TypeError):
        raise GiveUp(f"The answer has no {name!r}", expected="nodes and pageInfo") from None


def _published(product: Mapping[str, Any]) -> Iterator[Any]:
    return (node for node in product["resourcePublicationsV2"]["nodes"] if node["isPublished"])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
