"""The recall: a notice under way, from the proposal of one officer to the end of active measures.

| from | act | to |
|---|---|---|
| proposed | approve (another officer than the proposer) | open |
| proposed | reject | rejected |
| rejected | propose (again, with another notice) | proposed |
| open | rest (active measures have reached their end) | monitoring |
| monitoring | resume (new facts) | open |
| open, monitoring | withdraw | withdrawn |
| open, monitoring | close | closed |

Monitoring is not the end: the remedy stays open as long as one unit is outstanding. What the laws want met
before a recall may be closed stands in `recall.domain.ending`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recall.domain.notice import Notice
from recall.errors import InputRefused, NotAllowed, NotNow


class RecallState(StrEnum):
    """How far a recall is."""

    PROPOSED = "proposed"
    OPEN = "open"
    MONITORING = "monitoring"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class RecallAct(StrEnum):
    """What may happen to a recall."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    REST = "rest"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    CLOSE = "close"


ACTIVE_STATES = frozenset({RecallState.OPEN, RecallState.MONITORING})
"""The states in which a recall has effects: what comes in is acted on, and parties are asked and told."""
ENDED_STATES = frozenset({RecallState.WITHDRAWN, RecallState.CLOSED})
"""The states of a recall that had effects and has them no longer: whoever was told is told of the end."""

_S, _A = RecallState, RecallAct
TRANSITIONS: Mapping[tuple[RecallState, RecallAct], RecallState] = {
    (_S.PROPOSED, _A.APPROVE): _S.OPEN,
    (_S.PROPOSED, _A.REJECT): _S.REJECTED,
    (_S.REJECTED, _A.PROPOSE): _S.PROPOSED,
    (_S.OPEN, _A.REST): _S.MONITORING,
    (_S.MONITORING, _A.RESUME): _S.OPEN,
    (_S.OPEN, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.MONITORING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.OPEN, _A.CLOSE): _S.CLOSED,
    (_S.MONITORING, _A.CLOSE): _S.CLOSED,
}


def recall_after(state: RecallState, *, act: RecallAct) -> RecallState:
    """The state after an act. Raises NotNow, naming what is possible.

    >>> recall_after(RecallState.OPEN, act=RecallAct.REST)
    <RecallState.MONITORING: 'monitoring'>
    """
    after = TRANSITIONS.get((state, act))
    if after is None:
        possible = ", ".join(a for s, a in TRANSITIONS if s is state) or "nothing"
        raise NotNow(f"A recall that is {state} cannot {act}", value=state, expected=possible, got=act)
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A recall as it stands; its notices are kept version by version."""

    id: str
    reference: str
    title: str
    authority: str
    policies: tuple[str, ...]
    """The laws it runs under, by their policies' ids; the first leads."""
    state: RecallState
    version: int
    """The version of the notice in force; 0 until the first is approved."""
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    opened_at: datetime | None = None
    rested_at: datetime | None = None

    def standing(self, version: int) -> str:
        """How a version of its notice stands: `in_force`, `superseded`, `withdrawn` or `closed`."""
        if self.state in (RecallState.WITHDRAWN, RecallState.CLOSED):
            return self.state.value
        return "in_force" if version == self.version else "superseded"


def check_four_eyes(*, proposed_by: str, approved_by: str) -> None:
    """Two different officers are needed to set a recall going. Raises NotAllowed."""
    if proposed_by == approved_by:
        raise NotAllowed(
            "The officer who proposed a version cannot approve it",
            expected="another officer of the authority",
            got=approved_by,
            advice="Let a second officer approve it.",
        )


def check_two_officers(*, officer: str, second: str) -> None:
    """Two different officers are needed to end a recall. Raises NotAllowed."""
    if officer == second:
        raise NotAllowed(
            "One officer alone cannot end a recall",
            expected="two officers of the authority",
            got=f"{officer} twice",
            advice="Let a second officer agree to it.",
        )


def check_of(notice: Notice, recall: Recall) -> None:
    """Another version has the reference and the authority of its recall. Raises InputRefused."""
    for what, ours, theirs in (
        ("reference", recall.reference, notice.reference), ("authority", recall.authority, notice.authority)
    ):  # fmt: skip
        if ours != theirs:
            raise InputRefused(
                f"This is a notice of another {what}", value=theirs, expected=ours, got=theirs,
                where=f"/{what}", advice="Open a recall of its own for it: recall notice open.",
            )  # fmt: skip
