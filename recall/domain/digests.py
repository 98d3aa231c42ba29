"""The digest list: a set of codes that can be asked for one, and does not hand out the list of them.

Each code is the first 8 bytes of SHA-256 over the salt, the GTIN-14 and the code; the list is sorted, so that
a look is a bisection. A code that is in the set is always found; one that is not is found by accident, whose
chance is the size of the set divided by 2^64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from recall.errors import InputRefused

WIDTH = 8
"""Bytes a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestList:
    """Codes of trade items, as digests under one salt."""

    salt: bytes
    digests: bytes = field(default=b"", repr=False)
    """Sorted, each `WIDTH` bytes, none twice."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], *, salt: bytes) -> DigestList:
        """The list of (GTIN-14, code) pairs."""
        start = hashlib.sha256(salt)

        def digest(pair: tuple[str, str]) -> bytes:
            one = start.copy()
            one.update("".join(pair).encode())
            return one.digest()[:WIDTH]

        return cls(salt=salt, digests=b"".join(sorted(set(map(digest, pairs)))))

    @classmethod
    def read(cls, document: object, *, salt: bytes) -> DigestList:
        """What `document()` wrote. Raises InputRefused."""
        text = document.get("digests") if isinstance(document, dict) else None
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True) if isinstance(text, str) else None
        except (binascii.Error, ValueError):
            raw = None
        if raw is None or len(raw) % WIDTH:
            raise InputRefused("Cannot read a list of digests", expected=f"base64 of {WIDTH} bytes each")
        return cls(salt=salt, digests=raw)

    def document(self) -> dict[str, object]:
        """`{"count", "digests"}`: base64 in the alphabet for addresses, with padding."""
        return {"count": len(self), "digests": base64.urlsafe_b64encode(self.digests).decode()}

    def __len__(self) -> int:
        """How many codes."""
        return len(self.digests) // WIDTH

    def holds(self, gtin: str, code: str) -> bool:
        """Whether the code of that trade item is in the list."""
        wanted = hashlib.sha256(self.salt + f"{gtin}{code}".encode()).digest()[:WIDTH]
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.digests[middle * WIDTH : (middle + 1) * WIDTH] < wanted:
                low = middle + 1
            else:
                high = middle
        return self.digests[low * WIDTH : (low + 1) * WIDTH] == wanted
