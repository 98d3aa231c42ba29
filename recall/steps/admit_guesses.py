"""Admit the guesses: who types too many codes that are nobody's must wait, and very many raise an alarm.

A code has 23^11 (about 10^15) values, so guessing finds none in a lifetime, limited or not; the limits
keep it from costing the engine anything, and tell the officers that somebody tries.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from recall.errors import TooMany
from recall.runtime import Runtime
from recall.store import audit, guesses, seals

SPAN = timedelta(minutes=10)
MOST_OF_ONE = 20
"""Misses of one address in a span; the next must wait for the next span."""
MOST_OF_ALL = 2_000
"""Misses in a span, from which on one is enough to make an address wait: who has typed none is still served,
so nobody can shut the door for others."""
ALARMING = 200
"""Misses in a span that are told to the officers."""
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def admit_guesses(runtime: Runtime, *, codes: Sequence[str], asked_by: str) -> None:
    """Let the typed codes (in their written form) be looked up, and count those that are nobody's.

    `asked_by` is the address that they came from; only a keyed hash of it is kept, of IPv6 that of its /64
    network, another in each span, and none once a miss of a later span is counted. Raises TooMany.
    """
    now = runtime.now()
    since = now - (now - _BEGAN) % SPAN
    who = runtime.links.seed(f"recall.guess/{since.isoformat()}/{_network(asked_by)}").hex()[:32]
    with runtime.store.read() as tx:
        before = guesses.misses(tx, who=who, since=since)
        if before.own >= (MOST_OF_ONE if before.all < MOST_OF_ALL else 1):
            left = since + SPAN - now
            raise TooMany("Too many codes that no notice has were typed", after=left.total_seconds())
        missed = sum(seals.seal_of_code(tx, code=code) is None for code in codes)
    if not missed:
        return
    with runtime.store.begin() as tx:
        after = guesses.count(tx, who=who, since=since, by=missed)
        if after.all - missed < ALARMING <= after.all:
            audit.append(
                tx, at=now, actor="engine", action="codes.guessed", subject="verify",
                detail={"misses": after.all, "since": since.isoformat()},
            )  # fmt: skip


def _network(address: str) -> str:
    """Who an address belongs to: itself, or the network that one household of IPv6 has."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or (int(read) >> 64))
