"""Signatures of webhooks: who sent this document, when, and that nobody changed it.

Standard Webhooks 1.0.0: what is signed is `<id>.<timestamp>.<body>`, three headers carry it, and
`webhook-signature` holds one or more signatures, a space between them, so that keys can be changed
without a gap. `v1a` is Ed25519 (a party needs our public key only; the default), `v1` HMAC-SHA256.
Keys are text: `whsec_` a shared secret, `whsk_` a private and `whpk_` a public Ed25519 key, each with
its base64. No clock and no randomness in here: both are handed in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from recall.errors import InputRefused, NotKnown
from recall.signed import signed

ID_HEADER, TIME_HEADER, SIGNATURE_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(seconds=300)
"""How far the time of a webhook may lie from the reader's own clock, either way."""


def signed_content(*, message_id: str, timestamp: int, body: bytes) -> bytes:
    """The bytes that are signed; `timestamp` in seconds since 1970."""
    return f"{message_id}.{timestamp}.".encode() + body


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """The engine's Ed25519 key: signs what it sends; `public` is for everyone."""

    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, *, text: str) -> SigningKey:
        """Reads `whsk_<base64 of the 32-byte seed>`; anything else is `InputRefused`, and not shown."""
        seed = _raw(text, prefix="whsk_")
        if len(seed) != 32:
            raise InputRefused("Cannot read a signing key", expected="32 bytes", got=str(len(seed)))
        return cls(_key=Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def load(cls, *, path: Path) -> SigningKey:
        """Reads the key's file; a file that others may read is `InputRefused`."""
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise InputRefused(
                f"Cannot use the signing key {path.name}",
                expected="a file only its owner may read (mode 600)", got=f"mode {mode:o}",
                advice=f"Make a new key, or run: chmod 600 {path.name}",
            )  # fmt: skip
        return cls.of(text=path.read_text(encoding="ascii").strip())

    @classmethod
    def load_or_create(cls, *, path: Path, new_seed: Callable[[], bytes]) -> SigningKey:
        """The key in `path`; when there is none, one of `new_seed()` (32 random bytes) is put there.

        The file appears whole and with mode 600; of two processes that create it, both use the first one's.
        """
        if not path.exists():
            _put_once(path, text=_text("whsk_", new_seed()))
        return cls.load(path=path)

    @property
    def public(self) -> str:
        """The public key, `whpk_<base64 of 32 bytes>`, for those who verify."""
        return _text("whpk_", self._key.public_key().public_bytes_raw())

    def sign(self, *, message_id: str, timestamp: int, body: bytes) -> str:
        """The `v1a` signature."""
        content = signed_content(message_id=message_id, timestamp=timestamp, body=body)
        return _token("v1a", self._key.sign(content))

    def signed(self, payload: bytes, *, typ: str) -> str:
        """A document for others to keep, as a compact JWS of that kind."""
        return signed(payload, typ=typ, key=self._key)

    def headers(self, *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
        """The three headers of a webhook that is sent at `at`."""
        timestamp = int(at.timestamp())
        return {
            ID_HEADER: message_id,
            TIME_HEADER: str(timestamp),
            SIGNATURE_HEADER: self.sign(message_id=message_id, timestamp=timestamp, body=body),
        }


def verify(
    *,
    keys: Iterable[str],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> str:
    """The webhook's id, when one of `keys` (`whsec_` or `whpk_`) signed exactly this, at about `now`.

    Else `NotKnown` with the reason. `headers` by their lower-case names. An id that was seen before is
    the caller's to know: inside the tolerance a copy is as good as the first.
    """
    message_id, sent, signatures = (
        headers.get(name, "") for name in (ID_HEADER, TIME_HEADER, SIGNATURE_HEADER)
    )
    if not (message_id and signatures):
        raise NotKnown("A webhook came without its headers", expected=f"{ID_HEADER}, {SIGNATURE_HEADER}")
    timestamp = _read_time(sent, now=now, tolerance=tolerance)
    content = signed_content(message_id=message_id, timestamp=timestamp, body=body)
    tried = signatures.split()
    if not any(_signed_by(key, content=content, token=token) for key in keys for token in tried):
        raise NotKnown("The webhook's signature does not fit", value=message_id)
    return message_id


def _read_time(sent: str, *, now: datetime, tolerance: timedelta) -> int:
    """The header's time, when it is a number of seconds and near enough to `now`."""
    if not (sent.isascii() and sent.isdigit() and len(sent) < 12):
        raise NotKnown("Cannot read a webhook's time", expected="seconds since 1970", got=repr(sent[:40]))
    distance = abs(int(sent) - now.timestamp())
    if distance > tolerance.total_seconds():
        raise NotKnown(
            "The webhook is not of now", expected=f"at most {tolerance.total_seconds():.0f} s away",
            got=f"{distance:.0f} s",
        )  # fmt: skip
    return int(sent)


def _signed_by(key: str, *, content: bytes, token: str) -> bool:
    """Whether this key made this one signature of the content."""
    version, _, encoded = token.partition(",")
    try:
        signature = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    if key.startswith("whpk_"):
        return version == "v1a" and _ed25519_fits(key, content=content, signature=signature)
    digest = hmac.digest(_raw(key, prefix="whsec_"), content, hashlib.sha256)
    return version == "v1" and hmac.compare_digest(digest, signature)


def _ed25519_fits(key: str, *, content: bytes, signature: bytes) -> bool:
    public = Ed25519PublicKey.from_public_bytes(_raw(key, prefix="whpk_"))
    try:
        public.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _put_once(path: Path, *, text: str) -> None:
    """Writes the file beside its place and links it there, unless somebody was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _token(version: str, signature: bytes) -> str:
    return f"{version},{base64.b64encode(signature).decode()}"


def _text(prefix: str, raw: bytes) -> str:
    return prefix + base64.b64encode(raw).decode()


def _raw(text: str, *, prefix: str) -> bytes:
    """The bytes of a key in text; the refusal never shows the key."""
    try:
        return base64.b64decode(text.removeprefix(prefix) if text.startswith(prefix) else "?", validate=True)
    except binascii.Error:
        raise InputRefused("Cannot read a webhook key", expected=f"{prefix}<base64>") from None
