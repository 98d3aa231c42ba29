"""The ending: what each law of a recall wants met before it may end, and how far that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from recall.domain.completion import Standing, unmet
from recall.domain.criterion import Closing, Criterion, Proof
from recall.domain.laws import Laws
from recall.domain.recall import Recall, RecallState
from recall.domain.task import Task, TaskState

_BY_OFFICERS = frozenset({Proof.OFFICERS, Proof.LASTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One criterion of one law, and whether it is met."""

    policy: str
    step: str
    """`rest`: before the active measures may end; `end`: before the recall may."""
    criterion: Criterion
    closing: Closing
    """What it rests on."""
    met: bool | None
    """None: the officers judge it, or it binds after the end; nothing is waited for."""

    def __str__(self) -> str:
        return f"{self.criterion} ({self.policy})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How far a recall is from its end."""

    requirements: tuple[Requirement, ...]
    left: tuple[str, ...]
    """What is still to be done of the active measures, in sentences."""
    two_step: bool
    """Whether some law wants the active measures ended first, and the recall later."""
    resting: bool
    """Whether the active measures have ended."""

    @property
    def hindering(self) -> tuple[str, ...]:
        """What stands against closing the recall now; empty: two officers may close it."""
        first = () if self.resting or not self.two_step else ("the active measures have not ended",)
        unmet_ones = (str(each) for each in self.requirements if each.met is False)
        return (*first, *self.left, *unmet_ones)


def ending(recall: Recall, *, laws: Laws, standing: Standing, tasks: Sequence[Task]) -> Ending:
    """Hold a recall, as it stands, against what its laws want; `tasks` are all of its tasks."""
    left = unmet(standing)
    found = []
    for policy in laws.policies:
        for step, criteria in (("rest", policy.closing.rest_when), ("end", policy.closing.end_when)):
            for criterion in criteria:
                name = f"{policy.id}/{criterion.report}"
                met = _is_met(criterion, left=left, standing=standing, filed=_filed(name, tasks))
                found.append(
                    Requirement(
                        policy=policy.id, step=step, criterion=criterion, closing=policy.closing, met=met
                    )
                )
    return Ending(
        requirements=tuple(found), left=left, two_step=any(p.closing.two_step for p in laws.policies),
        resting=recall.state is RecallState.MONITORING,
    )  # fmt: skip


def _is_met(criterion: Criterion, *, left: Sequence[str], standing: Standing, filed: int) -> bool | None:
    if criterion.by in _BY_OFFICERS:
        return None
    if criterion.by is Proof.MEASURES:
        return not left
    if criterion.by is Proof.TOLD:
        return standing.lines_told >= standing.lines_to_tell
    if criterion.by is Proof.ACCOUNTED:
        return not (standing.ledger.outstanding or standing.ledger.recovered)
    return filed >= criterion.times


def _filed(name: str, tasks: Sequence[Task]) -> int:
    """How often everybody who owes a report has filed it; 0 where nobody was asked for it."""
    filed = Counter[str]()
    for task in tasks:
        if task.clock.partition("#")[0] == name and task.state is not TaskState.SUPERSEDED:
            filed[task.party_id] += task.state is TaskState.DONE
    return min(filed.values(), default=0)
