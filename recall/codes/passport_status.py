"""The standing of a credential: Bitstring Status Lists, where one bit says whether it was taken back.

After W3C Bitstring Status List 1.0.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from recall.errors import CodeRefused

SMALLEST_LIST = 16 * 1024
"""Bytes: a list of fewer entries would tell who is asked for."""
LARGEST_LIST = 16 * 1024 * 1024
"""Bytes after decompression."""
_ENTRY_TYPES = frozenset({"BitstringStatusListEntry", "StatusList2021Entry"})
_LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """One bit that speaks of a credential."""

    purpose: str
    """`revocation`, `suspension` or another word of the issuer's."""
    index: int
    address: str
    """Where the list is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """A list of bits, one a credential."""

    purposes: tuple[str, ...]
    bits: bytes

    def says(self, entry: StatusEntry) -> bool:
        """Whether the bit of an entry is set. Raises `CodeRefused` where the list has none for it."""
        if entry.purpose not in self.purposes:
            raise CodeRefused.of(
                entry.purpose, expected=" or ".join(self.purposes), got=repr(entry.purpose[:40])
            )
        byte, place = divmod(entry.index, 8)
        if byte >= len(self.bits):
            raise CodeRefused.of(
                entry.index, expected=f"an index below {len(self.bits) * 8}", got=str(entry.index)
            )
        return bool(self.bits[byte] >> (7 - place) & 1)


def status_entries(value: object) -> tuple[StatusEntry, ...]:
    """The entries of a credential's `credentialStatus`. Raises `CodeRefused` for one that cannot be read."""
    if value is None:
        return ()
    return tuple(_entry(one) for one in (value if isinstance(value, list) else [value]))


def _entry(value: object) -> StatusEntry:
    rows = value if isinstance(value, Mapping) else {}
    index, address, purpose = (
        rows.get(name) for name in ("statusListIndex", "statusListCredential", "statusPurpose")
    )
    text = str(index) if isinstance(index, str | int) and not isinstance(index, bool) else ""
    kinds = rows["type"] if isinstance(rows.get("type"), list) else [rows.get("type")]
    known = any(kind in _ENTRY_TYPES for kind in kinds if isinstance(kind, str))
    known = known and rows.get("statusSize", 1) == 1
    right = isinstance(address, str) and len(address) <= _LONGEST_ADDRESS and isinstance(purpose, str)
    if not (known and right and text.isascii() and text.isdigit() and len(text) <= 12):
        raise CodeRefused.of(
            str(rows.get("type")), expected="a Bitstring Status List's entry with purpose, index and list",
            got=str(value)[:80],
        )  # fmt: skip
    return StatusEntry(purpose=str(purpose), index=int(text), address=str(address))


def read_status_list(credential: object) -> StatusList:
    """The list inside a status list credential. Raises `CodeRefused`, also for one that unpacks too far."""
    subject = credential.get("credentialSubject") if isinstance(credential, Mapping) else None
    rows = subject if isinstance(subject, Mapping) else {}
    encoded, purposes = rows.get("encodedList"), rows.get("statusPurpose")
    names = tuple(
        one for one in (purposes if isinstance(purposes, list) else [purposes]) if isinstance(one, str)
    )
    if not isinstance(encoded, str) or not names:
        raise CodeRefused.of(
            str(rows.get("type")), expected="a Bitstring Status List", got="another document"
        )
    return StatusList(purposes=names, bits=_unpacked(encoded.removeprefix("u")))


def _unpacked(encoded: str) -> bytes:
    try:
        packed = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        bits = zlib.decompressobj(wbits=31).decompress(packed, LARGEST_LIST + 1)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise CodeRefused.of(encoded[:40], expected="base64url of gzip", got=str(error)[:80]) from None
    if not SMALLEST_LIST <= len(bits) <= LARGEST_LIST:
        raise CodeRefused.of(
            encoded[:40], expected=f"{SMALLEST_LIST} to {LARGEST_LIST} bytes", got=f"{len(bits)} or more"
        )
    return bits
