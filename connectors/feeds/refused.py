"""A refusal inside a file: where it stands, and why; the rest of the file is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recall.domain.notice import Notice
from recall.errors import InputRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What could not be read: `where` is a JSON pointer, a line or the file's name."""

    where: str
    reason: str

    def document(self) -> dict[str, str]:
        """`{"where", "reason"}`."""
        return {"where": self.where, "reason": self.reason}


def or_refused(read: Callable[[], Notice], *, where: str) -> Notice | Refused:
    """The notice that `read` gives, or its refusal at the place that the refusal names, else at `where`."""
    try:
        return read()
    except InputRefused as problem:
        return Refused(where=problem.where or where, reason=str(problem))
