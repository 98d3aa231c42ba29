"""WooCommerce's documents as ours: pure, and a line that cannot be read is refused alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.orders import forms_of, gtin_of, row_digest, time_of, units_of
from recall.domain.match import OrderLine
from recall.errors import GiveUp, OrderRefused
from recall.ports import LineQuery, Listing, MatchedBy, Outgoing

NOTE = "_recall_stop"
"""Key of the product's meta data at which the state before a stop is written down."""
NO_PRODUCT = "2147483647"
"""An id that no product has: what is asked where a trade item has no offer, and the probe of the filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the lines of a shop are read."""

    platform_id: str
    shop: str
    lot: str
    serial: str
    offers: Mapping[str, str]
    """Reference of an offer -> GTIN-14: an order line does not tell its trade item."""


def parts_of(query: LineQuery) -> tuple[str, ...]:
    """The products that are asked for one after the other; one empty part for every order."""
    if query.gtin is None:
        return ("",)
    return tuple(sorted({listing.product_ref for listing in query.listings})) or (NO_PRODUCT,)


def window_of(query: LineQuery) -> dict[str, str]:
    """The span of time as the shop takes it: neither end is in it, seconds only, in UTC."""
    ends = {}
    if query.since is not None:
        ends["after"] = _second(query.since) - timedelta(seconds=1)
    if query.until is not None:
        ends["before"] = _second(query.until)
    times = {name: time.replace(tzinfo=None).isoformat() for name, time in ends.items()}
    return times | ({"dates_are_gmt": "true"} if times else {})


def listing_of(product: Mapping[str, Any], *, gtin: str, shop: str) -> Listing | None:
    """A product or a variation as the offer of a trade item; None where it is another's."""
    if gtin_of(product.get("global_unique_id")) == gtin:
        matched = MatchedBy.GTIN
    elif product.get("sku") in forms_of(gtin):
        matched = MatchedBy.SKU
    else:
        return None
    own, parent = str(product["id"]), str(product.get("parent_id") or product["id"])
    return Listing(
        ref=own if own == parent else f"{parent}/{own}", gtin=gtin, seller_ref=shop, product_ref=parent,
        title=str(product.get("name") or "")[:500], on_sale=is_on_sale(product), matched_by=matched,
        sku=str(product.get("sku") or ""),
    )  # fmt: skip


def is_on_sale(product: Mapping[str, Any]) -> bool:
    """Whether the shop shows the product to buyers."""
    return product.get("status") == "publish"


def path_of(listing_ref: str) -> str:
    """Where a product, or a variation of one, stands. Raises GiveUp for a reference that is none."""
    ids = listing_ref.split("/")
    if len(ids) > 2 or not all(part.isascii() and part.isdigit() for part in ids):
        raise GiveUp("This is no offer of the shop", value=listing_ref[:80], expected="product[/variation]")
    return f"products/{ids[0]}" + (f"/variations/{ids[1]}" if len(ids) == 2 else "")


def lines_of(
    order: Mapping[str, Any], *, part: str, reading: Reading
) -> tuple[Sequence[OrderLine], Sequence[str]]:
    """The lines of one order that are of the asked product, and those that cannot be read, each with why.

    An order without such a line came through an ignored filter: then all its lines are given.
    """
    rows = order.get("line_items") or []
    own = [row for row in rows if not part or str(row.get("product_id")) == part]
    lines: list[OrderLine] = []
    refused: list[str] = []
    for row in own or rows:
        try:
            line = _line(order, row, reading=reading)
        except OrderRefused as error:
            refused.append(str(error))
            continue
        lines += [] if line is None else [line]
    return lines, refused


def _line(order: Mapping[str, Any], row: Mapping[str, Any], *, reading: Reading) -> OrderLine | None:
    product, variation = str(row.get("product_id")), row.get("variation_id")
    ref = f"{product}/{variation}" if variation else product
    gtin = reading.offers.get(ref) or reading.offers.get(product)
    if gtin is None:
        return None
    where = f"/{order.get('id')}/line_items/{row.get('id')}"
    told = {str(each.get("key")).lower(): each.get("value") for each in row.get("meta_data") or ()}
    return OrderLine(
        platform_id=reading.platform_id, line_ref=f"{order['id']}/{row['id']}", listing_ref=ref,
        seller_ref=reading.shop, gtin=gtin, lot=_text(told.get(reading.lot.lower())),
        serial=_text(told.get(reading.serial.lower())), units=units_of(row, "quantity", where=where),
        sold_at=time_of(order, "date_created_gmt", where=where, utc=True), shipped_at=None, ship_from=None,
        region=None, digest=row_digest(row, order["id"], order["date_created_gmt"]),
    )  # fmt: skip


def order_of(line_ref: str) -> str:
    """The order of one of our lines. Raises GiveUp."""
    order, _, line = line_ref.partition("/")
    if not (order.isascii() and order.isdigit() and line):
        raise GiveUp("This is no line of the shop", value=line_ref[:80], expected="order/line")
    return order


def before_of(product: Mapping[str, Any], *, key: str) -> str | None:
    """The state before the stop of this key, as it was written down at the product; None: another stop."""
    noted = [meta.get("value") for meta in product.get("meta_data") or () if meta.get("key") == NOTE]
    try:
        document = json.loads(noted[-1]) if noted else {}
    except (TypeError, ValueError):
        return None
    same = isinstance(document, dict) and document.get("key") == key
    return str(document["before"]) if same else None


def words_of(message: Outgoing, *, language: str) -> str:
    """What the buyer is told, in the shop's language where there is one, with the buyer's own link."""
    texts = message.document.get("texts")
    written = texts.get(language) if isinstance(texts, Mapping) else None
    text = str(written["text"]) if isinstance(written, Mapping) else message.text
    return text.replace("{link}", str(message.document.get("link") or ""))


def is_said(notes: Iterable[Mapping[str, Any]], text: str) -> bool:
    """Whether a note to the buyer says this already."""
    return any(note.get("customer_note") and note.get("note") == text for note in notes)


def number(header: str | None) -> int | None:
    """A whole number in a header."""
    return int(header) if header and header.isascii() and header.isdigit() else None


def _second(time: datetime) -> datetime:
    """The next whole second, in UTC: the shop keeps no parts of one."""
    time = time.astimezone(UTC)
    return time.replace(microsecond=0) + timedelta(seconds=1 if time.microsecond else 0)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
