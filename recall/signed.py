"""The signed document: what this engine says for others to keep, as a compact JWS under its Ed25519 key.

The header tells the algorithm (`Ed25519`, RFC 9864), the kind of document (`typ`) and the key's thumbprint
(`kid`, RFC 7638). Keys are those of the webhooks: `whsk_<base64 of the seed>`, `whpk_<base64 of the key>`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from recall.errors import InputRefused, NotKnown

ALGORITHM = "Ed25519"
LARGEST = 128_000_000
"""Bytes of a document in its base64: room for several million serial numbers."""


class _Registry(jws.JWSRegistry):
    max_payload_length = LARGEST


_REGISTRY = _Registry(algorithms=[ALGORITHM])


def signed(payload: bytes, *, typ: str, key: Ed25519PrivateKey) -> str:
    """The payload under a signature, as a document of the kind `typ`."""
    own = OKPKey.import_key(key)
    header = {"alg": ALGORITHM, "typ": typ, "kid": own.thumbprint()}
    return jws.serialize_compact(header, payload, own, registry=_REGISTRY)


def opened(text: str, *, typ: str, keys: Iterable[str]) -> bytes:
    """The payload, when one of `keys` (`whpk_…`) signed it as a document of that kind. Raises NotKnown."""
    for key in keys:
        try:
            found = jws.deserialize_compact(text.strip(), _public(key), registry=_REGISTRY)
        except (JoseError, ValueError):  # another key's, or no JWS at all
            continue
        if found.headers().get("typ") == typ:
            return found.payload
        raise NotKnown(
            "This is signed, but something else", expected=typ, got=str(found.headers().get("typ"))
        )
    raise NotKnown(
        "The signature does not fit", expected="a document signed by one of the given keys", got="another",
        advice="Fetch it again, and compare the key with /.well-known/recall-issuer.json of the issuer.",
    )  # fmt: skip


def _public(text: str) -> OKPKey:
    """A public key `whpk_<base64>`. Raises InputRefused."""
    try:
        raw = base64.b64decode(text.removeprefix("whpk_"), validate=True)
        return OKPKey.import_key(Ed25519PublicKey.from_public_bytes(raw))
    except ValueError:
        raise InputRefused.of(
            text, expected="a public key whpk_<base64 of 32 bytes>", got="another form"
        ) from None


def new_pair(seed: bytes) -> tuple[str, str]:
    """The private and the public key (`whsk_…`, `whpk_…`) that 32 random bytes stand for."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return f"whsk_{base64.b64encode(seed).decode()}", f"whpk_{base64.b64encode(public).decode()}"


def private_key(text: str) -> Ed25519PrivateKey:
    """A private key `whsk_<base64 of its seed>`. Raises InputRefused, which does not show it."""
    try:
        seed = base64.b64decode(text.removeprefix("whsk_"), validate=True)
        return Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError:
        raise InputRefused(
            "Cannot read a private key", expected="whsk_<base64 of 32 bytes>", got="another form"
        ) from None


def thumbprint(public: str) -> str:
    """The name of a public key (RFC 7638), as `kid` tells it. Raises InputRefused."""
    return _public(public).thumbprint()
