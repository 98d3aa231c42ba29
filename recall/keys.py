"""The key: what a party's system shows at the door, of which only a hash is ever kept.

    rk_<prefix>_<secret>      prefix 12 hexadecimal digits, secret 43 characters (256 random bits)

The secret is random and long, so a fast hash is the right one: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from recall.errors import NotKnown

_FORM = re.compile(r"rk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key at the only moment at which it is whole: show `text` once, keep `prefix` and `hash`."""

    text: str
    prefix: str
    hash: str


def new_key() -> NewKey:
    """A new random key."""
    prefix = secrets.token_hex(6)
    text = f"rk_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(text=text, prefix=prefix, hash=key_hash(text))


def key_hash(text: str) -> str:
    """sha256 (hex) of a key, as the store keeps it. Raises NotKnown for what has not the form of one."""
    if _FORM.fullmatch(text) is None:
        raise NotKnown(
            "This is not an API key", expected="rk_<12 digits>_<43 characters>", got="another form"
        )
    return hashlib.sha256(text.encode()).hexdigest()
