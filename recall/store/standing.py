"""The standing: the counts by which a recall's completion is judged, read in one transaction."""

from __future__ import annotations

from recall.domain.completion import Account, Standing
from recall.domain.laws import Laws
from recall.domain.match import MatchClass
from recall.domain.party import Role
from recall.domain.policy import Duty
from recall.domain.recall import Recall
from recall.domain.task import OPEN_STATES
from recall.store import confirmations, ledger, matches, parties, recalls, scans, silence, tasks
from recall.store.sql import Tx


def standing(tx: Tx, *, recall: Recall, laws: Laws) -> Standing:
    """How a recall stands now: its books, its tasks, who was told, what still waits."""
    affected = sum(
        count.lines
        for count in matches.match_summary(tx, recall_id=recall.id)
        if count.cls is not MatchClass.EXCLUDED
    )
    rounds = len(laws.reminders_after_days)
    asked = tasks.tasks(tx, recall_id=recall.id, states=OPEN_STATES)
    return Standing(
        ledger=ledger.ledger(tx, recall_id=recall.id),
        open_tasks=sum(task.duty is not Duty.REPORT for task in asked),  # reports go on after the measures
        conflicts=len(confirmations.confirmations(tx, recall_id=recall.id, conflicts_only=True)),
        open_scans=_open_scans(tx, recall=recall),
        stock_units=sum(
            holding.balances[Account.OUTSTANDING]
            for holding in ledger.stock_holdings(tx, recall_id=recall.id)
        ),
        disposals_asked=sum(task.duty is Duty.DISPOSE for task in asked),
        lines_to_tell=affected,
        lines_told=silence.lines_told(tx, recall_id=recall.id),
        lines_waiting=silence.lines_awaiting_reminder(tx, recall_id=recall.id, rounds=rounds),
    )


def _open_scans(tx: Tx, *, recall: Recall) -> int:
    """How many trade items in scope some platform with a system has not given all order lines of."""
    asked = {p.id for p in parties.parties(tx, role=Role.PLATFORM) if p.has_system}
    gtins = recalls.scope(tx, recall_id=recall.id, version=recall.version).gtins
    done = {
        (scan.platform_id, scan.gtin)
        for scan in scans.scans(tx, recall_id=recall.id, version=recall.version)
        if scan.complete
    }
    asked -= {platform_id for platform_id, gtin in done if gtin == scans.EVERY_ITEM}
    return sum((platform_id, gtin) not in done for platform_id in asked for gtin in gtins)
