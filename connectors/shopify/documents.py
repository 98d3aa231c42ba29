"""The documents: all that is asked of Shopify's Admin API, each with its cost; nothing about a buyer."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "2026-07"
"""Shopify's version of the schema; each is served for a year."""
PAGE, ITEMS = 10, 25
"""Orders a page, and lines of each that come with it: below the 1,000 points that one call may cost."""


@dataclass(frozen=True, slots=True)
class Document:
    """A GraphQL document, and the points of Shopify's bucket that it is expected to cost."""

    text: str
    cost: float


_LINES = """pageInfo { hasNextPage endCursor }
  nodes { id sku quantity customAttributes { key value } variant { id barcode } }"""

SCOPES = Document("{ shop { myshopifyDomain } currentAppInstallation { accessScopes { handle } } }", 4)

VARIANTS = Document(
    """query ($query: String!, $after: String) {
  productVariants(first: 50, after: $after, query: $query) {
    pageInfo { hasNextPage endCursor }
    nodes { id sku barcode displayName
      product { id status resourcePublicationsCount(onlyPublished: true) { count } } } } }""",
    200,
)

ORDERS = Document(
    f"""query ($query: String!, $after: String, $first: Int!, $items: Int!) {{
  ordersCount(query: $query, limit: null) {{ count precision }}
  orders(first: $first, after: $after, query: $query, sortKey: ID) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ id createdAt displayFulfillmentStatus fulfillments(first: 5) {{ createdAt status }}
      lineItems(first: $items) {{ {_LINES} }} }} }} }}""",
    600,
)

MORE_LINES = Document(
    f"""query ($id: ID!, $after: String) {{
  order(id: $id) {{ lineItems(first: 100, after: $after) {{ {_LINES} }} }} }}""",
    200,
)

_PRODUCT = """id handle status
    resourcePublicationsV2(first: 50, onlyPublished: false) { nodes { isPublished publication { id } } }
    metafield(namespace: "$app:recall", key: "stop") { value }"""

OFFER = Document(f"query ($id: ID!) {{ productVariant(id: $id) {{ id product {{ {_PRODUCT} }} }} }}", 120)

REMEMBER = Document(
    """mutation ($owner: ID!, $value: String!) {
  metafieldsSet(metafields: [
    {ownerId: $owner, namespace: "$app:recall", key: "stop", type: "json", value: $value}
  ]) { userErrors { message } } }""",
    10,
)

UNPUBLISH = Document(
    """mutation ($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) { userErrors { message } } }""",
    10,
)

DRAFT = Document(
    """mutation ($id: ID!) {
  productUpdate(product: {id: $id, status: DRAFT}) { userErrors { message } } }""",
    10,
)

ALL = (SCOPES, VARIANTS, ORDERS, MORE_LINES, OFFER, REMEMBER, UNPUBLISH, DRAFT)
