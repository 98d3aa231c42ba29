"""The widening: what a new version does to what was asked: nothing, more of it, or no more of it at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recall.domain.policy import Duty
from recall.domain.task import Share, Task, TaskState, duties_of

Shares = Mapping[str, Share]
"""Each party's share, by the party's id."""


def by_party(shares: Sequence[Share]) -> Shares:
    """The shares by their parties."""
    return {share.party.id: share for share in shares}


def is_released(task: Task, *, now: Shares) -> bool:
    """Whether a task has lost its ground: nothing that its party holds there is in the recall any more.

    Of goods that were fetched, sold or destroyed the lots are still in it: those release nobody.
    """
    share = now.get(task.party_id)
    if share is None or task.duty is Duty.REPORT:
        return share is None
    return (task.duty, task.place) not in {(duty, place) for duty, place, _ in duties_of(share)}


def is_widened(task: Task, *, now: Share, then: Share) -> bool:
    """Whether a party's duty is about goods now that it was not about `then`, when it was asked."""
    if task.duty is Duty.REPORT or task.state is TaskState.SUPERSEDED:
        return False
    if task.duty is Duty.NOTIFY_BUYERS:
        return now.sold_units > then.sold_units
    return bool(_goods(task, now) - _goods(task, then))


def _goods(task: Task, share: Share) -> frozenset[str]:
    """What a duty is about: stock at its place, stock wherever it is to be fetched, offers else."""
    if task.duty is Duty.QUARANTINE:
        return frozenset(name for name in share.goods if name.startswith(f"{task.place}|"))
    if task.duty in (Duty.RETRIEVE, Duty.DISPOSE):
        return share.fetched
    return frozenset(name for name in share.goods if "|" not in name)
