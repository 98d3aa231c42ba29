"""Shopify's connector keeps the contract of all connectors, on Shopify's own schema."""

from __future__ import annotations

import base64
import hmac
import json
import time

import pytest
from graphql import GraphQLSchema, parse, validate

from connectors.contract import CHECKS, Broken, Check, is_well
from connectors.pages import lines_of, pages_of
from connectors.shopify import documents
from connectors.shopify.documents import Document
from recall.errors import GiveUp
from recall.ports import Event

from .conftest import KETTLE, SECRET, TOASTER, Opened, line, order


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_contract_is_kept(opened: Opened, check: Check) -> None:
    platform = opened.platform()
    await check(platform, opened.known)
    await platform.aclose()


@pytest.mark.parametrize("document", documents.ALL, ids=lambda document: document.text.split()[1][:30])
def test_every_document_is_one_of_shopifys_schema(schema: GraphQLSchema, document: Document) -> None:
    assert [] == validate(schema, parse(document.text))


def test_the_schema_refuses_a_field_that_is_not_there(schema: GraphQLSchema) -> None:
    assert validate(schema, parse(documents.ORDERS.text.replace("id sku quantity", "id barcode quantity")))


def test_nothing_about_a_buyer_is_asked_for() -> None:
    asked = " ".join(document.text for document in documents.ALL).lower()
    assert [] == [word for word in ("email", "phone", "customer", "address", "firstname") if word in asked]


async def test_an_ignored_filter_is_noticed_and_its_lines_are_named(opened: Opened) -> None:
    opened.shop.ignores_filters = True
    platform = opened.platform()
    with pytest.raises(Broken, match="filter"):
        await is_well(platform, opened.known)
    pages = await pages_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert 10 == sum(len(page.strange) for page in pages)
    assert {TOASTER, KETTLE} == {found.gtin for page in pages for found in page.lines}


async def test_points_that_run_out_are_waited_for(opened: Opened) -> None:
    opened.shop.restore, opened.shop.points = 250.0, 0.0
    platform, began = opened.platform(), time.monotonic()
    found = await lines_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert opened.known.line_refs == {each.line_ref for each in found}
    assert opened.shop.throttled > 0
    assert 15 > time.monotonic() - began


async def test_an_app_that_may_read_all_orders_has_no_blind_window(opened: Opened) -> None:
    opened.shop.scopes = (*opened.shop.scopes, "read_all_orders")
    platform = opened.platform()
    pages, stated = await pages_of(platform, gtin=TOASTER), await platform.capabilities()
    await platform.aclose()
    assert (None, set()) == (stated.history_days, {blind for page in pages for blind in page.blind})
    assert len(opened.known.line_refs) + 1 == sum(len(page.lines) for page in pages)


async def test_an_order_of_more_lines_than_come_at_once_is_read_to_its_end(opened: Opened) -> None:
    long = order(99, days=0)
    long["rows"] = [line(1000 + number, 1, "TOAST-1", TOASTER) for number in range(260)]
    opened.shop.orders.append(long)
    platform = opened.platform()
    found = await lines_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert len(opened.known.line_refs) + 260 == len({each.line_ref for each in found})


async def test_a_line_whose_variant_is_gone_is_told_by_its_sku(opened: Opened) -> None:
    gone = next(each for each in opened.shop.orders[1:] if len(each["rows"]) == 2)
    gone["rows"][1]["variant"] = None
    platform = opened.platform()
    found = await lines_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert opened.known.line_refs == {each.line_ref for each in found}


async def test_a_line_that_cannot_be_read_is_refused_alone(opened: Opened) -> None:
    broken = next(each for each in opened.shop.orders[1:] if len(each["rows"]) == 2)
    broken["rows"][1]["quantity"] = 0
    platform = opened.platform()
    pages = await pages_of(platform, gtin=TOASTER)
    await platform.aclose()
    assert 1 == sum("quantity" in why for page in pages for why in page.refused)
    assert len(opened.known.line_refs) - 1 == sum(len(page.lines) for page in pages)


async def test_a_product_that_stays_published_somewhere_becomes_a_draft(opened: Opened) -> None:
    opened.shop.products[0]["locked"] = {"gid://shopify/Publication/2"}
    platform = opened.platform()
    ref = (await platform.listings(gtin=TOASTER))[0].ref
    stop = await platform.stop_sale(listing_ref=ref, recall_id="rcl_1", stopped_before=None)
    await platform.aclose()
    assert ("ACTIVE, published on 2", "DRAFT, published on 1") == (stop.before, stop.after)
    assert stop.stopped


async def test_a_stop_is_seen_at_the_shops_public_address(opened: Opened) -> None:
    platform = opened.platform()
    ref = (await platform.listings(gtin=TOASTER))[0].ref
    before = await platform.is_stopped(listing_ref=ref)
    await platform.stop_sale(listing_ref=ref, recall_id="rcl_1", stopped_before=None)
    after = await platform.is_stopped(listing_ref=ref)
    await platform.aclose()
    assert (False, True) == (before.stopped, after.stopped)
    assert after.how.endswith("/products/toaster.js as anybody: 404")


async def test_the_same_stop_by_another_process_tells_the_same_state_before(opened: Opened) -> None:
    said = []
    for _ in range(2):
        platform = opened.platform()
        ref = (await platform.listings(gtin=TOASTER))[0].ref
        said.append(await platform.stop_sale(listing_ref=ref, recall_id="rcl_1", stopped_before=None))
        await platform.aclose()
    assert "ACTIVE, published on 2" == said[0].before == said[1].before


async def test_a_wrong_token_is_for_a_person_to_settle_and_is_not_repeated(opened: Opened) -> None:
    platform = opened.platform(token="shpat_of-another")
    with pytest.raises(GiveUp, match="401") as refused:
        await platform.listings(gtin=TOASTER)
    await platform.aclose()
    assert "shpat_of-another" not in str(refused.value)


async def test_a_signed_webhook_is_a_hint_and_a_forged_one_is_refused(opened: Opened) -> None:
    platform = opened.platform()
    raw = json.dumps({"admin_graphql_api_id": "gid://shopify/Order/1"}).encode()
    headers = {"x-shopify-topic": "orders/create", "x-shopify-webhook-id": "b54557e4"}
    signed = base64.b64encode(hmac.digest(SECRET.encode(), raw, "sha256")).decode()
    event = platform.event(headers={**headers, "x-shopify-hmac-sha256": signed}, raw=raw)
    assert isinstance(event, Event)
    assert ("b54557e4", "order", "gid://shopify/Order/1") == (event.id, event.kind, event.ref)
    with pytest.raises(GiveUp, match="not signed"):
        platform.event(headers={**headers, "x-shopify-hmac-sha256": signed}, raw=raw + b" ")
    await platform.aclose()
