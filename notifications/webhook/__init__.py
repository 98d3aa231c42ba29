"""The webhook channel: signed, thin documents to a party's own address (Standard Webhooks 1.0.0)."""
