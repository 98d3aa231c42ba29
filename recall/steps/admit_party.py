"""Admit a party: who takes part, how it is reached, and the keys by which it is known."""

from __future__ import annotations

from collections.abc import Mapping

from recall.domain.party import Party, Role
from recall.errors import InputRefused, NotFound, NotNow
from recall.keys import NewKey, new_key
from recall.runtime import Runtime
from recall.store import audit, parties, party_secrets
from recall.store.database import Tx
from recall.store.prefixes import LONGEST, SHORTEST, give_prefixes, prefixes_of


def admit_party(runtime: Runtime, *, party: Party, given: Mapping[str, str] | None = None) -> None:
    """Add a party, or keep what is now said of one; `given` are secrets of its system, kept sealed.

    Raises InputRefused for a buyer and for a platform that is none, NotFound for an unknown platform,
    NotNow where the platform calls another party by that reference.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check(tx, party)
        parties.add_party(tx, party, at=now)
        party_secrets.set_secrets(tx, party_id=party.id, secrets=given or {}, seal=runtime.seal)
        audit.append(
            tx, at=now, actor="operator", action="party.admitted", subject=party.id,
            detail={"role": party.role.value, "name": party.name, "connector": party.connector},
        )  # fmt: skip


def give_key(runtime: Runtime, *, party_id: str) -> NewKey:
    """A new key for a party: whole only in this answer, for the store keeps its hash. Raises NotFound."""
    made, now = new_key(), runtime.now()
    with runtime.store.begin() as tx:
        parties.party(tx, party_id=party_id)
        parties.add_key(
            tx, key_id=runtime.new_id("key"), party_id=party_id, prefix=made.prefix, key_hash=made.hash,
            at=now,
        )  # fmt: skip
        audit.append(
            tx, at=now, actor="operator", action="key.given", subject=party_id,
            detail={"prefix": made.prefix},
        )  # fmt: skip
    return made


def revoke_key(runtime: Runtime, *, party_id: str, prefix: str) -> None:
    """Let a key of a party open nothing any more; done twice is done once. Raises NotFound."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        known = next((key for key in parties.keys(tx, party_id=party_id) if key.prefix == prefix), None)
        if known is None:
            raise NotFound(
                f"The party {party_id!r} has no key that begins with rk_{prefix}", value=prefix,
                advice="`recall party keys PARTY` lists those it has.",
            )  # fmt: skip
        if known.revoked_at is None:
            parties.revoke_key(tx, key_id=known.id, at=now)
            audit.append(
                tx,
                at=now,
                actor="operator",
                action="key.revoked",
                subject=party_id,
                detail={"prefix": prefix},
            )


def own_prefixes(runtime: Runtime, *, party_id: str, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Enter GS1 Company Prefixes of a manufacturer; all that it has then. Raises InputRefused, NotFound."""
    with runtime.store.begin() as tx:
        party = parties.party(tx, party_id=party_id)
        for prefix in more:
            if not (prefix.isascii() and prefix.isdigit() and SHORTEST <= len(prefix) <= LONGEST):
                expected = f"{SHORTEST} to {LONGEST} digits of a company prefix"
                raise InputRefused.of(prefix, expected=expected, got=f"{len(prefix)} characters")
        if more and party.role is not Role.MANUFACTURER:
            raise InputRefused.of(party_id, expected="a manufacturer", got=party.role.value)
        if more:
            give_prefixes(tx, party_id=party_id, prefixes=more)
            audit.append(
                tx, at=runtime.now(), actor="operator", action="prefixes.given", subject=party_id,
                detail={"prefixes": sorted(more)},
            )  # fmt: skip
        return prefixes_of(tx, party_id=party_id)


def _check(tx: Tx, party: Party) -> None:
    if party.role is Role.BUYER:
        raise InputRefused(
            "A buyer is never a party", value=party.role, expected="another role", got=party.role,
            advice="Its platform keeps a buyer; the engine holds only references to order lines.",
        )  # fmt: skip
    if party.platform_id is not None:
        platform = parties.party(tx, party_id=party.platform_id)
        if platform.role is not Role.PLATFORM:
            raise InputRefused(
                f"{platform.name} is no platform", value=platform.id, expected="the id of a platform",
                got=platform.role,
            )  # fmt: skip
    if party.reference is not None:
        known = parties.party_by_reference(tx, reference=party.reference, platform_id=party.platform_id)
        if known is not None and known.id != party.id:
            raise NotNow(
                f"{known.name} is called {party.reference!r} already", value=party.reference,
                advice=f"Give the id {known.id} to change that party.",
            )  # fmt: skip
