"""Open a recall: one officer proposes a notice, another approves it; the same for every later version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from recall.domain.laws import laws_of
from recall.domain.notice import Notice
from recall.domain.party import Role
from recall.domain.recall import (
    ACTIVE_STATES,
    Recall,
    RecallAct,
    RecallState,
    check_four_eyes,
    recall_after,
)
from recall.domain.task import OPEN_STATES, Act, By, TaskState, move
from recall.errors import NotAllowed, NotNow
from recall.runtime import Runtime
from recall.store import audit, outbox, parties, recalls, tasks
from recall.store.database import Tx


def propose(runtime: Runtime, *, notice: Notice, policies: Sequence[str], officer: str) -> Recall:
    """Propose a recall under the policies of its laws; nothing happens until another officer approves.

    A notice of the same reference and the same content is the same proposal; another content is NotNow.
    Raises NotFound for an unknown policy, NotAllowed where `officer` is no regulator.
    """
    laws_of(policies)
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        known = recalls.recall_by_reference(tx, reference=notice.reference)
        if known is not None:
            return _same(tx, known, notice)
        proposed = Recall(
            id=runtime.new_id("rcl"),
            reference=notice.reference,
            title=notice.title,
            authority=notice.authority,
            policies=tuple(dict.fromkeys(policies)),
            state=RecallState.PROPOSED,
            version=0,
            proposed_by=officer,
            proposed_at=now,
        )
        recalls.add_recall(tx, proposed)
        recalls.add_notice(tx, recall_id=proposed.id, version=1, notice=notice, submitted_by=officer, at=now)
        audit.append(
            tx, at=now, actor=officer, action="recall.proposed", subject=proposed.id, recall_id=proposed.id,
            detail={"reference": notice.reference, "digest": notice.digest(), "policy": " ".join(policies)},
        )  # fmt: skip
        return proposed


def amend(runtime: Runtime, *, recall_id: str, notice: Notice, officer: str) -> int:
    """Propose the next version of a recall's notice; returns its number. Raises NotNow while one waits."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        recall = recalls.recall(tx, recall_id=recall_id)
        _check_active(recall)
        if recalls.pending_version(tx, recall_id=recall_id) is not None:
            raise NotNow("An amendment already waits for approval", advice="Approve it first.")
        version = recall.version + 1
        recalls.add_notice(
            tx, recall_id=recall_id, version=version, notice=notice, submitted_by=officer, at=now
        )
        audit.append(
            tx, at=now, actor=officer, action="recall.amendment_proposed", subject=recall_id,
            recall_id=recall_id, detail={"version": version, "digest": notice.digest()},
        )  # fmt: skip
        return version


def approve(runtime: Runtime, *, recall_id: str, officer: str) -> Recall:
    """Approve the version that waits: it is in force from now on. Raises NotAllowed for its own proposer."""
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        recall = recalls.recall(tx, recall_id=recall_id)
        version = recalls.pending_version(tx, recall_id=recall_id)
        if version is None:
            raise NotNow("No version of the notice waits for approval", value=recall.reference)
        submitted_by = recalls.submitter(tx, recall_id=recall_id, version=version)
        check_four_eyes(proposed_by=submitted_by, approved_by=officer)
        recalls.approve_notice(tx, recall_id=recall_id, version=version, approved_by=officer, at=now)
        opened = _in_force(recall, version=version, officer=officer, at=now)
        recalls.save_recall(tx, opened)
        if version > 1:
            outbox.supersede(tx, recall_id=recall_id, version=version)
        audit.append(
            tx, at=now, actor=officer, action="recall.opened" if version == 1 else "recall.amended",
            subject=recall_id, recall_id=recall_id, detail={"version": version},
        )  # fmt: skip
        return opened


def withdraw(runtime: Runtime, *, recall_id: str, officer: str, second: str) -> Recall:
    """Withdraw a recall by two officers: open tasks are superseded, queued messages never leave."""
    check_four_eyes(proposed_by=officer, approved_by=second)
    now = runtime.now()
    with runtime.store.begin() as tx:
        for name in (officer, second):
            _check_officer(tx, name)
        recall = recalls.recall(tx, recall_id=recall_id)
        state = recall_after(recall.state, act=RecallAct.WITHDRAW)
        withdrawn = replace(recall, state=state)
        recalls.save_recall(tx, withdrawn)
        for task in tasks.tasks(tx, recall_id=recall_id, states=OPEN_STATES):
            after: TaskState = move(task.state, act=Act.SUPERSEDE, by=By.REGULATOR)
            tasks.save_task(tx, replace(task, state=after))
        outbox.call_back(tx, recall_id=recall_id)
        audit.append(
            tx, at=now, actor=officer, action="recall.withdrawn", subject=recall_id, recall_id=recall_id,
            detail={"second": second},
        )  # fmt: skip
        return withdrawn


def _check_officer(tx: Tx, officer: str) -> None:
    if parties.party(tx, party_id=officer).role is not Role.REGULATOR:
        raise NotAllowed("Only an officer of a regulator may do this", value=officer)


def _same(tx: Tx, known: Recall, notice: Notice) -> Recall:
    version = max(known.version, 1)
    if recalls.notice(tx, recall_id=known.id, version=version).digest() == notice.digest():
        return known
    raise NotNow(
        f"Notice {notice.reference} is already known with another content",
        value=notice.reference,
        advice="Amend it: recall notice amend.",
    )


def _in_force(recall: Recall, *, version: int, officer: str, at: datetime) -> Recall:
    if recall.state is RecallState.PROPOSED:
        state = recall_after(recall.state, act=RecallAct.APPROVE)
        return replace(recall, state=state, version=version, approved_by=officer, opened_at=at)
    _check_active(recall)
    return replace(recall, state=RecallState.OPEN, version=version, approved_by=officer, rested_at=None)


def _check_active(recall: Recall) -> None:
    if recall.state not in ACTIVE_STATES:
        raise NotNow(f"A recall that is {recall.state} cannot be amended", value=recall.state)
