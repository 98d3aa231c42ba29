"""Assess the completion: what still stands between a recall and the end of its active measures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recall.domain.completion import Ledger, unmet
from recall.domain.laws import laws_of
from recall.domain.recall import Recall, RecallAct, RecallState, recall_after
from recall.runtime import Runtime
from recall.store import audit, recalls
from recall.store.standing import standing


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
        judged = standing(tx, recall=recall, laws=laws_of(recall.policies))
        left = unmet(judged)
        act = _act(recall, left=left)
        if act is not None:
            rested_at = now if act is RecallAct.REST else None
            recall = replace(recall, state=recall_after(recall.state, act=act), rested_at=rested_at)
            recalls.save_recall(tx, recall)
            audit.append(
                tx, at=now, actor="engine", action=f"recall.{recall.state}", subject=recall_id,
                recall_id=recall_id, detail=dict(judged.ledger.document()),
            )  # fmt: skip
        return Assessment(state=recall.state, ledger=judged.ledger, unmet=left)


def _act(recall: Recall, *, left: tuple[str, ...]) -> RecallAct | None:
    if recall.state is RecallState.OPEN and not left:
        return RecallAct.REST
    if recall.state is RecallState.MONITORING and left:
        return RecallAct.RESUME
    return None
