"""The seal: secrets at rest, by AES-256-GCM under the engine's own key, each bound to what it is about.

v1:<base64 of nonce (12 bytes) and ciphertext with its tag>
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from recall.errors import NotNow

KEY_BYTES = 32
_NONCE, _SEALED, _PLAIN = 12, "v1:", "plain:"


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens with one key of 32 bytes, which stands beside the database, never in it."""

    key: bytes = field(repr=False)

    def close(self, text: str, *, about: str) -> str:
        """The text, sealed; `about` says what it is (`party/name`), and nothing else opens it."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, text.encode(), about.encode())
        return _SEALED + base64.b64encode(sealed).decode()

    def open(self, sealed: str, *, about: str) -> str:
        """The text. Raises NotNow for one that another key sealed, or that is about another thing."""
        if sealed.startswith(_PLAIN):  # kept before there was a seal; `is_open` finds it
            return sealed.removeprefix(_PLAIN)
        try:
            raw = base64.b64decode(sealed.removeprefix(_SEALED), validate=True)
            return AESGCM(self.key).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise NotNow(
                "A secret cannot be opened", value=about, expected="the key that sealed it", got="another",
                advice="Bring the home's vault.key back, or say it again: recall party set --secret.",
            ) from None  # fmt: skip


def is_open(sealed: str) -> bool:
    """Whether a secret stands there unsealed, from before there was a seal."""
    return sealed.startswith(_PLAIN)
