"""The kept document: what was taken in part by part, as a file to be read from."""

from __future__ import annotations

from io import RawIOBase
from typing import Any

from recall.store import capture_jobs
from recall.store.database import Store


class KeptDocument(RawIOBase):
    """A document that is kept in parts, as a file to read from; one part of it is in memory."""

    def __init__(self, store: Store, *, job: str) -> None:
        """The document of a job; each part is read in a transaction of its own."""
        self._store, self._job = store, job
        self._at = 0
        self._held: tuple[int, bytes] | None = None
        with store.read() as tx:
            self._parts = capture_jobs.kept_parts(tx, job=job)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is, from its start."""
        return True

    def tell(self) -> int:
        """How many bytes were read."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place counted from the start. Raises ValueError for another way of counting."""
        if whence != 0:
            raise ValueError(f"Cannot seek: expected a place from the start, got whence {whence}")
        self._at = offset
        return offset

    def readinto(self, buffer: Any) -> int:
        """Read on into a buffer: to the end of a part at most."""
        number, start = divmod(self._at, capture_jobs.PART)
        piece = self._part(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _part(self, number: int) -> bytes:
        if number >= self._parts:
            return b""
        if self._held is None or self._held[0] != number:
            with self._store.read() as tx:
                self._held = number, capture_jobs.kept_part(tx, job=self._job, number=number)
        return self._held[1]
