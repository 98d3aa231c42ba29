"""The keys of who signs passports: `did:web`, its address and its document.

After W3C DID Core 1.0 and the did:web method; a key counts only if the document lets it assert.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from recall.codes.opaque import web_host
from recall.errors import CodeRefused

_MULTIKEY_ED25519 = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LOCAL = frozenset({"localhost", "127.0.0.1"})


def did_address(did: str) -> str:
    """Where the document of a `did:web` stands: over https, but on this very machine over http.

    Raises `CodeRefused` for every other method.

    >>> did_address("did:web:maker.example:products")
    'https://maker.example/products/did.json'
    """
    host = web_host(did)
    if host is None or "/" in did or "?" in did:
        raise CodeRefused.of(did, expected="a did:web", got=repr(did[:40]))
    scheme = "http" if host.split(":")[0] in _LOCAL else "https"
    path = [quote(unquote(part), safe="") for part in did.partition("#")[0].split(":")[3:]]
    return f"{scheme}://{host}/{'/'.join([*path, 'did.json']) if path else '.well-known/did.json'}"


def key_in(document: object, *, did: str, key_id: str | None) -> Mapping[str, Any]:
    """The public key (JWK) by which a DID may assert, from its document. Raises `CodeRefused`.

    Without a key's name the document must have just one.
    """
    rows = document if isinstance(document, Mapping) else {}
    if rows.get("id") != did:
        raise CodeRefused.of(str(rows.get("id")), expected=f"the document of {did[:80]}", got="another")
    methods = {_whole(one.get("id"), did=did): one for one in _rows(rows, "verificationMethod")}
    asserting = {_whole(one.get("id"), did=did): one for one in _rows(rows, "assertionMethod")}
    names = rows.get("assertionMethod")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and _whole(name, did=did) in methods:
            asserting[_whole(name, did=did)] = methods[_whole(name, did=did)]
    wanted = _whole(key_id, did=did) if key_id is not None else next(iter(asserting), "")
    if wanted not in asserting or (key_id is None and len(asserting) > 1):
        raise CodeRefused.of(
            key_id or did, expected="a key by which the issuer asserts", got="none of that name"
        )
    return _jwk(asserting[wanted])


def _whole(name: object, *, did: str) -> str:
    return f"{did}{name}" if isinstance(name, str) and name.startswith("#") else str(name)


def _rows(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = document.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _jwk(method: Mapping[str, Any]) -> Mapping[str, Any]:
    key = method.get("publicKeyJwk")
    if isinstance(key, Mapping):
        return {name: value for name, value in key.items() if name != "d"}
    raw = _from_multibase(str(method.get("publicKeyMultibase")))
    if raw is None:
        raise CodeRefused.of(
            str(method.get("id")),
            expected="publicKeyJwk, or Ed25519 as publicKeyMultibase",
            got=str(method.get("type")),
        )
    return {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}


def _from_multibase(text: str) -> bytes | None:
    """The 32 bytes of an Ed25519 key in base58btc with its multicodec; None for anything else."""
    if not text.startswith("z") or len(text) > 60 or not set(text[1:]) <= set(_BASE58):
        return None
    number = 0
    for letter in text[1:]:
        number = number * 58 + _BASE58.index(letter)
    raw = number.to_bytes(48, "big").lstrip(b"\0")
    return raw[2:] if raw.startswith(_MULTIKEY_ED25519) and len(raw) == 34 else None
