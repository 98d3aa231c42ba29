"""Passports for tests: a maker with a real key, credentials in its name, and lists that take them back."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

Key = OKPKey | ECKey


@dataclass(frozen=True, kw_only=True)
class Maker:
    """Who signs passports, by a `did:web`."""

    did: str
    key: Key = field(default_factory=lambda: OKPKey.generate_key("Ed25519"))
    algorithm: str = "Ed25519"

    @property
    def key_id(self) -> str:
        """The name of its one key."""
        return f"{self.did}#key-1"

    @property
    def public(self) -> dict[str, Any]:
        """The public half of its key (JWK)."""
        return dict(self.key.as_dict(private=False))

    def document(self, **changes: Any) -> dict[str, Any]:
        """Its DID document."""
        method = {
            "id": self.key_id, "type": "JsonWebKey", "controller": self.did, "publicKeyJwk": self.public,
        }  # fmt: skip
        return {
            "id": self.did, "verificationMethod": [method], "assertionMethod": [self.key_id],
        } | changes  # fmt: skip

    def sign(self, credential: Mapping[str, Any], **header: Any) -> str:
        """The token of a credential."""
        head = {"alg": self.algorithm, "typ": "vc+jwt", "kid": self.key_id} | header
        head = {name: value for name, value in head.items() if value is not None}
        payload = json.dumps(credential).encode()
        return jws.serialize_compact(head, payload, self.key, algorithms=[str(head["alg"])])

    def envelop(self, credential: Mapping[str, Any]) -> dict[str, Any]:
        """A credential enveloped, as it travels."""
        return {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:application/vc+jwt,{self.sign(credential)}",
        }

    def passport(self, product: str, **changes: Any) -> dict[str, Any]:
        """A UNTP passport of a product; `changes` go into its product."""
        return {
            "type": ["DigitalProductPassport", "VerifiableCredential"],
            "id": "https://maker.example/credentials/7",
            "issuer": {"type": ["CredentialIssuer"], "id": self.did, "name": "A maker"},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {
                "type": ["ProductPassport"],
                "product": {"id": product, "producedAtFacility": {"id": "https://place.example/7"}} | changes,
            },
        }

    def status_list(self, *taken_back: int, purpose: str = "revocation") -> dict[str, Any]:
        """A status list credential in which these indexes are taken back."""
        bits = bytearray(16 * 1024)
        for index in taken_back:
            bits[index // 8] |= 128 >> index % 8
        packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits))).rstrip(b"=").decode()
        return {
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did,
            "credentialSubject": {
                "type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": f"u{packed}",
            },
        }  # fmt: skip


def status_entry(address: str, *, index: int, purpose: str = "revocation") -> dict[str, Any]:
    """What a credential says of where it would be taken back."""
    return {
        "type": "BitstringStatusListEntry", "statusPurpose": purpose,
        "statusListIndex": str(index), "statusListCredential": address,
    }  # fmt: skip
