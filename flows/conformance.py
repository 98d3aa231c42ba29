"""The conformance: the kit run against a participant or against the reference, and what it found as words."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from connectors.protocol.kit.run import Checked, check
from connectors.protocol.mapping import CLASSES
from connectors.sandbox.faults import FAULTS, Fault
from connectors.sandbox.reference import reference
from flows.printing import print_json, print_table
from notifications.webhook.signature import SigningKey
from recall.errors import InputRefused
from recall.settings import Settings
from recall.signed import new_pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a participant: up to which class, for which trade item, how patiently (seconds)."""

    upto: str | None
    gtin: str | None
    timeout: float


def class_of(text: str | None) -> str | None:
    """A class of the protocol as it was typed. Raises InputRefused for what is none."""
    if text is not None and text.upper() not in CLASSES:
        raise InputRefused.of(text, expected="a class from A to E", got=text)
    return text.upper() if text else None


def own_key(settings: Settings) -> SigningKey:
    """The key of this installation, made where there is none yet."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return SigningKey.load_or_create(
        path=settings.home / "issuer.key", new_seed=lambda: secrets.token_bytes(32)
    )


def checked(asked: Asked, *, url: str, token: str, key: SigningKey) -> tuple[Checked, ...]:
    """The participant behind an address, its webhooks signed with `key`."""

    def sign(message_id: str, timestamp: int, body: bytes) -> str:
        return key.sign(message_id=message_id, timestamp=timestamp, body=body)

    return asyncio.run(
        check(endpoint=url, token=token, sign=sign, gtin=asked.gtin, asked=asked.upto, timeout=asked.timeout)
    )


def checked_sandbox(asked: Asked, *, fault: Fault | None) -> tuple[Checked, ...]:
    """The reference participant, with a fault where one is given."""
    private, public = new_pair(secrets.token_bytes(32))
    with reference(public=public, fault=fault) as participant:
        return checked(asked, url=participant.url, token=participant.token, key=SigningKey.of(text=private))


def print_checks(checks: tuple[Checked, ...], *, json: bool) -> None:
    """What the kit found: `{"passed", "total", "checks"}` or a table."""
    passed = sum(one.ok for one in checks)
    if json:
        document = [one.document() for one in checks]
        print_json({"passed": passed, "total": len(checks), "checks": document})
    else:
        rows = (("ok" if one.ok else "NOT OK", one.id, one.sent, one.expected, one.got) for one in checks)
        print_table(
            ("", "check", "asked", "expected", "got"), rows, title=f"{passed} of {len(checks)} passed"
        )


def print_faults(*, json: bool) -> None:
    """Every fault that can be planted, with the check that finds it."""
    if json:
        document = [{"name": fault.name, "what": fault.what, "check": fault.check} for fault in FAULTS]
        print_json({"faults": document})
    else:
        rows = ((fault.name, fault.what, fault.check) for fault in FAULTS)
        print_table(("fault", "the participant", "found by the check"), rows)
