"""The view of guesses: when so many codes were typed that are nobody's that an officer should know."""

from __future__ import annotations

from datetime import timedelta

from recall.runtime import Runtime
from recall.store import guesses
from recall.store.guesses import Misses

SHOWN = timedelta(days=7)


def much_guessing(runtime: Runtime, *, least: int) -> tuple[Misses, ...]:
    """The spans of the last days with at least so many misses, the newest first."""
    with runtime.store.read() as tx:
        return guesses.many(tx, after=runtime.now() - SHOWN, least=least)
