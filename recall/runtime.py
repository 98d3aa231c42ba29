"""The runtime: what a step may reach: the store, time, new names, links, calendars and contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from recall.codes.form import Form
from recall.domain.laws import CalendarOf
from recall.domain.message import Message
from recall.links import Links
from recall.notary import Notary
from recall.sealing import Seal
from recall.store.database import Store, Tx


class Contacts(Protocol):
    """Where the addresses of buyers are kept that were given to the engine itself."""

    def addresses(self, tx: Tx, messages: Sequence[Message]) -> Mapping[str, str]:
        """Where these messages to buyers go, by the ids of the messages; who is not known is absent."""


class NoContacts:
    """The default: platforms keep their buyers' addresses."""

    def addresses(self, tx: Tx, messages: Sequence[Message]) -> Mapping[str, str]:  # noqa: ARG002 - the socket's
        """Nobody's."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Handed to every step; partners are reached before a step or after it, never inside."""

    store: Store
    now: Callable[[], datetime]
    """The time, aware, in UTC; the demo hands in a clock that it moves itself."""
    new_id: Callable[[str], str]
    """A new name with the given prefix, in the order of time: `tsk_0197…` (UUIDv7)."""
    links: Links
    seal: Seal
    """Seals the secrets of partners' systems."""
    notary: Notary
    """Signs the notices that are approved here, and checks those of others."""
    calendar_of: CalendarOf
    """The working days of a place (ISO 3166 code)."""
    adapters: tuple[Form, ...] = ()
    """The codes of authorities that this installation's files define."""
    contacts: Contacts = field(default_factory=NoContacts)
