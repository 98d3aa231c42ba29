"""What a participant believes: a webhook signed by the issuer's key, at about the present time.

Written from the text of Standard Webhooks 1.0.0, apart from the engine's own signing, so that each side
proves the other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE_SECONDS = 300


class NotTrusted(Exception):
    """The webhook is not the issuer's, or not of now."""


def public_keys(document: object) -> Iterator[str]:
    """Every `whpk_` text in the issuer's well-known document, wherever it stands."""
    if isinstance(document, str):
        if document.startswith("whpk_"):
            yield document
    elif isinstance(document, Mapping):
        for value in document.values():
            yield from public_keys(value)
    elif isinstance(document, list):
        for value in document:
            yield from public_keys(value)


class Issuer:
    """The issuer's keys, fetched when first needed and again when a signature does not fit."""

    def __init__(self, *, fetch: Callable[[], object]) -> None:
        self._fetch = fetch
        self._keys: tuple[str, ...] = ()

    def check(self, *, headers: Mapping[str, str], body: bytes, now: float) -> str:
        """The webhook's id; NotTrusted when no key of the issuer signed it at about `now` (Unix seconds).

        `headers` by lower-case names. A failing fetch raises what `fetch` raises.
        """
        message_id, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not message_id or not (sent.isascii() and sent.isdigit() and len(sent) < 12):
            raise NotTrusted("the webhook's id or timestamp is missing")
        if abs(int(sent) - now) > TOLERANCE_SECONDS:
            raise NotTrusted("the webhook's timestamp is not of now")
        content = f"{message_id}.{sent}.".encode() + body
        signatures = list(_signatures(headers.get("webhook-signature", "")))
        if not _fits(self._keys, content=content, signatures=signatures):
            self._keys = tuple(public_keys(self._fetch()))
            if not _fits(self._keys, content=content, signatures=signatures):
                raise NotTrusted("no key of the issuer made this signature")
        return message_id


def _signatures(header: str) -> Iterator[bytes]:
    """The Ed25519 signatures of the header; several stand beside each other while keys change."""
    for token in header.split():
        version, _, encoded = token.partition(",")
        if version == "v1a":
            try:
                yield base64.b64decode(encoded, validate=True)
            except binascii.Error:
                continue


def _fits(keys: Iterable[str], *, content: bytes, signatures: Iterable[bytes]) -> bool:
    return any(_signed(key, content, signature) for key in keys for signature in signatures)


def _signed(key: str, content: bytes, signature: bytes) -> bool:
    try:
        raw = base64.b64decode(key.removeprefix("whpk_"), validate=True)
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
