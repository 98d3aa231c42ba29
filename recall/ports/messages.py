"""The messages: what companies tell each other of a recall by a standard of theirs, out and in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from recall.domain.confirmation import Confirmation
from recall.domain.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A party's message about what it took out of trade: which notice it answers, and its statements."""

    original: str
    """The name that the recall's first notification bears."""
    own: str
    gln: str
    """Who confirms; empty where the message names nobody by a GLN."""
    confirmations: tuple[Confirmation, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message, and what of the notice it cannot say: whoever receives it holds more goods for affected."""

    xml: str
    left_out: tuple[str, ...]


class Messages(Protocol):
    """Recall messages between companies, by a standard of theirs."""

    def notification(self, notice: Notice, *, reference: str, version: int, to: str, at: datetime) -> Letter:
        """A version of a recall's notice, issued at `at`, to a GLN (empty: everybody).

        Raises NotNow where the engine has no name of its own in the standard.
        """

    def removal(self, raw: bytes, *, reference: str, final: bool) -> Removal:
        """The one removal confirmation in a file, about the recall of that reference.

        `final`: with it the party holds its tasks done. Raises InputRefused for any other file.
        """
