"""Shopify, spoken to by its Admin API (GraphQL) as an app of the shop's own."""
