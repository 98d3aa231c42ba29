"""The hooks: whether a vendor's webhook is the vendor's, by the signature over the very bytes that came."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from recall.errors import GiveUp


def hook_of(raw: bytes, *, secret: str | None, signature: str | None) -> Mapping[str, Any]:
    """The JSON object of a webhook that is signed by base64(HMAC-SHA256(secret, body)).

    Without a secret no webhook can be believed, so every one is refused. Raises GiveUp for a forged one.
    """
    if not secret:
        raise GiveUp("No secret for webhooks is known here", expected="the secret that the shop signs with")
    expected = base64.b64encode(hmac.digest(secret.encode(), raw, "sha256"))
    if not hmac.compare_digest(expected, (signature or "").encode(errors="replace")):
        raise GiveUp("The webhook is not signed by the shop", expected="its own signature over the body")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise GiveUp("The webhook is no JSON object", got=raw[:80].decode(errors="replace"))
    return document
