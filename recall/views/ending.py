"""The end of a recall as officers see it: what its laws want, what is met, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recall.domain.ending import Ending, ending
from recall.domain.laws import laws_of
from recall.domain.recall import ACTIVE_STATES, Recall
from recall.runtime import Runtime
from recall.store import endings, parties, recalls, tasks
from recall.store.endings import Asked
from recall.store.standing import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingView:
    """How far one recall is from its end."""

    recall: Recall
    ending: Ending
    asked: Asked | None
    """The end that waits for a second officer."""
    names: Mapping[str, str]

    @property
    def active(self) -> bool:
        """Whether there is anything to end."""
        return self.recall.state in ACTIVE_STATES


def ending_view(runtime: Runtime, *, recall_id: str) -> EndingView:
    """The end of one recall. Raises NotFound."""
    with runtime.store.read() as tx:
        recall = recalls.recall(tx, recall_id=recall_id)
        laws = laws_of(recall.policies)
        return EndingView(
            recall=recall,
            ending=ending(
                recall, laws=laws, standing=standing(tx, recall=recall, laws=laws),
                tasks=tasks.tasks(tx, recall_id=recall_id),
            ),
            asked=endings.asked(tx, recall_id=recall_id),
            names={party.id: party.name for party in parties.parties(tx)},
        )  # fmt: skip
