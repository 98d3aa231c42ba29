"""Assign the tasks: what the policy asks of each party for what it holds, each with its legal clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from recall.domain.laws import laws_of
from recall.domain.match import MatchClass
from recall.domain.party import Party, Role
from recall.domain.policy import Duty, Trigger
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.domain.task import Share, Task, tasks_for
from recall.runtime import Runtime
from recall.store import audit, ledger, matches, orders, parties, party_events, recalls, tasks
from recall.store.database import Tx


def assign_tasks(runtime: Runtime, *, recall_id: str) -> int:
    """Assign the tasks of the version in force that are not assigned yet; returns how many are new.

    A recall that was withdrawn or closed meanwhile asks nothing of anybody.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        if recall.state not in ACTIVE_STATES:
            return 0
        wanted = tasks_for(
            _shares(tx, recall=recall),
            laws=laws_of(recall.policies),
            began=_began(recall),
            recall_id=recall_id,
            version=recall.version,
            now=now,
            new_id=runtime.new_id,
            calendar_of=runtime.calendar_of,
        )
        known = {_obligation(task) for task in tasks.tasks(tx, recall_id=recall_id)}
        new = tasks.add_tasks(tx, [task for task in wanted if _obligation(task) not in known])
        for task in new:
            document = {
                "recall": recall_id,
                "task": task.id,
                "version": task.version,
                "duty": task.duty.value,
            }
            document |= {"href": f"/v1/tasks/{task.id}", "due_at": task.due_at.isoformat()}
            document |= {"basis": task.basis, "confidence": task.confidence.value}
            party_events.publish(tx, party_id=task.party_id, type="task.issued", document=document, at=now)
        if new:
            audit.append(
                tx, at=now, actor="engine", action="tasks.assigned", subject=recall_id, recall_id=recall_id,
                detail={"version": recall.version, "tasks": len(new)},
            )  # fmt: skip
        return len(new)


def _obligation(task: Task) -> tuple[str, Duty, str, str]:
    """What a party is asked once, whatever the version of the notice; each report of each law for itself."""
    return task.party_id, task.duty, task.place, task.clock if task.duty is Duty.REPORT else ""


def _began(recall: Recall) -> dict[Trigger, datetime]:
    """When the recall's own events came that start a report's time."""
    came = {Trigger.OPENED: recall.opened_at, Trigger.RESTED: recall.rested_at}
    return {trigger: at for trigger, at in came.items() if at is not None}


def _shares(tx: Tx, *, recall: Recall) -> tuple[Share, ...]:
    """What each party holds: lines it sold, stock at its sites, and (logistics) all that must be fetched."""
    recall_id = recall.id
    sold = Counter[str]()
    for count in matches.match_summary(tx, recall_id=recall_id):
        if count.cls is not MatchClass.EXCLUDED:
            sold[count.platform_id] += count.units
            sold[f"{count.platform_id}/{count.seller_ref}"] += count.units
    stock: dict[str, Counter[str]] = defaultdict(Counter)
    for holding in ledger.stock_holdings(tx, recall_id=recall_id):
        if holding.units:
            stock[holding.party_id][holding.place] += holding.units
    goods = recalls.scope(tx, recall_id=recall_id, version=recall.version).gtins
    goods |= {lot.key.gtin for lot in matches.affected_lots(tx, recall_id=recall_id)}
    offers = (row for row in orders.listings(tx) if row.listing.gtin in goods)
    listed = {(offer.platform_id, offer.seller_ref) for offer in offers}
    whole_stock = sum(sum(sites.values()) for sites in stock.values())
    return tuple(
        share
        for party in parties.parties(tx)
        if (share := _share(party, sold=sold, stock=stock, whole_stock=whole_stock, listed=listed))
    )


def _share(
    party: Party,
    *,
    sold: Counter[str],
    stock: dict[str, Counter[str]],
    whole_stock: int,
    listed: set[tuple[str, str]],
) -> Share | None:
    sites = dict(stock.get(party.id, {}))
    key = f"{party.platform_id}/{party.reference}" if party.role is Role.SELLER else party.id
    sells = (party.platform_id, party.reference) in listed
    if party.role is Role.LOGISTICS:
        return Share(party=party, stock_units=sites, retrieve_units=whole_stock) if whole_stock else None
    if party.role is Role.MANUFACTURER:
        made = sum(n for name, n in sold.items() if "/" not in name)
        return Share(party=party, sold_units=made, stock_units=sites)
    if party.role in (Role.PLATFORM, Role.SELLER) and (sold[key] or sites or sells):
        return Share(party=party, sold_units=sold[key], stock_units=sites)
    return None
