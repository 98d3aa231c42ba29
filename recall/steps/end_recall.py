"""End a recall by two officers: it is withdrawn, or closed once what its laws want is met.

They act together, or one officer asks for the end, with a reason, and another agrees to it or refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from recall.domain.ending import ending
from recall.domain.laws import laws_of
from recall.domain.party import Role
from recall.domain.recall import Recall, RecallAct, check_two_officers, recall_after
from recall.domain.task import OPEN_STATES, Act, By, move
from recall.errors import InputRefused, NotAllowed, NotNow
from recall.runtime import Runtime
from recall.store import audit, endings, outbox, parties, recalls, tasks
from recall.store.database import Tx
from recall.store.endings import Asked
from recall.store.standing import standing


def withdraw(runtime: Runtime, *, recall_id: str, officer: str, second: str, reason: str = "") -> Recall:
    """Withdraw a recall by two officers: open tasks are superseded, queued messages never leave.

    Whoever had been told is told of it by the next pass (`release_goods`).
    """
    with runtime.store.begin() as tx:
        _check_two(tx, officer, second)
        said = {"reason": reason.strip()} if reason.strip() else {}
        return _end(runtime, tx, recall_id=recall_id, act=RecallAct.WITHDRAW, by=(officer, second), said=said)


def close(runtime: Runtime, *, recall_id: str, officer: str, second: str, override: str = "") -> Recall:
    """Close a recall by two officers; whoever took part is told by the next pass (`release_goods`).

    Raises NotNow while a criterion of its laws is not met, unless `override` says why it is closed all the
    same: the reason and what was overridden stand in the audit trail.
    """
    with runtime.store.begin() as tx:
        _check_two(tx, officer, second)
        said = _closing(tx, recalls.recall(tx, recall_id=recall_id), override=override)
        return _end(runtime, tx, recall_id=recall_id, act=RecallAct.CLOSE, by=(officer, second), said=said)


def ask_to_end(
    runtime: Runtime, *, recall_id: str, act: RecallAct, officer: str, reason: str, override: bool = False
) -> Recall:
    """Ask for the withdrawal or the closing of a recall; it goes on until another officer agrees.

    Raises NotNow where it cannot end so, a criterion of its laws is not met and `override` does not put the
    reason in its place, or an end is asked for already; InputRefused without a reason.
    """
    now = runtime.now()
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        recall = recalls.recall(tx, recall_id=recall_id)
        asked = Asked(
            recall_id=recall_id, act=_ending(act), reason=_told(reason), override=override,
            version=recall.version, asked_by=officer, asked_at=now,
        )  # fmt: skip
        recall_after(recall.state, act=act)
        if act is RecallAct.CLOSE:
            _closing(tx, recall, override=reason if override else "")
        endings.ask(tx, asked)
        audit.append(
            tx, at=now, actor=officer, action="recall.end_asked", subject=recall_id, recall_id=recall_id,
            detail={"act": act.value, "reason": asked.reason},
        )  # fmt: skip
        return recall


def agree_to_end(runtime: Runtime, *, recall_id: str, officer: str, seen: datetime | None = None) -> Recall:
    """End a recall as another officer asked for; `seen` is when that was asked for (None: whenever it was).

    Raises NotNow where that holds no more, NotAllowed for the officer who asked.
    """
    with runtime.store.begin() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        asked = _asked(tx, recall)
        if seen not in (None, asked.asked_at):
            raise NotNow(
                "Another end of this recall was asked for since", value=recall.reference,
                got=asked.act.value, advice="Look at it before you agree.",
            )  # fmt: skip
        _check_two(tx, asked.asked_by, officer)
        if asked.version != recall.version:
            raise NotNow(
                "The notice was amended since the end was asked for", value=recall.reference,
                expected=f"version {asked.version}", got=f"version {recall.version}", advice="Ask again.",
            )  # fmt: skip
        said: dict[str, object] = {"reason": asked.reason}
        if asked.act is RecallAct.CLOSE:
            said |= _closing(tx, recall, override=asked.reason if asked.override else "")
        return _end(runtime, tx, recall_id=recall_id, act=asked.act, by=(asked.asked_by, officer), said=said)


def refuse_to_end(runtime: Runtime, *, recall_id: str, officer: str, reason: str) -> Recall:
    """Let a recall go on whose end was asked for; any officer may, who asked for it too."""
    with runtime.store.begin() as tx:
        _check_officer(tx, officer)
        recall = recalls.recall(tx, recall_id=recall_id)
        asked, why = _asked(tx, recall), _told(reason)
        endings.forget(tx, recall_id=recall_id)
        audit.append(
            tx, at=runtime.now(), actor=officer, action="recall.end_refused", subject=recall_id,
            recall_id=recall_id, detail={"act": asked.act.value, "reason": why},
        )  # fmt: skip
        return recall


def _end(
    runtime: Runtime, tx: Tx, *, recall_id: str, act: RecallAct, by: tuple[str, str],
    said: Mapping[str, object],
) -> Recall:  # fmt: skip
    officer, second = by
    recall = recalls.recall(tx, recall_id=recall_id)
    ended = replace(recall, state=recall_after(recall.state, act=act))
    recalls.save_recall(tx, ended)
    endings.forget(tx, recall_id=recall_id)
    for task in tasks.tasks(tx, recall_id=recall_id, states=OPEN_STATES):
        after = move(task.state, act=Act.SUPERSEDE, by=By.REGULATOR)
        tasks.save_task(tx, replace(task, state=after))
    outbox.call_back(tx, recall_id=recall_id)
    audit.append(
        tx, at=runtime.now(), actor=officer, action=f"recall.{ended.state}", subject=recall_id,
        recall_id=recall_id, detail={"second": second, **said},
    )  # fmt: skip
    return ended


def _closing(tx: Tx, recall: Recall, *, override: str) -> dict[str, object]:
    """What the audit trail says of a closing that may be. Raises NotNow where a criterion hinders it."""
    recall_after(recall.state, act=RecallAct.CLOSE)
    laws = laws_of(recall.policies)
    now = standing(tx, recall=recall, laws=laws)
    hindering = ending(recall, laws=laws, standing=now, tasks=tasks.tasks(tx, recall_id=recall.id)).hindering
    if not hindering:
        return {}
    if not override.strip():
        raise NotNow(
            "The recall cannot be closed yet", value=recall.reference,
            expected="every criterion of its laws met", got="; ".join(hindering),
            advice="Meet them, or close it all the same and say why.",
        )  # fmt: skip
    return {"reason": _told(override), "overridden": list(hindering)}


def _ending(act: RecallAct) -> RecallAct:
    if act not in (RecallAct.WITHDRAW, RecallAct.CLOSE):
        raise InputRefused.of(act, expected="withdraw or close", got=act.value)
    return act


def _told(reason: str) -> str:
    """A reason as it is kept. Raises InputRefused for none."""
    if not reason.strip():
        raise InputRefused("An end needs its reason", expected="why", got="nothing")
    return reason.strip()[:500]


def _asked(tx: Tx, recall: Recall) -> Asked:
    asked = endings.asked(tx, recall_id=recall.id)
    if asked is None:
        raise NotNow("Nobody has asked for the end of this recall", value=recall.reference)
    return asked


def _check_two(tx: Tx, officer: str, second: str) -> None:
    check_two_officers(officer=officer, second=second)
    for name in (officer, second):
        _check_officer(tx, name)


def _check_officer(tx: Tx, officer: str) -> None:
    if parties.party(tx, party_id=officer).role is not Role.REGULATOR:
        raise NotAllowed("Only an officer of a regulator may do this", value=officer)
