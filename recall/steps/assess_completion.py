"""Assess the completion: what still stands between a recall and the end of its active measures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recall.domain.completion import Account, Ledger, Standing, unmet
from recall.domain.laws import Laws, laws_of
from recall.domain.match import MatchClass
from recall.domain.party import Role
from recall.domain.policy import Duty
from recall.domain.recall import Recall, RecallAct, RecallState, recall_after
from recall.domain.task import OPEN_STATES
from recall.runtime import Runtime
from recall.store import (
    audit,
    confirmations,
    ledger,
    matches,
    orders,
    parties,
    recalls,
    silence,
    tasks,
)
from recall.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The recall as it stands."""

    state: RecallState
    ledger: Ledger
    unmet: tuple[str, ...]
    """What is still to be done; empty: active measures have reached their end."""


def assess_completion(runtime: Runtime, *, recall_id: str) -> Assessment:
    """Judge the recall by its books; with nothing left to do it comes to rest, never to an end by itself."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        standing = _standing(tx, recall=recall, laws=laws_of(recall.policies))
        left = unmet(standing)
        act = _act(recall, left=left)
        if act is not None:
            rested_at = now if act is RecallAct.REST else None
            recall = replace(recall, state=recall_after(recall.state, act=act), rested_at=rested_at)
            recalls.save_recall(tx, recall)
            audit.append(
                tx, at=now, actor="engine", action=f"recall.{recall.state}", subject=recall_id,
                recall_id=recall_id, detail=dict(standing.ledger.document()),
            )  # fmt: skip
        return Assessment(state=recall.state, ledger=standing.ledger, unmet=left)


def _act(recall: Recall, *, left: tuple[str, ...]) -> RecallAct | None:
    if recall.state is RecallState.OPEN and not left:
        return RecallAct.REST
    if recall.state is RecallState.MONITORING and left:
        return RecallAct.RESUME
    return None


def _standing(tx: Tx, *, recall: Recall, laws: Laws) -> Standing:
    affected = sum(
        count.lines
        for count in matches.match_summary(tx, recall_id=recall.id)
        if count.cls is not MatchClass.EXCLUDED
    )
    rounds = len(laws.reminders_after_days)
    return Standing(
        ledger=ledger.ledger(tx, recall_id=recall.id),
        open_tasks=sum(
            task.duty is not Duty.REPORT  # reports go on after the measures
            for task in tasks.tasks(tx, recall_id=recall.id, states=OPEN_STATES)
        ),
        conflicts=len(confirmations.confirmations(tx, recall_id=recall.id, conflicts_only=True)),
        open_scans=_open_scans(tx, recall=recall),
        stock_units=sum(
            holding.balances[Account.OUTSTANDING]
            for holding in ledger.stock_holdings(tx, recall_id=recall.id)
        ),
        lines_to_tell=affected,
        lines_told=silence.lines_told(tx, recall_id=recall.id),
        lines_waiting=silence.lines_awaiting_reminder(tx, recall_id=recall.id, rounds=rounds),
    )


def _open_scans(tx: Tx, *, recall: Recall) -> int:
    """How many trade items in scope some platform with a system has not given all order lines of."""
    asked = {p.id for p in parties.parties(tx, role=Role.PLATFORM) if p.endpoint}
    gtins = recalls.scope(tx, recall_id=recall.id, version=recall.version).gtins
    done = {
        (scan.platform_id, scan.gtin)
        for scan in orders.scans(tx, recall_id=recall.id, version=recall.version)
        if scan.complete
    }
    return sum((platform_id, gtin) not in done for platform_id in asked for gtin in gtins)
