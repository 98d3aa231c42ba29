"""Record a confirmation: kept once, posted where the books can take it, else a conflict for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from recall.domain.completion import (
    Account,
    Conflict,
    Holding,
    Posting,
    postings_for_collection,
    postings_for_count,
    postings_for_disposal,
    postings_for_line,
)
from recall.domain.confirmation import BUYER_OUTCOMES, DUTY_OF, Confirmation, Outcome, RelayReceipt
from recall.domain.party import Role
from recall.domain.policy import Duty
from recall.domain.task import Act, By, Task, TaskState, move
from recall.errors import ConfirmationRefused, NotAllowed, NotFound, NotNow
from recall.runtime import Runtime
from recall.store import audit, confirmations, cursors, ledger, outbox, parties, recalls, tasks
from recall.store.confirmations import Kept
from recall.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a confirmation."""

    new: bool
    """False: the same statement came before, and nothing was done again."""
    conflict: str | None = None
    """Why a person must look; the statement is kept whole, none of it is posted."""


def record_confirmation(
    runtime: Runtime, *, recall_id: str, party_id: str, confirmation: Confirmation
) -> Recorded:
    """Record what a party says was done; the units move, and its task with them.

    Raises ConfirmationRefused where the same key comes with another content, NotFound for an unknown recall.
    """
    (recorded,) = record_message(runtime, recall_id=recall_id, party_id=party_id, said=[confirmation])
    return recorded


def record_message(
    runtime: Runtime, *, recall_id: str, party_id: str, said: Sequence[Confirmation]
) -> tuple[Recorded, ...]:
    """The same of all that it says in one message: all of it is recorded, or where that raises nothing."""
    with runtime.store.begin() as tx:
        recalls.recall(tx, recall_id=recall_id)
        return tuple(_record(runtime, tx, recall_id=recall_id, party_id=party_id, said=each) for each in said)


def record_page(
    runtime: Runtime,
    *,
    recall_id: str,
    party_id: str,
    page: Sequence[Confirmation],
    refused: Sequence[str] = (),
    cursor: tuple[str, str],
) -> tuple[Recorded, ...]:
    """Record a page that was read from a partner, and how far it reaches, in one transaction.

    `refused` are the rows of it that could not be read, each as its reason: they go to the audit trail, and
    the others are not held up. `cursor` is the name of the partner's cursor and its new value.
    """
    with runtime.store.begin() as tx:
        recalls.recall(tx, recall_id=recall_id)
        recorded, refusals = list[Recorded](), list(refused)
        for said in page:
            try:
                recorded.append(_record(runtime, tx, recall_id=recall_id, party_id=party_id, said=said))
            except ConfirmationRefused as error:
                refusals.append(str(error))
        _close_page(runtime, tx, recall_id=recall_id, party_id=party_id, refused=refusals, cursor=cursor)
        return tuple(recorded)


def record_receipts(
    runtime: Runtime,
    *,
    recall_id: str,
    party_id: str,
    page: Sequence[RelayReceipt],
    refused: Sequence[str] = (),
    cursor: tuple[str, str],
) -> None:
    """Record what became of relayed messages; a buyer whose message came back is unreachable."""
    with runtime.store.begin() as tx:
        recalls.recall(tx, recall_id=recall_id)
        refusals = list(refused)
        outbox.told(tx, recall_id=recall_id, party_id=party_id, receipts=page, now=runtime.now())
        for receipt in page:
            if receipt.delivered:
                continue
            line = receipt.line_ref
            holding = ledger.holding_of_line(tx, recall_id=recall_id, platform_id=party_id, line_ref=line)
            if holding is not None and holding.balances[Account.OUTSTANDING]:
                bounced = Confirmation(
                    key=f"bounced/{recall_id}/{line}/{receipt.at.isoformat()}", outcome=Outcome.UNREACHABLE,
                    at=receipt.at, units=holding.balances[Account.OUTSTANDING], line_ref=line,
                )  # fmt: skip
                try:
                    _record(runtime, tx, recall_id=recall_id, party_id=party_id, said=bounced)
                except ConfirmationRefused as error:
                    refusals.append(str(error))
        _close_page(runtime, tx, recall_id=recall_id, party_id=party_id, refused=refusals, cursor=cursor)


def settle_conflict(runtime: Runtime, *, confirmation_id: str, officer: str, units: int, reason: str) -> None:
    """Settle a confirmation that the books could not take: a person says how many units of it hold.

    0: nothing of it holds, so it moves no unit and no task. The statement itself stays as it came.
    Raises NotAllowed where `officer` is no regulator, NotNow where it is no conflict, or the books cannot
    take these units either.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        if parties.party(tx, party_id=officer).role is not Role.REGULATOR:
            raise NotAllowed("Only an officer of a regulator may settle a conflict", value=officer)
        kept = confirmations.confirmation(tx, confirmation_id=confirmation_id)
        if kept.conflict is None or kept.resolved_by is not None:
            raise NotNow("This confirmation is not in conflict", value=confirmation_id)
        if units:
            _hold_good(runtime, tx, kept=kept, units=units)
        confirmations.resolve_conflict(tx, confirmation_id=kept.id, by=officer, at=now)
        audit.append(
            tx, at=now, actor=officer, action="conflict.settled", subject=kept.id, recall_id=kept.recall_id,
            detail={"units": units, "said": kept.confirmation.units, "reason": reason},
        )  # fmt: skip


def _hold_good(runtime: Runtime, tx: Tx, *, kept: Kept, units: int) -> None:
    """Do what a statement in conflict says, with the units that a person found to be right."""
    said = replace(kept.confirmation, units=units)
    speaker = _speaker(tx, party_id=kept.party_id, said=said)
    about, by = kept.recall_id, kept.party_id
    moved = _postings(tx, about, by, said, speaker=speaker) if isinstance(speaker, str) else speaker
    if isinstance(moved, Conflict) or isinstance(speaker, Conflict):
        why = moved.reason if isinstance(moved, Conflict) else ""
        raise NotNow(
            "The books cannot take these units either", value=str(units), got=why,
            advice="Give fewer units; 0 where nothing of the statement holds.",
        )  # fmt: skip
    ledger.post(tx, recall_id=kept.recall_id, confirmation_id=kept.id, postings=moved, at=runtime.now())
    _move_task(runtime, tx, recall_id=kept.recall_id, party_id=speaker, said=said)


def _close_page(
    runtime: Runtime,
    tx: Tx,
    *,
    recall_id: str,
    party_id: str,
    refused: Sequence[str],
    cursor: tuple[str, str],
) -> None:
    if refused:
        audit.append(
            tx, at=runtime.now(), actor=party_id, action="rows.refused", subject=cursor[0],
            recall_id=recall_id, detail={"refused": list(refused)},
        )  # fmt: skip
    cursors.set_cursor(tx, name=cursor[0], value=cursor[1])


def _record(runtime: Runtime, tx: Tx, *, recall_id: str, party_id: str, said: Confirmation) -> Recorded:
    now, new_id = runtime.now(), runtime.new_id("cnf")
    speaker = _speaker(tx, party_id=party_id, said=said)
    moved = _heard(tx, recall_id, party_id, said, speaker=speaker) if isinstance(speaker, str) else speaker
    conflict = moved.reason if isinstance(moved, Conflict) else None
    new = confirmations.add_confirmation(
        tx, id=new_id, recall_id=recall_id, party_id=party_id, confirmation=said,
        body_digest=said.digest(recall_id=recall_id), conflict=conflict, at=now,
    )  # fmt: skip
    if not new:
        return Recorded(new=False, conflict=confirmations.conflict_of(tx, party_id=party_id, key=said.key))
    if not isinstance(moved, Conflict) and isinstance(speaker, str):
        ledger.post(tx, recall_id=recall_id, confirmation_id=new_id, postings=moved, at=now)
        _move_task(runtime, tx, recall_id=recall_id, party_id=speaker, said=said)
    audit.append(
        tx, at=now, actor=party_id, action="confirmation.conflict" if conflict else "confirmation.recorded",
        subject=new_id, recall_id=recall_id,
        detail={"outcome": said.outcome.value, "units": said.units, "conflict": conflict},
    )  # fmt: skip
    return Recorded(new=True, conflict=conflict)


def acknowledge(runtime: Runtime, *, task_id: str, party_id: str, accept: bool, reason: str = "") -> Task:
    """Acknowledge or decline a task. Raises NotFound for another's task, NotNow in the wrong state."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        task = tasks.task(tx, task_id=task_id)
        if task.party_id != party_id:
            raise NotFound(f"There is no task {task_id!r}", value=task_id)
        act = Act.ACKNOWLEDGE if accept else Act.DECLINE
        after = replace(task, state=move(task.state, act=act, by=By.PARTY))
        if after == task:
            return task
        tasks.save_task(tx, after)
        audit.append(
            tx, at=now, actor=party_id, action=f"task.{act}d", subject=task_id, recall_id=task.recall_id,
            detail={"reason": reason},
        )  # fmt: skip
        return after


def _speaker(tx: Tx, *, party_id: str, said: Confirmation) -> str | Conflict:
    """Whose act it is: a platform may speak for a seller of its own."""
    if said.seller_ref is None:
        return party_id
    seller = parties.party_by_reference(tx, reference=said.seller_ref, platform_id=party_id)
    if seller is None:
        return Conflict(reason=f"There is no seller {said.seller_ref!r} on this platform")
    return seller.id


def _heard(
    tx: Tx, recall_id: str, party_id: str, said: Confirmation, *, speaker: str
) -> tuple[Posting, ...] | Conflict:
    """What a statement moves; goods are fetched and disposed of by whoever was asked to, and nobody else."""
    duty = DUTY_OF.get(said.outcome)
    if duty in (Duty.RETRIEVE, Duty.DISPOSE):
        own = tasks.tasks(tx, recall_id=recall_id, party_id=speaker)
        if not any(task.duty is duty for task in own):
            return Conflict(reason=f"Goods are said to be {said.outcome} by a party that was not asked to")
    return _postings(tx, recall_id, party_id, said, speaker=speaker)


def _postings(
    tx: Tx, recall_id: str, party_id: str, said: Confirmation, *, speaker: str
) -> tuple[Posting, ...] | Conflict:
    if said.outcome in BUYER_OUTCOMES:
        line = said.line_ref or ""
        holding = ledger.holding_of_line(tx, recall_id=recall_id, platform_id=party_id, line_ref=line)
        if holding is None:
            return Conflict(reason=f"Order line {line} is not one of those matched")
        return postings_for_line(holding, outcome=said.outcome, units=said.units)
    match said.outcome:
        case Outcome.QUARANTINED:
            return _counted(tx, recall_id, party_id, said, owner=speaker)
        case Outcome.COLLECTED:
            found = _stock(tx, recall_id, said)
            return postings_for_collection(found, units=said.units) if isinstance(found, Holding) else found
        case Outcome.DISPOSED:
            recovered = ledger.recovered_holdings(tx, recall_id=recall_id, said=said)
            return postings_for_disposal(recovered, units=said.units)
        case _:
            return ()


def _stock(
    tx: Tx, recall_id: str, said: Confirmation, *, owner: str | None = None
) -> Holding | Conflict | tuple[()]:
    """The stock that a statement is about, of one lot or all at its site; nothing for one of no unit."""
    holdings = ledger.stock_holdings(tx, recall_id=recall_id, place=said.place, owner=owner)
    if said.lot is not None:
        holdings = tuple(h for h in holdings if h.lot == said.lot and said.gtin in (None, h.gtin))
    if not holdings:
        whose = " of theirs" if owner else ""
        none = Conflict(reason=f"No affected stock{whose} is known at {said.place or 'any site'}")
        return none if said.units else ()
    if len(holdings) > 1:
        return Conflict(reason=f"{len(holdings)} lots stand at {said.place}: the confirmation must name one")
    return holdings[0]


def _counted(
    tx: Tx, recall_id: str, party_id: str, said: Confirmation, *, owner: str
) -> tuple[Posting, ...] | Conflict:
    """A count of the owner's stock, with the parts of it that were told since the last whole one."""
    here = _stock(tx, recall_id, said, owner=owner)
    if not isinstance(here, Holding):
        return here
    site = ledger.stock_holdings(tx, recall_id=recall_id, place=here.place, owner=owner)
    before = confirmations.parts_before(
        tx, recall_id=recall_id, party_id=party_id, said=said, place=here.place
    )
    return postings_for_count(here, said=said, site=site, parts=before)


def _move_task(runtime: Runtime, tx: Tx, *, recall_id: str, party_id: str, said: Confirmation) -> None:
    duty, place = DUTY_OF.get(said.outcome), said.place
    if duty is None:
        return
    if duty is Duty.QUARANTINE and place is None:
        here = _stock(tx, recall_id, said, owner=party_id)
        place = here.place if isinstance(here, Holding) else None
    for task in tasks.tasks(tx, recall_id=recall_id, party_id=party_id):
        if task.duty is not duty or task.state is TaskState.SUPERSEDED:
            continue
        if said.task_id not in (None, task.id) or (task.place and place not in (None, task.place)):
            continue
        tasks.save_task(tx, task.confirmed(units=said.units, final=said.final, at=runtime.now()))
