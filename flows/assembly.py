"""The assembly: puts the house together - settings, store, keys, partners, channels - once a process."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import uuid_utils

from connectors.account import Account
from connectors.registry import REGISTRIES, kind, manifest_of
from flows.authority_keys import KeyFolder
from flows.calendars import calendar
from flows.relaying import SystemRelay
from notifications.registry import channels
from notifications.webhook.signature import SigningKey
from recall.codes.quality_code import QualityCode
from recall.codes.quality_code_file import quality_codes_in
from recall.domain.message import Via
from recall.domain.party import Party
from recall.links import Links
from recall.notary import Notary
from recall.ports import Channel, Handover, Pace, Platform, Registry
from recall.runtime import Runtime
from recall.sealing import KEY_BYTES, Seal
from recall.settings import Settings
from recall.store import party_secrets
from recall.store.database import Store
from recall.store.pacing import StoredPace


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that a flow, the service or a command needs."""

    settings: Settings
    runtime: Runtime
    key: SigningKey
    """Signs what leaves by webhook; its public half stands at /.well-known/recall-issuer.json."""

    def partner(self, party: Party) -> Platform:
        """The system of a party that has one, by its kind of connector; to be closed after use."""
        account = Account(
            platform_id=party.id,
            endpoint=party.endpoint or "",
            settings=party.settings,
            secrets=self.secrets(party),
            pace=self.pace(party),
            hosts=self.partner_hosts,
            timeout=self.settings.partner_timeout,
        )
        return kind(party.connector)(account)

    def pace(self, party: Party) -> Pace:
        """What the party's system allows, remembered in the database."""
        return StoredPace(
            store=self.runtime.store, name=f"{party.connector}/{party.id}", now=self.runtime.now,
            limits=manifest_of(party.connector).limits,
        )  # fmt: skip

    @property
    def partner_hosts(self) -> frozenset[str]:
        """The hosts of parties that may be asked though private."""
        return frozenset(self.settings.partner_hosts.split())

    def token(self, party: Party) -> str:
        """The bearer token that a party gave us for its system; empty where it gave none."""
        return self.secrets(party).get("token", "")

    def secrets(self, party: Party) -> dict[str, str]:
        """Every secret of a party's system, opened; for its connector alone."""
        with self.runtime.store.read() as tx:
            return party_secrets.secrets_of(tx, party_id=party.id, seal=self.runtime.seal)

    def channels(self, *, handover: Handover) -> Mapping[Via, Channel]:
        """Every channel, fresh: made inside the event loop that uses it, closed by its user.

        What is begun and answered is written into `handover`, where a channel's messages carry no key.
        """
        s = self.settings
        made = channels(
            smtp_host=s.smtp_host,
            smtp_port=s.smtp_port,
            smtp_user=s.smtp_user,
            smtp_password=s.smtp_password.get_secret_value(),
            smtp_tls=s.smtp_tls,
            smtp_connections=s.smtp_connections,
            mail_from=s.mail_from,
            handover=handover,
            signing_key=self.key,
            tokens=self.token,
            clock=wall_clock,
            timeout=s.partner_timeout,
            hosts=self.partner_hosts,
        )
        return {**made, Via.RELAY: SystemRelay(protocol=made[Via.RELAY], partner=self.partner)}


def definitions_of(settings: Settings) -> tuple[QualityCode, ...]:
    """The codes that this installation's files define. Raises InputRefused for a file that is wrong."""
    folder = settings.code_definitions
    return () if folder is None else quality_codes_in(folder)


def passport_registry(settings: Settings, *, now: Callable[[], datetime]) -> Registry:
    """Where passports are found; to be closed after use. Raises InputRefused for a wrong definition."""
    return REGISTRIES["resolver"](
        resolver=settings.passport_resolver,
        issuers=frozenset(settings.passport_issuers.split()),
        hosts=frozenset(settings.passport_hosts.split()),
        definitions=definitions_of(settings),
        timeout=settings.partner_timeout,
        now=now,
    )


def assemble(settings: Settings, *, now: Callable[[], datetime] | None = None) -> House:
    """The house for these settings; makes the home folder and its keys where there are none."""
    settings.home.mkdir(parents=True, exist_ok=True)
    secret = secret_of(settings.home / "links.secret")
    runtime = Runtime(
        store=Store(settings.database),
        now=now or wall_clock,
        new_id=new_id,
        links=Links(secret=secret, base_url=settings.base_url),
        calendar_of=calendar,
        notary=authority_keys(settings),
        seal=seal_of(settings.home / "vault.key"),
        adapters=tuple(code.form for code in definitions_of(settings)),
    )
    key = SigningKey.load_or_create(
        path=settings.home / "issuer.key", new_seed=lambda: secrets.token_bytes(32)
    )
    return House(settings=settings, runtime=runtime, key=key)


def authority_keys(settings: Settings) -> Notary:
    """The keys of authorities that are pinned in this installation's folder; no database is needed."""
    folder = settings.authorities or settings.home / "authorities"
    return Notary(shelf=KeyFolder(path=folder), new_seed=lambda: secrets.token_bytes(32))


_IN_USE: ContextVar[House] = ContextVar("house")


@contextmanager
def in_house(house: House) -> Iterator[House]:
    """Let the flows that run inside use this house; a flow takes only ids as its parameters."""
    token = _IN_USE.set(house)
    try:
        yield house
    finally:
        _IN_USE.reset(token)


def house_in_use() -> House:
    """The house of the process, or (in a worker of Prefect's) the one that the environment describes."""
    return _IN_USE.get(None) or _of_environment()


@lru_cache
def _of_environment() -> House:
    return assemble(Settings())


def wall_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """A new name in the order of time: the prefix and a UUIDv7 (RFC 9562) in hex."""
    return f"{prefix}_{uuid_utils.uuid7().hex}"


def seal_of(path: Path) -> Seal:
    """The seal whose key stands in a file that only its owner may read; made where there is none."""
    return Seal(hashlib.sha256(secret_of(path).encode()).digest()[:KEY_BYTES])


def secret_of(path: Path) -> str:
    """The secret in a file that only its owner may read; made where there is none."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()
