"""WooCommerce's signing: basic over TLS, and where there is none OAuth 1.0a with one leg (RFC 5849)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.signing import Signed, Signer, Unsigned, basic


def signer_for(address: str, *, key: str, secret: str, nonce: Callable[[], str]) -> Signer:
    """What the shop at this address wants: without TLS the secret itself is never sent."""
    if urlsplit(address).scheme == "https":
        return basic(key, secret)
    return lambda unsigned: _one_legged(unsigned, key=key, secret=secret, nonce=nonce())


def signature(
    *, method: str, url: str, params: Iterable[tuple[str, str]], key: str, digest: str = "sha256"
) -> str:
    """RFC 5849, 3.4: base64(HMAC(key, base string)) of every parameter, those in `url` among `params`.

    `key` is the client's secret and the token's, each percent-encoded, with "&" between.
    """
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in params)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(map(_encoded, (method.upper(), url.partition("?")[0], joined)))
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), digest)).decode()


def _one_legged(unsigned: Unsigned, *, key: str, secret: str, nonce: str) -> Signed:
    own = {
        "oauth_consumer_key": key, "oauth_nonce": nonce, "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(unsigned.at.timestamp())),
    }  # fmt: skip
    sent = parse_qsl(urlsplit(unsigned.url).query, keep_blank_values=True)
    signed = signature(
        method=unsigned.method, url=unsigned.url, params=[*sent, *own.items()], key=f"{_encoded(secret)}&"
    )
    return Signed(query={**own, "oauth_signature": signed})


def _encoded(text: str) -> str:
    return quote(text, safe="")
