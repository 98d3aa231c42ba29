"""The participant's view: a party's tasks with all that it needs to do them, and nothing of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from recall.domain.completion import Account, Holding
from recall.domain.confirmation import Confirmation
from recall.domain.laws import laws_of
from recall.domain.notice import Notice
from recall.domain.party import Party, Role
from recall.domain.policy import Duty
from recall.domain.recall import Recall
from recall.domain.scope import Scope
from recall.domain.task import Task
from recall.domain.trace import LotKey
from recall.errors import NotFound
from recall.ports import Listing
from recall.reading.window import Window
from recall.runtime import Runtime
from recall.store import ledger, matches, orders, parties, recalls, tasks
from recall.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedItem:
    """A trade item with its affected lots, those included that were made from an affected one."""

    gtin: str
    model: str
    lots: tuple[str, ...]
    made: tuple[Window, ...]

    def document(self) -> dict[str, object]:
        """The item as JSON."""
        return {
            "gtin": self.gtin, "model": self.model, "lots": list(self.lots),
            "made": [window.document() for window in self.made],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """Affected units of one lot that stand at one site."""

    place: str
    gtin: str
    lot: str
    units: int

    def document(self) -> dict[str, str | int]:
        """The row as flat JSON."""
        return {"place": self.place, "gtin": self.gtin, "lot": self.lot, "units": self.units}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task as a list shows it."""

    task: Task
    seller: str | None

    def document(self) -> dict[str, object]:
        """The line as the protocol writes it."""
        return _brief(self.task, seller=self.seller)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task, whole: what, until when, by what right, about which goods."""

    task: Task
    seller: str | None
    """The seller's reference, where its platform looks at the seller's task."""
    recall: Recall
    hazard: str
    remedies: tuple[str, ...]
    affected: tuple[AffectedItem, ...]
    listings: tuple[Listing, ...]
    stock: tuple[StockRow, ...]

    def line(self, task: Task) -> TaskLine:
        """The same task as a list shows it, in a later state."""
        return TaskLine(task=task, seller=self.seller)

    def about(self, said: Confirmation) -> Confirmation:
        """A statement made at this task's address: about the task, its place and its seller."""
        place = said.place or self.task.place or None
        return replace(said, task_id=self.task.id, place=place, seller_ref=said.seller_ref or self.seller)

    def document(self) -> dict[str, object]:
        """The task as the protocol writes it."""
        task = self.task
        return _brief(task, seller=self.seller) | {
            "issued_at": task.issued_at.isoformat(), "basis": task.basis, "done_units": task.done_units,
            "reference": self.recall.reference, "title": self.recall.title, "hazard": self.hazard,
            "remedies": list(self.remedies), "affected": [item.document() for item in self.affected],
            "listings": [_listing(listing) for listing in self.listings],
            "stock": [row.document() for row in self.stock],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPage:
    """All tasks of one party in one recall."""

    party: Party
    recall: Recall
    notice: Notice
    at: datetime
    tasks: tuple[TaskView, ...]


def _brief(task: Task, *, seller: str | None) -> dict[str, object]:
    return {
        "id": task.id, "recall": task.recall_id, "version": task.version, "duty": task.duty.value,
        "place": task.place or None, "units": task.units, "state": task.state.value,
        "due_at": task.due_at.isoformat(), "confidence": task.confidence.value, "seller": seller,
    }  # fmt: skip


def _listing(listing: Listing) -> dict[str, object]:
    return {
        "ref": listing.ref, "gtin": listing.gtin, "seller": listing.seller_ref, "title": listing.title,
        "on_sale": listing.on_sale,
    }  # fmt: skip


def task_lines(runtime: Runtime, *, party: Party) -> tuple[TaskLine, ...]:
    """Every task of the party, and of the sellers on its platform; those due first come first."""
    with runtime.store.read() as tx:
        sellers = parties.parties(tx, platform_id=party.id) if party.role is Role.PLATFORM else ()
        found = [TaskLine(task=task, seller=None) for task in tasks.tasks(tx, party_id=party.id)]
        for seller in sellers:
            theirs = tasks.tasks(tx, party_id=seller.id)
            found += [TaskLine(task=task, seller=seller.reference) for task in theirs]
    return tuple(sorted(found, key=lambda line: (line.task.due_at, line.task.id)))


def task_view(runtime: Runtime, *, party: Party, task_id: str) -> TaskView:
    """One task, whole. Raises NotFound for another party's, exactly as for one that is not there."""
    with runtime.store.read() as tx:
        task = tasks.task(tx, task_id=task_id)
        owner = parties.party(tx, party_id=task.party_id)
        if party.id not in (owner.id, owner.platform_id):
            raise NotFound(f"There is no task {task_id!r}", value=task_id)
        return _Reader(tx, recall_id=task.recall_id).view(task, owner=owner, looker=party)


def check_part(runtime: Runtime, *, party: Party, recall_id: str) -> str:
    """The recall's own id, where the party has a task in it. Raises NotFound, whatever else there may be."""
    with runtime.store.read() as tx:
        if not tasks.tasks(tx, recall_id=recall_id, party_id=party.id):
            raise NotFound(f"There is no recall {recall_id!r}", value=recall_id)
    return recall_id


def party_page(runtime: Runtime, *, recall_id: str, party_id: str) -> PartyPage:
    """What a party sees behind its signed link. Raises NotFound."""
    with runtime.store.read() as tx:
        party = parties.party(tx, party_id=party_id)
        reader = _Reader(tx, recall_id=recall_id)
        own = tasks.tasks(tx, recall_id=recall_id, party_id=party_id)
        views = tuple(reader.view(task, owner=party, looker=party) for task in own)
        return PartyPage(
            party=party, recall=reader.recall, notice=reader.notice, at=runtime.now(), tasks=views
        )


class _Reader:
    """Reads what the tasks of one recall share, once."""

    def __init__(self, tx: Tx, *, recall_id: str) -> None:
        self._tx = tx
        self.recall = recalls.recall(tx, recall_id=recall_id)
        self.notice = recalls.notice(tx, recall_id=recall_id, version=self.recall.version)
        scope = recalls.scope(tx, recall_id=recall_id, version=self.recall.version)
        lots = [lot.key for lot in matches.trace(tx, recall_id=recall_id).lots]
        self._affected = tuple(_affected(scope, lots=lots))
        self._remedies = laws_of(self.recall.policies).remedies

    def view(self, task: Task, *, owner: Party, looker: Party) -> TaskView:
        """The whole of one task, for its owner or for its owner's platform."""
        return TaskView(
            task=task,
            seller=owner.reference if owner.id != looker.id else None,
            recall=self.recall,
            hazard=self.notice.hazard,
            remedies=self._remedies,
            affected=self._affected,
            listings=self._listings(owner),
            stock=self._stock(task),
        )

    def _listings(self, owner: Party) -> tuple[Listing, ...]:
        match owner.role:
            case Role.PLATFORM:
                listed = orders.listings(self._tx, platform_id=owner.id)
            case Role.SELLER:
                listed = orders.listings(self._tx, platform_id=owner.platform_id, seller_ref=owner.reference)
            case _:
                return ()
        gtins = {item.gtin for item in self._affected}
        return tuple(each.listing for each in listed if each.listing.gtin in gtins)

    def _stock(self, task: Task) -> tuple[StockRow, ...]:
        """What stands at the task's place; for a task without one, at every site."""
        if task.duty not in _STOCK_DUTIES:
            return ()
        holdings = ledger.stock_holdings(self._tx, recall_id=task.recall_id, place=task.place or None)
        return tuple(row for holding in holdings if (row := _stock_row(holding)).units)


_STOCK_DUTIES = frozenset({Duty.QUARANTINE, Duty.RETRIEVE})


def _stock_row(holding: Holding) -> StockRow:
    place, gtin, lot = holding.ref.split("|")
    return StockRow(place=place, gtin=gtin, lot=lot, units=holding.balances[Account.OUTSTANDING])


def _affected(scope: Scope, *, lots: list[LotKey]) -> Iterator[AffectedItem]:
    by_gtin: dict[str, set[str]] = defaultdict(set)
    for gtin, lot in lots:
        by_gtin[gtin].add(lot)
    for gtin in sorted(by_gtin.keys() | scope.gtins):
        clauses = [clause for clause in scope.clauses if gtin in clause.gtins]
        yield AffectedItem(
            gtin=gtin,
            model=next((clause.model or clause.name for clause in clauses), ""),
            lots=tuple(sorted(by_gtin[gtin])),
            made=tuple(window for clause in clauses for window in clause.made),
        )
