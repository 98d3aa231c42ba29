"""End a recall: two officers withdraw it, or close it once its active measures have reached their end."""

from __future__ import annotations

from dataclasses import replace

from recall.domain.party import Role
from recall.domain.recall import Recall, RecallAct, check_four_eyes, recall_after
from recall.domain.task import OPEN_STATES, Act, By, move
from recall.errors import NotAllowed
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, recalls, tasks
from recall.store.database import Tx


def withdraw(runtime: Runtime, *, recall_id: str, officer: str, second: str) -> Recall:
    """Withdraw a recall by two officers: open tasks are superseded, queued messages never leave.

    Whoever had been told is told of it by the next pass (`release_goods`).
    """
    return _end(runtime, recall_id=recall_id, act=RecallAct.WITHDRAW, officer=officer, second=second)


def close(runtime: Runtime, *, recall_id: str, officer: str, second: str) -> Recall:
    """Close a recall by two officers; whoever took part is told by the next pass (`release_goods`).

    Raises NotNow before its active measures have reached their end: only a recall that rests can be closed.
    """
    return _end(runtime, recall_id=recall_id, act=RecallAct.CLOSE, officer=officer, second=second)


def _end(runtime: Runtime, *, recall_id: str, act: RecallAct, officer: str, second: str) -> Recall:
    check_four_eyes(proposed_by=officer, approved_by=second)
    now = runtime.now()
    with runtime.store.begin() as tx:
        for name in (officer, second):
            _check_officer(tx, name)
        recall = recalls.recall(tx, recall_id=recall_id)
        ended = replace(recall, state=recall_after(recall.state, act=act))
        recalls.save_recall(tx, ended)
        for task in tasks.tasks(tx, recall_id=recall_id, states=OPEN_STATES):
            after = move(task.state, act=Act.SUPERSEDE, by=By.REGULATOR)
            tasks.save_task(tx, replace(task, state=after))
        outbox.call_back(tx, recall_id=recall_id)
        audit.append(
            tx, at=now, actor=officer, action=f"recall.{ended.state}", subject=recall_id, recall_id=recall_id,
            detail={"second": second},
        )  # fmt: skip
        return ended


def _check_officer(tx: Tx, officer: str) -> None:
    if parties.party(tx, party_id=officer).role is not Role.REGULATOR:
        raise NotAllowed("Only an officer of a regulator may do this", value=officer)
