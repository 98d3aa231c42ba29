"""The connecting: what a command line says of a party's system, checked against its kind's manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from connectors.registry import manifest_of
from flows.opening import bytes_of
from recall.domain.party import Party
from recall.errors import InputRefused
from recall.runtime import Runtime
from recall.store import party_secrets


def pairs_of(words: Iterable[str]) -> dict[str, str]:
    """`name=value` as pairs. Raises InputRefused for another form."""
    pairs = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not (name and sign):
            raise InputRefused(
                "A setting is a name and a value",
                value=name[:40],
                expected="NAME=VALUE",
                got=f"{name[:40]}{sign}",
            )
        pairs[name] = value
    return pairs


def secrets_of(words: Iterable[str]) -> dict[str, str]:
    """`name=@FILE` or `name=-` as names and what stands there: no secret is typed on a command line.

    Raises InputRefused, which repeats nothing behind the sign.
    """
    secrets = {}
    for name, place in pairs_of(words).items():
        if place != "-" and not place.startswith("@"):
            raise InputRefused(
                f"The secret {name!r} must not be typed here", value=name, got="a text",
                expected=f"{name}=@FILE or {name}=-", advice="Others of this machine can read command lines.",
            )  # fmt: skip
        secrets[name] = bytes_of(place.removeprefix("@")).decode().strip()
    return secrets


def told(runtime: Runtime, party: Party, *, settings: Mapping[str, str], given: Mapping[str, str]) -> Party:
    """The party with its settings as its kind wants them. Raises NotFound for no such kind, InputRefused."""
    manifest = manifest_of(party.connector)
    with runtime.store.read() as tx:
        kept = set(party_secrets.names_of(tx, party_id=party.id))
    every = {**party.settings, **settings}
    return replace(party, settings=manifest.checked(settings=every, given=given, kept=kept))
