"""Who stands at the door: the party that a key was given to."""

from __future__ import annotations

from recall.domain.party import Party, Role
from recall.errors import NotAllowed, NotKnown
from recall.keys import key_hash
from recall.runtime import Runtime
from recall.store import parties


def holder_of_key(runtime: Runtime, *, text: str) -> Party:
    """The party whose key this is. Raises NotKnown for a key of nobody's, or one that was revoked."""
    return _holder(runtime, hash=key_hash(text))


def visitor(runtime: Runtime, *, cookie: str | None) -> Party:
    """The regulator's officer who signed in with a key that still holds. Raises NotKnown, NotAllowed."""
    if cookie is None:
        raise NotKnown("Nobody is signed in", advice="Sign in with a regulator's API key.")
    return check_officer(
        _holder(runtime, hash=runtime.links.read_visit(cookie, now=runtime.now())),
    )


def check_officer(party: Party) -> Party:
    """The party itself, where it is a regulator. Raises NotAllowed."""
    if party.role is not Role.REGULATOR:
        raise NotAllowed("Only a regulator may see this", expected="a regulator's key", got=party.role.value)
    return party


def _holder(runtime: Runtime, *, hash: str) -> Party:
    with runtime.store.read() as tx:
        party = parties.party_of_key(tx, key_hash=hash)
    if party is None:
        raise NotKnown("This key opens nothing here", advice="Ask the engine's operator for a new key.")
    return party
