"""Admit the guesses: who types too many codes that are nobody's must wait, and very many raise an alarm.

A code has 23^11 (about 10^15) values, so guessing finds none in a lifetime, limited or not; the limits
keep it from costing the engine anything, and tell the officers that somebody tries.
"""

from __future__ import annotations

from collections.abc import Sequence

from recall.domain.sender import Counted, sender
from recall.errors import TooMany
from recall.runtime import Runtime
from recall.store import audit, guesses, seals

MOST_OF_ONE = 20
"""Misses of one address in a span; the next must wait for the next span."""
MOST_OF_ALL = 2_000
"""Misses in a span, from which on one is enough to make an address wait: who has typed none is still served,
so nobody can shut the door for others."""
ALARMING = 200
"""Misses in a span that are told to the officers."""


def admit_guesses(runtime: Runtime, *, codes: Sequence[str], asked_by: str) -> None:
    """Let the typed codes (in their written form) be looked up, and count those that are nobody's.

    `asked_by` is the address that they came from; only the sender's name is kept, and none once a miss of a
    later span is counted. Raises TooMany.
    """
    now = runtime.now()
    guesser = sender(runtime.links, address=asked_by, of=Counted.GUESS, now=now)
    with runtime.store.read() as tx:
        before = guesses.misses(tx, by=guesser)
        if before.own >= (MOST_OF_ONE if before.all < MOST_OF_ALL else 1):
            left = (guesser.until - now).total_seconds()
            raise TooMany("Too many codes that no notice has were typed", after=left)
        missed = sum(seals.seal_of_code(tx, code=code) is None for code in codes)
    if not missed:
        return
    with runtime.store.begin() as tx:
        after = guesses.count(tx, by=guesser, more=missed)
        if after.all - missed < ALARMING <= after.all:
            audit.append(
                tx, at=now, actor="engine", action="codes.guessed", subject="verify",
                detail={"misses": after.all, "since": guesser.since.isoformat()},
            )  # fmt: skip
