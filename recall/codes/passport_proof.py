"""The proof of a passport: an enveloped credential (VC-JOSE) opened, and its signature checked with a key.

Suites are chosen by the name in the envelope's header (`alg`) from a table that a caller may extend, for
example by a national one; a name that is not in the table proves nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import import_key

from recall.errors import CodeRefused

Suite = Callable[[str, Mapping[str, Any]], bool]
"""Whether a token (`header.payload.signature`) was signed with the key (a public JWK)."""

LONGEST_TOKEN = 4 * 1024 * 1024
"""Characters of an envelope."""
DATA_PREFIX = "data:application/vc+jwt,"
_TYPES = frozenset({"", "vc+jwt", "vc+ld+jwt", "vc-ld+jwt", "jwt"})


def _jose(algorithm: str) -> Suite:
    def is_signed(token: str, key: Mapping[str, Any]) -> bool:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore", SecurityWarning
                )  # UNTP still writes EdDSA, which RFC 9864 renames
                jws.deserialize_compact(token, import_key(dict(key)), algorithms=[algorithm])
        except (JoseError, ValueError, TypeError, KeyError):
            return False
        return True

    return is_signed


SUITES: Mapping[str, Suite] = MappingProxyType({
    name: _jose(name) for name in ("Ed25519", "EdDSA", "ES256", "ES384")
})  # fmt: skip
"""The suites that are always there, by their names in JOSE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An enveloped credential; nothing of it is proven."""

    token: str
    algorithm: str
    key_id: str | None
    claims: Mapping[str, Any]
    """The credential."""

    @property
    def issuer(self) -> str | None:
        """Who the credential says has issued it."""
        issuer = self.claims.get("issuer")
        named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
        return named if isinstance(named, str) else None

    def is_signed(self, key: Mapping[str, Any], *, suites: Mapping[str, Suite] = SUITES) -> bool:
        """Whether the envelope was signed with the key, by a suite of the table."""
        suite = suites.get(self.algorithm)
        return suite is not None and suite(self.token, key)


def is_envelope(document: object) -> bool:
    """Whether a document is an `EnvelopedVerifiableCredential`, or the token of one."""
    if isinstance(document, str):
        return document.startswith((DATA_PREFIX, "ey"))
    return isinstance(document, Mapping) and str(document.get("id")).startswith(DATA_PREFIX)


def read_envelope(document: object) -> Envelope:
    """Open an enveloped credential, or the bare token of one. Raises `CodeRefused`."""
    text = document.get("id") if isinstance(document, Mapping) else document
    if not isinstance(text, str) or len(text) > LONGEST_TOKEN:
        _refuse(type(text).__name__, got="no token")
    token = text.removeprefix(DATA_PREFIX).strip()
    pieces = token.split(".")
    if len(pieces) != 3 or not all(pieces):
        _refuse(token, got=f"{len(pieces)} parts")
    header, claims = _object(pieces[0]), _object(pieces[1])
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or str(header.get("typ") or "") not in _TYPES or "crit" in header:
        _refuse(token, got=f"the header {str(header)[:80]}")
    return Envelope(
        token=token, algorithm=algorithm, key_id=key_id if isinstance(key_id, str) else None, claims=claims
    )


def _object(piece: str) -> Mapping[str, Any]:
    try:
        text = base64.b64decode(piece + "=" * (-len(piece) % 4), altchars=b"-_", validate=True)
        document = json.loads(text)
    except (ValueError, binascii.Error, RecursionError):
        _refuse(piece, got="no base64url of JSON")
    if not isinstance(document, dict):
        _refuse(piece, got=type(document).__name__)
    return document


def _refuse(shown: str, *, got: str) -> NoReturn:
    raise CodeRefused.of(shown[:80], expected="an enveloped credential (VC-JOSE)", got=got)
