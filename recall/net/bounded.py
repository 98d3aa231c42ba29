"""The bounded answer: a body is read up to a limit, and unpacked no further than that."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from recall.errors import GiveUp

ENCODINGS = "gzip, deflate"
"""What an answer may be packed in; nothing that can be unpacked only at once."""
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_PIECE = 262_144


class Streamed(Protocol):
    """An answer whose body is still to come."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, by their names in any case."""

    def aiter_raw(self) -> AsyncIterator[bytes]:
        """The body as it comes, packed as it is."""


async def pieces(answer: Streamed, *, largest: int, where: str) -> AsyncIterator[bytes]:
    """The body in pieces, unpacked. Raises GiveUp for over `largest` bytes, or what cannot be."""
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity", *_WINDOWS):
        raise GiveUp("The answer is packed in another way", expected=ENCODINGS, got=packing[:40], where=where)
    unpacking = zlib.decompressobj(_WINDOWS[packing]) if packing in _WINDOWS else None
    size = 0
    async for raw in answer.aiter_raw():
        rest = raw
        while rest:
            piece = rest
            rest = b""
            if unpacking is not None:
                try:
                    piece = unpacking.decompress(piece, _PIECE)
                except zlib.error as error:
                    raise GiveUp(f"The answer cannot be unpacked: {error}", where=where) from None
                rest = unpacking.unconsumed_tail
            size += len(piece)
            if size > largest:
                raise GiveUp("The answer is too large", expected=f"at most {largest} bytes", where=where)
            if piece:
                yield piece
    if unpacking is not None and size:
        rest = unpacking.flush()  # the last few hundred bytes, where the piece before was full
        if not unpacking.eof or size + len(rest) > largest:
            raise GiveUp("The answer cannot be unpacked: it is cut short, or too large", where=where)
        yield rest


async def whole(answer: Streamed, *, largest: int, where: str) -> bytes:
    """The whole body. Raises GiveUp as `pieces` does."""
    return b"".join([piece async for piece in pieces(answer, largest=largest, where=where)])
