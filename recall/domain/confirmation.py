"""The confirmation: what a party says was done, read whole or refused whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from recall.domain.policy import Duty
from recall.errors import ConfirmationRefused


class Outcome(StrEnum):
    """What was done with the goods, or for the people who hold them."""

    DELISTED = "delisted"
    QUARANTINED = "quarantined"
    NOTIFIED = "notified"
    COLLECTED = "collected"
    DISPOSED = "disposed"
    REPORTED = "reported"
    RETURNED = "returned"
    REFUNDED = "refunded"
    REPLACED = "replaced"
    REPAIRED = "repaired"
    DESTROYED = "destroyed"
    NOT_AFFECTED = "not_affected"
    NO_LONGER_HAVE = "no_longer_have"
    UNREACHABLE = "unreachable"


DUTY_OF: Mapping[Outcome, Duty] = {
    Outcome.DELISTED: Duty.STOP_SALE,
    Outcome.QUARANTINED: Duty.QUARANTINE,
    Outcome.NOTIFIED: Duty.NOTIFY_BUYERS,
    Outcome.COLLECTED: Duty.RETRIEVE,
    Outcome.DISPOSED: Duty.DISPOSE,
    Outcome.REPORTED: Duty.REPORT,
}
"""The duty that an outcome fulfils; a buyer's outcomes fulfil none."""

BUYER_OUTCOMES = frozenset(Outcome) - frozenset(DUTY_OF)
"""What can be said of one order line."""

_TEXT_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One statement of one party; `key` makes it the same statement however often it comes."""

    key: str
    outcome: Outcome
    units: int
    at: datetime
    task_id: str | None = None
    line_ref: str | None = None
    gtin: str | None = None
    """The trade item of `lot`: lots of two trade items may share a code."""
    lot: str | None = None
    place: str | None = None
    seller_ref: str | None = None
    """On whose behalf a platform speaks, where it is a seller's own act."""
    final: bool = True
    """Whether the party holds its task done with this; false for a part of the goods."""
    evidence: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, document: object, *, where: str = "") -> Confirmation:
        """Read a confirmation document of the protocol. Raises ConfirmationRefused with a JSON pointer."""
        if not isinstance(document, Mapping):
            raise ConfirmationRefused.of(
                document, expected="a JSON object", got=type(document).__name__, where=where or "/"
            )
        outcome = _text(document, "outcome", where=where)
        if outcome not in set(Outcome):
            raise ConfirmationRefused.of(
                outcome, expected=f"one of {', '.join(Outcome)}", got=repr(outcome), where=f"{where}/outcome"
            )
        return cls(
            key=_text(document, "key", where=where), outcome=Outcome(outcome),
            units=_units(document, where=where), at=_time(document, where=where),
            task_id=_maybe(document, "task", where=where), line_ref=_maybe(document, "line", where=where),
            gtin=_maybe(document, "gtin", where=where),
            lot=_maybe(document, "lot", where=where), place=_maybe(document, "place", where=where),
            seller_ref=_maybe(document, "seller", where=where), final=_flag(document, "final", where=where),
            evidence=_evidence(document, where=where),
        )._checked(where=where)  # fmt: skip

    def _checked(self, *, where: str) -> Confirmation:
        if self.outcome in BUYER_OUTCOMES and self.line_ref is None:
            raise ConfirmationRefused.of(
                None, expected=f"the order line that was {self.outcome}", got="none", where=f"{where}/line"
            )
        return self

    def document(self) -> dict[str, object]:
        """The confirmation as the protocol writes it."""
        return {
            "key": self.key,
            "task": self.task_id,
            "outcome": self.outcome.value,
            "units": self.units,
            "line": self.line_ref,
            "gtin": self.gtin,
            "lot": self.lot,
            "place": self.place,
            "seller": self.seller_ref,
            "final": self.final,
            "at": self.at.isoformat(),
            "evidence": dict(self.evidence),
        }

    def digest(self, *, recall_id: str) -> str:
        """sha256 (hex) of its words and its recall: the same words of another are another statement."""
        said = {"recall": recall_id, **self.document()}
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayReceipt:
    """What became of one message that a platform relayed to a buyer of its own."""

    line_ref: str
    kind: str
    delivered: bool
    """False: it came back; the buyer cannot be reached this way."""
    at: datetime

    @classmethod
    def read(cls, document: object, *, where: str = "") -> RelayReceipt:
        """Read a receipt of the protocol. Raises ConfirmationRefused with a JSON pointer."""
        if not isinstance(document, Mapping):
            raise ConfirmationRefused.of(
                document, expected="a JSON object", got=type(document).__name__, where=where or "/"
            )
        result = _text(document, "result", where=where)
        if result not in ("delivered", "bounced"):
            raise ConfirmationRefused.of(
                result, expected="delivered or bounced", got=repr(result), where=f"{where}/result"
            )
        return cls(
            line_ref=_text(document, "line", where=where),
            kind=_text(document, "kind", where=where),
            delivered=result == "delivered",
            at=_time(document, where=where),
        )


def _text(document: Mapping[str, object], name: str, *, where: str) -> str:
    value = _maybe(document, name, where=where)
    if not value:
        raise ConfirmationRefused.of(value, expected="a text", got="nothing", where=f"{where}/{name}")
    return value


def _maybe(document: Mapping[str, object], name: str, *, where: str) -> str | None:
    value = document.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > _TEXT_LIMIT):
        raise ConfirmationRefused.of(
            value, expected=f"a text of at most {_TEXT_LIMIT} characters",
            got=f"{type(value).__name__} of {len(str(value))}", where=f"{where}/{name}",
        )  # fmt: skip
    return value


def _units(document: Mapping[str, object], *, where: str) -> int:
    value = document.get("units", 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**9:
        raise ConfirmationRefused.of(
            value, expected="a whole number from 0 to 1,000,000,000", got=repr(value), where=f"{where}/units"
        )
    return value


def _time(document: Mapping[str, object], *, where: str) -> datetime:
    value = _text(document, "at", where=where)
    try:
        at = datetime.fromisoformat(value)
        _ = at.astimezone(UTC)  # the first and the last hours of the calendar have no UTC
    except (ValueError, OverflowError):
        at = None
    if at is None or at.tzinfo is None:
        raise ConfirmationRefused.of(
            value, expected="a time with its offset, as 2025-06-17T09:00:00+08:00", got=repr(value),
            where=f"{where}/at",
        )  # fmt: skip
    return at


def _flag(document: Mapping[str, object], name: str, *, where: str) -> bool:
    value = document.get(name, True)
    if not isinstance(value, bool):
        raise ConfirmationRefused.of(
            value, expected="true or false", got=repr(value), where=f"{where}/{name}"
        )
    return value


def _evidence(document: Mapping[str, object], *, where: str) -> Mapping[str, str]:
    value = document.get("evidence") or {}
    if not isinstance(value, Mapping) or len(value) > 50:
        raise ConfirmationRefused.of(
            value,
            expected="an object of at most 50 texts",
            got=type(value).__name__,
            where=f"{where}/evidence",
        )
    return {str(name)[:_TEXT_LIMIT]: str(text)[:_TEXT_LIMIT] for name, text in value.items()}
