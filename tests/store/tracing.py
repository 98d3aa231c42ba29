"""What tests of the trace through a store share: parts, scopes, and the answer in short."""

from __future__ import annotations

from typing import Any

from recall.domain.scope import Scope, ScopeClause
from recall.domain.trace import Trace, trace
from recall.epcis.event import Event
from recall.store.database import Tx
from recall.store.world import StoredWorld
from tests.store.goods import (
    CELL,
    event,
)

PHONE = "09521234500018"
CASE_GTIN = "16901234567899"


def thing(gtin: str, serial: str) -> str:
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


def joined(parent: str, *parts: str, action: str = "ADD", **more: Any) -> Event:
    return event("AssociationEvent", action=action, parentID=parent, childEPCs=list(parts), **more)


def scope(**parts: Any) -> Scope:
    """One clause over the cell, or over whatever is said."""
    given: dict[str, Any] = {"number": 1, "name": "cell", "model": None, "gtins": frozenset({CELL})} | parts
    return Scope(recall_id="rcl", version=1, clauses=(ScopeClause(**given),), reference="R-1", digest="d")


def cells(*serials: str) -> Scope:
    return scope(serials=frozenset(serials))


def found(tx: Tx, of: Scope) -> Trace:
    return trace(of, world=StoredWorld(tx))


def items(answer: Trace) -> dict[str, bool]:
    """The serials in the answer, and whether each is only to be inspected."""
    return {one.key.serial if one.key else one.code: one.inspect for one in answer.items}


def lots(answer: Trace) -> set[str]:
    return {one.key.lot for one in answer.lots}


def odd(answer: Trace) -> set[str]:
    return {one.kind for one in answer.anomalies}
